/**
 * What a development reader is provisioned with at each start.
 * Floor: simulator.
 */
import { KEY } from '@comptoir/firmware/board';
import { concatBytes, unsignedFromBytes, unsignedToBytes } from '@comptoir/protocol';
import { deriveInitialKey } from '@comptoir/sdk/acquirer';
import { seededBytes } from '../seed.js';
import { developmentKeys } from './developmentKeys.js';
import type { ProvisionedKey } from './softwareKeys.js';

const BDK_IDENTIFIER_BYTES = 4;

export interface Provision {
  readonly keys: readonly ProvisionedKey[];
  readonly random: (length: number) => Uint8Array;
}

/**
 * @returns what provisions one start. The randomness goes on from start to start. Each start has an initial key of its own:
 * the counter of this firmware begins anew with the power, and a key serial number must never come twice.
 */
export function developmentProvision(seed: number | string, serial: string): () => Provision {
  const { baseDerivationKey, initialKeyIdentifier, indexTokenKey, indexTokenVersion } = developmentKeys(seed, serial);
  const bdkIdentifier = initialKeyIdentifier.subarray(0, BDK_IDENTIFIER_BYTES);
  const firstDerivation = unsignedFromBytes(initialKeyIdentifier.subarray(BDK_IDENTIFIER_BYTES));
  const random = seededBytes(`${seed}/${serial}/reader`);
  let starts = 0;
  return () => {
    const derivation = unsignedToBytes((firstDerivation + starts) % 2 ** 32, 4);
    starts += 1;
    const identifier = concatBytes(bdkIdentifier, derivation);
    return {
      random,
      keys: [
        { name: KEY.dukptInitial, key: deriveInitialKey(baseDerivationKey, identifier), identifier },
        { name: KEY.indexToken, key: indexTokenKey, identifier: Uint8Array.of(indexTokenVersion) },
      ],
    };
  };
}
