/**
 * Terminal type (tag 9F35) and transaction type (tag 9C): what they say.
 * Source: EMV 4.4 Book 4 Annex A1; ISO 8583 for the transaction types.   Floor: emv; imports nothing.
 */
export const TRANSACTION_TYPE = { goodsAndServices: 0, cash: 1, cashback: 9 } as const;

/** Byte 1 of the additional terminal capabilities (9F40). */
const CAPABILITY_CASH = 0x80;

/** @param type as the decimal number that it is */
export function isUnattended(type: number): boolean {
  return type % 10 >= 4;
}

/** @param type as the decimal number that it is */
export function isOfflineOnly(type: number): boolean {
  return type % 10 === 3 || type % 10 === 6;
}

/** @param additionalCapabilities tag 9F40 */
export function isCashMachine(type: number, additionalCapabilities: Uint8Array): boolean {
  return type >= 14 && type <= 16 && ((additionalCapabilities[0] ?? 0) & CAPABILITY_CASH) !== 0;
}
