/**
 * Takes card numbers out of what the runner prints. Vectors hold test numbers only, and yet the result lines are output of
 * the product: first six digits, last four, `*` between.
 * Source: test-vectors/README.md, output.   Floor: simulator trials.
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
function maskNumber(digits: string): string {
  const shown = digits.length >= 13 ? 6 : 0;
  return (
    digits.slice(0, shown) +
    '*'.repeat(Math.max(0, digits.length - shown - 4)) +
    digits.slice(Math.max(shown, digits.length - 4))
  );
}

/** What must not be printed of a record. */
interface Secrets {
  /** Card numbers: masked. */
  readonly numbers: ReadonlySet<string>;
  /** Any other text that the record forbids: starred out, in upper and lower case. */
  readonly texts: ReadonlySet<string>;
}

/** Every card number that a record and its answer name, and what the record forbids. */
export function secretsOf(record: VectorRecord, actual: unknown): Secrets {
  const numbers = new Set<string>();
  const texts = new Set<string>();
  if (record.kind === 'track2.parse' && isObject(record.input)) collect({ '57': record.input['hex'] }, numbers);
  for (const part of [record.input, record.expected, actual]) collect(part, numbers);
  const forbidden = isObject(record.expected) ? record.expected['mustNotAppearInOutput'] : undefined;
  for (const text of Array.isArray(forbidden) ? forbidden : []) {
    if (typeof text !== 'string' || text === '') continue;
    addLeadingDigits(text, numbers);
    texts.add(text).add(toHex(latin1ToBytes(text)));
  }
  return { numbers, texts };
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

/** A copy of a JSON value in which no secret appears: not as it is, not as hexadecimal text of its characters. */
export function maskValue(value: unknown, secrets: Secrets, field = ''): unknown {
  if (typeof value === 'string') return maskText(maskField(value, field), secrets);
  if (typeof value === 'number') {
    const text = String(value);
    const masked = maskText(text, secrets);
    return masked === text ? value : masked;
  }
  if (Array.isArray(value)) return value.map((item) => maskValue(item, secrets, field));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [maskText(name, secrets), maskValue(inner, secrets, name)]),
  );
}

function maskField(text: string, field: string): string {
  if (NUMBER_FIELDS.includes(field)) return text.replace(/^\d+/, maskNumber);
  if (DISCRETIONARY_FIELDS.includes(field)) return maskNumber(text);
  return text;
}

/** @param text anything that is about to be printed */
export function maskText(text: string, { numbers, texts }: Secrets): string {
  let masked = text;
  for (const digits of numbers) {
    const shown = maskNumber(digits);
    masked = masked.replaceAll(digits, shown).replaceAll(toHex(latin1ToBytes(digits)), toHex(latin1ToBytes(shown)));
  }
  for (const secret of texts) masked = starOut(masked, secret);
  return masked;
}

function starOut(text: string, secret: string): string {
  const searched = text.toUpperCase();
  // A letter whose upper case is longer would shift what follows.
  if (searched.length !== text.length) return text.replaceAll(secret, '*'.repeat(secret.length));
  let masked = '';
  let from = 0;
  for (let at = searched.indexOf(secret.toUpperCase()); at >= 0; at = searched.indexOf(secret.toUpperCase(), from)) {
    masked += text.slice(from, at) + '*'.repeat(secret.length);
    from = at + secret.length;
  }
  return masked + text.slice(from);
}
