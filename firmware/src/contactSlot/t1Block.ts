/**
 * Blocks of T=1.
 * Source: EMV 4.4 Book 1 §9.2.4.1; ISO/IEC 7816-3 §11.3.   Floor: contactSlot.
 *
 *   NAD 1, always 00 | PCB 1 | LEN 1, 0..254 | INF LEN | LRC 1
 *   PCB: 0 N(S) M 00000 information · 100 N(R) 00ee receive ready · 11 r 000tt supervisory, r set in the response
 */
import { exclusiveOr } from './answerToReset.js';

/** What the terminal takes in one information field, IFSD. @see EMV 4.4 Book 1 §9.2.4.2.2 */
export const INFORMATION_BYTES_MAX = 254;
const AROUND_BYTES = 4;
export const BLOCK_BYTES_MAX: number = INFORMATION_BYTES_MAX + AROUND_BYTES;

export const PCB = {
  sequence: 0x40,
  more: 0x20,
  receiveReady: 0x80,
  receiveSequence: 0x10,
  supervisory: 0xc0,
  response: 0x20,
  informationSize: 0xc1,
  abort: 0xc2,
  waitingTime: 0xc3,
} as const;

export function encodeBlock(pcb: number, information: Uint8Array): Uint8Array {
  const block = new Uint8Array(information.length + AROUND_BYTES);
  block[1] = pcb;
  block[2] = information.length;
  block.set(information, 3);
  block[block.length - 1] = exclusiveOr(block);
  return block;
}

/** How long the block is that begins so; undefined when that isn't known yet. */
export function blockLength(bytes: Uint8Array): number | undefined {
  const length = bytes[2];
  return length === undefined ? undefined : length + AROUND_BYTES;
}

/** Whether the sum is right and the address is what EMV uses. @param block as long as it says */
export function isSound(block: Uint8Array): boolean {
  return block[0] === 0 && exclusiveOr(block) === 0;
}
