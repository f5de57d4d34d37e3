/**
 * AES DUKPT over key handles: every transaction has its own keys, and no key is ever seen here.
 * Source: ANSI X9.24-3-2017 §6.   Floor: token.
 */
import { concatBytes, unsignedToBytes } from '@comptoir/protocol';
import type { KeyHandle, Secure } from '../board/board.js';

/** Key usage in derivation data. @see ANSI X9.24-3-2017 Table 2 */
const USAGE = { macGenerate: 0x2000, dataEncrypt: 0x3000, keyDerivation: 0x8000 } as const;
const ALGORITHM_AES_256 = 4;
const KEY_BITS = 256;
const COUNTER_BITS = 32;
/** Counters with more one bits than this are left out. */
const ONE_BITS_MAX = 16;

export interface TransactionKeys {
  /** Key serial number: initial key identifier (8 bytes) and counter (4 bytes). */
  readonly ksn: Uint8Array;
  readonly dataKey: KeyHandle;
  readonly macKey: KeyHandle;
}

/** The counter after this one that a device may use. @see ANSI X9.24-3-2017 §6.5 */
export function nextCounter(counter: number): number {
  let next = counter + 1;
  while (oneBits(next) > ONE_BITS_MAX) next += lowestBit(next);
  return next;
}

/** Of 32-bit numbers; bit operations of the language are signed, hence the arithmetic. */
function oneBits(value: number): number {
  let count = 0;
  for (let rest = value; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

function lowestBit(value: number): number {
  let bit = 1;
  while (Math.floor(value / bit) % 2 === 0) bit *= 2;
  return bit;
}

/**
 * Derives the keys of one transaction. The caller erases both.
 * @param initialKey handle of the initial key
 * @param counter    1..FFFF0000, with at most 16 one bits
 * @see ANSI X9.24-3-2017 §6.3
 */
export function deriveTransactionKeys(secure: Secure, initialKey: KeyHandle, counter: number): TransactionKeys {
  const initialKeyId = secure.keyIdentifier(initialKey);
  const derivationId = initialKeyId.subarray(4, 8);
  let key = initialKey;
  let consumed = 0;
  for (let bit = 2 ** (COUNTER_BITS - 1); bit >= 1; bit /= 2) {
    if (Math.floor(counter / bit) % 2 === 0) continue;
    consumed += bit;
    const child = secure.deriveKey(key, derivationData(USAGE.keyDerivation, derivationId, consumed));
    if (key !== initialKey) secure.eraseKey(key);
    key = child;
  }
  const dataKey = secure.deriveKey(key, derivationData(USAGE.dataEncrypt, derivationId, counter));
  const macKey = secure.deriveKey(key, derivationData(USAGE.macGenerate, derivationId, counter));
  if (key !== initialKey) secure.eraseKey(key);
  return { ksn: concatBytes(initialKeyId, unsignedToBytes(counter, 4)), dataKey, macKey };
}

/**
 * Two blocks, since the keys have 256 bits.
 *
 *   offset  size  block
 *   0       1     version 01
 *   1       1     number of the block, 01 or 02
 *   2       2     usage of the derived key
 *   4       2     its algorithm
 *   6       2     its length in bits
 *   8       4     derivation identifier
 *   12      4     counter
 *
 * @see ANSI X9.24-3-2017 §6.3.2
 */
function derivationData(usage: number, derivationId: Uint8Array, counter: number): Uint8Array {
  const rest = concatBytes(
    unsignedToBytes(usage, 2),
    unsignedToBytes(ALGORITHM_AES_256, 2),
    unsignedToBytes(KEY_BITS, 2),
    derivationId,
    unsignedToBytes(counter, 4),
  );
  return concatBytes(Uint8Array.of(0x01, 0x01), rest, Uint8Array.of(0x01, 0x02), rest);
}
