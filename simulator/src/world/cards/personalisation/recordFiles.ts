/**
 * The record files of an application and the locator that lists them.
 * Source: EMV 4.4 Book 3 §5.3 (files), §10.2 (AFL, static data to be authenticated).   Floor: simulator world.
 */
import { concatBytes, type DataObject, encodeTlv, TAG_70_READ_RECORD_TEMPLATE, template } from '@comptoir/protocol';
import { SW, status, success } from '../../../machine/commandApdu.js';

export interface CardRecord {
  /** Short file identifier, 1..30. Every record of ours is a template 70. */
  readonly sfi: number;
  readonly objects: readonly DataObject[];
  /** True: offline data authentication covers the record. In a file, these come first. */
  readonly isSigned: boolean;
}

/**
 * The answer to READ RECORD. Record numbers are the order inside the file, from 1.
 * @param p1 number of the record
 * @param p2 the file in the high five bits, 100 below
 * @param firstRecord the number of the first record of each file
 * @see EMV 4.4 Book 3 §6.5.11
 */
export function recordAnswer(records: readonly CardRecord[], p1: number, p2: number, firstRecord = 1): Uint8Array {
  const sfi = p2 >> 3;
  if ((p2 & 0x07) !== 0x04 || p1 === 0) return status(SW.wrongParameters);
  const file = records.filter((candidate) => candidate.sfi === sfi);
  if (file.length === 0) return status(SW.fileNotFound);
  const record = file[p1 - firstRecord];
  if (record === undefined) return status(SW.recordNotFound);
  return success(encodeRecord(record));
}

/** Four bytes a file: SFI in the high five bits, first record, last record, how many of them are signed. */
export function applicationFileLocator(records: readonly CardRecord[], firstRecord = 1): Uint8Array {
  const files = [...new Set(records.map(({ sfi }) => sfi))];
  return concatBytes(
    ...files.map((sfi) => {
      const file = records.filter((record) => record.sfi === sfi);
      return Uint8Array.of(
        sfi << 3,
        firstRecord,
        firstRecord + file.length - 1,
        file.filter(({ isSigned }) => isSigned).length,
      );
    }),
  );
}

/** Of files 1 to 10 the template's content counts, of the others the whole record. @see EMV 4.4 Book 3 §10.3 */
const CONTENT_SFI_MAX = 10;

/** The signed records in order, then the AIP when the static data authentication tag list 9F4A says 82. */
export function staticDataToAuthenticate(records: readonly CardRecord[], aip: Uint8Array): Uint8Array {
  const signed = records.filter(({ isSigned }) => isSigned);
  return concatBytes(
    ...signed.map((record) => (record.sfi <= CONTENT_SFI_MAX ? encodeTlv(...record.objects) : encodeRecord(record))),
    aip,
  );
}

function encodeRecord({ objects }: CardRecord): Uint8Array {
  return encodeTlv(template(TAG_70_READ_RECORD_TEMPLATE, ...objects));
}
