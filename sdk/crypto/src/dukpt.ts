/**
 * AES DUKPT, the side that holds the base derivation key.
 * Source: ANSI X9.24-3-2017 §6 (derivation), vectors in test-vectors/dukpt.json.
 * Floor: crypto. Keys are in clear here: this runs at the acquirer, never at the till.
 *
 *   derivation data, one block for each 16 bytes of key, AES-ECB under the parent key
 *   offset  size
 *   0       1     01
 *   1       1     number of the block, from 1
 *   2       2     usage
 *   4       2     algorithm of the derived key
 *   6       2     its length in bits
 *   8       8     initial key id; or the derivation id and the counter bits used so far, 4 + 4
 */
import { concatBytes, unsignedFromBytes, unsignedToBytes } from '@comptoir/protocol';
import { ecb } from '@noble/ciphers/aes.js';

export const KSN_BYTES = 12;
export const INITIAL_KEY_ID_BYTES = 8;
/** A counter has at most so many one-bits, or its key would lie too deep. */
const COUNTER_BITS_MAX = 16;
/** No transaction has it. */
const UPDATE_COUNTER = 0xffffffff;

/** What a working key is for. */
export const KEY_USAGE = {
  keyEncryption: 0x0002,
  macGenerate: 0x2000,
  macVerify: 0x2001,
  dataEncrypt: 0x3000,
  dataDecrypt: 0x3001,
  keyDerivation: 0x8000,
  initialKeyDerivation: 0x8001,
} as const;

export type WorkingKeyUsage = (typeof KEY_USAGE)[
  | 'keyEncryption'
  | 'macGenerate'
  | 'macVerify'
  | 'dataEncrypt'
  | 'dataDecrypt'];

/** Algorithm codes of the derivation data, by length of the key in bytes. */
const ALGORITHM: Readonly<Record<number, number>> = { 16: 2, 24: 3, 32: 4 };

/** @param bdk 16, 24 or 32 bytes @param initialKeyId 8 bytes @returns the initial key, as long as the BDK */
export function deriveInitialKey(bdk: Uint8Array, initialKeyId: Uint8Array): Uint8Array {
  return deriveKey(bdk, KEY_USAGE.initialKeyDerivation, bdk.length, initialKeyId);
}

/** Whether a counter may occur: not 0, and not more than 16 one-bits. */
export function isTransactionCounter(counter: number): boolean {
  let ones = 0;
  for (let bit = 0; bit < 32; bit += 1) ones += (counter >>> bit) & 1;
  return ones > 0 && ones <= COUNTER_BITS_MAX;
}

/** The key that wraps a reader's next initial key, as long as the initial key. @see ANSI X9.24-3-2017 §6.5.3 */
export function deriveUpdateKey(initialKey: Uint8Array, initialKeyId: Uint8Array): Uint8Array {
  const ksn = concatBytes(initialKeyId, unsignedToBytes(UPDATE_COUNTER, 4));
  const transactionKey = deriveTransactionKey(initialKey, ksn);
  const updateKey = deriveWorkingKey(transactionKey, KEY_USAGE.keyEncryption, ksn, initialKey.length);
  transactionKey.fill(0);
  return updateKey;
}

/**
 * Walks from the initial key to the key of one transaction, a derivation for each one-bit of the counter.
 * @param ksn 12 bytes, with a counter that `isTransactionCounter`
 * @returns new bytes; the keys on the way are wiped
 */
export function deriveTransactionKey(initialKey: Uint8Array, ksn: Uint8Array): Uint8Array {
  const derivationId = ksn.subarray(4, 8);
  const counter = unsignedFromBytes(ksn.subarray(8, KSN_BYTES));
  let key: Uint8Array = initialKey.slice();
  let used = 0;
  for (let bit = 31; bit >= 0; bit -= 1) {
    const mask = 2 ** bit;
    if (Math.floor(counter / mask) % 2 === 0) continue;
    used += mask;
    const next = deriveKey(
      key,
      KEY_USAGE.keyDerivation,
      key.length,
      concatBytes(derivationId, unsignedToBytes(used, 4)),
    );
    key.fill(0);
    key = next;
  }
  return key;
}

/** @param length in bytes, 16, 24 or 32, not more than that of the transaction key */
export function deriveWorkingKey(
  transactionKey: Uint8Array,
  usage: WorkingKeyUsage,
  ksn: Uint8Array,
  length: number,
): Uint8Array {
  if (length > transactionKey.length) throw new Error('a working key is never stronger than its parent');
  return deriveKey(transactionKey, usage, length, ksn.subarray(4, KSN_BYTES));
}

function deriveKey(parent: Uint8Array, usage: number, length: number, context: Uint8Array): Uint8Array {
  const algorithm = ALGORITHM[length];
  if (algorithm === undefined) throw new Error('an AES key has 16, 24 or 32 bytes');
  const key = new Uint8Array(length);
  for (let at = 0, number = 1; at < length; at += 16, number += 1) {
    const type = concatBytes(unsignedToBytes(usage, 2), unsignedToBytes(algorithm, 2), unsignedToBytes(length * 8, 2));
    const block = ecb(parent, { disablePadding: true }).encrypt(concatBytes(Uint8Array.of(1, number), type, context));
    key.set(block.subarray(0, length - at), at);
    block.fill(0);
  }
  return key;
}
