/**
 * Messages to bytes and back, by the table.
 * Source: messageTable.ts.   Floor: protocol.
 * Memory: decoded bytes are views of the input.
 */
import { unsignedFromBcd, unsignedToBcd } from './bcd.js';
import { latin1FromBytes, latin1ToBytes, unsignedFromBytes, unsignedToBytes } from './bytes.js';
import { FIELDS, MESSAGES, TEMPLATES } from './messageTable.js';
import { STATUS } from './status.js';
import { type DataObject, dataObject, decodeTlv, encodeTlv, template } from './tlv.js';
import type { TlvFault, TlvLimits } from './tlvIndex.js';

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

interface FieldDefinition {
  readonly tag: number;
  readonly format: 'text' | 'bytes' | 'unsigned' | 'bcd' | 'list';
  readonly max?: number;
  readonly size?: number;
  readonly of?: TemplateName;
}
interface ContentDefinition {
  readonly required: readonly FieldName[];
  readonly optional: readonly FieldName[];
}
type Values = { [field: string]: unknown };

/**
 * Encodes a message. A field out of its range throws: only our own code can ask for it.
 * @returns BER-TLV bytes
 */
export function encodeMessage(message: Message): Uint8Array {
  const definition = MESSAGES[message.kind];
  return encodeTlv(template(definition.tag, ...encodeFields(definition, message as unknown as Values)));
}

/** Decodes one message. Unknown fields are passed over, so that a newer host may say more. @param bytes untrusted */
export function decodeMessage(bytes: Uint8Array): MessageResult {
  const tlv = decodeTlv(bytes, MESSAGE_TLV_LIMITS);
  if (!tlv.ok) return { ok: false, fault: tlv.fault, tag: 0, status: STATUS.malformed };
  const object = tlv.objects[0];
  if (object === undefined || tlv.objects.length !== 1) return refused('NOT_ONE_MESSAGE', 0, STATUS.malformed);
  for (const [kind, definition] of Object.entries<ContentDefinition & { tag: number }>(MESSAGES)) {
    if (definition.tag !== object.tag) continue;
    const values: Values = { kind };
    const fault = decodeFields(definition, object.children ?? [], values);
    return fault ?? { ok: true, message: values as unknown as Message };
  }
  return refused('UNKNOWN_MESSAGE', object.tag, STATUS.unknownMessage);
}

function encodeFields(definition: ContentDefinition, values: Values): DataObject[] {
  const objects: DataObject[] = [];
  for (const name of definition.required.concat(definition.optional)) {
    const value = values[name];
    if (value === undefined) {
      if (definition.required.includes(name)) throw new Error(`message field ${name} is missing`);
      continue;
    }
    const field: FieldDefinition = FIELDS[name];
    if (field.format === 'list') {
      for (const item of value as readonly Values[])
        objects.push(template(field.tag, ...encodeFields(contentOf(field), item)));
    } else {
      objects.push(dataObject(field.tag, encodeValue(name, field, value)));
    }
  }
  return objects;
}

function encodeValue(name: FieldName, field: FieldDefinition, value: unknown): Uint8Array {
  const size = field.size ?? 0;
  if (field.format === 'unsigned' || field.format === 'bcd') {
    const base = field.format === 'bcd' ? 100 : 256;
    let limit = base;
    for (let i = 1; i < size; i += 1) limit *= base;
    if (!Number.isSafeInteger(value) || (value as number) < 0 || (value as number) >= limit)
      throw new Error(`message field ${name} is out of range`);
    return field.format === 'bcd' ? unsignedToBcd(value as number, size) : unsignedToBytes(value as number, size);
  }
  const bytes = field.format === 'text' ? latin1ToBytes(value as string) : (value as Uint8Array);
  if (!isWithin(field, bytes)) throw new Error(`message field ${name} is out of range`);
  return bytes;
}

function decodeFields(
  definition: ContentDefinition,
  objects: readonly DataObject[],
  values: Values,
): MessageResult | undefined {
  const names = definition.required.concat(definition.optional);
  for (const object of objects) {
    const name = names.find((candidate) => FIELDS[candidate].tag === object.tag);
    if (name === undefined) continue;
    const field: FieldDefinition = FIELDS[name];
    if (field.format === 'list') {
      const item: Values = {};
      const fault = decodeFields(contentOf(field), object.children ?? [], item);
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
  for (const name of definition.required) {
    if (values[name] !== undefined) continue;
    if ((FIELDS[name] as FieldDefinition).format === 'list') values[name] = [];
    else return refused('FIELD_MISSING', FIELDS[name].tag, STATUS.messageRefused);
  }
  return undefined;
}

function decodeValue(field: FieldDefinition, bytes: Uint8Array): unknown {
  switch (field.format) {
    case 'text':
      return isWithin(field, bytes) ? latin1FromBytes(bytes) : undefined;
    case 'bytes':
      return isWithin(field, bytes) ? bytes : undefined;
    case 'unsigned':
      return bytes.length === field.size ? unsignedFromBytes(bytes) : undefined;
    case 'bcd':
      return bytes.length === field.size ? unsignedFromBcd(bytes) : undefined;
    case 'list':
      return undefined;
  }
}

function isWithin(field: FieldDefinition, bytes: Uint8Array): boolean {
  if (field.size === undefined ? bytes.length > (field.max ?? 0) : bytes.length !== field.size) return false;
  return field.format !== 'text' || isPrintable(bytes);
}

/** A loop: a function that is called for each byte costs the chip twice as much. */
function isPrintable(bytes: Uint8Array): boolean {
  for (let i = bytes.length - 1; i >= 0; i -= 1) {
    const byte = bytes[i] as number;
    if (byte < 0x20 || byte > 0x7e) return false;
  }
  return true;
}

function contentOf(field: FieldDefinition): ContentDefinition {
  return field.of === undefined ? { required: [], optional: [] } : TEMPLATES[field.of];
}

function refused(fault: MessageFault, tag: number, status: number): MessageResult {
  return { ok: false, fault, tag, status };
}
