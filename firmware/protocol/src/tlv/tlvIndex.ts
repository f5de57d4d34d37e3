/**
 * BER-TLV data objects, the way EMV uses BER: definite lengths only. The one parser, and it allocates nothing: it fills
 * an index of numbers that is made once and used again.
 * Source: EMV 4.4 Book 3 Annex B.   Floor: protocol; imports nothing.
 * Memory: the index holds offsets into the bytes that were indexed; it's valid until the next call.
 */

export type TlvFault =
  | 'TLV_TRUNCATED_TAG'
  | 'TLV_TAG_TOO_LONG'
  | 'TLV_MISSING_LENGTH'
  | 'TLV_TRUNCATED_LENGTH'
  | 'TLV_INDEFINITE_LENGTH'
  | 'TLV_LENGTH_FIELD_TOO_LONG'
  | 'TLV_LENGTH_EXCEEDS_DATA'
  | 'TLV_LENGTH_EXCEEDS_PARENT'
  | 'TLV_TOO_DEEP'
  | 'TLV_TOO_MANY_OBJECTS';

/** What a decoder accepts at most. Checked before memory is spent. */
export interface TlvLimits {
  /** Templates inside one another: 1 means that a template may hold primitive objects only. */
  readonly depthMax: number;
  /** At most the capacity of the index. */
  readonly objectsMax: number;
  /** 1..4: a tag is kept as a 32-bit number. */
  readonly tagBytesMax: number;
  /** Bytes after the first length byte: 2 accepts the forms 81 and 82. */
  readonly lengthBytesMax: number;
}

/** For anything that is BER-TLV; what the wire and the vectors use. */
export const GENERAL_TLV_LIMITS: TlvLimits = { depthMax: 16, objectsMax: 1024, tagBytesMax: 4, lengthBytesMax: 4 };

/** For what a card says: a PPSE entry nests four templates, no book has a tag above three bytes or a length above 82. */
export const CARD_TLV_LIMITS: TlvLimits = { depthMax: 4, objectsMax: 128, tagBytesMax: 3, lengthBytesMax: 2 };

/** Four numbers an object, parents before children, in the order of the bytes: tag, start, start and end of the value. */
export interface TlvIndex {
  readonly words: Int32Array;
  readonly ends: Int32Array;
  readonly capacity: number;
  /** Objects in the index; after a fault, those before it. */
  count: number;
  fault: TlvFault | undefined;
  /** Offset at which the fault shows, in bytes. */
  faultAt: number;
}

const WORDS = 4;
const DEPTH_MAX = 32;

/** @param capacity objects that it can hold; 16 bytes of memory each */
export function createTlvIndex(capacity: number): TlvIndex {
  return {
    words: new Int32Array(capacity * WORDS),
    ends: new Int32Array(DEPTH_MAX),
    capacity,
    count: 0,
    fault: undefined,
    faultAt: 0,
  };
}

/** The tag, as the number that its bytes are: 9F02 is 0x9f02. */
export function tagAt(index: TlvIndex, object: number): number {
  return (index.words[object * WORDS] as number) >>> 0;
}
/** Offset of the first tag byte. */
export function startAt(index: TlvIndex, object: number): number {
  return index.words[object * WORDS + 1] as number;
}
/** Offset of the first byte of the value. */
export function valueStartAt(index: TlvIndex, object: number): number {
  return index.words[object * WORDS + 2] as number;
}
/** Offset just past the value. */
export function valueEndAt(index: TlvIndex, object: number): number {
  return index.words[object * WORDS + 3] as number;
}

/** True when the value is data objects: bit 6 of the first tag byte. @see EMV 4.4 Book 3 Annex B1 */
export function isConstructed(tag: number): boolean {
  let first = tag;
  while (first > 0xff) first = Math.floor(first / 256);
  return (first & 0x20) !== 0;
}

/**
 * Indexes all data objects of `bytes`, templates and their contents. Bytes 00 and FF between objects are skipped
 * (ISO/IEC 7816-4 padding).
 * @param bytes  untrusted; not modified
 * @returns false when there is a fault; then `index.fault` and `index.faultAt` say which and where
 * @see EMV 4.4 Book 3 Annex B1 (tag), B2 (length)
 */
export function indexTlv(index: TlvIndex, bytes: Uint8Array, limits: TlvLimits = GENERAL_TLV_LIMITS): boolean {
  const { words, ends } = index;
  const objectsMax = Math.min(limits.objectsMax, index.capacity);
  index.count = 0;
  index.fault = undefined;
  let count = 0;
  let depth = 0;
  let end = bytes.length;
  let at = 0;
  for (;;) {
    while (at >= end) {
      if (depth === 0) return true;
      depth -= 1;
      end = ends[depth] as number;
    }
    const start = at;
    const first = bytes[at] as number;
    at += 1;
    if (first === 0x00 || first === 0xff) continue;

    let tag = first;
    if ((first & 0x1f) === 0x1f) {
      let next: number;
      do {
        if (at >= end) return fail(index, 'TLV_TRUNCATED_TAG', start);
        if (at - start >= limits.tagBytesMax) return fail(index, 'TLV_TAG_TOO_LONG', start);
        next = bytes[at] as number;
        tag = (tag << 8) | next;
        at += 1;
      } while ((next & 0x80) !== 0);
    }

    if (at >= end) return fail(index, 'TLV_MISSING_LENGTH', at);
    const lengthAt = at;
    let length = bytes[at] as number;
    at += 1;
    if (length > 0x7f) {
      let lengthBytes = length & 0x7f;
      if (lengthBytes === 0) return fail(index, 'TLV_INDEFINITE_LENGTH', lengthAt);
      if (lengthBytes > limits.lengthBytesMax) return fail(index, 'TLV_LENGTH_FIELD_TOO_LONG', lengthAt);
      if (at + lengthBytes > end) return fail(index, 'TLV_TRUNCATED_LENGTH', lengthAt);
      length = 0;
      for (; lengthBytes > 0; lengthBytes -= 1) {
        length = length * 256 + (bytes[at] as number);
        at += 1;
      }
    }
    if (length > end - at) {
      return fail(
        index,
        depth > 0 && length <= bytes.length - at ? 'TLV_LENGTH_EXCEEDS_PARENT' : 'TLV_LENGTH_EXCEEDS_DATA',
        lengthAt,
      );
    }

    if (count >= objectsMax) return fail(index, 'TLV_TOO_MANY_OBJECTS', start);
    const word = count * WORDS;
    words[word] = tag;
    words[word + 1] = start;
    words[word + 2] = at;
    words[word + 3] = at + length;
    count += 1;
    index.count = count;

    if ((first & 0x20) !== 0) {
      if (depth >= limits.depthMax || depth >= DEPTH_MAX) return fail(index, 'TLV_TOO_DEEP', start);
      ends[depth] = end;
      depth += 1;
      end = at + length;
    } else {
      at += length;
    }
  }
}

function fail(index: TlvIndex, fault: TlvFault, at: number): false {
  index.fault = fault;
  index.faultAt = at;
  return false;
}
