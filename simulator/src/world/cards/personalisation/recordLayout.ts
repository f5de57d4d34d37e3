/**
 * Where an application keeps what. Terminals must take any layout that the locator can say.
 * Source: EMV 4.4 Book 3 §5.3.2, §10.2.   Floor: simulator world.
 */
import type { DataObject } from '@comptoir/protocol';
import type { CardRecord } from './recordFiles.js';

export interface RecordLayout {
  /** Short file identifiers, 1..30. The same file may hold all. */
  readonly names: number;
  readonly data: number;
  readonly certificates: number;
  /** Objects in a record at most, 1..50. */
  readonly objectsPerRecord: number;
  /** The number of the first record of each file, 1..16. */
  readonly firstRecord: number;
}

export const ORDINARY_LAYOUT: RecordLayout = {
  names: 1,
  data: 2,
  certificates: 3,
  objectsPerRecord: 50,
  firstRecord: 1,
};

/** Cuts records to size, and brings the signed ones of each file to its beginning, where the locator counts them. */
export function laidOut(records: readonly CardRecord[], { objectsPerRecord }: RecordLayout): readonly CardRecord[] {
  const cut = records.flatMap(({ sfi, objects, isSigned }) =>
    chunks(objects, objectsPerRecord).map((chunk) => ({ sfi, objects: chunk, isSigned })),
  );
  const files = [...new Set(cut.map(({ sfi }) => sfi))];
  return files.flatMap((sfi) => {
    const file = cut.filter((record) => record.sfi === sfi);
    return [...file.filter(({ isSigned }) => isSigned), ...file.filter(({ isSigned }) => !isSigned)];
  });
}

function chunks(objects: readonly DataObject[], size: number): readonly (readonly DataObject[])[] {
  const count = Math.ceil(objects.length / size);
  return Array.from({ length: count }, (_, at) => objects.slice(at * size, (at + 1) * size));
}
