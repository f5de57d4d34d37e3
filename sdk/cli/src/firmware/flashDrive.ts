/**
 * `comptoir firmware flash --drive`: a .uf2 onto the drive that a board shows in its boot mode.
 * Source: github.com/microsoft/uf2, README; RP2040 datasheet §2.8.5, RP2350 datasheet §5.5.   Floor: cli.
 */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readFile, refusal, writeFile } from '../files.js';
import { EXIT, type ExitCode, type Output } from '../session.js';

const BLOCK_BYTES = 512;
const MAGIC = { first: 0x0a324655, second: 0x9e5d5157, last: 0x0ab16f30 } as const;
const HAS_FAMILY = 0x2000;

/** `Board-ID` of INFO_UF2.TXT, and the family that its boot ROM takes. */
const BOARDS: Readonly<Record<string, number>> = { 'RPI-RP2': 0xe48bff56, RP2350: 0xe48bff59 };
/** Blocks of this family go to every RP2350, as a work-around of one of its faults; they may come along. */
const RP2350_ABSOLUTE = 0xe48bff57;

export async function flashDrive(file: string, drive: string, { print }: Output): Promise<ExitCode> {
  const board = boardOf(drive);
  const bytes = readFile(file);
  const blocks = blocksOf(file, bytes);
  const families = [...new Set(blocks.map(({ family }) => family))];
  const wanted = BOARDS[board] as number;
  const strange = families.find((family) => family !== wanted && family !== RP2350_ABSOLUTE);
  if (strange !== undefined || !families.includes(wanted)) {
    const has = (strange ?? families[0] ?? 0).toString(16).toUpperCase();
    throw refusal(`${file} is for another chip (family ${has}); the board is ${board}.`);
  }
  const ours = blocks.filter(({ family }) => family === wanted);
  const count = ours[0]?.count ?? 0;
  if (ours.some((block, index) => block.number !== index || block.count !== count) || ours.length !== count)
    throw refusal(`${file} is not whole: it has ${ours.length} of ${count} blocks, or not in their order.`);
  writeFile(join(drive, basename(file)), bytes);
  print({ file, drive, board, written: true }, [`written to ${board}; it restarts with the new firmware by itself`]);
  return EXIT.ok;
}

function boardOf(drive: string): string {
  let text: string;
  try {
    text = readFileSync(join(drive, 'INFO_UF2.TXT'), 'latin1');
  } catch (cause) {
    throw refusal(`${drive} is no boot drive: it has no INFO_UF2.TXT.`, cause);
  }
  const board = /^Board-ID: *(\S+)/m.exec(text)?.[1] ?? '';
  if (!Object.hasOwn(BOARDS, board)) throw refusal(`${drive} belongs to a board that is not known: "${board}".`);
  return board;
}

interface Block {
  /** 0 when the block names none. */
  readonly family: number;
  /** From 0, among `count` of its family. */
  readonly number: number;
  readonly count: number;
}

function blocksOf(file: string, bytes: Uint8Array): readonly Block[] {
  if (bytes.length === 0 || bytes.length % BLOCK_BYTES !== 0) throw refusal(`${file} is no .uf2 file.`);
  return Array.from({ length: bytes.length / BLOCK_BYTES }, (_, index) => {
    const block = new DataView(bytes.buffer, bytes.byteOffset + index * BLOCK_BYTES, BLOCK_BYTES);
    const word = (offset: number): number => block.getUint32(offset, true);
    if (word(0) !== MAGIC.first || word(4) !== MAGIC.second || word(508) !== MAGIC.last)
      throw refusal(`${file} is no .uf2 file, or damaged at block ${index}.`);
    return { family: (word(8) & HAS_FAMILY) === 0 ? 0 : word(28), number: word(20), count: word(24) };
  });
}
