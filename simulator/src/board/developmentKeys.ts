/**
 * The keys of a development reader and of the test host that belongs to it. They are made from the seed, whenever they are
 * needed: there is nothing to steal, and nothing here may ever protect anything.
 * Floor: simulator.
 */
import { concatBytes, latin1ToBytes } from '@comptoir/protocol';
import { seededBytes } from '../seed.js';

export interface DevelopmentKeys {
  /** AES-256 base derivation key, 32 bytes. The acquirer's; never in a reader. */
  readonly baseDerivationKey: Uint8Array;
  /** BDK identifier 4 bytes, derivation identifier 4 bytes. The derivation identifier is the reader's own, at its first start. */
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
