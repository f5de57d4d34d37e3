/**
 * Messages to bytes and back, by the table.
 * Source: messageTable.ts, from which messageCodes.gen.ts is printed.   Floor: protocol.
 * Memory: decoded bytes are views of the input.
 */
import { unsignedFromBcd, unsignedToBcd } from '../bytes/bcd.js';
import { equalBytes, latin1FromBytes, latin1ToBytes, unsignedFromBytes, unsignedToBytes } from '../bytes/bytes.js';
import { STATUS } from '../frames/status.js';
import { type DataObject, dataObject, decodeTlv, encodeTlv, template } from '../tlv/tlv.js';
import type { TlvFault, TlvLimits } from '../tlv/tlvIndex.js';
import { FIELD_CODES, MESSAGE_TAGS, OPTIONAL, REQUIRED, TEMPLATE_NAMES } from './messageCodes.gen.js';
import type { FIELDS, MESSAGES, TEMPLATES } from './messageTable.js';

type Fields = typeof FIELDS;
export type FieldName = keyof Fields;
export type MessageName = keyof typeof MESSAGES;
export type TemplateName = keyof typeof TEMPLATES;

type FieldValue<F extends FieldName> = Fields[F] extends {
  readonly format: 'list';
  readonly of: infer T extends TemplateName;
}
  ? readonly TemplateContent<T>[]
  : Fields[F] extends { readonly format: 'text' }
    ? string
    : Fields[F] extends { readonly format: 'bytes' }
      ? Uint8Array
      : number;

type Content<R extends FieldName, O extends FieldName> = { readonly [F in R]: FieldValue<F> } & {
  readonly [F in O]?: FieldValue<F>;
};
export type TemplateContent<T extends TemplateName> = Content<
  (typeof TEMPLATES)[T]['required'][number],
  (typeof TEMPLATES)[T]['optional'][number]
>;

/** A message of the table: `kind` is its name, the fields are those of the table. */
export type Message<M extends MessageName = MessageName> = {
  readonly [N in M]: { readonly kind: N } & Content<
    (typeof MESSAGES)[N]['required'][number],
    (typeof MESSAGES)[N]['optional'][number]
  >;
}[M];

/** Fields that are lists, and an item of one. */
export type ListName = {
  readonly [F in FieldName]: Fields[F] extends { readonly format: 'list' } ? F : never;
}[FieldName];
export type ListItem<L extends ListName> = FieldValue<L> extends readonly (infer T)[] ? T : never;

export type MessageFault =
  | TlvFault
  | 'NOT_ONE_MESSAGE'
  | 'UNKNOWN_MESSAGE'
  | 'FIELD_MISSING'
  | 'FIELD_TWICE'
  | 'FIELD_OUT_OF_RANGE';

export type MessageResult =
  | { readonly ok: true; readonly message: Message }
  /** `tag`: the field or message at fault; 0 when it's the encoding. `status`: what the reader answers. */
  | { readonly ok: false; readonly fault: MessageFault; readonly tag: number; readonly status: number };

/** Our messages hold a list in a message; a newer host may nest deeper in what is passed over. */
const MESSAGE_TLV_LIMITS: TlvLimits = { depthMax: 4, objectsMax: 1024, tagBytesMax: 2, lengthBytesMax: 2 };

/** Formats in a code; `text` and `bytes` of at most a length are four higher. */
const TEXT = 0;
const BYTES = 1;
const UNSIGNED = 2;
const BCD = 3;
const UP_TO = 4;
const LIST = 6;

/** A field as its code says it. */
interface FieldCode {
  readonly tag: number;
  readonly format: number;
  /** Or largest length, or number of the template. */
  readonly size: number;
}
type Values = { [field: string]: unknown };
type PlainItem = (item: Values) => Values;

/**
 * Encodes a message. A field out of its range throws: only our own code can ask for it.
 * @returns BER-TLV bytes
 */
export function encodeMessage(message: Message): Uint8Array {
  return encodeTlv(messageObject(message));
}

/**
 * The same, before it's bytes: the message as a template, its fields as the children. A list's items are bytes already: as objects, those of
 * a full card would take more memory than a chip has.
 * @param plainItem makes an item what the table has, when it's something else
 */
export function messageObject(message: Message, plainItem: PlainItem = (item) => item): DataObject {
  const { kind } = message;
  return template(MESSAGE_TAGS[kind] ?? 0, ...encodeFields(kind, message as unknown as Values, plainItem));
}

/** Decodes one message. Unknown fields are passed over, so that a newer host may say more. @param bytes untrusted */
export function decodeMessage(bytes: Uint8Array): MessageResult {
  const tlv = decodeTlv(bytes, MESSAGE_TLV_LIMITS);
  if (!tlv.ok) return { ok: false, fault: tlv.fault, tag: 0, status: STATUS.malformed };
  const object = tlv.objects[0];
  if (object === undefined || tlv.objects.length !== 1) return refused('NOT_ONE_MESSAGE', 0, STATUS.malformed);
  const kind = Object.keys(MESSAGE_TAGS).find((name) => MESSAGE_TAGS[name] === object.tag);
  if (kind === undefined) return refused('UNKNOWN_MESSAGE', object.tag, STATUS.unknownMessage);
  const values: Values = { kind };
  return decodeFields(kind, object.children ?? [], values) ?? { ok: true, message: values as unknown as Message };
}

/** One item of a list, with the list's tag. */
export function encodeItem<L extends ListName>(list: L, item: ListItem<L>): Uint8Array {
  const field = codeOf(list);
  return encodeTlv(template(field.tag, ...encodeFields(templateOf(field), item as unknown as Values)));
}

export type ItemResult<L extends ListName> =
  | { readonly ok: true; readonly item: ListItem<L> }
  /** `tag`: the field at fault; 0 when it's the encoding. */
  | { readonly ok: false; readonly tag: number };

/**
 * The reverse. Nothing is passed over: a field too many, or in another order, is a fault.
 * @param bytes untrusted: one item, with the list's tag
 */
export function decodeItem<L extends ListName>(list: L, bytes: Uint8Array): ItemResult<L> {
  const field = codeOf(list);
  const tlv = decodeTlv(bytes, MESSAGE_TLV_LIMITS);
  const object = tlv.ok && tlv.objects.length === 1 ? tlv.objects[0] : undefined;
  if (object?.tag !== field.tag) return { ok: false, tag: 0 };
  const values: Values = {};
  const fault = decodeFields(templateOf(field), object.children ?? [], values);
  if (fault !== undefined) return { ok: false, tag: fault.ok ? 0 : fault.tag };
  const item = values as unknown as ListItem<L>;
  return equalBytes(encodeItem(list, item), bytes) ? { ok: true, item } : { ok: false, tag: 0 };
}

export function fieldTag(name: FieldName): number {
  return tagOf(name);
}

/** @returns its name; empty when there is none with that tag */
export function fieldName(tag: number): string {
  return Object.keys(FIELD_CODES).find((name) => tagOf(name) === tag) ?? '';
}

/** @param content name of a message or a template */
function encodeFields(content: string, values: Values, plainItem?: PlainItem): DataObject[] {
  const objects: DataObject[] = [];
  for (const name of namesIn(REQUIRED[content])) {
    if (values[name] === undefined) throw new Error(`message field ${name} is missing`);
    encodeField(objects, name, values[name], plainItem);
  }
  for (const name of namesIn(OPTIONAL[content]))
    if (values[name] !== undefined) encodeField(objects, name, values[name], plainItem);
  return objects;
}

function encodeField(objects: DataObject[], name: string, value: unknown, plainItem?: PlainItem): void {
  const field = codeOf(name);
  if (field.format === LIST) {
    for (const item of value as readonly Values[]) {
      const fields = encodeFields(templateOf(field), plainItem?.(item) ?? item);
      objects.push(dataObject(field.tag, encodeTlv(...fields)));
    }
  } else {
    objects.push(dataObject(field.tag, encodeValue(name, field, value)));
  }
}

function encodeValue(name: string, field: FieldCode, value: unknown): Uint8Array {
  const { format, size } = field;
  if (format === UNSIGNED || format === BCD) {
    const base = format === BCD ? 100 : 256;
    let limit = base;
    for (let i = 1; i < size; i += 1) limit *= base;
    if (!Number.isSafeInteger(value) || (value as number) < 0 || (value as number) >= limit)
      throw new Error(`message field ${name} is out of range`);
    return format === BCD ? unsignedToBcd(value as number, size) : unsignedToBytes(value as number, size);
  }
  const bytes = isText(format) ? latin1ToBytes(value as string) : (value as Uint8Array);
  if (!isWithin(field, bytes)) throw new Error(`message field ${name} is out of range`);
  return bytes;
}

function decodeFields(content: string, objects: readonly DataObject[], values: Values): MessageResult | undefined {
  const required = namesIn(REQUIRED[content]);
  const names = required.concat(namesIn(OPTIONAL[content]));
  let at = 0;
  for (const object of objects) {
    at = placeOf(object.tag, names, at);
    const name = names[at];
    if (name === undefined) continue;
    const field = codeOf(name);
    if (field.format === LIST) {
      const item: Values = {};
      const fault = decodeFields(templateOf(field), object.children ?? [], item);
      if (fault !== undefined) return fault;
      const items = (values[name] ?? []) as Values[];
      items.push(item);
      values[name] = items;
      continue;
    }
    if (values[name] !== undefined) return refused('FIELD_TWICE', object.tag, STATUS.messageRefused);
    const value = decodeValue(field, object.value);
    if (value === undefined) return refused('FIELD_OUT_OF_RANGE', object.tag, STATUS.messageRefused);
    values[name] = value;
  }
  for (const name of required) {
    if (values[name] !== undefined) continue;
    const { tag, format } = codeOf(name);
    if (format === LIST) values[name] = [];
    else return refused('FIELD_MISSING', tag, STATUS.messageRefused);
  }
  return undefined;
}

/** Looked for from `from` on: whoever encodes by the table writes the fields in its order. @returns the number of names when there is none */
function placeOf(tag: number, names: readonly string[], from: number): number {
  const count = names.length;
  for (let at = from; at < count; at += 1) if (tagOf(names[at] as string) === tag) return at;
  for (let at = 0; at < from && at < count; at += 1) if (tagOf(names[at] as string) === tag) return at;
  return count;
}

function decodeValue(field: FieldCode, bytes: Uint8Array): unknown {
  const { format, size } = field;
  if (format === UNSIGNED) return bytes.length === size ? unsignedFromBytes(bytes) : undefined;
  if (format === BCD) return bytes.length === size ? unsignedFromBcd(bytes) : undefined;
  if (format === LIST || !isWithin(field, bytes)) return undefined;
  return isText(format) ? latin1FromBytes(bytes) : bytes;
}

function isWithin({ format, size }: FieldCode, bytes: Uint8Array): boolean {
  const isExact = format === TEXT || format === BYTES;
  if (isExact ? bytes.length !== size : bytes.length > size) return false;
  return !isText(format) || isPrintable(bytes);
}

function isText(format: number): boolean {
  return format === TEXT || format === TEXT + UP_TO;
}

/** A loop: a function that is called for each byte costs the chip twice as much. */
function isPrintable(bytes: Uint8Array): boolean {
  for (let i = bytes.length - 1; i >= 0; i -= 1) {
    const byte = bytes[i] as number;
    if (byte < 0x20 || byte > 0x7e) return false;
  }
  return true;
}

function namesIn(text = ''): string[] {
  return text === '' ? [] : text.split(' ');
}

function tagOf(name: string): number {
  return (FIELD_CODES[name] ?? 0) >> 15;
}

function codeOf(name: string): FieldCode {
  const code = FIELD_CODES[name] ?? 0;
  return { tag: code >> 15, format: (code >> 12) & 7, size: code & 0xfff };
}

function templateOf({ size }: FieldCode): string {
  return namesIn(TEMPLATE_NAMES)[size] ?? '';
}

function refused(fault: MessageFault, tag: number, status: number): MessageResult {
  return { ok: false, fault, tag, status };
}
