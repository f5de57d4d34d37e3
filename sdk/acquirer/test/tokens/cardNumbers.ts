/** Card numbers that nobody has: any digits with their check digit. */
import { packDigits } from '@comptoir/acquirer/tokens';
import fc from 'fast-check';

/** Written down once more: the check of ISO/IEC 7812-1. */
export function passesLuhn(digits: ArrayLike<number>): boolean {
  let sum = 0;
  for (let place = 1; place <= digits.length; place += 1) {
    const digit = digits[digits.length - place] ?? 0;
    const value = place % 2 === 0 ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

export function withCheckDigit(body: readonly number[]): Uint8Array {
  const check = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].find((digit) => passesLuhn([...body, digit])) ?? 0;
  return Uint8Array.from([...body, check]);
}

/** Packed, 10 bytes. */
export const anyNumber: fc.Arbitrary<Uint8Array> = fc
  .array(fc.integer({ min: 0, max: 9 }), { minLength: 7, maxLength: 18 })
  .map((body) => packDigits(withCheckDigit(body)));

/** 16 digits, the n-th of many. */
export function numberAt(n: number): Uint8Array {
  const body = Array.from({ length: 15 }, (_, place) => (place < 6 ? 4 : Math.floor(n / 10 ** (14 - place)) % 10));
  return packDigits(withCheckDigit(body));
}
