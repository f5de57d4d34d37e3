/**
 * How a card may write digits. The first table is what a search can know; the second is what only the attacker knows, so no search can.
 * Floor: simulator tests; shares nothing with the firmware or with the judge, which reads by rules of its own.
 */
type Encode = (digits: string) => Uint8Array;

const FIRST_LETTER = 0x41;
/** Any byte would do. */
const XOR_KEY = 0x5a;

const text = (characters: string): Buffer => Buffer.from(characters, 'latin1');
/** An odd number of digits is padded with F, as in tag 5A. */
const packed: Encode = (digits) => Buffer.from(digits.length % 2 === 0 ? digits : `${digits}F`, 'hex');
const swapHalves = (byte: number): number => ((byte & 15) << 4) | (byte >> 4);
const backwards = (digits: string): string => [...digits].reverse().join('');
const grouped = (digits: string, size: number, separator: string): string =>
  (digits.match(new RegExp(`.{1,${size}}`, 'g')) ?? []).join(separator);

function integer(digits: string): Buffer {
  const hex = BigInt(digits).toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
}

export const KNOWN_CODINGS = {
  packed,
  'packed at the other half byte': (digits) => packed(`F${digits}`),
  swapped: (digits) => packed(digits).map(swapHalves),
  unpacked: (digits) => Uint8Array.from(digits, Number),
  ASCII: text,
  EBCDIC: (digits) => Uint8Array.from(digits, (digit) => 0xf0 + Number(digit)),
  'UTF-16, little endian': (digits) => Buffer.from(digits, 'utf16le'),
  'UTF-16, big endian': (digits) => Buffer.from(digits, 'utf16le').swap16(),
  'in groups with spaces': (digits) => text(grouped(digits, 4, ' ')),
  'in groups with dashes': (digits) => text(grouped(digits, 4, '-')),
  'spaced out': (digits) => text(grouped(digits, 1, ' ')),
  'hexadecimal text': (digits) => text(text(digits).toString('hex')),
  'base64 of packed': (digits) => text(Buffer.from(packed(digits)).toString('base64')),
  'base64 of ASCII': (digits) => text(Buffer.from(text(digits)).toString('base64')),
  integer,
  'integer, little endian': (digits) => integer(digits).reverse(),
  'ASCII, backwards': (digits) => text(backwards(digits)),
  'packed, backwards': (digits) => packed(backwards(digits)),
} as const satisfies Readonly<Record<string, Encode>>;

export const SECRET_CODINGS = {
  'XOR of packed': (digits) => packed(digits).map((byte) => byte ^ XOR_KEY),
  'letters for digits': (digits) => Uint8Array.from(digits, (digit) => FIRST_LETTER + Number(digit)),
  'complements of digits': (digits) => text([...digits].map((digit) => 9 - Number(digit)).join('')),
  'base 36': (digits) => text(BigInt(digits).toString(36).toUpperCase()),
} as const satisfies Readonly<Record<string, Encode>>;

export type Coding = keyof typeof KNOWN_CODINGS | keyof typeof SECRET_CODINGS;

export const knownCodings = Object.keys(KNOWN_CODINGS) as readonly Coding[];
export const secretCodings = Object.keys(SECRET_CODINGS) as readonly Coding[];

export function encodeDigits(coding: Coding, digits: string): Uint8Array {
  return Uint8Array.from({ ...KNOWN_CODINGS, ...SECRET_CODINGS }[coding](digits));
}
