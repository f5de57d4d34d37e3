/**
 * BER-TLV as a tree: what everything but the hot path reads and writes.
 * Source: EMV 4.4 Book 3 Annex B.   Floor: protocol.
 * Memory: every `value` is a view of the input. Slice it if it must outlive the input.
 */
import { NO_BYTES } from '../bytes/bytes.js';
import {
  createTlvIndex,
  GENERAL_TLV_LIMITS,
  indexTlv,
  isConstructed,
  startAt,
  type TlvFault,
  type TlvIndex,
  type TlvLimits,
  tagAt,
  valueEndAt,
  valueStartAt,
} from './tlvIndex.js';

/** One data object. A template has `children`; its `value` is their bytes. */
export interface DataObject {
  readonly tag: number;
  readonly value: Uint8Array;
  readonly children?: readonly DataObject[];
}

export type TlvResult =
  | { readonly ok: true; readonly objects: readonly DataObject[] }
  | { readonly ok: false; readonly fault: TlvFault; readonly at: number };

/** Enough for what cards and messages hold; grown when a configuration holds more, and kept then. */
let sharedIndex: TlvIndex | undefined;
const SHARED_INDEX_OBJECTS = 128;

/**
 * Decodes all data objects of `bytes`.
 * @param bytes untrusted; not modified
 * @returns the objects in order, duplicates kept; or the fault and the offset where it shows, in bytes
 * @see EMV 4.4 Book 3 Annex B
 */
export function decodeTlv(bytes: Uint8Array, limits: TlvLimits = GENERAL_TLV_LIMITS): TlvResult {
  let index = sharedIndex ?? createTlvIndex(SHARED_INDEX_OBJECTS);
  while (!indexTlv(index, bytes, limits) && index.fault === 'TLV_TOO_MANY_OBJECTS') {
    if (index.capacity >= limits.objectsMax) break;
    index = createTlvIndex(Math.min(index.capacity * 2, limits.objectsMax));
  }
  sharedIndex = index;
  if (index.fault !== undefined) return { ok: false, fault: index.fault, at: index.faultAt };
  const objects: DataObject[] = [];
  let at = 0;
  const { buffer, byteOffset } = bytes;
  while (at < index.count) at = appendObject(objects, index, buffer, byteOffset, at);
  return { ok: true, objects };
}

/**
 * Appends the object with its children. Depth was limited by the index.
 * @param offset where the indexed bytes begin in `buffer`
 * @returns the position in the index just past it
 */
function appendObject(
  siblings: DataObject[],
  index: TlvIndex,
  buffer: ArrayBufferLike,
  offset: number,
  at: number,
): number {
  const tag = tagAt(index, at);
  const end = valueEndAt(index, at);
  const start = valueStartAt(index, at);
  // A view of the buffer costs two thirds of a view by `subarray`, measured in V8; a record holds some 17 of them.
  const value = new Uint8Array(buffer, offset + start, end - start);
  let next = at + 1;
  if (isConstructed(tag)) {
    const children: DataObject[] = [];
    while (next < index.count && startAt(index, next) < end) next = appendObject(children, index, buffer, offset, next);
    siblings.push({ tag, value, children });
  } else {
    siblings.push({ tag, value });
  }
  return next;
}

/** The first of `objects` with this tag; children are not searched. */
export function findObject(objects: readonly DataObject[], tag: number): DataObject | undefined {
  return objects.find((object) => object.tag === tag);
}

/** A primitive data object, or a template that is already encoded. */
export function dataObject(tag: number, value: Uint8Array): DataObject {
  return { tag, value };
}

/** A template: a data object whose value is data objects. */
export function template(tag: number, ...children: readonly DataObject[]): DataObject {
  return { tag, value: NO_BYTES, children };
}

/** Encodes with the shortest length fields. Of an object with children, the children count, not the value. */
export function encodeTlv(...objects: readonly DataObject[]): Uint8Array {
  const bytes = new Uint8Array(sizeOf(objects));
  writeObjects(bytes, 0, objects);
  return bytes;
}

function sizeOf(objects: readonly DataObject[]): number {
  let size = 0;
  for (const object of objects) {
    const length = contentSize(object);
    size += tagSize(object.tag) + lengthSize(length) + length;
  }
  return size;
}

function contentSize(object: DataObject): number {
  return object.children === undefined ? object.value.length : sizeOf(object.children);
}

function tagSize(tag: number): number {
  if (tag > 0xffffff) return 4;
  if (tag > 0xffff) return 3;
  return tag > 0xff ? 2 : 1;
}

function lengthSize(length: number): number {
  if (length < 0x80) return 1;
  if (length < 0x100) return 2;
  return length < 0x10000 ? 3 : 4;
}

function writeObjects(bytes: Uint8Array, from: number, objects: readonly DataObject[]): number {
  let at = from;
  for (const object of objects) {
    const length = contentSize(object);
    at = writeBigEndian(bytes, at, object.tag, tagSize(object.tag));
    const fieldSize = lengthSize(length);
    if (fieldSize > 1) {
      bytes[at] = 0x80 | (fieldSize - 1);
      at = writeBigEndian(bytes, at + 1, length, fieldSize - 1);
    } else {
      bytes[at] = length;
      at += 1;
    }
    if (object.children === undefined) {
      bytes.set(object.value, at);
      at += length;
    } else {
      at = writeObjects(bytes, at, object.children);
    }
  }
  return at;
}

function writeBigEndian(bytes: Uint8Array, at: number, value: number, size: number): number {
  for (let i = 0; i < size; i += 1) bytes[at + i] = value >>> (8 * (size - 1 - i));
  return at + size;
}
