/**
 * Flash that takes memory for those of its pages only that aren't erased: a thousand readers with ten sectors of keys each.
 * Floor: simulator machine chip.
 */
import { clearBits, type Flash, flashOf, PAGE_BYTES } from './flash.js';

const ERASED = 0xff;

/** @param length in bytes, whole sectors. New: erased everywhere */
export function createPagedFlash(length: number): Flash {
  const pages = new Map<number, Uint8Array>();

  function* parts(start: number, end: number): Generator<{ page: number; from: number; to: number; at: number }> {
    for (let at = start; at < end; ) {
      const page = Math.floor(at / PAGE_BYTES);
      const to = Math.min(end, (page + 1) * PAGE_BYTES);
      yield { page, from: at - page * PAGE_BYTES, to: to - page * PAGE_BYTES, at: at - start };
      at = to;
    }
  }
  function pageOf(page: number): Uint8Array {
    const bytes = pages.get(page) ?? new Uint8Array(PAGE_BYTES).fill(ERASED);
    pages.set(page, bytes);
    return bytes;
  }
  return flashOf({
    length,
    read(offset, size) {
      const bytes = new Uint8Array(size).fill(ERASED);
      for (const { page, from, to, at } of parts(offset, offset + size)) {
        const held = pages.get(page);
        if (held !== undefined) bytes.set(held.subarray(from, to), at);
      }
      return bytes;
    },
    erase(start, end) {
      for (const { page, from, to } of parts(start, end)) {
        if (to - from === PAGE_BYTES) pages.delete(page);
        else pages.get(page)?.fill(ERASED, from, to);
      }
    },
    clear(offset, data) {
      for (const { page, from, to, at } of parts(offset, offset + data.length))
        clearBits(pageOf(page), from, data.subarray(at, at + to - from));
    },
    set(offset, data) {
      for (const { page, from, to, at } of parts(offset, offset + data.length))
        pageOf(page).set(data.subarray(at, at + to - from), from);
    },
  });
}
