/** A sector of the record store with one record in it: which slot runs. As recordStore.h and slotRecord.h draw them. */
import { crc32 } from 'node:zlib';

const OTHER = { idle: 0, pending: 1, onTrial: 2 } as const;
const SLOT_RECORD = 1;
const SECTORS = 2;

export interface SlotRecord {
  readonly confirmed: number;
  readonly other: keyof typeof OTHER;
  readonly startsLeft: number;
  readonly leastSecurityVersion: number;
}

export function slotRecordSector({ confirmed, other, startsLeft, leastSecurityVersion }: SlotRecord): Uint8Array {
  const sector = Buffer.alloc(4096, 0xff);
  sector.set([0x52, 0x45, 0x43, 0x53, 1, SECTORS, 0, 0, 1, 0, 0, 0]);
  sector.writeUInt32LE(crc32(sector.subarray(0, 12)), 12);
  const value = Buffer.from([1, confirmed, OTHER[other], startsLeft, 0, 0, 0, 0]);
  value.writeUInt32LE(leastSecurityVersion, 4);
  sector.set([SLOT_RECORD, 0xa5, value.length, 0], 16);
  sector.writeUInt32LE(crc32(value), 20);
  sector.writeUInt32LE(crc32(sector.subarray(16, 28)), 28);
  sector.set(value, 32);
  return sector;
}
