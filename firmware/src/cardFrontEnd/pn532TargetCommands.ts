/**
 * The commands of a PN532 that is to be a card, and what it says about the reader.
 * Source: PN532 User Manual UM0701-02 §7.2.9, §7.3.14 to §7.3.21; ISO/IEC 14443-3.   Floor: cardFrontEnd.
 */
import { concatBytes } from '@comptoir/protocol';

/** The flags of a reset, and 20: a card of ISO/IEC 14443-4, of which the PN532 does the protocol. @see §7.2.9 */
export const SET_PARAMETERS: Uint8Array = Uint8Array.of(0x12, 0x34);

/** Passive, ISO/IEC 14443-4. */
const MODE = 0x05;
const SENS_RES = Uint8Array.of(0x04, 0x00);
const SEL_RES_PART_4 = 0x20;
/** FeliCa parameters 18, NFCID3t 10: not used. Then no general bytes and no historical bytes. */
const UNUSED = new Uint8Array(18 + 10 + 2);
export const NFCID1_BYTES = 3;

/** Waits for a reader. @param nfcid1 3 bytes; before them the PN532 puts 08, which says that they're random. @see §7.3.14 */
export function initAsTarget(nfcid1: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(0x8c, MODE), SENS_RES, nfcid1, Uint8Array.of(SEL_RES_PART_4), UNUSED);
}

/** Bits 7 to 5 of the mode: the speed, 0 for 106 kbit/s; bit 4 (08): activated as ISO/IEC 14443-4. */
const ACTIVATED_PART_4_106 = 0x08;
const MODE_MASK = 0x78;

/** @param answer 8D, mode, the reader's first command. Untrusted. @returns whether it's a reader of cards such as this one */
export function isActivated(answer: Uint8Array): boolean {
  return ((answer[1] ?? 0) & MODE_MASK) === ACTIVATED_PART_4_106;
}

/** Waits for a command. @see §7.3.16 */
export const GET_DATA: Uint8Array = Uint8Array.of(0x86);

const MORE_INFORMATION = 0x40;
const ERROR_MASK = 0x3f;

/**
 * @param answer 87 or 8F, status, data. Untrusted
 * @returns undefined when the reader is gone: 29 released, 31 field off, and whatever else is no success
 */
export function targetData(
  answer: Uint8Array,
): { readonly data: Uint8Array; readonly isMoreToCome: boolean } | undefined {
  const status = answer[1];
  if (status === undefined || (status & ERROR_MASK) !== 0) return undefined;
  return { data: answer.subarray(2), isMoreToCome: (status & MORE_INFORMATION) !== 0 };
}

/** @param response 2..262 bytes. @see §7.3.18 */
export function setData(response: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(0x8e), response);
}
