/**
 * Values of wallet list objects. A value that isn't what its tag says is noted, and the reading goes on: the first note
 * refuses the whole object.
 * Source: docs/reference/wallet-list.md.   Floor: selection.
 * Memory: what they return is their own.
 */
import {
  type DataObject,
  findObject,
  latin1FromBytes,
  type TlvFault,
  unsignedFromBcd,
  unsignedFromBytes,
} from '@comptoir/protocol';

export type WalletFault =
  | TlvFault
  /** Longer than a response APDU. */
  | 'WALLET_TOO_LONG'
  /** Not exactly one object of the template that was asked for. */
  | 'WALLET_NOT_ONE_OBJECT'
  | 'WALLET_OBJECT_TWICE'
  | 'WALLET_OBJECT_MISSING'
  /** A value of a length, format or range that its tag doesn't have. */
  | 'WALLET_VALUE';

/** The first fault, and the tag at which it shows; 0 when it is none in particular. */
export interface FaultNote {
  fault: WalletFault | undefined;
  tag: number;
}

const AMOUNT_BYTES = 6;
const DATE_BYTES = 3;

export function noteFault(note: FaultNote, fault: WalletFault, tag: number): void {
  if (note.fault !== undefined) return;
  note.fault = fault;
  note.tag = tag;
}

/** Notes the tags that are there twice; `repeatable` ones may be. */
export function noteRepeated(note: FaultNote, objects: readonly DataObject[], repeatable: readonly number[]): void {
  for (const object of objects) {
    if (!repeatable.includes(object.tag) && findObject(objects, object.tag) !== object)
      noteFault(note, 'WALLET_OBJECT_TWICE', object.tag);
  }
}

export function bytesOf(note: FaultNote, { tag, value }: DataObject, least: number, most: number): Uint8Array {
  if (value.length < least || value.length > most) noteFault(note, 'WALLET_VALUE', tag);
  return value.subarray(0, most);
}

/** Printable ASCII, one character at least. */
export function textOf(note: FaultNote, { tag, value }: DataObject, most: number): string {
  if (value.length === 0 || value.length > most || value.some((byte) => byte < 0x20 || byte > 0x7e)) {
    noteFault(note, 'WALLET_VALUE', tag);
    return '';
  }
  return latin1FromBytes(value);
}

/** Binary, one or two bytes. */
export function numberOf(note: FaultNote, { tag, value }: DataObject, least: number, most: number): number {
  const number = unsignedFromBytes(value.subarray(0, 2));
  if (value.length === 0 || value.length > 2 || number < least || number > most) noteFault(note, 'WALLET_VALUE', tag);
  return number;
}

/** n 12, minor units. */
export function amountOf(note: FaultNote, { tag, value }: DataObject): number {
  const amount = value.length === AMOUNT_BYTES ? unsignedFromBcd(value) : undefined;
  if (amount === undefined) noteFault(note, 'WALLET_VALUE', tag);
  return amount ?? 0;
}

/** n 6, YYMMDD. @returns YYYYMMDD; years 00 to 49 are 20xx, 50 to 99 are 19xx */
export function dateOf(note: FaultNote, { tag, value }: DataObject): number {
  const date = value.length === DATE_BYTES ? unsignedFromBcd(value) : undefined;
  const day = (date ?? 0) % 100;
  const month = Math.floor((date ?? 0) / 100) % 100;
  if (date === undefined || month < 1 || month > 12 || day < 1 || day > 31) noteFault(note, 'WALLET_VALUE', tag);
  return fullYear(date ?? 0);
}

/** @param date YYMMDD @returns YYYYMMDD @see EMV 4.4 Book 4 §6.7.3 */
export function fullYear(date: number): number {
  return date + (date < 500000 ? 20000000 : 19000000);
}
