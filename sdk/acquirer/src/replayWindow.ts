/**
 * Each key serial number once: what the acquirer keeps of a reader to know a replay. The counters of a reader only rise, but its
 * transactions may come out of order, so the last 1,024 counters are remembered by a bit each.
 *
 *   offset  size  window
 *   0       4     highest counter that came, big endian
 *   4       128   bit 0 of byte 0: that counter came; bit n of all: the one n below it came
 *
 *   ahead   above the highest: taken, and the window moves up. A reader skips up to 64 counters at a power cut, and more if it
 *           was long away; nobody else can, since the MAC under that counter's key was right.
 *   seen    its bit is set: refused, KSN_REUSED
 *   old     below the window: refused, KSN_OLD. Whoever holds so many transactions back has them looked at by a person.
 *
 * Source: docs/reference/tokens.md.   Floor: acquirer.
 */
import { unsignedFromBytes, unsignedToBytes } from '@comptoir/protocol';
import { INITIAL_KEY_ID_BYTES, isTransactionCounter, KSN_BYTES } from '#crypto/dukpt';

/** How far below the highest a counter may come. */
export const REPLAY_WINDOW_COUNTERS = 1024;
const HIGHEST_BYTES = 4;
export const REPLAY_WINDOW_BYTES: number = HIGHEST_BYTES + REPLAY_WINDOW_COUNTERS / 8;

export type ReplayFault = 'KSN_REUSED' | 'KSN_OLD' | 'KSN_COUNTER' | 'WINDOW_WRONG';

export type ReplayResult =
  /** `window`: new bytes, to be kept in the same step as the decision on the transaction. */
  { readonly ok: true; readonly window: Uint8Array } | { readonly ok: false; readonly fault: ReplayFault };

/**
 * Takes a KSN into the window of its reader. Only after its envelope was opened: a KSN by itself proves nothing, and would move the
 * window. There is one window for each initial key identifier, the first 8 bytes of the KSN.
 * @param window what was kept; undefined: nothing came from this reader yet. Not modified
 * @param ksn    12 bytes
 */
export function takeKsn(window: Uint8Array | undefined, ksn: Uint8Array): ReplayResult {
  const counter = unsignedFromBytes(ksn.subarray(INITIAL_KEY_ID_BYTES, KSN_BYTES));
  if (ksn.length !== KSN_BYTES || !isTransactionCounter(counter)) return { ok: false, fault: 'KSN_COUNTER' };
  if (window !== undefined && window.length !== REPLAY_WINDOW_BYTES) return { ok: false, fault: 'WINDOW_WRONG' };
  const highest = window === undefined ? 0 : unsignedFromBytes(window.subarray(0, HIGHEST_BYTES));
  const bits = window?.subarray(HIGHEST_BYTES) ?? new Uint8Array(REPLAY_WINDOW_COUNTERS / 8);
  if (counter > highest) {
    const moved = movedUp(bits, counter - highest);
    return { ok: true, window: windowOf(counter, moved) };
  }
  const below = highest - counter;
  if (below >= REPLAY_WINDOW_COUNTERS) return { ok: false, fault: 'KSN_OLD' };
  if (isSet(bits, below)) return { ok: false, fault: 'KSN_REUSED' };
  const marked = bits.slice();
  set(marked, below);
  return { ok: true, window: windowOf(highest, marked) };
}

/** What was n below is now n + steps below; what comes in at the top is bit 0, and set. */
function movedUp(bits: Uint8Array, steps: number): Uint8Array {
  const moved = new Uint8Array(bits.length);
  for (let below = 0; below + steps < REPLAY_WINDOW_COUNTERS; below += 1) {
    if (isSet(bits, below)) set(moved, below + steps);
  }
  set(moved, 0);
  return moved;
}

function windowOf(highest: number, bits: Uint8Array): Uint8Array {
  const window = new Uint8Array(REPLAY_WINDOW_BYTES);
  window.set(unsignedToBytes(highest, HIGHEST_BYTES));
  window.set(bits, HIGHEST_BYTES);
  return window;
}

function isSet(bits: Uint8Array, below: number): boolean {
  return (((bits[below >> 3] as number) >> (below & 7)) & 1) === 1;
}

function set(bits: Uint8Array, below: number): void {
  bits[below >> 3] = (bits[below >> 3] as number) | (1 << (below & 7));
}
