/**
 * Fields of a JSON object that a person wrote. Each is read by its rule; the first that breaks its rule is noted, with its name.
 * Floor: files.
 */
import { fromHex } from '@comptoir/protocol';
import { AMOUNT_MAX } from '@comptoir/protocol/wallet';

export interface FieldFault {
  /** For example `rule.percent`; empty: the whole. */
  readonly field: string;
  /** What it must be. */
  readonly rule: string;
}

export type Described<T> = { readonly ok: true; readonly value: T } | ({ readonly ok: false } & FieldFault);

const LIST_MAX = 16;

/** Each method reads one field: undefined when it isn't there, or isn't as it must be, which is noted. */
export class Fields {
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #faults: FieldFault[];
  readonly #asked = new Set<string>();

  /** @param value any JSON value */
  constructor(value: unknown, path = '', faults: FieldFault[] = []) {
    this.#path = path;
    this.#faults = faults;
    this.#object = isObject(value) ? value : {};
    if (!isObject(value)) this.#faults.push({ field: path, rule: 'must be an object: {"name": value, …}' });
  }

  /** The value, when nothing was noted, in this object or in those inside it. @param value called then */
  finish<T>(value: () => T): Described<T> {
    this.close();
    const [fault] = this.#faults;
    return fault === undefined ? { ok: true, value: value() } : { ok: false, ...fault };
  }

  /** No field may be left that nobody asked for. */
  close(): void {
    const unknown = Object.keys(this.#object).find((name) => !this.#asked.has(name));
    if (unknown === undefined) return;
    const name = /^[A-Za-z_]{1,32}$/.test(unknown) ? unknown : '(a field)';
    this.note(name, `is not known here; known are ${[...this.#asked].join(', ')}`);
  }

  note(name: string, rule: string): void {
    this.#faults.push({ field: this.#path === '' ? name : `${this.#path}.${name}`, rule });
  }

  /** Notes it when the field isn't there. @param orElse stands in for it then */
  need<T>(name: string, value: T | undefined, orElse: T): T {
    if (value === undefined && this.#value(name) === undefined) this.note(name, 'is missing');
    return value ?? orElse;
  }

  /** Printable ASCII. */
  text(name: string, max: number): string | undefined {
    return this.#read(
      name,
      (value): value is string => isText(value, max),
      `must be 1 to ${max} printable ASCII characters`,
    );
  }

  texts(name: string, max: number): readonly string[] | undefined {
    const isList = (value: unknown): value is string[] =>
      Array.isArray(value) && value.length > 0 && value.length <= LIST_MAX && value.every((text) => isText(text, max));
    return this.#read(
      name,
      isList,
      `must be a list of 1 to ${LIST_MAX} texts of 1 to ${max} printable ASCII characters`,
    );
  }

  whole(name: string, least: number, most: number): number | undefined {
    return this.#read(
      name,
      (value): value is number => isWhole(value, least, most),
      `must be a whole number from ${least} to ${most}`,
    );
  }

  wholes(name: string, least: number, most: number): readonly number[] | undefined {
    const isList = (value: unknown): value is number[] =>
      Array.isArray(value) &&
      value.length > 0 &&
      value.length <= LIST_MAX &&
      value.every((one) => isWhole(one, least, most));
    return this.#read(name, isList, `must be a list of 1 to ${LIST_MAX} whole numbers from ${least} to ${most}`);
  }

  amount(name: string): number | undefined {
    const rule = `must be an amount in minor units: a whole number from 0 to ${AMOUNT_MAX}`;
    return this.#read(name, (value): value is number => isWhole(value, 0, AMOUNT_MAX), rule);
  }

  flag(name: string): boolean | undefined {
    return this.#read(name, (value): value is boolean => typeof value === 'boolean', 'must be true or false');
  }

  /** Three capital letters. */
  currency(name: string): string | undefined {
    const isCode = (value: unknown): value is string => typeof value === 'string' && /^[A-Z]{3}$/.test(value);
    return this.#read(name, isCode, 'must be a currency, three capital letters, as EUR');
  }

  /** @returns YYYYMMDD */
  date(name: string): number | undefined {
    const text = this.#read(name, isDate, 'must be a date from 2000-01-01 to 2049-12-31, as 2027-06-30');
    return text === undefined ? undefined : Number(text.replaceAll('-', ''));
  }

  one<T extends string>(name: string, of: readonly T[]): T | undefined {
    return this.#read(
      name,
      (value): value is T => of.some((word) => word === value),
      `must be one of ${of.join(', ')}`,
    );
  }

  bytes(name: string, least: number, most: number): Uint8Array | undefined {
    const length = least === most ? `${least}` : `${least} to ${most}`;
    const isHex = (value: unknown): value is string =>
      typeof value === 'string' &&
      value.length >= 2 * least &&
      value.length <= 2 * most &&
      fromHex(value) !== undefined;
    const text = this.#read(name, isHex, `must be ${length} bytes in hexadecimal`);
    return text === undefined ? undefined : fromHex(text);
  }

  /** An object inside: what is noted there is noted here. */
  inside(name: string): Fields | undefined {
    const value = this.#value(name);
    return value === undefined
      ? undefined
      : new Fields(value, this.#path === '' ? name : `${this.#path}.${name}`, this.#faults);
  }

  /** A list of objects. */
  list(name: string, most: number): readonly Fields[] {
    const isList = (value: unknown): value is unknown[] => Array.isArray(value) && value.length <= most;
    const values = this.#read(name, isList, `must be a list of at most ${most}`) ?? [];
    const path = this.#path === '' ? name : `${this.#path}.${name}`;
    return values.map((value, at) => new Fields(value, `${path}[${at}]`, this.#faults));
  }

  #read<T>(name: string, isRight: (value: unknown) => value is T, rule: string): T | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    if (isRight(value)) return value;
    this.note(name, rule);
    return undefined;
  }

  #value(name: string): unknown {
    this.#asked.add(name);
    return Object.hasOwn(this.#object, name) ? this.#object[name] : undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown, max: number): value is string {
  return typeof value === 'string' && value.length <= max && /^[\x20-\x7e]+$/.test(value);
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most;
}

/** One that the calendar has. */
function isDate(value: unknown): value is string {
  if (typeof value !== 'string' || !/^20[0-4]\d-\d\d-\d\d$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}

/**
 * A file that says what it is in its field `what`.
 * @param text untrusted
 * @param read reads the other fields, and finishes them
 */
export function describedFile<T>(text: string, what: string, read: (fields: Fields) => Described<T>): Described<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, field: '', rule: 'must be JSON' };
  }
  const fields = new Fields(value);
  fields.need('what', fields.one('what', [what]), what);
  return read(fields);
}
