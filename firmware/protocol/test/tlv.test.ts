import {
  CARD_TLV_LIMITS,
  type DataObject,
  dataObject,
  decodeTlv,
  encodeTlv,
  findObject,
  fromHex,
  GENERAL_TLV_LIMITS,
  template,
  toHex,
} from '@comptoir/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

/** Tags of one to four bytes, the way BER writes them; neither 00 nor FF, which are padding. */
function tagOf(isTemplate: boolean): fc.Arbitrary<number> {
  const bit = isTemplate ? 0x20 : 0;
  const short = fc
    .integer({ min: 0, max: 255 })
    .filter((byte) => (byte & 0x20) === bit && (byte & 0x1f) !== 0x1f && byte !== 0);
  const first = fc.constantFrom(0x1f | bit, 0x5f | bit, 0x9f | bit, 0xdf | bit).filter((byte) => byte !== 0xff);
  const long = fc
    .tuple(first, fc.array(fc.integer({ min: 0x80, max: 0xff }), { maxLength: 2 }), fc.integer({ min: 0, max: 0x7f }))
    .map(([byte, middle, last]) => [byte, ...middle, last].reduce((tag, next) => tag * 256 + next, 0));
  return fc.oneof(short, long);
}

const primitive: fc.Arbitrary<DataObject> = fc
  .tuple(tagOf(false), fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ minLength: 120, maxLength: 300 })))
  .map(([tag, value]) => dataObject(tag, value));

const { objects: someObjects } = fc.letrec<{ objects: DataObject[]; object: DataObject }>((tie) => ({
  objects: fc.array(tie('object'), { maxLength: 5 }),
  object: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    primitive,
    fc.tuple(tagOf(true), tie('objects')).map(([tag, children]) => template(tag, ...children)),
  ),
}));

/** Without the bytes of templates, which an encoder need not fill. */
function shape(objects: readonly DataObject[]): unknown[] {
  return objects.map(({ tag, value, children }) =>
    children === undefined ? { tag, value: toHex(value) } : { tag, children: shape(children) },
  );
}

describe('round trip', () => {
  test('what is encoded is decoded, order and duplicates kept', () =>
    fc.assert(
      fc.property(someObjects, (objects) => {
        const result = decodeTlv(encodeTlv(...objects));
        expect(result.ok && shape(result.objects)).toEqual(shape(objects));
      }),
      { numRuns: 500 },
    ));

  test('what is decoded from the shortest form is encoded to the same bytes', () =>
    fc.assert(
      fc.property(someObjects, (objects) => {
        const bytes = encodeTlv(...objects);
        const result = decodeTlv(bytes);
        expect(result.ok && toHex(encodeTlv(...result.objects))).toBe(toHex(bytes));
      }),
    ));

  test.each([0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x1_0000])('a value of %d bytes', (length) => {
    const result = decodeTlv(encodeTlv(dataObject(0x9f10, new Uint8Array(length).fill(0x5a))));
    expect(result.ok && result.objects[0]?.value.length).toBe(length);
  });

  test.each([
    [0x7f, '827F'],
    [0x80, '828180'],
    [0xff, '8281FF'],
    [0x100, '82820100'],
    [0xffff, '8282FFFF'],
    [0x1_0000, '8283010000'],
  ])('the length field of %d bytes is the shortest', (length, start) =>
    expect(toHex(encodeTlv(dataObject(0x82, new Uint8Array(length)))).slice(0, start.length)).toBe(start),
  );
});

describe('the tree', () => {
  const ppse = '6F1A840E325041592E5359532E4444463031A508BF0C0561034F01A0';

  test('keeps children and the bytes of their template', () => {
    const result = decodeTlv(fromHex(ppse) ?? Uint8Array.of());
    expect(result.ok && shape(result.objects)).toEqual([
      {
        tag: 0x6f,
        children: [
          { tag: 0x84, value: '325041592E5359532E4444463031' },
          { tag: 0xa5, children: [{ tag: 0xbf0c, children: [{ tag: 0x61, children: [{ tag: 0x4f, value: 'A0' }] }] }] },
        ],
      },
    ]);
    expect(result.ok && toHex(result.objects[0]?.value ?? Uint8Array.of())).toBe(ppse.slice(4));
  });

  test('values are views of the input', () => {
    const bytes = Uint8Array.of(0x82, 1, 7);
    const result = decodeTlv(bytes);
    bytes[2] = 8;
    expect(result.ok && result.objects[0]?.value[0]).toBe(8);
  });

  test('an empty template has children, none', () => {
    const result = decodeTlv(Uint8Array.of(0x61, 0));
    expect(result.ok && result.objects).toEqual([{ tag: 0x61, value: Uint8Array.of(), children: [] }]);
  });

  test('the first of two is found, and children are not searched', () => {
    const objects = [
      dataObject(0x82, Uint8Array.of(1)),
      dataObject(0x82, Uint8Array.of(2)),
      template(0x61, dataObject(0x84, Uint8Array.of(3))),
    ];
    expect(findObject(objects, 0x82)?.value[0]).toBe(1);
    expect(findObject(objects, 0x84)).toBeUndefined();
  });

  test('a result outlives the next call', () => {
    const first = decodeTlv(Uint8Array.of(0x82, 1, 7));
    decodeTlv(Uint8Array.of(0x61, 3, 0x84, 1, 9));
    expect(first.ok && shape(first.objects)).toEqual([{ tag: 0x82, value: '07' }]);
  });
});

describe('any bytes', () => {
  test('give a value or a fault with its offset; never a throw', () =>
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 1200 }),
        fc.constantFrom(CARD_TLV_LIMITS, GENERAL_TLV_LIMITS),
        (bytes, limits) => {
          const result = decodeTlv(bytes, limits);
          if (!result.ok) {
            expect(result.at).toBeLessThanOrEqual(bytes.length);
            return;
          }
          const again = decodeTlv(encodeTlv(...result.objects), limits);
          expect(again.ok && shape(again.objects)).toEqual(shape(result.objects));
        },
      ),
      { numRuns: 1000 },
    ));

  test('a card that is one template in another gets no deeper than the limit', () => {
    const bytes = new Uint8Array(2000);
    for (let at = 0; at < bytes.length; at += 4)
      bytes.set([0x61, 0x82, (bytes.length - at - 4) >> 8, (bytes.length - at - 4) & 0xff], at);
    const result = decodeTlv(bytes);
    expect(result.ok ? undefined : result.fault).toBe('TLV_TOO_DEEP');
  });
});
