/**
 * APDUs as text without card numbers: whole values of the objects that hold one, and the number wherever else it is.
 * Source: EMV 4.4 Book 3 Annex A, contactless book C-2 (56, 9F6B).   Floor: simulator world.
 */
import * as tlv from '@comptoir/protocol';
import { nibbles } from './personalisation/recordObjects.js';

/** 9F46 too: with the public key above it, the certificate gives the number back. */
const MASKED_TAGS: ReadonlySet<number> = new Set([
  tlv.TAG_56_TRACK_1_DATA,
  tlv.TAG_57_TRACK_2_EQUIVALENT_DATA,
  tlv.TAG_5A_APPLICATION_PAN,
  tlv.TAG_9F1F_TRACK_1_DISCRETIONARY_DATA,
  tlv.TAG_9F20_TRACK_2_DISCRETIONARY_DATA,
  tlv.TAG_9F46_ICC_PUBLIC_KEY_CERTIFICATE,
  tlv.TAG_9F6B_TRACK_2_DATA,
]);
const NUMBER_TAGS: ReadonlySet<number> = new Set([
  tlv.TAG_57_TRACK_2_EQUIVALENT_DATA,
  tlv.TAG_5A_APPLICATION_PAN,
  tlv.TAG_9F6B_TRACK_2_DATA,
]);
const NUMBER_DIGITS_MIN = 8;
const STATUS_SIZE_BYTES = 2;

/** A card number: one digit an element. */
export type CardNumber = readonly number[];

/** The numbers in the track 2 and number objects of a response. @param response untrusted */
export function cardNumbersIn(response: Uint8Array): readonly CardNumber[] {
  return objectsIn(response)
    .filter(({ tag }) => NUMBER_TAGS.has(tag))
    .map(({ start, end }) => {
      const digits = nibbles(response.subarray(start, end));
      const length = digits.findIndex((digit) => digit > 9);
      return length < 0 ? digits : digits.slice(0, length);
    })
    .filter(({ length }) => length >= NUMBER_DIGITS_MIN);
}

/**
 * @param apdu    untrusted
 * @param kind    only a response holds data objects; of one that breaks off, everything from the fault on is masked
 * @param numbers to be masked wherever they are: as half bytes at any place, and as ASCII digits
 * @returns hex; each half byte that must not be seen is `*`
 */
export function maskTrace(apdu: Uint8Array, kind: 'command' | 'response', numbers: readonly CardNumber[] = []): string {
  const digits = nibbles(apdu);
  const isMasked = new Uint8Array(digits.length);
  if (kind === 'response') {
    for (const { tag, start, end } of objectsIn(apdu)) if (MASKED_TAGS.has(tag)) isMasked.fill(1, 2 * start, 2 * end);
    if (index.fault !== undefined) isMasked.fill(1, 2 * index.faultAt, digits.length - 2 * STATUS_SIZE_BYTES);
  }
  for (const number of kind === 'response' ? [...numbers, ...cardNumbersIn(apdu)] : numbers) {
    const ascii = number.flatMap((digit) => [3, digit]);
    for (const sought of [number, ascii]) {
      for (let at = 0; at + sought.length <= digits.length; at += 1) {
        if (sought.every((digit, i) => digits[at + i] === digit)) isMasked.fill(1, at, at + sought.length);
      }
    }
  }
  return Array.from(tlv.toHex(apdu), (character, at) => (isMasked[at] === 1 ? '*' : character)).join('');
}

/** A data object of a response. */
export interface MaskedObject {
  /** Hexadecimal. */
  readonly tag: string;
  /** EMV's words; empty for a tag that isn't ours to know. */
  readonly name: string;
  /** How many templates it is in. */
  readonly depth: number;
  /** Hexadecimal, with `*` for what must not be seen; empty for a template, whose objects follow. */
  readonly value: string;
}

/** @param masked what `maskTrace` made of the response @returns none for what is no data objects, such as format 1 of no length */
export function maskedObjects(response: Uint8Array, masked: string): readonly MaskedObject[] {
  const ends: number[] = [];
  return objectsIn(response).map(({ tag, start, end }) => {
    while (ends.length > 0 && (ends.at(-1) ?? 0) < end) ends.pop();
    const depth = ends.length;
    const isTemplate = tlv.isConstructed(tag);
    if (isTemplate) ends.push(end);
    const text = tag.toString(16).toUpperCase();
    return { tag: text, name: nameOfTag(text), depth, value: isTemplate ? '' : masked.slice(2 * start, 2 * end) };
  });
}

/** By the names of the constants: `TAG_9F02_AMOUNT_AUTHORISED`. */
const TAG_NAMES: ReadonlyMap<string, string> = new Map(
  Object.keys(tlv).flatMap((constant) => {
    const [, tag, name] = /^TAG_([0-9A-F]+)_(.+)$/.exec(constant) ?? [];
    return tag === undefined || name === undefined ? [] : [[tag, name.toLowerCase().replaceAll('_', ' ')]];
  }),
);

function nameOfTag(tag: string): string {
  return TAG_NAMES.get(tag) ?? '';
}

interface Place {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

const index = tlv.createTlvIndex(tlv.GENERAL_TLV_LIMITS.objectsMax);

/** Data objects of a response; of one that breaks off, those before the fault. */
function objectsIn(apdu: Uint8Array): readonly Place[] {
  tlv.indexTlv(index, apdu.subarray(0, Math.max(0, apdu.length - STATUS_SIZE_BYTES)));
  return Array.from({ length: index.count }, (_, object) => ({
    tag: tlv.tagAt(index, object),
    start: tlv.valueStartAt(index, object),
    end: tlv.valueEndAt(index, object),
  }));
}
