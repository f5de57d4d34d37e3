/**
 * The index token: the same card at the same merchant gives the same token, and nothing else can be read from it.
 *
 *   token   = first 16 bytes of HMAC-SHA-256(merchant key, "pan\0" | card number)
 *             card number: 10 bytes, one digit a half byte, left aligned, padded with F
 *   printed = `ri`, version, 26 characters, 2 check characters
 *             26 characters: the 128 bits, most significant first, and two zero bits, 5 bits a character
 *             check: (version and the 26, read as one number in base 32) mod 1021, as 10 bits
 *
 * Source: docs/reference/tokens.md, with a worked example.   Floor: acquirer.
 */
import { concatBytes, type DataObject, latin1ToBytes } from '@comptoir/protocol';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { packedNumberIn } from './packedNumber.js';

/** A character's place is its value. No i, l, o, u: they are misread. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const PREFIX = 'ri';
const TOKEN_BYTES = 16;
const TOKEN_CHARACTERS = 26;
const CHECK_MODULUS = 1021;
/** Prefix, version, token, check. */
const PRINTED_CHARACTERS = 2 + 1 + TOKEN_CHARACTERS + 2;
const NUMBER_LABEL = latin1ToBytes('pan\0');

export interface IndexToken {
  /** Version of the merchant key, 0..31. */
  readonly version: number;
  /** 16 bytes. */
  readonly token: Uint8Array;
}

export type IndexTokenResult =
  | { readonly ok: true; readonly indexToken: IndexToken }
  | { readonly ok: false; readonly fault: 'TOKEN_FORM' | 'TOKEN_CHARACTER' | 'TOKEN_CHECK'; readonly at: number };

/** @param printed untrusted @returns the token, or the fault and the place of the character where it shows */
export function parseIndexToken(printed: string): IndexTokenResult {
  if (printed.length !== PRINTED_CHARACTERS || !printed.startsWith(PREFIX))
    return { ok: false, fault: 'TOKEN_FORM', at: 0 };
  const values: number[] = [];
  for (let at = PREFIX.length; at < printed.length; at += 1) {
    const value = ALPHABET.indexOf(printed.charAt(at));
    if (value < 0) return { ok: false, fault: 'TOKEN_CHARACTER', at };
    values.push(value);
  }
  const [version = 0, ...rest] = values;
  const body = rest.slice(0, TOKEN_CHARACTERS);
  const [high = 0, low = 0] = rest.slice(TOKEN_CHARACTERS);
  if (high * 32 + low !== checkOf([version, ...body]))
    return { ok: false, fault: 'TOKEN_CHECK', at: PRINTED_CHARACTERS - 2 };
  // The last character holds 3 bits of the token and two zero bits.
  if (((body[TOKEN_CHARACTERS - 1] ?? 0) & 3) !== 0)
    return { ok: false, fault: 'TOKEN_CHARACTER', at: PRINTED_CHARACTERS - 3 };
  return { ok: true, indexToken: { version, token: bytesOf(body) } };
}

/** @returns the 31 characters */
export function formatIndexToken({ version, token }: IndexToken): string {
  const values = [version, ...charactersOf(token)];
  const check = checkOf(values);
  return PREFIX + [...values, check >> 5, check & 31].map((value) => ALPHABET.charAt(value)).join('');
}

/**
 * What a reader would have given: for cards whose number it could not authenticate.
 * @param merchantKey 32 bytes
 * @param cardData    of an open envelope
 * @returns undefined when there is no card number of 8 to 19 digits in the card data
 */
export function computeIndexToken(
  merchantKey: Uint8Array,
  version: number,
  cardData: readonly DataObject[],
): IndexToken | undefined {
  const number = packedNumberIn(cardData);
  if (number === undefined) return undefined;
  const indexToken = indexTokenOf(merchantKey, version, number);
  number.fill(0);
  return indexToken;
}

/** @param number packed, 10 bytes */
export function indexTokenOf(merchantKey: Uint8Array, version: number, number: Uint8Array): IndexToken {
  const labelled = concatBytes(NUMBER_LABEL, number);
  const token = hmac(sha256, merchantKey, labelled).slice(0, TOKEN_BYTES);
  labelled.fill(0);
  return { version, token };
}

function checkOf(values: readonly number[]): number {
  return values.reduce((rest, value) => (rest * 32 + value) % CHECK_MODULUS, 0);
}

function charactersOf(token: Uint8Array): number[] {
  const values: number[] = [];
  for (let bit = 0; bit < TOKEN_BYTES * 8; bit += 5) {
    const pair = ((token[bit >> 3] ?? 0) << 8) | (token[(bit >> 3) + 1] ?? 0);
    values.push((pair >> (11 - (bit & 7))) & 31);
  }
  return values;
}

function bytesOf(characters: readonly number[]): Uint8Array {
  const token = new Uint8Array(TOKEN_BYTES);
  characters.forEach((value, index) => {
    const bit = index * 5;
    const pair = value << (11 - (bit & 7));
    const at = bit >> 3;
    token[at] = (token[at] ?? 0) | (pair >> 8);
    if (at + 1 < TOKEN_BYTES) token[at + 1] = (token[at + 1] ?? 0) | (pair & 0xff);
  });
  return token;
}
