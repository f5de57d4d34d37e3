/**
 * Takes card numbers out of what the runner prints. Vectors hold test numbers only, and yet the result lines are output of
 * the product: first six digits, last four, `*` between.
 * Source: test-vectors/README.md, output.   Floor: simulator.
 */
import { fromHex, latin1FromBytes, latin1ToBytes, toHex } from '@comptoir/protocol';
import { isObject, type VectorRecord } from './vectorFiles.js';

/** A number shorter than this is masked where it stands, and not looked for elsewhere: it would match everywhere. */
const SEARCHED_DIGITS_MIN = 8;
/** Fields that hold a number, or a track that begins with one. */
const NUMBER_FIELDS: readonly string[] = ['pan', 'tag5A', '5A', '57', '9F6B'];
/** Fields that hold track 1, as hexadecimal text of its characters. */
const TRACK_1_FIELDS: readonly string[] = ['56', 'tag56'];
/** Fields of a track that may repeat the number: masked whole. */
const DISCRETIONARY_FIELDS: readonly string[] = ['9F1F', '9F20'];

/** Thirteen digits or more: first six and last four stay; fewer: last four. Length is kept. */
export function maskNumber(digits: string): string {
  const shown = digits.length >= 13 ? 6 : 0;
  return (
    digits.slice(0, shown) +
    '*'.repeat(Math.max(0, digits.length - shown - 4)) +
    digits.slice(Math.max(shown, digits.length - 4))
  );
}

/** Every card number that a record and its answer name. */
export function numbersOf(record: VectorRecord, actual: unknown): ReadonlySet<string> {
  const numbers = new Set<string>();
  if (record.kind === 'track2.parse' && isObject(record.input)) collect({ '57': record.input['hex'] }, numbers);
  for (const part of [record.input, record.expected, actual]) collect(part, numbers);
  const forbidden = isObject(record.expected) ? record.expected['mustNotAppearInOutput'] : undefined;
  if (Array.isArray(forbidden))
    for (const text of forbidden) if (typeof text === 'string') addLeadingDigits(text, numbers);
  return numbers;
}

function collect(value: unknown, numbers: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, numbers);
  } else if (isObject(value)) {
    for (const [name, inner] of Object.entries(value)) {
      if (typeof inner !== 'string') collect(inner, numbers);
      else if (NUMBER_FIELDS.includes(name)) addLeadingDigits(inner, numbers);
      else if (TRACK_1_FIELDS.includes(name))
        addLeadingDigits(latin1FromBytes(fromHex(inner) ?? Uint8Array.of()).slice(1), numbers);
    }
  }
}

function addLeadingDigits(text: string, numbers: Set<string>): void {
  const digits = /^\d+/.exec(text)?.[0] ?? '';
  if (digits.length >= SEARCHED_DIGITS_MIN) numbers.add(digits);
}

/** A copy of a JSON value in which no number of the set appears: not as digits, not as hexadecimal text of its characters. */
export function maskValue(value: unknown, numbers: ReadonlySet<string>, field = ''): unknown {
  if (typeof value === 'string') return maskText(maskField(value, field), numbers);
  if (typeof value === 'number') {
    const text = String(value);
    const masked = maskText(text, numbers);
    return masked === text ? value : masked;
  }
  if (Array.isArray(value)) return value.map((item) => maskValue(item, numbers, field));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [maskText(name, numbers), maskValue(inner, numbers, name)]),
  );
}

function maskField(text: string, field: string): string {
  if (NUMBER_FIELDS.includes(field)) return text.replace(/^\d+/, maskNumber);
  if (DISCRETIONARY_FIELDS.includes(field)) return maskNumber(text);
  return text;
}

/** @param text anything that is about to be printed */
export function maskText(text: string, numbers: ReadonlySet<string>): string {
  let masked = text;
  for (const digits of numbers) {
    const shown = maskNumber(digits);
    masked = masked.replaceAll(digits, shown).replaceAll(toHex(latin1ToBytes(digits)), toHex(latin1ToBytes(shown)));
  }
  return masked;
}
