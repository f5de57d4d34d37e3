/**
 * A token for old systems whose field takes digits only: as many digits as the card number, and never a card number.
 *
 *   FF1 over all digits but the last, under the `fpe` key of merchant and version, tweak: merchant 15 | digits of the card number 1
 *   last digit = check digit of Luhn, plus 5, modulo 10: no card number ends so
 *
 * It has no MAC and names no version: any twelve digits open to some number. Where a field takes more than digits, use a sealed token.
 * Source: docs/reference/tokens.md; FF3 is not offered, see docs/decisions/0049-tokens-without-a-table.md.   Floor: acquirer.
 */
import { concatBytes, latin1FromBytes } from '@comptoir/protocol';
import { unsafe } from '@noble/ciphers/aes.js';
import { digitsOfPacked, NUMBER_DIGITS_MAX, NUMBER_DIGITS_MIN, packDigits } from '../packedNumber.js';
import { createFf1, type Ff1 } from './ff1.js';
import { merchantField } from './tokenKey.js';

export type DigitTokenFault = 'TOKEN_LENGTH' | 'TOKEN_CHARACTER' | 'TOKEN_CHECK';

export type OpenDigitsResult =
  /** 10 bytes, packed: wipe them. */
  | { readonly ok: true; readonly number: Uint8Array }
  | { readonly ok: false; readonly fault: DigitTokenFault; readonly at: number };

export interface DigitTokens {
  /** @param number packed, 10 bytes @returns the token's digits; undefined when it's no card number of 8 to 19 digits with its check digit */
  make(number: Uint8Array): string | undefined;
  /** @param token untrusted */
  open(token: string): OpenDigitsResult;
  /** Whatever is called afterwards throws. */
  wipe(): void;
}

const ZERO = 0x30;
/** What makes a check digit a wrong one. */
const CHECK_SHIFT = 5;

/** @param key of purpose `digits`; a copy of it is kept until `wipe` */
export function createDigitTokens(key: Uint8Array, merchant: string): DigitTokens {
  const expanded = unsafe.expandKeyLE(key.slice());
  const field = merchantField(merchant);
  const byLength = new Map<number, Ff1>();
  let isWiped = false;
  const ff1For = (length: number): Ff1 => {
    // Zeros are a key, too: everybody's.
    if (isWiped) throw new Error('the key of these tokens is wiped');
    const known = byLength.get(length);
    if (known !== undefined) return known;
    const tweak = concatBytes(field, Uint8Array.of(length));
    const made = createFf1((block) => void unsafe.encryptBlock(expanded, block), tweak, length - 1);
    byLength.set(length, made);
    return made;
  };
  return {
    make(number) {
      const digits = digitsOfPacked(number);
      if (digits === undefined) return undefined;
      const last = digits.length - 1;
      const body = digits.subarray(0, last);
      // A number without its check digit couldn't be told from the one that has it.
      if (digits[last] !== luhnDigit(body)) {
        digits.fill(0);
        return undefined;
      }
      ff1For(digits.length).encrypt(body);
      digits[last] = (luhnDigit(body) + CHECK_SHIFT) % 10;
      return latin1FromBytes(digits.map((digit) => digit + ZERO));
    },
    open(token) {
      const { length } = token;
      if (length < NUMBER_DIGITS_MIN || length > NUMBER_DIGITS_MAX)
        return { ok: false, fault: 'TOKEN_LENGTH', at: Math.min(length, NUMBER_DIGITS_MAX) };
      const digits = new Uint8Array(length);
      for (let at = 0; at < length; at += 1) {
        const digit = token.charCodeAt(at) - ZERO;
        if (!(digit >= 0 && digit <= 9)) return { ok: false, fault: 'TOKEN_CHARACTER', at };
        digits[at] = digit;
      }
      const body = digits.subarray(0, length - 1);
      if (digits[length - 1] !== (luhnDigit(body) + CHECK_SHIFT) % 10)
        return { ok: false, fault: 'TOKEN_CHECK', at: length - 1 };
      ff1For(length).decrypt(body);
      digits[length - 1] = luhnDigit(body);
      const number = packDigits(digits);
      digits.fill(0);
      return { ok: true, number };
    },
    wipe() {
      expanded.fill(0);
      isWiped = true;
    },
  };
}

/** The check digit that these digits want. @see ISO/IEC 7812-1 Annex B */
function luhnDigit(body: Uint8Array): number {
  let sum = 0;
  for (let at = body.length - 1, isDoubled = true; at >= 0; at -= 1, isDoubled = !isDoubled) {
    const value = (body[at] as number) * (isDoubled ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return (10 - (sum % 10)) % 10;
}
