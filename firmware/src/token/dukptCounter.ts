/**
 * The counter of AES DUKPT: which values a device may use, and where in its registers a value's key is.
 * Source: ANSI X9.24-3-2017 §6.1, §6.5.   Floor: token; imports nothing.
 * Counters are 32 bits without sign; bit operations of the language have one, hence the arithmetic.
 */

const COUNTER_BITS = 32;
/** Counters with more one bits than this are left out. */
const ONE_BITS_MAX = 16;

/** The counter after this one that a device may use; 2 ** 32 when there is none. @param counter one that it may use, or 0 */
export function nextCounter(counter: number): number {
  return hasChildren(counter) ? counter + 1 : counter + 2 ** lowestBit(counter);
}

/** Whether the key of a counter has keys of others below it. */
export function hasChildren(counter: number): boolean {
  let ones = 0;
  for (let rest = counter; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return ones < ONE_BITS_MAX;
}

/** Number of the lowest bit that is one: the register of the counter's key. 32 for 0: the initial key is above all registers. */
export function lowestBit(counter: number): number {
  let bit = 0;
  while (bit < COUNTER_BITS && Math.floor(counter / 2 ** bit) % 2 === 0) bit += 1;
  return bit;
}
