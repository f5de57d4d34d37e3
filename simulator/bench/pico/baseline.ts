/**
 * What the images of reader and card weigh, against what it weighed when somebody last looked: a figure that has grown by more than a twentieth
 * is red, until the baseline is written anew with the change that it comes from.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { repositoryFile } from '../../src/machine/repositoryFile.js';
import { loadPicoImage } from '../../src/machine/targets/picoImages.js';
import { type CardFigures, measureCard } from './cardFigures.js';
import { measurePico, type PicoFigures } from './picoFigures.js';

const BASELINE = 'firmware/port/baseline.json';
const IMAGE = 'firmware/port/build/pico/comptoir.uf2';
const CARD_IMAGE = 'firmware/port/build/pico/comptoir-card.uf2';
const MEASURED = 'firmware/port/build/pico/figures.json';
const GROWTH_MAX = 1.05;

export interface Figures {
  readonly reader: PicoFigures;
  readonly card: CardFigures;
}

export type Baseline = Readonly<Record<string, number>>;

/** What is watched, by names that a person finds in the file. */
export function watched({ reader, card }: Figures): Baseline {
  return {
    imageBytes: reader.imageBytes,
    readyCycles: reader.ready.cycles,
    selfTestCycles: reader.selfTests.cycles,
    heapAtReadyBytes: reader.heapAtReadyBytes,
    heapPeakBytes: reader.heapPeakBytes,
    stackPeakBytes: reader.stackPeakBytes,
    connectCycles: reader.link.connect.cycles,
    tapFddaCycles: reader.tapFdda.cycles,
    tapCdaCycles: reader.tapCda.cycles,
    tapFourTendersCycles: reader.tapFourTenders.cycles,
    selectionCycles: reader.selection.cycles,
    cardImageBytes: card.imageBytes,
    cardBootCycles: card.boot.cycles,
    cardHeapAtReadyBytes: card.heapAtReadyBytes,
    cardHeapPeakBytes: card.heapPeakBytes,
    cardStackPeakBytes: card.stackPeakBytes,
    cardPutCycles: card.put.cycles,
    cardTapFddaCycles: card.tapFdda.cycles,
    cardTapCdaCycles: card.tapCda.cycles,
  };
}

/** @returns a sentence for each figure that is missing, or has grown too much */
export function grown(now: Baseline, baseline: Baseline): readonly string[] {
  return Object.entries(now).flatMap(([name, value]) => {
    const before = baseline[name];
    if (before === undefined) return [`${name} is ${value}, and not in the baseline`];
    const percent = (100 * (value - before)) / before;
    return value > before * GROWTH_MAX
      ? [`${name} has grown by ${percent.toFixed(1)} %, from ${before} to ${value}`]
      : [];
  });
}

/** Measured once for two images and for this program: their figures come out the same each time. */
export async function figuresOfImages(): Promise<Figures> {
  const program = createHash('sha256')
    .update(readFileSync(fileURLToPath(import.meta.url)))
    .digest('hex');
  const images = [loadPicoImage('comptoir'), loadPicoImage('comptoir-card')].map((image) => image.sha256);
  const sha256 = [...images, program].join(' ');
  const path = repositoryFile(IMAGE)?.replace(IMAGE, MEASURED) ?? MEASURED;
  try {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as { readonly image: string; readonly figures: Figures };
    if (kept.image === sha256) return kept.figures;
  } catch {
    // None yet.
  }
  const figures = { reader: await measurePico(), card: await measureCard() };
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify({ image: sha256, figures }));
  return figures;
}

/** What was written last; nothing outside of the repository. */
export function readBaseline(): Baseline {
  const path = repositoryFile(BASELINE);
  return path === undefined ? {} : (JSON.parse(readFileSync(path, 'utf8')) as Baseline);
}

/**
 * @param isCi an image that isn't built is red there
 * @returns the exit code
 */
export async function checkBaseline(isCi: boolean, say: (line: string) => void): Promise<number> {
  if (repositoryFile(IMAGE) === undefined || repositoryFile(CARD_IMAGE) === undefined) {
    say(`the images for the Pico are not built (npm run firmware): their size, heap and cycles are not checked`);
    return isCi ? 1 : 0;
  }
  const faults = grown(watched(await figuresOfImages()), readBaseline());
  for (const fault of faults) say(fault);
  if (faults.length > 0) say(`if that is meant: npm run baseline, and commit ${BASELINE} with the change`);
  return faults.length === 0 ? 0 : 1;
}

export async function writeBaseline(say: (line: string) => void): Promise<void> {
  const path = repositoryFile(IMAGE)?.replace(IMAGE, BASELINE) ?? BASELINE;
  writeFileSync(path, `${JSON.stringify(watched(await figuresOfImages()), null, 2)}\n`);
  say(`written: ${BASELINE}`);
}
