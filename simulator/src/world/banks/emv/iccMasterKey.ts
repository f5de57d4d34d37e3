/**
 * The keys of a card from those of its issuer, the card number and its sequence number.
 * Source: EMV 4.4 Book 2 Annex A1.4.   Floor: simulator world.
 * Memory: digits are one a byte, and wiped; no number becomes text.
 */
import { sha1 } from '../../pki/recoverableSignature.js';
import { BLOCK_BYTES, tripleDes, withOddParity, xor } from './tripleDes.js';

/** B differs from A for numbers of more than 16 digits only. */
export type IccKeyDerivation = 'A' | 'B';

/** Whose card it is. */
export interface CardIdentity {
  /** As tag 5A holds it: BCD, padded with F. */
  readonly number: Uint8Array;
  /** As tag 5F34 holds it: one byte BCD; no byte when the card has none. */
  readonly sequenceNumber: Uint8Array;
}

const DIGITS = 2 * BLOCK_BYTES;
const ALL_ONES = new Uint8Array(BLOCK_BYTES).fill(0xff);

/** @param issuerMasterKey 16 bytes @returns new bytes, 16, odd parity: the caller wipes them */
export function iccMasterKey(
  derivation: IccKeyDerivation,
  issuerMasterKey: Uint8Array,
  card: CardIdentity,
): Uint8Array {
  const digits = digitsOf(card);
  const numberDigits = digits.length - 2;
  const chosen = derivation === 'B' && numberDigits > DIGITS ? decimalised(digits) : lastDigits(digits);
  const diversification = new Uint8Array(DIGITS);
  const packed = pack(chosen);
  diversification.set(packed);
  diversification.set(xor(packed, ALL_ONES), BLOCK_BYTES);
  const key = withOddParity(tripleDes(issuerMasterKey, diversification));
  for (const wiped of [digits, chosen, packed, diversification]) wiped.fill(0);
  return key;
}

/** Number, then two digits of sequence number. */
function digitsOf({ number, sequenceNumber }: CardIdentity): Uint8Array {
  const sequence = sequenceNumber[0] ?? 0;
  const all = Uint8Array.from({ length: 2 * number.length + 2 });
  let count = 0;
  for (const byte of [...number, sequence]) {
    for (const digit of [byte >> 4, byte & 15]) if (digit < 10) all[count++] = digit;
  }
  const digits = all.slice(0, count);
  all.fill(0);
  return digits;
}

/** The last 16, zeros before them when there are fewer. @see EMV 4.4 Book 2 Annex A1.4.1 */
function lastDigits(digits: Uint8Array): Uint8Array {
  const last = new Uint8Array(DIGITS);
  const taken = digits.subarray(-DIGITS);
  last.set(taken, DIGITS - taken.length);
  return last;
}

/** The first 16 decimal digits of a hash; when there are too few, A to F count as 0 to 5. @see EMV 4.4 Book 2 Annex A1.4.2 */
function decimalised(digits: Uint8Array): Uint8Array {
  const even = new Uint8Array(digits.length + (digits.length % 2));
  even.set(digits, even.length - digits.length);
  const packed = pack(even);
  const halves = [...sha1(packed)].flatMap((byte) => [byte >> 4, byte & 15]);
  packed.fill(0);
  even.fill(0);
  const decimal = halves.filter((half) => half < 10);
  const letters = halves.filter((half) => half >= 10).map((half) => half - 10);
  return Uint8Array.from([...decimal, ...letters].slice(0, DIGITS));
}

/** Two digits a byte. */
function pack(digits: Uint8Array): Uint8Array {
  return Uint8Array.from(
    { length: digits.length / 2 },
    (_, at) => ((digits[2 * at] ?? 0) << 4) | (digits[2 * at + 1] ?? 0),
  );
}
