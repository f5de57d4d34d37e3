/**
 * One way to hide a card number, drawn by fast-check, and the bytes that it comes to.
 * Floor: simulator tests.
 */
import { concatBytes } from '@comptoir/protocol';
import fc, { type Arbitrary } from 'fast-check';
import { type Coding, encodeDigits, knownCodings, secretCodings } from './codings.js';
import type { Base, Planted } from './hidingCard.js';
import { type PlaceName, placeOf, placesOf } from './places.js';

/**
 * `confirm`: by contact, and the holder confirms the application before it's read. `choose`: a checkout that shows the customer what is
 * there. `small checkout`: a gift card could pay all of it. `cards` lists who is in the field; then the card pays as the others do.
 */
export type Sale =
  | 'pay contactless'
  | 'pay contact'
  | 'confirm'
  | 'read'
  | 'checkout'
  | 'choose'
  | 'small checkout'
  | 'cards';
export type Part = 'whole' | 'one left out' | 'one changed' | 'hidden only';
/** `neighbours`: the first half in one object, the second in the other. `in turn`: each takes every other digit. */
export type Split = 'no' | 'neighbours' | 'in turn';

export interface Hiding {
  readonly base: Base;
  readonly sale: Sale;
  readonly isAuthentic: boolean;
  readonly number: string;
  readonly part: Part;
  /** Which digit is left out or changed. */
  readonly odd: number;
  readonly coding: Coding;
  readonly split: Split;
  /** One, or two of a split number. None: the digits are the identifier at the antenna. */
  readonly places: readonly PlaceName[];
  /** Where the digits stand in an object of a fixed size. `bare`: the object has the size of the digits, right or not. */
  readonly fit: 'front' | 'back' | 'bare';
}

/** The mask shows six digits and four. */
const FIRST_SHOWN = 6;
export const LAST_SHOWN = 4;
/** Not one of those that stand for digits. */
const LETTER = 0x4c;
/** Fewer digits than that stand everywhere by chance; of a short number the window takes some in that the mask shows. */
const WINDOW_DIGITS_MIN = 6;

/** The digits that the mask hides, and of a short number some before them. */
export function hiddenWindow(number: string): string {
  const end = number.length - LAST_SHOWN;
  return number.slice(Math.min(FIRST_SHOWN, end - WINDOW_DIGITS_MIN), end);
}

export function digitsOf({ number, part, odd }: Pick<Hiding, 'number' | 'part' | 'odd'>): string {
  const at = odd % number.length;
  switch (part) {
    case 'whole':
      return number;
    case 'one left out':
      return number.slice(0, at) + number.slice(at + 1);
    case 'one changed':
      return `${number.slice(0, at)}${(Number(number[at]) + 5) % 10}${number.slice(at + 1)}`;
    case 'hidden only':
      return hiddenWindow(number);
  }
}

/** The digits of each place. @returns one string, or two of a split number */
export function partsOf(hiding: Hiding): readonly string[] {
  const digits = digitsOf(hiding);
  const inTurn = (rest: number): string => [...digits].filter((_, at) => at % 2 === rest).join('');
  // In whole bytes, so that packed halves are those of the packed whole.
  const half = (digits.length >> 2) * 2;
  switch (hiding.split) {
    case 'no':
      return [digits];
    case 'neighbours':
      return [digits.slice(0, half), digits.slice(half)];
    case 'in turn':
      return [inTurn(0), inTurn(1)];
  }
}

export function plantedOf(hiding: Hiding): readonly Planted[] {
  return partsOf(hiding).flatMap((part, at) => {
    const name = hiding.places[at];
    if (name === undefined) return [];
    const place = placeOf(name);
    const digits = encodeDigits(hiding.coding, part);
    const missing = Math.max(0, (place.size ?? 0) - digits.length);
    const filling = new Uint8Array(hiding.fit === 'bare' ? 0 : missing).fill(place.filling === 'letters' ? LETTER : 0);
    // The halves of a split number stand towards each other.
    const isBehind = hiding.split === 'no' ? hiding.fit === 'back' : at === 0;
    return [{ place, value: isBehind ? concatBytes(filling, digits) : concatBytes(digits, filling) }];
  });
}

/** UIDs have 4, 7 or 10 bytes. Undefined: the card takes a random one. */
export function identifierOf(hiding: Hiding): Uint8Array | undefined {
  if (hiding.sale !== 'cards') return undefined;
  const digits = encodeDigits(hiding.coding, digitsOf(hiding)).subarray(0, 10);
  const uid = new Uint8Array([4, 7, 10].find((size) => size >= digits.length) ?? 10);
  uid.set(digits);
  return uid;
}

/** Ordinary sales; a split comes seldom, and rarely what only the attacker knows. */
export function arbitraryHiding(): Arbitrary<Hiding> {
  const coding = fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom(...knownCodings) },
    { weight: 1, arbitrary: fc.constantFrom(...secretCodings) },
  );
  const split = weighted<Split>({ no: 40, neighbours: 10, 'in turn': 1 });
  return fc
    .record({ base: fc.constantFrom<Base>('kernel 2', 'kernel 3', 'dynamic'), split })
    .chain(({ base, split }) =>
      fc.record({
        base: fc.constant(base),
        sale: arbitrarySale(base),
        isAuthentic: weighted({ true: 1, false: 3 }).map((text) => text === 'true'),
        number: arbitraryNumber(base),
        part: fc.constantFrom<Part>('whole', 'one left out', 'one changed', 'hidden only'),
        odd: fc.nat({ max: 18 }),
        coding,
        split: fc.constant(split),
        places: arbitraryPlaces(base, split),
        fit: fc.constantFrom('front', 'back', 'bare'),
      }),
    )
    .map((hiding): Hiding => (hiding.sale === 'cards' ? { ...hiding, split: 'no', places: [] } : hiding))
    .filter((hiding) => hiding.odd === 0 || plantedOf(hiding).every(fits));
}

/** An object of a wrong size is refused whatever is in it, and no text is shown of bytes that aren't: that is tried seldom. */
function fits({ place, value }: Planted): boolean {
  const isRightSize = place.size === undefined || value.length === place.size;
  return isRightSize && (place.filling === 'zeros' || value.every((byte) => byte >= 0x20 && byte < 0x7f));
}

const SALES_OF_DYNAMIC = {
  'pay contactless': 4,
  'pay contact': 2,
  confirm: 1,
  read: 10,
  checkout: 8,
  choose: 8,
  'small checkout': 6,
  cards: 0,
};
const SALES = {
  ...SALES_OF_DYNAMIC,
  'pay contactless': 20,
  'pay contact': 14,
  confirm: 6,
  'small checkout': 0,
  cards: 1,
};

function arbitrarySale(base: Base): Arbitrary<Sale> {
  return weighted<Sale>(base === 'dynamic' ? SALES_OF_DYNAMIC : SALES);
}

function arbitraryPlaces(base: Base, split: Split): Arbitrary<PlaceName[]> {
  const names = placesOf(base);
  const place = weighted(
    Object.fromEntries(names.map((name) => [name, placeOf(name).weight])) as Record<PlaceName, number>,
  );
  const count = split === 'no' ? 1 : 2;
  return fc.uniqueArray(place, { minLength: count, maxLength: count, selector: (name) => placeOf(name).tag });
}

function weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Arbitrary<Name> {
  const names = Object.keys(weights) as Name[];
  return fc.oneof(...names.map((name) => ({ weight: weights[name], arbitrary: fc.constant(name) })));
}

const FIRST_DIGITS: Readonly<Record<Base, string>> = { 'kernel 2': '54', 'kernel 3': '4', dynamic: '4' };
/** A number like 4000000000000001 is found everywhere. */
const DIFFERENT_HIDDEN_MIN = 4;

function arbitraryNumber(base: Base): Arbitrary<string> {
  const first = FIRST_DIGITS[base];
  return weighted({ 16: 12, 15: 1, 19: 2, 13: 1 }).chain((length) =>
    fc
      .array(fc.nat({ max: 9 }), { minLength: Number(length) - first.length, maxLength: Number(length) - first.length })
      .map((digits) => withCheckDigit(first + digits.join('')))
      .filter((number) => new Set(hiddenWindow(number)).size >= DIFFERENT_HIDDEN_MIN),
  );
}

/** The last digit is Luhn's. */
function withCheckDigit(number: string): string {
  const body = number.slice(0, -1);
  const sum = [...body].reverse().reduce((total, digit, at) => {
    const doubled = Number(digit) * (at % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
}

export function toldAs({ base, sale, part, coding, split, places, fit }: Hiding): string {
  const where = places.length === 0 ? 'UID' : places.join(' + ');
  return `${base}, ${sale}: ${where}, ${coding}, ${part}${split === 'no' ? '' : `, split ${split}`}, ${fit}`;
}
