/**
 * The sealed token: a card number that only its token service opens again, without any table. The same number at the same merchant gives
 * the same token; another merchant's, another version's and a changed one don't open.
 *
 *   offset  size   token, 26 bytes, or 28 with an expiry date
 *   0       1      version of the key
 *   1       16     synthetic IV
 *   17      9, 11  AES-SIV under the `siv` key of merchant and version; associated data: merchant 15 | version 1
 *
 *   plain   1      digits of the number
 *           8      the number, an unsigned integer, big endian
 *           2      expiry date, YYMM, packed, when it was given
 *
 * Source: docs/reference/tokens.md; RFC 5297.   Floor: acquirer.
 */
import { concatBytes } from '@comptoir/protocol';
import { aessiv } from '@noble/ciphers/aes.js';
import { digitsOfPacked, NUMBER_DIGITS_MAX, NUMBER_DIGITS_MIN, packDigits } from '../packedNumber.js';
import { merchantField, versionByte } from './tokenKey.js';

export const SEALED_TOKEN_BYTES = 26;
export const SEALED_TOKEN_WITH_EXPIRY_BYTES = 28;
const INTEGER_BYTES = 8;
const NUMBER_END = 1 + INTEGER_BYTES;
const EXPIRY_BYTES = 2;
/** Digits that are added to the integer at a time. */
const STEP_DIGITS = 4;

export interface OpenToken {
  readonly ok: true;
  /** Packed, 10 bytes, padded with F. Wipe it. */
  readonly number: Uint8Array;
  /** YYMM, packed, 2 bytes; undefined when the token has none. */
  readonly expiry: Uint8Array | undefined;
}

/** `TOKEN_WRONG`: changed, or another merchant's. */
export type SealedTokenFault = 'TOKEN_LENGTH' | 'VERSION_NOT_ACCEPTED' | 'TOKEN_WRONG';

export type OpenTokenResult = OpenToken | { readonly ok: false; readonly fault: SealedTokenFault; readonly at: number };

/** One version of a merchant's key. */
export interface SealingKey {
  /** 64 bytes. */
  readonly key: Uint8Array;
  readonly merchant: string;
  /** 0..31. */
  readonly version: number;
}

/**
 * @param number packed, 10 bytes @param expiry YYMM, packed, 2 bytes
 * @returns undefined when it's no card number of 8 to 19 digits
 */
export function sealToken(sealing: SealingKey, number: Uint8Array, expiry?: Uint8Array): Uint8Array | undefined {
  const digits = digitsOfPacked(number);
  if (digits === undefined || (expiry !== undefined && expiry.length !== EXPIRY_BYTES)) return undefined;
  const plain = new Uint8Array(NUMBER_END + (expiry?.length ?? 0));
  plain[0] = digits.length;
  writeInteger(plain.subarray(1, NUMBER_END), digits);
  if (expiry !== undefined) plain.set(expiry, NUMBER_END);
  const version = versionByte(sealing.version);
  const token = concatBytes(version, aessiv(sealing.key, boundTo(sealing)).encrypt(plain));
  plain.fill(0);
  digits.fill(0);
  return token;
}

/** @param token untrusted; not modified */
export function openToken(sealing: SealingKey, token: Uint8Array): OpenTokenResult {
  if (token.length !== SEALED_TOKEN_BYTES && token.length !== SEALED_TOKEN_WITH_EXPIRY_BYTES)
    return { ok: false, fault: 'TOKEN_LENGTH', at: Math.min(token.length, SEALED_TOKEN_BYTES) };
  if (token[0] !== sealing.version) return { ok: false, fault: 'VERSION_NOT_ACCEPTED', at: 0 };
  const plain = attempt(sealing, token.subarray(1));
  const digits = plain && readInteger(plain.subarray(1, NUMBER_END), plain[0] ?? 0);
  const expiry = plain !== undefined && plain.length > NUMBER_END ? plain.slice(NUMBER_END) : undefined;
  plain?.fill(0);
  if (digits === undefined) return { ok: false, fault: 'TOKEN_WRONG', at: 1 };
  const number = packDigits(digits);
  digits.fill(0);
  return { ok: true, number, expiry };
}

function boundTo({ merchant, version }: SealingKey): Uint8Array {
  return concatBytes(merchantField(merchant), versionByte(version));
}

/** noble throws at a wrong synthetic IV. */
function attempt(sealing: SealingKey, sealed: Uint8Array): Uint8Array | undefined {
  try {
    return aessiv(sealing.key, boundTo(sealing)).decrypt(sealed);
  } catch {
    return undefined;
  }
}

/** Numbers of 64 bits are exact in bytes; a BigInt could not be wiped. */
function writeInteger(bytes: Uint8Array, digits: Uint8Array): void {
  for (let from = 0; from < digits.length; from += STEP_DIGITS) {
    const step = digits.subarray(from, from + STEP_DIGITS);
    let carry = step.reduce((value, digit) => value * 10 + digit, 0);
    for (let at = INTEGER_BYTES - 1; at >= 0; at -= 1) {
      const value = (bytes[at] as number) * 10 ** step.length + carry;
      bytes[at] = value & 0xff;
      carry = value >>> 8;
    }
  }
}

/** @param bytes left at zeros @returns undefined when these are not so many digits */
function readInteger(bytes: Uint8Array, count: number): Uint8Array | undefined {
  if (count < NUMBER_DIGITS_MIN || count > NUMBER_DIGITS_MAX) return undefined;
  const digits = new Uint8Array(count);
  for (let end = count; end > 0; end -= STEP_DIGITS) {
    const start = Math.max(0, end - STEP_DIGITS);
    const divisor = 10 ** (end - start);
    let rest = 0;
    for (let at = 0; at < INTEGER_BYTES; at += 1) {
      const value = rest * 256 + (bytes[at] as number);
      bytes[at] = Math.floor(value / divisor);
      rest = value % divisor;
    }
    for (let place = end - 1; place >= start; place -= 1, rest = Math.floor(rest / 10)) digits[place] = rest % 10;
  }
  return bytes.every((byte) => byte === 0) ? digits : undefined;
}
