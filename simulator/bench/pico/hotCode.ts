/**
 * Which functions of the firmware wait most for flash, by a profile of taps: they run from RAM. The list is
 * firmware/port/boards/pico/hotCode.txt; whoever writes it anew builds the images anew.
 * The model: each instruction comes by way of the cache, in RAM or not, so that what runs from RAM now is judged as the rest.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { FlashCache } from '../../src/machine/chip/flashCache.js';
import { repositoryFile } from '../../src/machine/repositoryFile.js';
import { type BenchReader, startBenchReader } from './benchReader.js';
import { type ElfFunction, elfFunctions } from './elfSymbols.js';

/** What the chip's RAM has beside the heap. */
const HOT_BYTES_MAX = 44 * 1024;
const LIST = 'firmware/port/boards/pico/hotCode.txt';
const BUILD = 'firmware/port/build/pico';
const LIBRARIES = ['quickjs', 'secure', 'reader'].map((name) => `${BUILD}/libcomptoir_${name}.a`);
/** RAM's code is put behind the flash's, at the same place in a cache of 8 KiB a way. */
const RAM_START = 0x20000000;
const RAM_OFFSET = 0x800000;
const OFFSET_MASK = 0xffffff;
const LINE_SHIFT = 3;

interface Waiting extends ElfFunction {
  readonly misses: number;
}

export async function writeHotCode(say: (line: string) => void): Promise<void> {
  const movable = namesIn(LIBRARIES.map(builtFile));
  const counted = await missesByFunction(elfFunctions(readFileSync(builtFile(`${BUILD}/comptoir-A.elf`))));
  const waiting = counted.filter(({ name, misses }) => misses > 0 && movable.has(sourceName(name)));
  waiting.sort((a, b) => b.misses / b.bytes - a.misses / a.bytes || (a.name < b.name ? -1 : 1));
  const chosen: Waiting[] = [];
  let bytes = 0;
  for (const each of waiting) {
    if (bytes + each.bytes > HOT_BYTES_MAX) continue;
    bytes += each.bytes;
    chosen.push(each);
  }
  const names = [...new Set(chosen.map(({ name }) => sourceName(name)))].sort();
  writeFileSync(builtFile(LIST), `${names.join('\n')}\n`);
  const missesOf = (all: readonly Waiting[]): number => all.reduce((sum, { misses }) => sum + misses, 0);
  const share = Math.round((100 * missesOf(chosen)) / missesOf(counted));
  say(`${names.length} functions, ${bytes} bytes, ${share} % of the misses: ${LIST}`);
}

async function missesByFunction(functions: readonly ElfFunction[]): Promise<readonly Waiting[]> {
  await using bench = await startBenchReader();
  const misses = countMisses(bench);
  await bench.link(2);
  await bench.pay('visa-debit');
  await bench.pay('mastercard');
  await bench.checkout();
  const byAddress = [...functions].sort((a, b) => a.address - b.address);
  const found = byAddress.map((each) => ({ ...each, misses: 0 }));
  for (const [address, count] of misses()) {
    const owner = found.findLast((each) => each.address <= address);
    if (owner !== undefined && address < owner.address + owner.bytes) owner.misses += count;
  }
  return found;
}

/** @returns reads how often each address missed */
function countMisses({ chip }: BenchReader): () => ReadonlyMap<number, number> {
  const { core } = chip.core;
  const { executeInstruction } = core;
  const cache = new FlashCache();
  const misses = new Map<number, number>();
  let last = -1;
  core.executeInstruction = () => {
    const at = core.PC;
    if (at >>> LINE_SHIFT !== last) {
      last = at >>> LINE_SHIFT;
      const before = cache.misses;
      cache.read((at & OFFSET_MASK) + (at >= RAM_START ? RAM_OFFSET : 0));
      if (cache.misses !== before) misses.set(at, (misses.get(at) ?? 0) + 1);
    }
    return executeInstruction.call(core);
  };
  return () => misses;
}

/** A function as its source names it: compilers make NAME.isra.0 and others of it. */
function sourceName(name: string): string {
  return name.split('.')[0] ?? name;
}

function namesIn(libraries: readonly string[]): ReadonlySet<string> {
  const printed = execFileSync('arm-none-eabi-nm', ['--defined-only', ...libraries], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  return new Set(Array.from(printed.matchAll(/^\w+ [tT] (.+)$/gm), ([, name]) => sourceName(name ?? '')));
}

function builtFile(path: string): string {
  const file = repositoryFile(path);
  if (file === undefined) throw new Error(`${path} is not there: npm run firmware makes it`);
  return file;
}
