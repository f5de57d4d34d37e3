/**
 * The highest sequence that was taken of each kind of signed objects, in one record of flash: none is taken twice, and none that's older.
 *
 *   offset  size  each: 01 when there is one, then the sequence, big endian
 *   0       5     of the last ticket for keys
 *   5       5     of the last decommission
 *   10      5     of the highest configuration that was in force
 *
 * Floor: commands.
 */
import { type SIGNED_OBJECT, unsignedFromBytes, unsignedToBytes } from '@comptoir/protocol';
import type { Board } from '../../board/board.js';

const RECORD = 14;
const BYTES = 5;
const NUMBERS = 3;

/** A value of SIGNED_OBJECT. */
type Kind = (typeof SIGNED_OBJECT)[keyof typeof SIGNED_OBJECT];

/** -1: none yet. */
export function sequenceOf({ records }: Pick<Board, 'records'>, kind: Kind): number {
  const bytes = records.read(RECORD).subarray(at(kind), at(kind) + BYTES);
  return bytes[0] === 1 ? unsignedFromBytes(bytes.subarray(1)) : -1;
}

/** Returns when it's in flash. False: the flash doesn't take it. */
export function keepSequence({ records }: Pick<Board, 'records'>, kind: Kind, sequence: number): boolean {
  const kept = new Uint8Array(NUMBERS * BYTES);
  kept.set(records.read(RECORD));
  kept[at(kind)] = 1;
  kept.set(unsignedToBytes(sequence, 4), at(kind) + 1);
  return records.write(RECORD, kept);
}

function at(kind: Kind): number {
  return BYTES * ((kind + 1) % NUMBERS);
}
