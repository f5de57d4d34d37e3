/**
 * The data objects of one application on one card, by tag.
 * Source: EMV 4.4 Book 3 §7; limits: what a hostile card meets.   Floor: emv.
 * Memory: values are views of the card's answers, and erased with them.
 */
import {
  isConstructed,
  NO_BYTES,
  TAG_5A_APPLICATION_PAN,
  TAG_9F6B_TRACK_2_DATA,
  TAG_56_TRACK_1_DATA,
  TAG_57_TRACK_2_EQUIVALENT_DATA,
  type TlvFault,
  tagAt,
  valueEndAt,
  valueStartAt,
} from '@comptoir/protocol';
import { indexCardData } from './cardIndex.js';
import { noteNumber, noteTextNumber } from './cardNumber.js';

const STORED_BYTES_MAX = 8192;
/** Before the digits of track 1, which are text. @see ISO/IEC 7813, format B */
const TRACK_1_FORMAT_BYTES = 1;

export type StoreFault = TlvFault | 'DATA_OBJECT_TWICE' | 'TOO_MUCH_DATA';

/** Values by tag. Templates are not kept, only what is in them. */
export class DataStore {
  private readonly values: Map<number, Uint8Array> = new Map();
  private storedBytes = 0;

  /** The value, or undefined when the card did not give it. */
  get(tag: number): Uint8Array | undefined {
    return this.values.get(tag);
  }

  /** The value, or no bytes. */
  valueOf(tag: number): Uint8Array {
    return this.values.get(tag) ?? NO_BYTES;
  }

  has(tag: number): boolean {
    return this.values.has(tag);
  }

  set(tag: number, value: Uint8Array): void {
    this.values.set(tag, value);
  }

  /**
   * Takes all primitive data objects of `bytes`, at any depth.
   * @param bytes untrusted card data
   * @returns the fault, or undefined; a data object that is there already is a fault: the card can't replace it
   */
  addAll(bytes: Uint8Array): StoreFault | undefined {
    const index = indexCardData(bytes);
    if (index.fault !== undefined) return index.fault;
    this.storedBytes += bytes.length;
    if (this.storedBytes > STORED_BYTES_MAX) return 'TOO_MUCH_DATA';
    for (let object = 0; object < index.count; object += 1) {
      const tag = tagAt(index, object);
      if (isConstructed(tag)) continue;
      if (this.values.has(tag)) return 'DATA_OBJECT_TWICE';
      const value = bytes.subarray(valueStartAt(index, object), valueEndAt(index, object));
      this.values.set(tag, value);
      if (tag <= TAG_5A_APPLICATION_PAN || tag === TAG_9F6B_TRACK_2_DATA) noteNumberOf(tag, value);
    }
    return undefined;
  }
}

/** Whether it's used or not, and whether or not the card is in order: what a card calls a number may not leave. */
function noteNumberOf(tag: number, value: Uint8Array): void {
  if (tag === TAG_57_TRACK_2_EQUIVALENT_DATA || tag === TAG_5A_APPLICATION_PAN || tag === TAG_9F6B_TRACK_2_DATA)
    noteNumber(value);
  else if (tag === TAG_56_TRACK_1_DATA) noteTextNumber(value.subarray(TRACK_1_FORMAT_BYTES));
}
