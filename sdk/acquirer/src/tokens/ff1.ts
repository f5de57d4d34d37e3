/**
 * FF1, format-preserving encryption of decimal digits: the encryption of twelve digits is twelve digits.
 * Half of what it does for a number depends on the key and the tweak alone, and is done once for all numbers.
 *
 *   P  16 bytes      01 02 01 | radix 3 | 0A | digits on the left 1 | digits 4 | bytes of the tweak 4
 *   Q  n × 16 bytes  tweak | zeros | round 1 | number on the right, b bytes
 *   a round adds AES-CBC-MAC(P | Q), its first bytes as a number, to the left side
 *
 * Source: NIST SP 800-38G, algorithms 7 and 8.   Floor: acquirer.
 * Memory: digits are changed in place; the halves of a number are numbers, never a text.
 */

/** AES of 16 bytes under a key, in place. */
export type EncryptBlock = (block: Uint8Array) => void;

/** SP 800-38G revision 1: fewer numbers than this are tried in no time. */
export const DOMAIN_DIGITS_MIN = 6;
/** So that half of them are exact in a number of the language, below 2 ** 32. */
export const DOMAIN_DIGITS_MAX = 18;

const ROUNDS = 10;
const RADIX = 10;
const BLOCK_BYTES = 16;
/** Of a round's MAC that are added: d = 4 ⌈b / 4⌉ + 4, and b is at most 4. */
const ADDED_BYTES = 8;

export interface Ff1 {
  /** @param digits as many as it was made for, 0..9 each; changed in place */
  encrypt(digits: Uint8Array): void;
  decrypt(digits: Uint8Array): void;
}

/** @param length of the digits, 6 to 18 @throws RangeError for another length */
export function createFf1(encryptBlock: EncryptBlock, tweak: Uint8Array, length: number): Ff1 {
  if (!(length >= DOMAIN_DIGITS_MIN && length <= DOMAIN_DIGITS_MAX))
    throw new RangeError(`FF1 is for ${DOMAIN_DIGITS_MIN} to ${DOMAIN_DIGITS_MAX} digits`);
  const left = length >> 1;
  const right = length - left;
  const numberBytes = Math.ceil(Math.ceil(right * Math.log2(RADIX)) / 8);
  const head = new Uint8Array(BLOCK_BYTES);
  head.set([1, 2, 1, 0, 0, RADIX, ROUNDS, left]);
  const view = new DataView(head.buffer);
  view.setUint32(8, length);
  view.setUint32(12, tweak.length);

  // P, and of Q what comes before the round: the same each time.
  const filled = Math.ceil((tweak.length + 1 + numberBytes) / BLOCK_BYTES) * BLOCK_BYTES;
  const tail = new Uint8Array(filled);
  tail.set(tweak);
  encryptBlock(head);
  for (let at = 0; at < filled - BLOCK_BYTES; at += BLOCK_BYTES) {
    addBlock(head, tail, at);
    encryptBlock(head);
  }
  addBlock(head, tail, filled - BLOCK_BYTES);

  const block = new Uint8Array(BLOCK_BYTES);
  const roundAt = BLOCK_BYTES - numberBytes - 1;
  const modulusOf = (round: number): number => RADIX ** (round % 2 === 0 ? left : right);

  /** What a round adds, below the modulus. */
  function added(round: number, number: number, modulus: number): number {
    block.set(head);
    block[roundAt] = (block[roundAt] as number) ^ round;
    for (let at = BLOCK_BYTES - 1, rest = number; at > roundAt; at -= 1, rest = Math.floor(rest / 256))
      block[at] = (block[at] as number) ^ (rest % 256);
    encryptBlock(block);
    let sum = 0;
    for (let at = 0; at < ADDED_BYTES; at += 2)
      sum = (sum * 65536 + (block[at] as number) * 256 + (block[at + 1] as number)) % modulus;
    return sum;
  }

  return {
    encrypt(digits) {
      let [a, b] = halvesOf(digits, left, length);
      for (let round = 0; round < ROUNDS; round += 1) {
        const modulus = modulusOf(round);
        [a, b] = [b, (a + added(round, b, modulus)) % modulus];
      }
      writeHalves(digits, left, a, b);
    },
    decrypt(digits) {
      let [a, b] = halvesOf(digits, left, length);
      for (let round = ROUNDS - 1; round >= 0; round -= 1) {
        const modulus = modulusOf(round);
        [a, b] = [(b - added(round, a, modulus) + modulus) % modulus, a];
      }
      writeHalves(digits, left, a, b);
    },
  };
}

function addBlock(sum: Uint8Array, bytes: Uint8Array, at: number): void {
  for (let i = 0; i < BLOCK_BYTES; i += 1) sum[i] = (sum[i] as number) ^ (bytes[at + i] as number);
}

function halvesOf(digits: Uint8Array, left: number, length: number): [number, number] {
  if (digits.length !== length) throw new RangeError(`these are ${digits.length} digits, not ${length}`);
  return [numberOf(digits, 0, left), numberOf(digits, left, length)];
}

function numberOf(digits: Uint8Array, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) number = number * RADIX + (digits[at] as number);
  return number;
}

function writeHalves(digits: Uint8Array, left: number, a: number, b: number): void {
  for (let at = left - 1, rest = a; at >= 0; at -= 1, rest = Math.floor(rest / RADIX)) digits[at] = rest % RADIX;
  for (let at = digits.length - 1, rest = b; at >= left; at -= 1, rest = Math.floor(rest / RADIX))
    digits[at] = rest % RADIX;
}
