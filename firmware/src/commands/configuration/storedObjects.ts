/**
 * BER-TLV objects where they lie in the configuration's flash, one by one: the whole never comes into memory.
 * Floor: commands.
 */
import { decodeItem, fieldTag, type ListItem, type ListName, NO_BYTES } from '@comptoir/protocol';
import type { ConfigurationStore } from '../../board/board.js';

/** Tag of two bytes, and length of three. */
const HEAD_BYTES_MAX = 5;
/** After 81 or 82: nothing in a place is longer. */
const LENGTH_BYTES_MAX = 2;
/** What is read at once: plain fields, or one item of a list. */
const READ_BYTES_MAX = 512;

/** Bytes of a place, up to its end. */
export interface Stored {
  readonly store: ConfigurationStore;
  /** A value of PLACE. */
  readonly place: number;
  readonly end: number;
}

/** Where an object lies, in bytes from the start of its place. */
interface StoredObject {
  readonly tag: number;
  readonly valueAt: number;
  readonly end: number;
}

/** @returns undefined when there is no whole object, or its tag or length is none of ours: a length is written as short as it can be */
export function storedObject({ store, place, end }: Stored, at: number): StoredObject | undefined {
  const head = store.read(place, at, HEAD_BYTES_MAX);
  let tag = head[0] ?? 0;
  let next = 1;
  if ((tag & 0x1f) === 0x1f) {
    tag = tag * 256 + (head[1] ?? 0);
    next = 2;
  }
  let length = head[next] ?? 0;
  next += 1;
  if (length >= 0x80) {
    const last = next + length - 0x80;
    if (last - next > LENGTH_BYTES_MAX) return undefined;
    const least = last - next < 2 ? 0x80 : 0x100;
    for (length = 0; next < last; next += 1) length = length * 256 + (head[next] ?? 0);
    if (length < least) return undefined;
  }
  const valueAt = at + next;
  return at < end && valueAt + length <= end ? { tag, valueAt, end: valueAt + length } : undefined;
}

/** No bytes: there are more than are read at once. */
export function readStored({ store, place }: Stored, from: number, to: number): Uint8Array {
  return to - from > READ_BYTES_MAX ? NO_BYTES : store.read(place, from, to - from);
}

/**
 * Hands over the items of a list, in their order, until one isn't taken.
 * @param take with the field's name: `applications[1]`. A value other than undefined ends it
 * @param fault what there is to say to an item that can't be decoded; `tag`: the field at fault, 0 for all of it
 * @returns where the list ends, or what ended it
 */
export function takeItems<L extends ListName, F extends object>(
  stored: Stored,
  name: L,
  at: number,
  take: (item: ListItem<L>, where: string) => F | undefined,
  fault: (tag: number, where: string) => F,
): number | F {
  let next = at;
  for (let index = 0; ; index += 1) {
    const object = storedObject(stored, next);
    if (object?.tag !== fieldTag(name)) return next;
    const where = `${name}[${index}]`;
    const decoded = decodeItem(name, readStored(stored, next, object.end));
    const ended = decoded.ok ? take(decoded.item, where) : fault(decoded.tag, where);
    if (ended !== undefined) return ended;
    next = object.end;
  }
}
