/**
 * Values for every message of the table, made by the table: what the property tests of the codec feed it.
 * Floor: tests of protocol.
 */
import {
  FIELDS,
  type FieldName,
  MESSAGES,
  type Message,
  type MessageName,
  TEMPLATES,
  type TemplateName,
} from '@comptoir/protocol';
import fc from 'fast-check';

interface Format {
  readonly format: 'text' | 'bytes' | 'unsigned' | 'bcd' | 'list';
  readonly max?: number;
  readonly size?: number;
  readonly of?: TemplateName;
}
interface Content {
  readonly required: readonly FieldName[];
  readonly optional: readonly FieldName[];
}

export const messageNames = Object.keys(MESSAGES) as readonly MessageName[];

export function contentOf(name: MessageName | TemplateName): Content {
  return name in MESSAGES ? MESSAGES[name as MessageName] : TEMPLATES[name as TemplateName];
}

export function formatOf(field: FieldName): Format {
  return FIELDS[field];
}

function anyValueOf(name: FieldName): fc.Arbitrary<unknown> {
  const { format, max, size = 0, of } = formatOf(name);
  const lengths = max === undefined ? { minLength: size, maxLength: size } : { maxLength: max, size: 'max' as const };
  switch (format) {
    case 'text':
      return fc.array(fc.integer({ min: 0x20, max: 0x7e }), lengths).map((codes) => String.fromCharCode(...codes));
    case 'bytes':
      return fc.uint8Array(lengths);
    case 'unsigned':
      return fc.integer({ min: 0, max: 256 ** size - 1 });
    case 'bcd':
      return fc.integer({ min: 0, max: 100 ** size - 1 });
    case 'list':
      return of === undefined ? fc.constant([]) : fc.array(fieldsOf(contentOf(of)), { minLength: 1, maxLength: 3 });
  }
}

function fieldsOf({ required, optional }: Content): fc.Arbitrary<{ [field: string]: unknown }> {
  const model: { [field: string]: fc.Arbitrary<unknown> } = {};
  for (const name of [...required, ...optional]) model[name] = anyValueOf(name);
  return fc.record(model, { requiredKeys: [...required] }).map((fields) => ({ ...fields }));
}

/** Every value of the message that its table allows. */
export function messageOf(kind: MessageName): fc.Arbitrary<Message> {
  return fieldsOf(contentOf(kind)).map((fields) => ({ kind, ...fields }) as unknown as Message);
}
