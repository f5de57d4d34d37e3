/**
 * Application File Locator (tag 94): which records to read, and which of them are signed.
 * Source: EMV 4.4 Book 3 §10.2.   Floor: emv; imports nothing.
 */

interface ApplicationFileEntry {
  readonly sfi: number;
  readonly first: number;
  readonly last: number;
  /** Records from `first` on that offline data authentication covers. */
  readonly signed: number;
}

const ENTRY_BYTES = 4;
const ENTRIES_MAX = 31;
const RECORD_MAX = 16;
const RECORDS_MAX = 64;

/**
 * @param afl untrusted card data; no bytes is a file locator without entries
 * @returns undefined when an entry breaks a rule or a limit
 * @see EMV 4.4 Book 3 §10.2
 */
export function parseApplicationFileLocator(afl: Uint8Array): readonly ApplicationFileEntry[] | undefined {
  if (afl.length % ENTRY_BYTES !== 0 || afl.length > ENTRIES_MAX * ENTRY_BYTES) return undefined;
  const entries: ApplicationFileEntry[] = [];
  let records = 0;
  for (let at = 0; at < afl.length; at += ENTRY_BYTES) {
    const sfiByte = afl[at] as number;
    const first = afl[at + 1] as number;
    const last = afl[at + 2] as number;
    const signed = afl[at + 3] as number;
    const sfi = sfiByte >> 3;
    if ((sfiByte & 0x07) !== 0 || sfi < 1 || sfi > 30) return undefined;
    if (first < 1 || last < first || last > RECORD_MAX || signed > last - first + 1) return undefined;
    records += last - first + 1;
    if (records > RECORDS_MAX) return undefined;
    entries.push({ sfi, first, last, signed });
  }
  return entries;
}
