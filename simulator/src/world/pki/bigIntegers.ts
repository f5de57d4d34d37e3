/**
 * Big-endian bytes and BigInt, and the little arithmetic that making RSA keys needs. Public test keys only: nothing here
 * takes constant time.
 * Floor: simulator world.
 */
import { fromHex, NO_BYTES, toHex } from '@comptoir/protocol';

/** @returns 0 for no bytes */
export function bigIntFromBytes(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`);
}

/** @param length in bytes; by default as many as the value needs. A longer value throws. */
export function bigIntToBytes(value: bigint, length?: number): Uint8Array {
  const digits = value.toString(16);
  const width = length === undefined ? digits.length + (digits.length % 2) : 2 * length;
  if (digits.length > width) throw new Error('the value needs more bytes');
  return fromHex(digits.padStart(width, '0')) ?? NO_BYTES;
}

/** `base ** exponent % modulus`, square and multiply. */
export function modularPower(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** The number that gives 1 with `value`, modulo `modulus`. Throws when there is none. */
export function modularInverse(value: bigint, modulus: bigint): bigint {
  let [before, last] = [modulus, value % modulus];
  let [factorBefore, factor] = [0n, 1n];
  while (last > 0n) {
    const quotient = before / last;
    [before, last] = [last, before - quotient * last];
    [factorBefore, factor] = [factor, factorBefore - quotient * factor];
  }
  if (before !== 1n) throw new Error('the value has no inverse');
  return ((factorBefore % modulus) + modulus) % modulus;
}
