/**
 * What no search can find: all that may get out, and no more than this much of what is tried. Each kind is named in
 * docs/reference/clear-fields.md.
 * Floor: simulator tests.
 */
import { encodeDigits, secretCodings } from './codings.js';
import { type Hiding, partsOf } from './hiding.js';
import { standTogether } from './places.js';

/** Of all ways that the arbitrary draws. What the listing of cards tells isn't counted: their identifiers are what it is there for. */
export const OUT_SHARE_MAX = 0.05;

/** Half bytes, integers, and a text of one of these: seven of them may stand anywhere by chance, six often do. */
const DENSE: readonly string[] = [
  'packed',
  'packed at the other half byte',
  'packed, backwards',
  'swapped',
  'integer',
  'integer, little endian',
  'base64 of packed',
  'hexadecimal text',
];

const INTEGERS: readonly string[] = ['integer', 'integer, little endian'];
const NOT_DIGIT_BY_DIGIT: readonly string[] = [...INTEGERS, 'base64 of packed'];
/** A run of the number counts from so many digits in one field. */
const RUN_MIN = 7;
const DENSE_RUN_MIN = 9;

export const EXCEPTIONS: Readonly<Record<string, (hiding: Hiding) => boolean>> = {
  'a coding that only the attacker knows: XOR, letters for digits, complements, another base': ({ coding }) =>
    secretCodings.includes(coding),
  'digits in turn in two fields: a split that only the attacker knows': ({ split }) => split === 'in turn',
  'two fields that do not stand side by side, with less than a run in each': (hiding) =>
    hiding.split === 'neighbours' &&
    !standTogether(hiding.places) &&
    partsOf(hiding).every((part) => hasNoRun(part, hiding)),
  'hexadecimal text of ASCII': ({ coding }) => coding === 'hexadecimal text',
  'base64 that has capitals and figures alone': (hiding) =>
    hiding.coding.startsWith('base64') &&
    partsOf(hiding).every((part) => !hasSmallLetter(encodeDigits(hiding.coding, part))),
  'the identifier at the antenna: cards that are listed are never read, so the reader knows no digits to look for': ({
    sale,
  }) => sale === 'cards',
  'the number of an application that is not read, or not yet: labels and names are told by their form alone': ({
    sale,
    places,
  }) => sale === 'choose' || sale === 'confirm' || places.some((place) => place.startsWith('wallet')),
  'hidden digits alone, densely coded: chance gives as much': ({ part, coding }) =>
    part === 'hidden only' && DENSE.includes(coding),
  'an integer, or base64, of which one digit is another or left out: a sum': ({ part, coding }) =>
    (part === 'one changed' || part === 'one left out') && NOT_DIGIT_BY_DIGIT.includes(coding),
};

export function isNamed(hiding: Hiding): boolean {
  return Object.values(EXCEPTIONS).some((covers) => covers(hiding));
}

function hasNoRun(part: string, { number, coding }: Hiding): boolean {
  const length = DENSE.includes(coding) ? DENSE_RUN_MIN : RUN_MIN;
  const runs = Array.from({ length: Math.max(0, part.length - length + 1) }, (_, at) => part.slice(at, at + length));
  return INTEGERS.includes(coding) || !runs.some((run) => number.includes(run));
}

function hasSmallLetter(text: Uint8Array): boolean {
  return /[a-z]/.test(Buffer.from(text).toString('latin1'));
}
