/**
 * Signed application data: static (once, by the issuer) and dynamic (at each transaction, by the card).
 * Source: EMV 4.4 Book 2 Tables 3, 15 and 18; contactless book C-3 Annex C (fDDA).   Floor: simulator world.
 */
import { concatBytes } from '@comptoir/protocol';
import { contentSize, HASH_SHA_1, padded, signBlock } from './recoverableSignature.js';
import type { RsaKey } from './rsaKey.js';

/**
 *   6A | 03 | 01 | data authentication code 2 | BB… | SHA-1 20 | BC             Worked example: oda.json, oda-sda-001
 * Hashed: all from 03 on, static data.
 */
export function signedStaticData(
  issuer: RsaKey,
  dataAuthenticationCode: Uint8Array,
  staticData: Uint8Array,
): Uint8Array {
  const content = concatBytes(Uint8Array.of(0x03, HASH_SHA_1), dataAuthenticationCode);
  return signBlock(issuer, padded(content, contentSize(issuer)), staticData);
}

/**
 *   6A | 05 | 01 | length 1 | ICC dynamic data | BB… | SHA-1 20 | BC             Worked example: oda.json, oda-dda-001
 * Hashed: all from 05 on, terminal data.
 * @param iccDynamicData of DDA and fDDA: `iccDynamicNumberData`; of CDA: `combinedDynamicData`
 * @param terminalData   DDA: the data of INTERNAL AUTHENTICATE · CDA: 9F37 · fDDA: 9F37, 9F02, 5F2A and 9F69
 */
export function signedDynamicData(icc: RsaKey, iccDynamicData: Uint8Array, terminalData: Uint8Array): Uint8Array {
  const content = concatBytes(Uint8Array.of(0x05, HASH_SHA_1, iccDynamicData.length), iccDynamicData);
  return signBlock(icc, padded(content, contentSize(icc)), terminalData);
}

/** @param iccDynamicNumber 2..8 bytes */
export function iccDynamicNumberData(iccDynamicNumber: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(iccDynamicNumber.length), iccDynamicNumber);
}

/**
 * @param cid                 cryptogram information data, as the response gives it
 * @param cryptogram          8 bytes
 * @param transactionDataHash SHA-1, 20 bytes
 * @see EMV 4.4 Book 2 Table 19
 */
export function combinedDynamicData(
  iccDynamicNumber: Uint8Array,
  cid: number,
  cryptogram: Uint8Array,
  transactionDataHash: Uint8Array,
): Uint8Array {
  return concatBytes(iccDynamicNumberData(iccDynamicNumber), Uint8Array.of(cid), cryptogram, transactionDataHash);
}
