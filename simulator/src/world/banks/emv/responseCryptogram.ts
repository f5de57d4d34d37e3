/**
 * The issuer's answer to an ARQC, which proves to the card who decided: ARPC.
 * Source: EMV 4.4 Book 2 §8.2.   Floor: simulator world.
 */
import { concatBytes } from '@comptoir/protocol';
import { BLOCK_BYTES, padded, retailMac, tripleDes, xor } from './tripleDes.js';

export type ResponseMethod = 1 | 2;

const METHOD_2_BYTES = 4;

/** @param cryptogram ARQC, 8 bytes @param code authorisation response code, 2 bytes @returns 8 bytes @see EMV 4.4 Book 2 §8.2.1 */
export function responseCryptogram1(key: Uint8Array, cryptogram: Uint8Array, code: Uint8Array): Uint8Array {
  const filled = new Uint8Array(BLOCK_BYTES);
  filled.set(code.subarray(0, 2));
  return tripleDes(key, xor(cryptogram, filled));
}

/**
 * @param cryptogram ARQC, 8 bytes @param statusUpdate CSU, 4 bytes, and up to 8 bytes of the issuer's own
 * @returns 4 bytes @see EMV 4.4 Book 2 §8.2.2
 */
export function responseCryptogram2(key: Uint8Array, cryptogram: Uint8Array, statusUpdate: Uint8Array): Uint8Array {
  return retailMac(key, padded(concatBytes(cryptogram, statusUpdate), 'EMV')).slice(0, METHOD_2_BYTES);
}
