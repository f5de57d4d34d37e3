/**
 * The keys of a development reader and of its acquirer. They are made from the seed, whenever they are
 * needed: there is nothing to steal, and nothing here may ever protect anything.
 * Floor: factory.
 */

import { concatBytes, latin1ToBytes } from '@comptoir/protocol';
import { x25519 } from '@noble/curves/ed25519.js';
import { developmentFactoryKey, signReaderCertificate } from '#crypto/certificate';
import { seededBytes } from '#crypto/seed';

/** What a reader of software says that it is. */
export const SIMULATED_MODEL = 'Comptoir simulated';

/** Days of all development certificates. */
const VALID_FROM = 20260101;
const VALID_THROUGH = 20991231;

export interface DevelopmentKeys {
  /** AES-256 base derivation key, 32 bytes. The acquirer's; never in a reader. */
  readonly baseDerivationKey: Uint8Array;
  /** BDK identifier 4 bytes, derivation identifier 4 bytes, which is the reader's own. */
  readonly initialKeyIdentifier: Uint8Array;
  /** HMAC key of the merchant's index tokens, 32 bytes. */
  readonly indexTokenKey: Uint8Array;
  /** 0..31. */
  readonly indexTokenVersion: number;
}

/** @param serial two readers of one seed and of different serials share the BDK and the token key, not the initial key */
export function developmentKeys(seed: number | string, serial: string): DevelopmentKeys {
  return {
    baseDerivationKey: seededBytes(`${seed}/base derivation key`)(32),
    initialKeyIdentifier: concatBytes(latin1ToBytes('DEV0'), seededBytes(`${serial}/derivation identifier`)(4)),
    indexTokenKey: seededBytes(`${seed}/index token key`)(32),
    indexTokenVersion: 1,
  };
}

/** A reader's own pair, and what the development factory says about it. */
export interface DevelopmentIdentity {
  /** The scalar of X25519, 32 bytes. */
  readonly privateKey: Uint8Array;
  readonly certificate: Uint8Array;
}

/** @param place tells readers apart @param serial in the certificate; empty: none */
export function developmentIdentity(
  place: string,
  model: string = SIMULATED_MODEL,
  serial: string = '',
): DevelopmentIdentity {
  const privateKey = seededBytes(`${place}/identity`)(32);
  const about = { staticKey: x25519.getPublicKey(privateKey), model, serial };
  const days = { validFrom: VALID_FROM, validThrough: VALID_THROUGH };
  return { privateKey, certificate: signReaderCertificate({ ...about, ...days }, developmentFactoryKey()) };
}
