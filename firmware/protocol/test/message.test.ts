import {
  concatBytes,
  type DataObject,
  dataObject,
  decodeMessage,
  decodeTlv,
  encodeMessage,
  encodeTlv,
  FIELDS,
  type FieldName,
  fromHex,
  MESSAGES,
  type Message,
  type MessageFault,
  type MessageName,
  STATUS,
  template,
} from '@comptoir/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentOf, formatOf, messageNames, messageOf } from './messageValues.js';

/** The data objects inside an encoded message. */
function objectsOf(bytes: Uint8Array): readonly DataObject[] {
  const result = decodeTlv(bytes);
  return (result.ok ? result.objects[0]?.children : undefined) ?? [];
}

/** A message of any content, right or wrong. */
function wrap(kind: MessageName, objects: readonly DataObject[]): Uint8Array {
  return encodeTlv(template(MESSAGES[kind].tag, ...objects));
}

function faultOf(bytes: Uint8Array): [MessageFault, number, number] | undefined {
  const result = decodeMessage(bytes);
  return result.ok ? undefined : [result.fault, result.tag, result.status];
}

const lookup: Message = { kind: 'lookup', key: 'k' };

describe.each(messageNames)('%s', (kind) => {
  test('comes back', () =>
    fc.assert(
      fc.property(messageOf(kind), (message) => {
        expect(decodeMessage(encodeMessage(message))).toEqual({ ok: true, message });
      }),
    ));

  test('is refused without any one of its required fields', () =>
    fc.assert(
      fc.property(messageOf(kind), (message) => {
        const objects = objectsOf(encodeMessage(message));
        for (const name of contentOf(kind).required) {
          if (formatOf(name).format === 'list') continue;
          const { tag } = FIELDS[name];
          const rest = objects.filter((object) => object.tag !== tag);
          expect(faultOf(wrap(kind, rest))).toEqual(['FIELD_MISSING', tag, STATUS.messageRefused]);
        }
      }),
      { numRuns: 5 },
    ));

  test('is refused with any one field twice, in whatever place', () =>
    fc.assert(
      fc.property(messageOf(kind), fc.nat(), fc.nat(), (message, which, where) => {
        const objects = objectsOf(encodeMessage(message)).filter((object) => object.children === undefined);
        const again = objects[which % objects.length];
        if (again === undefined) return;
        expect(faultOf(wrap(kind, objects.toSpliced(where % (objects.length + 1), 0, again)))).toEqual([
          'FIELD_TWICE',
          again.tag,
          STATUS.messageRefused,
        ]);
      }),
      { numRuns: 20 },
    ));

  test('fields that nobody knows are passed over', () =>
    fc.assert(
      fc.property(messageOf(kind), fc.uint8Array({ maxLength: 200 }), fc.nat(), (message, value, where) => {
        const objects = objectsOf(encodeMessage(message));
        const more = objects.toSpliced(
          where % (objects.length + 1),
          0,
          dataObject(0xdf7f, value),
          template(0xfe, dataObject(0xdf01, value)),
        );
        expect(decodeMessage(wrap(kind, more))).toEqual({ ok: true, message });
      }),
      { numRuns: 20 },
    ));

  test('fields in any order', () =>
    fc.assert(
      fc.property(messageOf(kind), (message) => {
        const reversed = [...objectsOf(encodeMessage(message))].reverse();
        const result = decodeMessage(wrap(kind, reversed));
        expect(result.ok && Object.keys(result.message).sort()).toEqual(Object.keys(message).sort());
      }),
      { numRuns: 5 },
    ));
});

describe('fields out of range', () => {
  const names = (Object.keys(FIELDS) as FieldName[]).filter((name) => formatOf(name).format !== 'list');

  function lengthsOut({ max, size }: { readonly max?: number; readonly size?: number }): number[] {
    return size === undefined ? [(max ?? 0) + 1] : [size - 1, size + 1];
  }

  test.each(names)('%s: a length one off is refused on the way in', (name) => {
    const kind = messageNames.find((candidate) =>
      [...contentOf(candidate).required, ...contentOf(candidate).optional].includes(name),
    );
    for (const length of lengthsOut(formatOf(name))) {
      const field = dataObject(FIELDS[name].tag, new Uint8Array(length).fill(0x30));
      if (kind === undefined) continue;
      expect(faultOf(wrap(kind, [field]))).toEqual(['FIELD_OUT_OF_RANGE', field.tag, STATUS.messageRefused]);
    }
  });

  test.each([0x00, 0x1f, 0x7f, 0x80, 0xff])('text with the byte %d is refused', (byte) =>
    expect(faultOf(wrap('lookup', [dataObject(FIELDS.key.tag, Uint8Array.of(0x41, byte))]))).toEqual([
      'FIELD_OUT_OF_RANGE',
      FIELDS.key.tag,
      STATUS.messageRefused,
    ]),
  );

  test('decimal numbers with a half byte above nine are refused', () =>
    expect(faultOf(wrap('result', [dataObject(FIELDS.currency.tag, Uint8Array.of(0x09, 0x7a))]))?.[0]).toBe(
      'FIELD_OUT_OF_RANGE',
    ));

  test('in a list too', () => {
    const item = template(FIELDS.applications.tag, dataObject(FIELDS.kernel.tag, Uint8Array.of(1, 2)));
    expect(faultOf(wrap('configuration', [item]))).toEqual([
      'FIELD_OUT_OF_RANGE',
      FIELDS.kernel.tag,
      STATUS.messageRefused,
    ]);
  });

  test.each<[string, object]>([
    ['a text too long', { kind: 'lookup', key: 'k'.repeat(65) }],
    ['a text with an umlaut', { kind: 'lookup', key: 'ü' }],
    ['a required field missing', { kind: 'lookup' }],
    ['a negative number', { kind: 'presented', outcome: -1 }],
    ['a number too large', { kind: 'presented', outcome: 256 }],
    ['a fraction', { kind: 'presented', outcome: 1.5 }],
    ['no number', { kind: 'presented', outcome: Number.NaN }],
    [
      'bytes too long',
      { kind: 'complete', key: 'k', responseCode: '00', issuerAuthenticationData: new Uint8Array(17) },
    ],
  ])('%s throws on the way out: our own mistake', (_, message) =>
    expect(() => encodeMessage(message as Message)).toThrow('message field'),
  );
});

describe('what is no message', () => {
  test.each<[string, Uint8Array, MessageFault, number]>([
    ['nothing', Uint8Array.of(), 'NOT_ONE_MESSAGE', STATUS.malformed],
    ['two messages', concatBytes(encodeMessage(lookup), encodeMessage(lookup)), 'NOT_ONE_MESSAGE', STATUS.malformed],
    ['an unknown message', fromHex('FE00') ?? Uint8Array.of(), 'UNKNOWN_MESSAGE', STATUS.unknownMessage],
    ['a field alone', fromHex('DF010141') ?? Uint8Array.of(), 'UNKNOWN_MESSAGE', STATUS.unknownMessage],
    ['a length beyond the end', fromHex('E305DF0101') ?? Uint8Array.of(), 'TLV_LENGTH_EXCEEDS_DATA', STATUS.malformed],
    ['lists in lists in lists', fromHex('E308E506E604E702E000') ?? Uint8Array.of(), 'TLV_TOO_DEEP', STATUS.malformed],
  ])('%s', (_, bytes, fault, status) =>
    expect(faultOf(bytes)?.filter((_part, at) => at !== 1)).toEqual([fault, status]),
  );

  test('any bytes: a message or a fault, never a throw', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const result = decodeMessage(bytes);
        if (result.ok) expect(decodeMessage(encodeMessage(result.message))).toEqual(result);
      }),
      { numRuns: 1000 },
    ));

  test('a message with bytes changed: a message or a fault, never a throw', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...messageNames).chain(messageOf),
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }),
        (message, changes) => {
          const bytes = encodeMessage(message);
          for (const [where, value] of changes) bytes[where % bytes.length] = value;
          const result = decodeMessage(bytes);
          if (!result.ok) expect(Object.values<number>(STATUS)).toContain(result.status);
        },
      ),
      { numRuns: 500 },
    ));
});
