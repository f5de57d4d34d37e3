/**
 * Which kernel a directory entry asks for.
 * Source: EMV Contactless Book B §3.3.2.5, Table 3-6 for the default kernels.   Floor: emv.
 */
import { unsignedFromBytes } from '@comptoir/protocol';

/** The entry leaves it to the reader. */
export const ANY_KERNEL = 0;
/** The entry asks for a kernel that this reader can't know: a domestic one. */
const OTHER_KERNEL: number = -1;

/** Kernels of the networks whose RID says it all. */
const DEFAULT_KERNELS: ReadonlyMap<number, number> = new Map([
  [0xa000000004, 2],
  [0xa000000003, 3],
  [0xa000000025, 4],
  [0xa000000065, 5],
  [0xa000000152, 6],
  [0xa000000333, 7],
]);

const RID_BYTES = 5;
/** The upper two bits say who gave the number: 1x is a domestic kernel. */
const DOMESTIC = 0x80;
const SHORT_KERNEL_MASK = 0x3f;

/**
 * @param identifier tag 9F2A, untrusted; undefined or empty when the entry has none
 * @param aid        ADF name of the entry
 * @returns 1..63, ANY_KERNEL or OTHER_KERNEL
 */
export function requestedKernel(identifier: Uint8Array | undefined, aid: Uint8Array): number {
  const first = identifier?.[0];
  if (first === undefined) return defaultKernel(aid);
  if ((first & DOMESTIC) !== 0) return OTHER_KERNEL;
  return first & SHORT_KERNEL_MASK;
}

/** The kernel that the registered identifier stands for, or ANY_KERNEL. */
export function defaultKernel(aid: Uint8Array): number {
  return DEFAULT_KERNELS.get(unsignedFromBytes(aid.subarray(0, RID_BYTES))) ?? ANY_KERNEL;
}
