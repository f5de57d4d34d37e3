/**
 * What envelope and transaction token are bound to.
 * Floor: token.
 */
import { concatBytes, latin1ToBytes } from '@comptoir/protocol';

export interface BoundData {
  readonly model: string;
  readonly serial: string;
  readonly merchantIdentifier: string;
  readonly terminalIdentification: string;
  /** Tag 9F02, 6 bytes. */
  readonly amount: Uint8Array;
  /** Tag 5F2A, 2 bytes. */
  readonly currency: Uint8Array;
  /** Tag 9F37, 4 bytes. */
  readonly unpredictableNumber: Uint8Array;
  /** Tag 9F36, 2 bytes. */
  readonly transactionCounter: Uint8Array;
}

const MERCHANT_BYTES = 15;
const TERMINAL_BYTES = 8;

/** Text in a field of fixed length: cut, or filled on the right. */
export function fixedText(text: string, length: number, fill: number): Uint8Array {
  const bytes = new Uint8Array(length).fill(fill);
  bytes.set(latin1ToBytes(text).subarray(0, length));
  return bytes;
}

/** Merchant (15), terminal (8), amount (6), currency (2), unpredictable number (4), transaction counter (2): 37 bytes. */
export function placeAndAmount(bound: BoundData): Uint8Array {
  return concatBytes(
    fixedText(bound.merchantIdentifier, MERCHANT_BYTES, 0x20),
    fixedText(bound.terminalIdentification, TERMINAL_BYTES, 0x20),
    bound.amount,
    bound.currency,
    bound.unpredictableNumber,
    bound.transactionCounter,
  );
}
