/**
 * What an issuer gave a bank application for one interface, as its commands need it.
 * Source: docs/reference/wallet-applet.md, E8; EMV 4.4 Book 3 §5.4, §10.2.   Floor: dynamicCard.
 */
import * as tlv from '@comptoir/protocol';
import { type DataObjectListEntry, parseDataObjectList } from '../../emv/data/dataObjectList.js';
import * as tags from '../command/cardTags.js';

/** Which book the application follows: tag DF29. */
export const SHAPE = { contact: 1, mChip: 2, qvsdc: 3 } as const;

export interface DataList {
  readonly encoded: Uint8Array;
  readonly entries: readonly DataObjectListEntry[];
  readonly dataLength: number;
}

interface CardRecord {
  readonly sfi: number;
  readonly number: number;
  /** Template 70, whole. */
  readonly bytes: Uint8Array;
}

export interface BankInterface {
  readonly shape: number;
  readonly aip: Uint8Array;
  readonly afl: Uint8Array;
  readonly pdol: DataList;
  readonly cdol1: DataList;
  readonly cdol2: DataList;
  readonly ddol: DataList;
  /** 1 or 2: of GET PROCESSING OPTIONS, INTERNAL AUTHENTICATE and GENERATE AC. */
  readonly responseFormat: number;
  readonly records: readonly CardRecord[];
  /** 57 and 5F34, for the one answer of qVSDC. */
  readonly answerObjects: readonly tlv.DataObject[];
  /** The file in which 9F69 of this transaction is given; 0: with the answer. */
  readonly relatedDataSfi: number;
}

export interface BankApplication {
  /** Wrapped. */
  readonly cryptogramKey: Uint8Array;
  /** Wrapped; no bytes: the application signs nothing. */
  readonly signatureKey: Uint8Array;
  /** Derivation key index, cryptogram version number: of 9F10. */
  readonly version: Uint8Array;
  readonly contact: BankInterface | undefined;
  readonly contactless: BankInterface | undefined;
}

/** @param objects inside E8 @returns undefined when they are no application that works */
export function readBankApplication(objects: readonly tlv.DataObject[]): BankApplication | undefined {
  const cryptogramKey = valueIn(objects, tags.TAG_DF25_WRAPPED_KEY);
  const version = valueIn(objects, tags.TAG_DF28_CRYPTOGRAM_VERSION);
  const contactObjects = tlv.findObject(objects, tags.TAG_E9_CONTACT)?.children;
  const contactlessObjects = tlv.findObject(objects, tags.TAG_EA_CONTACTLESS)?.children;
  const contact = contactObjects && readInterface(contactObjects);
  const contactless = contactlessObjects && readInterface(contactlessObjects);
  const isMissing = (contact ?? contactless) === undefined || cryptogramKey.length === 0 || version.length !== 2;
  const isBroken =
    (contactObjects !== undefined && contact === undefined) ||
    (contactlessObjects !== undefined && contactless === undefined);
  if (isMissing || isBroken) return undefined;
  return {
    cryptogramKey,
    signatureKey: valueIn(objects, tags.TAG_DF26_WRAPPED_RSA_KEY),
    version,
    contact,
    contactless,
  };
}

function readInterface(objects: readonly tlv.DataObject[]): BankInterface | undefined {
  const shape = valueIn(objects, tags.TAG_DF29_SHAPE)[0] ?? 0;
  const aip = valueIn(objects, tlv.TAG_82_APPLICATION_INTERCHANGE_PROFILE);
  const afl = valueIn(objects, tlv.TAG_94_APPLICATION_FILE_LOCATOR);
  const pdol = readList(objects, tlv.TAG_9F38_PDOL);
  const cdol1 = readList(objects, tlv.TAG_8C_CDOL1);
  const cdol2 = readList(objects, tlv.TAG_8D_CDOL2);
  const ddol = readList(objects, tlv.TAG_9F49_DDOL);
  if (pdol === undefined || cdol1 === undefined || cdol2 === undefined || ddol === undefined) return undefined;
  if (shape < SHAPE.contact || shape > SHAPE.qvsdc || aip.length !== 2 || afl.length % 4 !== 0) return undefined;
  const records = objects
    .filter(({ tag }) => tag === tags.TAG_DF2A_RECORD)
    .map(({ value }) => ({ sfi: value[0] ?? 0, number: value[1] ?? 0, bytes: value.slice(2) }));
  return {
    shape,
    aip,
    afl,
    pdol,
    cdol1,
    cdol2,
    ddol,
    responseFormat: valueIn(objects, tags.TAG_DF2B_RESPONSE_FORMAT)[0] === 1 ? 1 : 2,
    records,
    answerObjects: [tlv.TAG_57_TRACK_2_EQUIVALENT_DATA, tlv.TAG_5F34_PAN_SEQUENCE_NUMBER]
      .filter((tag) => tlv.findObject(objects, tag) !== undefined)
      .map((tag) => tlv.dataObject(tag, valueIn(objects, tag))),
    relatedDataSfi: valueIn(objects, tags.TAG_DF2C_RELATED_DATA_RECORD)[0] ?? 0,
  };
}

function readList(objects: readonly tlv.DataObject[], tag: number): DataList | undefined {
  const encoded = valueIn(objects, tag);
  const parsed = parseDataObjectList(encoded);
  return parsed.ok ? { encoded, entries: parsed.entries, dataLength: parsed.dataLength } : undefined;
}

function valueIn(objects: readonly tlv.DataObject[], tag: number): Uint8Array {
  return tlv.findObject(objects, tag)?.value.slice() ?? tlv.NO_BYTES;
}

/** @param data the terminal's answer to the list, as long as it asks @returns a view; no bytes when the list doesn't ask for it */
export function fieldOf({ entries }: DataList, data: Uint8Array, tag: number): Uint8Array {
  let at = 0;
  for (const entry of entries) {
    if (entry.tag === tag) return data.subarray(at, at + entry.length);
    at += entry.length;
  }
  return tlv.NO_BYTES;
}
