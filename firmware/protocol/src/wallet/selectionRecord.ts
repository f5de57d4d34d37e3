/**
 * The selection record: what was offered, what was taken and why, without a name, label or number of the card. The bytes
 * are what a reader signs.
 * Source: docs/reference/wallet-list.md, selection record.   Floor: protocol.
 */
import { unsignedFromBcd, unsignedToBcd } from '../bytes/bcd.js';
import {
  concatBytes,
  latin1FromBytes,
  latin1ToBytes,
  NO_BYTES,
  unsignedFromBytes,
  unsignedToBytes,
} from '../bytes/bytes.js';
import { TAG_4F_APPLICATION_IDENTIFIER } from '../tlv/tags.js';
import { type DataObject, dataObject, decodeTlv, encodeTlv, findObject, template } from '../tlv/tlv.js';
import type { TlvLimits } from '../tlv/tlvIndex.js';

/** A salted hash stands for the profile: the same in one record, another in the next. */
export type ProfileReference = Uint8Array;
export const PROFILE_REFERENCE_BYTES = 8;

export interface SelectionRecord {
  /** Serial number of the reader. */
  readonly reader: Uint8Array;
  readonly sequence: number;
  /** SHA-256 of the record before this one; 32 zeros in the first. */
  readonly previous: Uint8Array;
  readonly nonce: Uint8Array;
  /** YYYYMMDD, UTC. */
  readonly date: number;
  readonly region: string;
  /** SHA-256 of the merchant's policy. */
  readonly policy: Uint8Array;
  readonly currency: string;
  /** OUTCOME_… */
  readonly outcome: number;
  /** REJECT_…, or 0. */
  readonly rejection: number;
  /** Minor units. */
  readonly due: number;
  /** In the order in which they would pay. */
  readonly offered: readonly { readonly profile: ProfileReference; readonly kind: number; readonly aid: Uint8Array }[];
  readonly excluded: readonly { readonly profile: ProfileReference; readonly reason: number }[];
  readonly chosenProfile?: ProfileReference | undefined;
  readonly chosenBrand?: string | undefined;
  readonly decision: readonly {
    readonly profile: ProfileReference;
    readonly kind: number;
    /** Minor units. */
    readonly amount: number;
    /** RULE_… */
    readonly rules: readonly number[];
  }[];
}

const TAG_SELECTION_RECORD = 0xe5;
const TAG_SIGNATURE = 0x9e;
const SIGNATURE_BYTES = 32;
const VERSION = 1;
const RECORD_TLV_LIMITS: TlvLimits = { depthMax: 2, objectsMax: 512, tagBytesMax: 1, lengthBytesMax: 2 };
const AMOUNT_BYTES = 6;
const DATE_BYTES = 4;
const SEQUENCE_BYTES = 4;

/** In E5; those of `FIELD.profile` to `FIELD.rules` in the templates, too. */
const FIELD = {
  version: 0x80,
  reader: 0x81,
  sequence: 0x82,
  previous: 0x83,
  nonce: 0x84,
  date: 0x85,
  region: 0x86,
  policy: 0x87,
  currency: 0x88,
  outcome: 0x89,
  rejection: 0x8a,
  due: 0x8b,
  chosenProfile: 0x8c,
  chosenBrand: 0x8d,
  offered: 0xa0,
  excluded: 0xa1,
  decision: 0xa2,
  profile: 0x90,
  kind: 0x91,
  reason: 0x92,
  amount: 0x93,
  rules: 0x94,
} as const;

export function encodeSelectionRecord(record: SelectionRecord): Uint8Array {
  const { chosenProfile, chosenBrand } = record;
  return encodeTlv(
    template(
      TAG_SELECTION_RECORD,
      dataObject(FIELD.version, Uint8Array.of(VERSION)),
      dataObject(FIELD.reader, record.reader),
      dataObject(FIELD.sequence, unsignedToBytes(record.sequence, SEQUENCE_BYTES)),
      dataObject(FIELD.previous, record.previous),
      dataObject(FIELD.nonce, record.nonce),
      dataObject(FIELD.date, unsignedToBcd(record.date, DATE_BYTES)),
      dataObject(FIELD.region, latin1ToBytes(record.region)),
      dataObject(FIELD.policy, record.policy),
      dataObject(FIELD.currency, latin1ToBytes(record.currency)),
      dataObject(FIELD.outcome, Uint8Array.of(record.outcome)),
      dataObject(FIELD.rejection, Uint8Array.of(record.rejection)),
      dataObject(FIELD.due, unsignedToBcd(record.due, AMOUNT_BYTES)),
      ...(chosenProfile === undefined ? [] : [dataObject(FIELD.chosenProfile, chosenProfile)]),
      ...(chosenBrand === undefined ? [] : [dataObject(FIELD.chosenBrand, latin1ToBytes(chosenBrand))]),
      ...record.offered.map(({ profile, kind, aid }) =>
        item(
          FIELD.offered,
          dataObject(FIELD.profile, profile),
          dataObject(FIELD.kind, Uint8Array.of(kind)),
          dataObject(TAG_4F_APPLICATION_IDENTIFIER, aid),
        ),
      ),
      ...record.excluded.map(({ profile, reason }) =>
        item(FIELD.excluded, dataObject(FIELD.profile, profile), dataObject(FIELD.reason, Uint8Array.of(reason))),
      ),
      ...record.decision.map(({ profile, kind, amount, rules }) =>
        item(
          FIELD.decision,
          dataObject(FIELD.profile, profile),
          dataObject(FIELD.kind, Uint8Array.of(kind)),
          dataObject(FIELD.amount, unsignedToBcd(amount, AMOUNT_BYTES)),
          dataObject(FIELD.rules, new Uint8Array(rules)),
        ),
      ),
    ),
  );
}

/** Encoded at once: a list has many, and a chip little memory for their parts. */
function item(tag: number, ...fields: readonly DataObject[]): DataObject {
  return dataObject(tag, encodeTlv(...fields));
}

/** The record E5, then its signature, object 9E. @param sign HMAC-SHA-256 over the record, 32 bytes */
export function signedSelectionRecord(record: SelectionRecord, sign: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  const bytes = encodeSelectionRecord(record);
  return concatBytes(bytes, encodeTlv(dataObject(TAG_SIGNATURE, sign(bytes))));
}

/**
 * @param bytes untrusted: a record, with or without its signature
 * @returns what is signed, and the signature: no bytes when there is none; undefined when they are no such thing
 */
export function splitSelectionRecord(
  bytes: Uint8Array,
): { readonly record: Uint8Array; readonly signature: Uint8Array } | undefined {
  const tlv = decodeTlv(bytes, RECORD_TLV_LIMITS);
  const [record, signature, ...others] = tlv.ok ? tlv.objects : [];
  if (record?.tag !== TAG_SELECTION_RECORD || others.length > 0) return undefined;
  if (signature === undefined) return { record: bytes, signature: NO_BYTES };
  if (signature.tag !== TAG_SIGNATURE || signature.value.length !== SIGNATURE_BYTES) return undefined;
  const end = bytes.length - encodeTlv(signature).length;
  return { record: bytes.slice(0, end), signature: signature.value.slice() };
}

/** @param bytes untrusted, with or without a signature @returns undefined when they are no record of this version */
export function decodeSelectionRecord(bytes: Uint8Array): SelectionRecord | undefined {
  const parts = splitSelectionRecord(bytes);
  const tlv = decodeTlv(parts?.record ?? NO_BYTES, RECORD_TLV_LIMITS);
  const [record] = tlv.ok ? tlv.objects : [];
  if (record === undefined) return undefined;
  const fields = record.children ?? [];
  if (oneByte(fields, FIELD.version) !== VERSION) return undefined;
  const decision = each(fields, FIELD.decision, (tender) => ({
    profile: bytesIn(tender, FIELD.profile),
    kind: oneByte(tender, FIELD.kind),
    amount: decimalIn(tender, FIELD.amount),
    rules: Array.from(bytesIn(tender, FIELD.rules), (code) => code),
  }));
  const brand = findObject(fields, FIELD.chosenBrand)?.value;
  const decoded = {
    reader: bytesIn(fields, FIELD.reader),
    sequence: unsignedFromBytes(bytesIn(fields, FIELD.sequence).subarray(0, SEQUENCE_BYTES)),
    previous: bytesIn(fields, FIELD.previous),
    nonce: bytesIn(fields, FIELD.nonce),
    date: decimalIn(fields, FIELD.date),
    region: latin1FromBytes(bytesIn(fields, FIELD.region)),
    policy: bytesIn(fields, FIELD.policy),
    currency: latin1FromBytes(bytesIn(fields, FIELD.currency)),
    outcome: oneByte(fields, FIELD.outcome),
    rejection: oneByte(fields, FIELD.rejection),
    due: decimalIn(fields, FIELD.due),
    offered: each(fields, FIELD.offered, (candidate) => ({
      profile: bytesIn(candidate, FIELD.profile),
      kind: oneByte(candidate, FIELD.kind),
      aid: bytesIn(candidate, TAG_4F_APPLICATION_IDENTIFIER),
    })),
    excluded: each(fields, FIELD.excluded, (profile) => ({
      profile: bytesIn(profile, FIELD.profile),
      reason: oneByte(profile, FIELD.reason),
    })),
    chosenProfile: findObject(fields, FIELD.chosenProfile)?.value.slice(),
    chosenBrand: brand && latin1FromBytes(brand),
    decision,
  };
  const numbers = [decoded.date, decoded.due, ...decision.map(({ amount }) => amount)];
  // A record is shown: nothing in it may be more than text.
  const isText = isPrintable(decoded.region) && isPrintable(decoded.currency) && isPrintable(decoded.chosenBrand ?? '');
  return !isText || numbers.some((number) => number < 0) ? undefined : decoded;
}

function isPrintable(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
}

function bytesIn(fields: readonly DataObject[], tag: number): Uint8Array {
  return findObject(fields, tag)?.value.slice() ?? NO_BYTES;
}

/** @returns 0 when it isn't there */
function oneByte(fields: readonly DataObject[], tag: number): number {
  return findObject(fields, tag)?.value[0] ?? 0;
}

/** @returns -1 when it isn't there, or is no number */
function decimalIn(fields: readonly DataObject[], tag: number): number {
  const value = findObject(fields, tag)?.value;
  return (value && unsignedFromBcd(value)) ?? -1;
}

function each<T>(fields: readonly DataObject[], tag: number, read: (children: readonly DataObject[]) => T): T[] {
  return fields.filter((field) => field.tag === tag).map(({ children }) => read(children ?? []));
}
