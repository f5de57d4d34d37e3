/**
 * What a card says at the end of a transaction: its cryptogram, and the data that goes with it.
 * The cryptogram is HMAC-SHA-256 under the card's seeded key, cut to 8 bytes. It depends on everything that a real one depends
 * on, but it isn't the DES cryptogram of any scheme: the test host doesn't verify it, and an issuer that does comes with its own.
 * Floor: simulator.
 */
import { concatBytes, fromHex, NO_BYTES, unsignedToBytes } from '@comptoir/protocol';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Network } from '../../pki/testPki.js';

/** Cryptogram types, bits 8 and 7 of the cryptogram information data. @see EMV 4.4 Book 3 §6.5.5.4, Table 15 */
export const CRYPTOGRAM = { aac: 0x00, tc: 0x40, arqc: 0x80 } as const;

export type CryptogramType = (typeof CRYPTOGRAM)[keyof typeof CRYPTOGRAM];

/** In the reference control parameter of GENERATE AC, below the type. @see EMV 4.4 Book 3 §6.5.5.2 */
const CDA_ASKED = 0x10;

export function isCdaAsked(p1: number): boolean {
  return (p1 & CDA_ASKED) !== 0;
}

/** @param p1 of GENERATE AC @returns undefined when other bits are set than those of type and CDA */
export function askedType(p1: number): CryptogramType | undefined {
  return Object.values(CRYPTOGRAM).find((type) => type === (p1 & ~CDA_ASKED));
}

/** A card never says more than it was asked, and goes online before it approves. */
export function answeredType(asked: CryptogramType, isFirst: boolean): CryptogramType {
  return isFirst && asked !== CRYPTOGRAM.aac ? CRYPTOGRAM.arqc : asked;
}

export interface CryptogramInput {
  /** Seeded, the card's own. */
  readonly key: Uint8Array;
  readonly cid: CryptogramType;
  readonly atc: number;
  readonly aip: Uint8Array;
  /** What the terminal sent for it. */
  readonly terminalData: Uint8Array;
  readonly issuerApplicationData: Uint8Array;
}

/** @returns 8 bytes */
export function applicationCryptogram(input: CryptogramInput): Uint8Array {
  const { key, cid, atc, aip, terminalData, issuerApplicationData } = input;
  const data = concatBytes(Uint8Array.of(cid), unsignedToBytes(atc, 2), aip, issuerApplicationData, terminalData);
  return hmac(sha256, key, data).slice(0, 8);
}

const VISA_FORMAT = fromHex('06010A03A00000') ?? NO_BYTES;
const MCHIP_FORMAT = fromHex('0110A00003220000000000000000000000FF') ?? NO_BYTES;

/** Tag 9F10: how the network's cards lay it out, with values that mean nothing. */
export function issuerApplicationData(network: Network): Uint8Array {
  return network === 'visa' || network === 'cartesBancaires' ? VISA_FORMAT : MCHIP_FORMAT;
}
