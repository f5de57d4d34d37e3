/**
 * Response APDUs and their status words.
 * Source: EMV 4.4 Book 1 §9, Book 3 §6.3.5.   Floor: apdu; imports nothing.
 */

export interface ResponseApdu {
  /** What came before the status word; a view of the answer, or joined from several. */
  readonly data: Uint8Array;
  /** SW1 SW2. 0 when the answer was no response APDU or broke a limit. */
  readonly sw: number;
}

export const SW = {
  notAnApdu: 0x0000,
  success: 0x9000,
  /** Selected file invalidated: the application or the directory is blocked. */
  blocked: 0x6283,
  conditionsNotSatisfied: 0x6985,
  /** Function not supported: to SELECT of the PSE or an AID it means that the card is blocked. */
  functionNotSupported: 0x6a81,
  recordNotFound: 0x6a83,
  referencedDataNotFound: 0x6a88,
} as const;
