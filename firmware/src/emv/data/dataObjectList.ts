/**
 * Data object lists: what a card asks for (PDOL, CDOL, DDOL), and the answer.
 * Source: EMV 4.4 Book 3 §5.4.   Floor: emv.
 */
import { NO_BYTES } from '@comptoir/protocol';

export interface DataObjectListEntry {
  readonly tag: number;
  /** Bytes that the card wants of it. */
  readonly length: number;
}

type DataObjectListResult =
  | { readonly ok: true; readonly entries: readonly DataObjectListEntry[]; readonly dataLength: number }
  | { readonly ok: false; readonly fault: DataObjectListFault; readonly at: number };

type DataObjectListFault = 'DOL_TRUNCATED_TAG' | 'DOL_TAG_TOO_LONG' | 'DOL_MISSING_LENGTH' | 'DOL_TOO_LONG';

const TAG_BYTES_MAX = 3;
/** What fits in one command with its template. */
const DOL_DATA_BYTES_MAX = 252;

/** Format n: padded with zeros on the left, cut on the left. @see EMV 4.4 Book 3 Annex A */
const NUMERIC: ReadonlySet<number> = new Set([
  0x9a, 0x9c, 0x9f01, 0x9f02, 0x9f03, 0x9f11, 0x9f15, 0x9f19, 0x9f1a, 0x9f21, 0x9f35, 0x9f41, 0x9f42, 0x5f24, 0x5f25,
  0x5f28, 0x5f2a, 0x5f36,
]);
/** Format cn: padded with F on the right. */
const COMPRESSED_NUMERIC: ReadonlySet<number> = new Set([0x5a, 0x9f20]);

/**
 * Reads the entries: tag and length, tag and length, …
 * @param list untrusted card data
 */
export function parseDataObjectList(list: Uint8Array): DataObjectListResult {
  const entries: DataObjectListEntry[] = [];
  let dataLength = 0;
  let at = 0;
  while (at < list.length) {
    const start = at;
    let tag = list[at] as number;
    at += 1;
    if ((tag & 0x1f) === 0x1f) {
      let next: number | undefined;
      do {
        next = list[at];
        if (next === undefined) return { ok: false, fault: 'DOL_TRUNCATED_TAG', at: start };
        if (at - start >= TAG_BYTES_MAX) return { ok: false, fault: 'DOL_TAG_TOO_LONG', at: start };
        tag = (tag << 8) | next;
        at += 1;
      } while ((next & 0x80) !== 0);
    }
    const length = list[at];
    if (length === undefined) return { ok: false, fault: 'DOL_MISSING_LENGTH', at };
    at += 1;
    entries.push({ tag, length });
    dataLength += length;
  }
  return { ok: true, entries, dataLength };
}

/**
 * Concatenates what the list asks for. A data object that there is not is filled with zeros.
 * @param valueFor the reader's own data: never what the card could write
 * @see EMV 4.4 Book 3 §5.4
 */
export function buildDataObjectList(
  entries: readonly DataObjectListEntry[],
  valueFor: (tag: number) => Uint8Array | undefined,
): Uint8Array {
  const data = new Uint8Array(entries.reduce((sum, entry) => sum + entry.length, 0));
  let at = 0;
  for (const { tag, length } of entries) {
    writeFitted(data.subarray(at, at + length), tag, valueFor(tag) ?? NO_BYTES);
    at += length;
  }
  return data;
}

function writeFitted(room: Uint8Array, tag: number, value: Uint8Array): void {
  const spare = room.length - value.length;
  if (NUMERIC.has(tag)) {
    if (spare >= 0) room.set(value, spare);
    else room.set(value.subarray(-spare));
  } else {
    room.set(spare >= 0 ? value : value.subarray(0, room.length));
    if (spare > 0 && value.length > 0 && COMPRESSED_NUMERIC.has(tag)) room.fill(0xff, value.length);
  }
}

/**
 * Reads a list and answers it, within one command.
 * @param list untrusted card data; undefined when the card has none
 */
export function answerDataObjectList(
  list: Uint8Array | undefined,
  valueFor: (tag: number) => Uint8Array | undefined,
): { readonly ok: true; readonly data: Uint8Array } | { readonly ok: false; readonly fault: DataObjectListFault } {
  const parsed = parseDataObjectList(list ?? NO_BYTES);
  if (!parsed.ok) return { ok: false, fault: parsed.fault };
  if (parsed.dataLength > DOL_DATA_BYTES_MAX) return { ok: false, fault: 'DOL_TOO_LONG' };
  return { ok: true, data: buildDataObjectList(parsed.entries, valueFor) };
}
