/**
 * The index token: the same card at the same merchant gives the same token, and no other merchant can tell.
 *
 *   `ri` | version (1) | 26 characters: 128 bits and two zero bits | check (2)
 *
 * Every character after `ri` stands for five bits. The check is the number that version and the 26 make, mod 1021.
 * Worked example: docs/reference/tokens.md.   Floor: token; imports nothing.
 */

export interface IndexToken {
  /** Version of the merchant's key, 0..31. */
  readonly version: number;
  /** 16 bytes. */
  readonly value: Uint8Array;
}

const PREFIX = 'ri';
/** No i, l, o and u: they are misread. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
export const INDEX_TOKEN_BYTES = 16;
const CHECK_MODULUS = 1021;

export function printIndexToken({ version, value }: IndexToken): string {
  let printed = ALPHABET.charAt(version);
  let check = version;
  let bits = 0;
  let held = 0;
  const emit = (digit: number): void => {
    printed += ALPHABET.charAt(digit);
    check = (check * 32 + digit) % CHECK_MODULUS;
  };
  for (const byte of value) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      emit((held >> bits) & 31);
      held &= (1 << bits) - 1;
    }
  }
  if (bits > 0) emit((held << (5 - bits)) & 31);
  return PREFIX + printed + ALPHABET.charAt(check >> 5) + ALPHABET.charAt(check & 31);
}
