/**
 * What a development reader is provisioned with at each start.
 * Floor: factory.
 */

import { concatBytes, latin1ToBytes } from '@comptoir/protocol';
import { cmac } from '@noble/ciphers/aes.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { deriveInitialKey } from '#crypto/dukpt';
import { seededBytes } from '#crypto/seed';
import { developmentRoleKeys } from '#crypto/signing';
import { type ProvisionedReaderKey, type ProvisionedRoleKey, READER_KEY } from '../provision/provisionRecord.js';
import { READER_SCHEME } from './developmentCard.js';
import { developmentIdentity, developmentKeys } from './developmentKeys.js';

const READER_ID_BYTES = 8;

export const DEVELOPMENT_MERCHANT_IDENTIFIER = 'COMPTOIR-DEV-01';

/** HMAC key of the selection records of all readers of a seed, 32 bytes. */
export function selectionRecordKey(seed: number | string): Uint8Array {
  return seededBytes(`${seed}/selection record key`)(32);
}

/** What the development scheme gives a reader: the key of its merchant, never the scheme's. */
function walletReaderKey(serial: string, merchant: string): ProvisionedReaderKey {
  const readerId = sha256(latin1ToBytes(serial)).slice(0, READER_ID_BYTES);
  const place = concatBytes(Uint8Array.of(1, READER_SCHEME.keyId), readerId, latin1ToBytes(merchant));
  return {
    name: READER_KEY.walletReader,
    key: cmac(place, READER_SCHEME.key),
    identifier: concatBytes(Uint8Array.of(READER_SCHEME.keyId), readerId),
  };
}

export interface ProvisionOptions {
  /** Whose reader it is. Default: `DEVELOPMENT_MERCHANT_IDENTIFIER`. */
  readonly merchant?: string;
  /** Default: the simulated board's. */
  readonly model?: string;
  /** The serial number in the reader's certificate. Default: its own; empty: none, for what many readers carry. */
  readonly certifiedSerial?: string;
}

export interface Provision {
  readonly keys: readonly ProvisionedReaderKey[];
  readonly roleKeys: readonly ProvisionedRoleKey[];
  readonly random: (length: number) => Uint8Array;
}

/**
 * @returns what provisions one start. The randomness goes on from start to start. The initial key is taken once: from then on the
 * reader's keys are in its flash.
 */
export function developmentProvision(
  seed: number | string,
  serial: string,
  { merchant = DEVELOPMENT_MERCHANT_IDENTIFIER, model, certifiedSerial = serial }: ProvisionOptions = {},
): () => Provision {
  const { baseDerivationKey, initialKeyIdentifier, indexTokenKey, indexTokenVersion } = developmentKeys(seed, serial);
  const identity = developmentIdentity(`${seed}/${serial}`, model, certifiedSerial);
  const random = seededBytes(`${seed}/${serial}/reader`);
  const initialKey = deriveInitialKey(baseDerivationKey, initialKeyIdentifier);
  return () => ({
    random,
    roleKeys: developmentRoleKeys(),
    keys: [
      { name: READER_KEY.dukptInitial, key: initialKey, identifier: initialKeyIdentifier },
      { name: READER_KEY.indexToken, key: indexTokenKey, identifier: Uint8Array.of(indexTokenVersion) },
      walletReaderKey(serial, merchant),
      { name: READER_KEY.selectionRecord, key: selectionRecordKey(seed), identifier: Uint8Array.of(1) },
      { name: READER_KEY.identity, key: identity.privateKey, identifier: identity.certificate },
    ],
  });
}
