/**
 * `comptoir firmware flash --drive`: a .uf2 onto the drive that a board shows in its boot mode.
 * Source: github.com/microsoft/uf2, README; RP2040 datasheet §2.8.5, RP2350 datasheet §5.5.   Floor: sdk cli.
 */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EXIT, type ExitCode, type Output } from '../session.js';
import { readFile, refusal, writeFile } from './files.js';

const BLOCK_BYTES = 512;
const MAGIC = { first: 0x0a324655, second: 0x9e5d5157, last: 0x0ab16f30 } as const;
const HAS_FAMILY = 0x2000;

/** `Board-ID` of INFO_UF2.TXT, and the family that its boot ROM takes. */
const BOARDS: Readonly<Record<string, number>> = { 'RPI-RP2': 0xe48bff56, RP2350: 0xe48bff59 };
/** Blocks of this family go to every RP2350, as a work-around of one of its faults; they may come along. */
const RP2350_ABSOLUTE = 0xe48bff57;

export async function flashDrive(file: string, drive: string, { print }: Output): Promise<ExitCode> {
  const board = boardOf(drive);
  const families = familiesOf(file, readFile(file));
  const wanted = BOARDS[board] as number;
  const strange = families.find((family) => family !== wanted && family !== RP2350_ABSOLUTE);
  if (strange !== undefined || !families.includes(wanted)) {
    const has = (strange ?? families[0] ?? 0).toString(16).toUpperCase();
    throw refusal(`${file} is for another chip (family ${has}); the board is ${board}.`);
  }
  const to = join(drive, basename(file));
  writeFile(to, readFile(file));
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

/** Each family once. */
function familiesOf(file: string, bytes: Uint8Array): readonly number[] {
  if (bytes.length === 0 || bytes.length % BLOCK_BYTES !== 0) throw refusal(`${file} is no .uf2 file.`);
  const families = new Set<number>();
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    const block = new DataView(bytes.buffer, bytes.byteOffset + at, BLOCK_BYTES);
    const word = (offset: number): number => block.getUint32(offset, true);
    if (word(0) !== MAGIC.first || word(4) !== MAGIC.second || word(508) !== MAGIC.last)
      throw refusal(`${file} is no .uf2 file, or damaged at block ${at / BLOCK_BYTES}.`);
    families.add((word(8) & HAS_FAMILY) === 0 ? 0 : word(28));
  }
  return [...families];
}
