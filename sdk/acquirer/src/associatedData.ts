/**
 * What an envelope is bound to: readable by anyone, covered by its MAC.
 *
 *   offset  size
 *   0       1     version, 01
 *   1       24    model, ASCII, 00 padded
 *   25      16    serial, ASCII, 00 padded
 *   41      15    merchant identifier, space padded
 *   56      8     terminal identification, space padded
 *   64      6     amount (9F02), BCD
 *   70      2     currency (5F2A), BCD
 *   72      4     unpredictable number (9F37)
 *   76      2     ATC (9F36)
 *   78      32    SHA-256 of the field `emvData` as it was sent
 *
 * Source: docs/reference/tokens.md.   Floor: acquirer.
 * Memory: byte fields are views of the input.
 */
import { latin1FromBytes, unsignedFromBcd } from '@comptoir/protocol';

export const ASSOCIATED_DATA_BYTES = 110;
const VERSION = 1;

export interface AssociatedData {
  readonly model: string;
  readonly serial: string;
  readonly merchantIdentifier: string;
  readonly terminalIdentification: string;
  /** Minor units. */
  readonly amount: number;
  /** ISO 4217 numeric. */
  readonly currency: number;
  readonly unpredictableNumber: Uint8Array;
  readonly applicationTransactionCounter: Uint8Array;
  readonly emvDataSha256: Uint8Array;
}

/** @param bytes as the MAC covers them @returns undefined when length, version or an amount's digits are wrong */
export function parseAssociatedData(bytes: Uint8Array): AssociatedData | undefined {
  const amount = unsignedFromBcd(bytes.subarray(64, 70));
  const currency = unsignedFromBcd(bytes.subarray(70, 72));
  if (bytes.length !== ASSOCIATED_DATA_BYTES || bytes[0] !== VERSION || amount === undefined || currency === undefined)
    return undefined;
  return {
    model: textWithout(bytes.subarray(1, 25), '\0'),
    serial: textWithout(bytes.subarray(25, 41), '\0'),
    merchantIdentifier: textWithout(bytes.subarray(41, 56), ' '),
    terminalIdentification: textWithout(bytes.subarray(56, 64), ' '),
    amount,
    currency,
    unpredictableNumber: bytes.subarray(72, 76),
    applicationTransactionCounter: bytes.subarray(76, 78),
    emvDataSha256: bytes.subarray(78, ASSOCIATED_DATA_BYTES),
  };
}

function textWithout(bytes: Uint8Array, padding: string): string {
  const text = latin1FromBytes(bytes);
  let end = text.length;
  while (end > 0 && text[end - 1] === padding) end -= 1;
  return text.slice(0, end);
}
