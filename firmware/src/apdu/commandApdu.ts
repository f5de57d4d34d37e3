/**
 * Command APDUs that the reader sends. Those that expect data end with Le 00.
 * Source: EMV 4.4 Book 1 §11.3, Book 3 §6.5.   Floor: apdu.
 */
import { concatBytes } from '@comptoir/protocol';

/** Cryptogram that GENERATE AC asks for, as the upper bits of P1. @see EMV 4.4 Book 3 §6.5.5.2 Table 12 */
export const CRYPTOGRAM = { aac: 0x00, tc: 0x40, arqc: 0x80 } as const;
const CDA_SIGNATURE_REQUESTED = 0x10;

/** @param name AID or directory name, 5..16 bytes @see EMV 4.4 Book 1 §11.3.2 */
export function selectByName(name: Uint8Array, occurrence: 'first' | 'next' = 'first'): Uint8Array {
  return withData(0x00, 0xa4, 0x04, occurrence === 'first' ? 0x00 : 0x02, name);
}

/** @param sfi 1..30 @param record 1..255 @see EMV 4.4 Book 3 §6.5.11 */
export function readRecord(sfi: number, record: number): Uint8Array {
  return Uint8Array.of(0x00, 0xb2, record, (sfi << 3) | 0x04, 0x00);
}

/** @param pdolData the value of the command template 83, 0..252 bytes @see EMV 4.4 Book 3 §6.5.8 */
export function getProcessingOptions(pdolData: Uint8Array): Uint8Array {
  const header =
    pdolData.length < 0x80 ? Uint8Array.of(0x83, pdolData.length) : Uint8Array.of(0x83, 0x81, pdolData.length);
  return withData(0x80, 0xa8, 0x00, 0x00, concatBytes(header, pdolData));
}

/** @param ddolData 0..252 bytes @see EMV 4.4 Book 3 §6.5.9 */
export function internalAuthenticate(ddolData: Uint8Array): Uint8Array {
  return withData(0x00, 0x88, 0x00, 0x00, ddolData);
}

/** @param tag of two bytes @see EMV 4.4 Book 3 §6.5.7 */
export function getData(tag: number): Uint8Array {
  return Uint8Array.of(0x80, 0xca, tag >> 8, tag & 0xff, 0x00);
}

/** @param data tag 91, 8..16 bytes; no answer is expected but the status @see EMV 4.4 Book 3 §6.5.4 */
export function externalAuthenticate(data: Uint8Array): Uint8Array {
  const command = new Uint8Array(data.length + 5);
  command.set([0x00, 0x82, 0x00, 0x00, data.length]);
  command.set(data, 5);
  return command;
}

/** @param cryptogram a value of CRYPTOGRAM @param cdolData 0..252 bytes @see EMV 4.4 Book 3 §6.5.5 */
export function generateAc(cryptogram: number, cda: boolean, cdolData: Uint8Array): Uint8Array {
  return withData(0x80, 0xae, cryptogram | (cda ? CDA_SIGNATURE_REQUESTED : 0), 0x00, cdolData);
}

/** @param entropy 4 bytes of the reader @see C-2 §5.3 */
export function exchangeRelayResistanceData(entropy: Uint8Array): Uint8Array {
  return withData(0x80, 0xea, 0x00, 0x00, entropy);
}

/** @param recoveryData what the card's DRDOL (9F51) is answered with, 0..252 bytes @see C-2 §5.6 */
export function recoverAc(recoveryData: Uint8Array): Uint8Array {
  return withData(0x80, 0xd0, 0x00, 0x00, recoveryData);
}

/** @param data reader id 8, nonce 16, MAC 16, merchant @see docs/reference/wallet-applet.md, AUTH READER */
export function authenticateReader(keyId: number, data: Uint8Array): Uint8Array {
  return withData(0x80, 0x82, 0x00, keyId, data);
}

/** What a wallet lists. @see docs/reference/wallet-applet.md, LIST */
export const WALLET_LIST = { profiles: 0x01, preferences: 0x02, unsettled: 0x03 } as const;

/** @param list a value of WALLET_LIST @param at position in it */
export function listWallet(list: number, at: number): Uint8Array {
  return Uint8Array.of(0x80, 0xca, list, at, 0x00);
}

/** Phases of a debit. @see docs/reference/wallet-applet.md, PREPARE, COMMIT, CANCEL */
export const DEBIT = { prepare: 0x01, commit: 0x02, cancel: 0x03 } as const;

/** @param phase a value of DEBIT */
export function redeem(phase: number, data: Uint8Array): Uint8Array {
  return withData(0x80, 0xd4, phase, 0x00, data);
}

/** @param length bytes that the card says it has, 0 for as many as there are @see EMV 4.4 Book 1 §9.3.1.3 */
export function getResponse(length: number): Uint8Array {
  return Uint8Array.of(0x00, 0xc0, 0x00, 0x00, length);
}

function withData(cla: number, ins: number, p1: number, p2: number, data: Uint8Array): Uint8Array {
  const command = new Uint8Array(data.length + 6);
  command.set([cla, ins, p1, p2, data.length]);
  command.set(data, 5);
  return command;
}
