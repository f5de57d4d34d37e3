import {
  CARD_TLV_LIMITS,
  concatBytes,
  createTlvIndex,
  fromHex,
  GENERAL_TLV_LIMITS,
  indexTlv,
  isConstructed,
  startAt,
  type TlvFault,
  tagAt,
  toHex,
  valueEndAt,
  valueStartAt,
} from '@comptoir/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const index = createTlvIndex(GENERAL_TLV_LIMITS.objectsMax);

function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new Error(`not hexadecimal: ${hex}`);
  return bytes;
}

/** `tag value` of each object, in order. */
function listOf(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  for (let object = 0; object < index.count; object += 1) {
    const value = bytes.subarray(valueStartAt(index, object), valueEndAt(index, object));
    lines.push(`${tagAt(index, object).toString(16).toUpperCase()} ${toHex(value)}`.trim());
  }
  return lines;
}

/** `levels` templates E0 around one empty object 82. */
function nested(levels: number): Uint8Array {
  let bytes = bytesOf('8200');
  for (let level = 0; level < levels; level += 1) bytes = concatBytes(Uint8Array.of(0xe0, bytes.length), bytes);
  return bytes;
}

describe('what is accepted', () => {
  test.each([
    ['', []],
    ['9C00', ['9C']],
    ['9F0206000000001250', ['9F02 000000001250']],
    ['DF8111021234', ['DF8111 1234']],
    ['820100820102', ['82 00', '82 02']],
    ['61054F03A00000', ['61 4F03A00000', '4F A00000']],
    ['8281021C00', ['82 1C00']],
    ['828200021C00', ['82 1C00']],
    ['82830000021C00', ['82 1C00']],
    ['8284000000021C00', ['82 1C00']],
    ['6100', ['61']],
  ])('%s', (hex, lines) => {
    const bytes = bytesOf(hex);
    expect(indexTlv(index, bytes)).toBe(true);
    expect(listOf(bytes)).toEqual(lines);
  });

  test.each(['00820100FF', '00FF00820100', '8201000000FFFF'])('padding 00 and FF between objects: %s', (hex) => {
    const bytes = bytesOf(hex);
    expect(indexTlv(index, bytes)).toBe(true);
    expect(listOf(bytes)).toEqual(['82 00']);
  });

  test('padding inside a template', () => {
    const bytes = bytesOf('610700FF82010000FF');
    expect(indexTlv(index, bytes)).toBe(true);
    expect(listOf(bytes)).toEqual(['61 00FF82010000FF', '82 00']);
  });

  test('a four-byte tag with its highest bit set stays positive', () => {
    expect(indexTlv(index, bytesOf('DF81810100'))).toBe(true);
    expect(tagAt(index, 0)).toBe(0xdf818101);
    expect(isConstructed(tagAt(index, 0))).toBe(false);
    expect(isConstructed(0xff818101)).toBe(true);
  });
});

describe('what is refused, with the offset where it shows', () => {
  test.each<[string, TlvFault, number]>([
    ['9F', 'TLV_TRUNCATED_TAG', 0],
    ['8200DF81', 'TLV_TRUNCATED_TAG', 2],
    ['61019F', 'TLV_TRUNCATED_TAG', 2],
    ['DF8181818100', 'TLV_TAG_TOO_LONG', 0],
    ['82', 'TLV_MISSING_LENGTH', 1],
    ['8281', 'TLV_TRUNCATED_LENGTH', 1],
    ['828201', 'TLV_TRUNCATED_LENGTH', 1],
    ['82800000', 'TLV_INDEFINITE_LENGTH', 1],
    ['8285000000000100', 'TLV_LENGTH_FIELD_TOO_LONG', 1],
    ['82FF', 'TLV_LENGTH_FIELD_TOO_LONG', 1],
    ['8202FF', 'TLV_LENGTH_EXCEEDS_DATA', 1],
    ['8284FFFFFFFF', 'TLV_LENGTH_EXCEEDS_DATA', 1],
    ['82847FFFFFFF', 'TLV_LENGTH_EXCEEDS_DATA', 1],
    ['610382020082', 'TLV_LENGTH_EXCEEDS_PARENT', 3],
    ['610382FE00', 'TLV_LENGTH_FIELD_TOO_LONG', 3],
  ])('%s: %s at %d', (hex, fault, at) => {
    expect(indexTlv(index, bytesOf(hex))).toBe(false);
    expect([index.fault, index.faultAt]).toEqual([fault, at]);
  });

  test('a fault does not stay for the next call', () => {
    indexTlv(index, bytesOf('9F'));
    expect(indexTlv(index, bytesOf('8200'))).toBe(true);
    expect([index.fault, index.count]).toEqual([undefined, 1]);
  });
});

describe('limits, at and one over', () => {
  test.each([CARD_TLV_LIMITS, GENERAL_TLV_LIMITS])('depth: $depthMax', (limits) => {
    expect(indexTlv(index, nested(limits.depthMax), limits)).toBe(true);
    expect(index.count).toBe(limits.depthMax + 1);
    expect(indexTlv(index, nested(limits.depthMax + 1), limits)).toBe(false);
    expect(index.fault).toBe('TLV_TOO_DEEP');
  });

  test.each([CARD_TLV_LIMITS, GENERAL_TLV_LIMITS])('objects: $objectsMax', (limits) => {
    const many = new Uint8Array(2 * (limits.objectsMax + 1)).map((_, at) => (at % 2 === 0 ? 0x82 : 0));
    expect(indexTlv(index, many.subarray(2), limits)).toBe(true);
    expect(index.count).toBe(limits.objectsMax);
    expect(indexTlv(index, many, limits)).toBe(false);
    expect([index.fault, index.faultAt, index.count]).toEqual([
      'TLV_TOO_MANY_OBJECTS',
      2 * limits.objectsMax,
      limits.objectsMax,
    ]);
  });

  test('objects: the capacity of the index, when that is less', () => {
    const small = createTlvIndex(1);
    expect(indexTlv(small, bytesOf('8200'))).toBe(true);
    expect(indexTlv(small, bytesOf('82008400'))).toBe(false);
    expect(small.fault).toBe('TLV_TOO_MANY_OBJECTS');
  });

  test('tag and length bytes of a card', () => {
    expect(indexTlv(index, bytesOf('DF811100'), CARD_TLV_LIMITS)).toBe(true);
    expect(indexTlv(index, bytesOf('DF81810100'), CARD_TLV_LIMITS)).toBe(false);
    expect(index.fault).toBe('TLV_TAG_TOO_LONG');
    expect(indexTlv(index, bytesOf('8282000100'), CARD_TLV_LIMITS)).toBe(true);
    expect(indexTlv(index, bytesOf('828300000100'), CARD_TLV_LIMITS)).toBe(false);
    expect(index.fault).toBe('TLV_LENGTH_FIELD_TOO_LONG');
  });
});

/** Garbage that often looks like TLV: tags, short lengths and templates are likelier than chance makes them. */
const garbage = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x61, 0x70, 0x9f, 0x02, 0x81, 0x82, 0x00, 0x05)), {
    maxLength: 600,
  })
  .map((numbers) => Uint8Array.from(numbers));

describe('any bytes', () => {
  test('never throw, and every object lies inside the bytes and inside its template', () =>
    fc.assert(
      fc.property(garbage, fc.constantFrom(CARD_TLV_LIMITS, GENERAL_TLV_LIMITS), (bytes, limits) => {
        const isFine = indexTlv(index, bytes, limits);
        expect(isFine).toBe(index.fault === undefined);
        expect(index.count).toBeLessThanOrEqual(limits.objectsMax);
        if (!isFine) expect(index.faultAt).toBeLessThanOrEqual(bytes.length);
        const open: number[] = [bytes.length];
        for (let object = 0; object < index.count; object += 1) {
          while (open.length > 1 && startAt(index, object) >= (open.at(-1) ?? 0)) open.pop();
          expect(startAt(index, object)).toBeLessThan(valueStartAt(index, object));
          expect(valueStartAt(index, object)).toBeLessThanOrEqual(valueEndAt(index, object));
          expect(valueEndAt(index, object)).toBeLessThanOrEqual(open.at(-1) ?? 0);
          if (isConstructed(tagAt(index, object))) open.push(valueEndAt(index, object));
        }
        expect(open.length).toBeLessThanOrEqual(limits.depthMax + 1);
      }),
      { numRuns: 2000 },
    ));

  test('are read inside their view only: what lies around it changes nothing', () =>
    fc.assert(
      fc.property(garbage, fc.uint8Array({ minLength: 8, maxLength: 8 }), (bytes, around) => {
        const isFine = indexTlv(index, bytes);
        const alone = [isFine, index.fault, index.faultAt, listOf(bytes)];
        const memory = concatBytes(around, bytes, around);
        const view = memory.subarray(8, 8 + bytes.length);
        expect([indexTlv(index, view), index.fault, index.faultAt, listOf(view)]).toEqual(alone);
      }),
      { numRuns: 500 },
    ));
});
