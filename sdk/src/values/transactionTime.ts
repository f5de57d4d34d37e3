/**
 * Date and time of a transaction.
 * Source: EMV 4.4 Book 3 Annex A, tags 9A (YYMMDD) and 9F21 (HHMMSS).   Floor: sdk values.
 */
import { concatBytes, unsignedToBcd } from '@comptoir/protocol';

interface TransactionTime {
  readonly date: Uint8Array;
  readonly time: Uint8Array;
}

/** @param utcOffsetMinutes local time minus UTC: both tags are local */
export function transactionTime(nowMs: number, utcOffsetMinutes: number): TransactionTime {
  const local = new Date(nowMs + utcOffsetMinutes * 60_000);
  return {
    date: bcd(local.getUTCFullYear() % 100, local.getUTCMonth() + 1, local.getUTCDate()),
    time: bcd(local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()),
  };
}

function bcd(...pairs: readonly number[]): Uint8Array {
  return concatBytes(...pairs.map((pair) => unsignedToBcd(pair, 1)));
}
