/**
 * What a bank application says at the end, and how it signs: cryptograms by AES, signatures by RSA, both below the script.
 * The cryptogram has a version of our own (9F10): the issuer that made the keys verifies it, no card scheme does.
 * Source: EMV 4.4 Book 2 §6.5, §6.6 (DDA, CDA), Annex A1.3 (session key); contactless C-3 Annex C (fDDA).   Floor: dynamicCard.
 *
 *   session key = AES(card key, 9F36 2 | 00 x 14)
 *   9F26        = first 8 bytes of AES-CMAC(session key, 9F27 1 | 9F36 2 | 82 2 | 9F10 7 | what the terminal sent)
 *   9F10        = 06 | derivation key index | version | 03 | 9F27, 00, 00
 */
import { concatBytes, unsignedToBytes } from '@comptoir/protocol';
import type { KeyHandle } from '../../board/board.js';
import type { CardSecure } from '../../board/cardBoard.js';

/** Bits 8 and 7 of 9F27. @see EMV 4.4 Book 3 §6.5.5.4, Table 15 */
export const CRYPTOGRAM = { aac: 0x00, tc: 0x40, arqc: 0x80 } as const;

const CRYPTOGRAM_BYTES = 8;
const HASH_BYTES = 20;

interface CryptogramInput {
  /** 9F27. */
  readonly cid: number;
  readonly counter: number;
  readonly aip: Uint8Array;
  readonly issuerApplicationData: Uint8Array;
  readonly terminalData: Uint8Array;
}

/** @returns 8 bytes */
export function applicationCryptogram(secure: CardSecure, key: KeyHandle, input: CryptogramInput): Uint8Array {
  const counter = unsignedToBytes(input.counter, 2);
  const sessionKey = secure.deriveKey(key, concatBytes(counter, new Uint8Array(14)));
  const data = concatBytes(
    Uint8Array.of(input.cid),
    counter,
    input.aip,
    input.issuerApplicationData,
    input.terminalData,
  );
  const mac = secure.cmac(sessionKey, data);
  secure.eraseKey(sessionKey);
  return mac.slice(0, CRYPTOGRAM_BYTES);
}

/** Tag 9F10. @param version derivation key index and cryptogram version number, 2 bytes */
export function issuerApplicationData(version: Uint8Array, cid: number): Uint8Array {
  return concatBytes(Uint8Array.of(0x06), version, Uint8Array.of(0x03, cid, 0x00, 0x00));
}

/**
 *   6A | 05 | 01 | length 1 | ICC dynamic data | BB… | SHA-1 20 | BC             Hashed: all from 05 on, terminal data.
 * @param dynamicData  DDA and fDDA: length and ICC dynamic number; CDA: that, 9F27, 9F26, transaction data hash
 * @param terminalData DDA: the data of INTERNAL AUTHENTICATE; CDA: 9F37; fDDA: 9F37, 9F02, 5F2A, 9F69
 */
export function signedDynamicData(
  secure: CardSecure,
  key: KeyHandle,
  dynamicData: Uint8Array,
  terminalData: Uint8Array,
): Uint8Array {
  const size = secure.rsaSize(key);
  const block = new Uint8Array(size).fill(0xbb);
  block.set([0x6a, 0x05, 0x01, dynamicData.length]);
  block.set(dynamicData, 4);
  const hashAt = size - HASH_BYTES - 1;
  const hash = secure.sha1(concatBytes(block.subarray(1, hashAt), terminalData));
  block.set(hash, hashAt);
  block[size - 1] = 0xbc;
  return secure.rsaSign(key, block);
}

/** Length and number: 9F4C. */
export function dynamicNumberData(dynamicNumber: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(dynamicNumber.length), dynamicNumber);
}
