/**
 * Kinds tlv.*, dol.*, luhn, pan.*, track1.parse, track2.parse.
 * Floor: vectors.
 */
import { type DataObject, decodeTlv, latin1FromBytes, toHex } from '@comptoir/protocol';
import { countDigits, isLuhnValid, maskCardNumber } from '../emv/data/cardNumber.js';
import { buildDataObjectList, parseDataObjectList } from '../emv/data/dataObjectList.js';
import { parseTrack1, parseTrack2 } from '../emv/data/track.js';
import { digitsOf, halfBytes, packDigits } from './digits.js';
import type { VectorHandler } from './vectorInput.js';

function tree(objects: readonly DataObject[]): unknown {
  return objects.map(({ tag, value, children }) =>
    children === undefined ? { tag: tagHex(tag), value: toHex(value) } : { tag: tagHex(tag), children: tree(children) },
  );
}

/** The tag's own bytes in hexadecimal. */
export function tagHex(tag: number): string {
  const digits = tag.toString(16).toUpperCase();
  return digits.length % 2 === 0 ? digits : `0${digits}`;
}

export const dataVectors: { readonly [kind: string]: VectorHandler } = {
  'tlv.parse': (input) => {
    const result = decodeTlv(input.hex('hex'));
    return result.ok ? { ok: true, tree: tree(result.objects) } : { ok: false, reason: result.fault, at: result.at };
  },
  'dol.parse': (input) => {
    const result = parseDataObjectList(input.hex('dol'));
    if (!result.ok) return { ok: false, reason: result.fault, at: result.at };
    return {
      ok: true,
      entries: result.entries.map(({ tag, length }) => ({ tag: tagHex(tag), len: length })),
      dataLength: result.dataLength,
    };
  },
  'dol.build': (input) => {
    const parsed = parseDataObjectList(input.hex('dol'));
    if (!parsed.ok) return { ok: false, reason: parsed.fault, at: parsed.at };
    const values = new Map(
      input.entries('values').map(([tag, value]) => [tag.toUpperCase(), value.hex('value')] as const),
    );
    return { ok: true, data: toHex(buildDataObjectList(parsed.entries, (tag) => values.get(tagHex(tag)))) };
  },
  luhn: (input) => ({ valid: isLuhnValid(packDigits(input.text('pan'), 0)) }),
  'pan.decode': (input) => {
    const packed = input.hex('tag5A');
    return { pan: digitsOf(packed), masked: maskCardNumber(packed) };
  },
  'pan.mask': (input) => ({ masked: maskCardNumber(packDigits(input.text('pan'), 0)) }),
  'track1.parse': (input) => {
    const value = input.hex('tag56');
    const result = parseTrack1(value);
    if (!result.ok) return { ok: false, reason: result.fault };
    const pan = latin1FromBytes(value.subarray(1, result.numberEnd));
    const rest = latin1FromBytes(value.subarray(result.nameEnd + 1));
    const name = latin1FromBytes(value.subarray(result.numberEnd + 1, result.nameEnd)).trimEnd();
    const panMasked = maskCardNumber(packDigits(pan, 0));
    return { ok: true, pan, panMasked, name, expiry: rest.slice(0, 4), serviceCode: rest.slice(4, 7) };
  },
  'track2.parse': (input) => {
    const value = input.hex('hex');
    const result = parseTrack2(value);
    if (!result.ok) return { ok: false, reason: result.fault };
    const { number, expiryAt, serviceCodeAt, discretionaryAt, end } = result;
    return {
      ok: true,
      pan: halfBytes(number, 0, countDigits(number)),
      panMasked: maskCardNumber(number),
      expiry: halfBytes(value, expiryAt, serviceCodeAt),
      serviceCode: halfBytes(value, serviceCodeAt, discretionaryAt),
      discretionary: halfBytes(value, discretionaryAt, end),
      luhn: isLuhnValid(number),
    };
  },
};
