/**
 * What a development reader is provisioned with at each start.
 * Floor: simulator.
 */
import { KEY } from '@comptoir/firmware/board';
import { deriveInitialKey } from '@comptoir/sdk/acquirer';
import { seededBytes } from '../seed.js';
import { developmentKeys } from './developmentKeys.js';
import type { ProvisionedKey } from './softwareSecure.js';

export interface Provision {
  readonly keys: readonly ProvisionedKey[];
  readonly random: (length: number) => Uint8Array;
}

/** @returns what gives keys and randomness: the same keys at each start, and randomness that goes on */
export function developmentProvision(seed: number | string, serial: string): () => Provision {
  const { baseDerivationKey, initialKeyIdentifier, indexTokenKey, indexTokenVersion } = developmentKeys(seed, serial);
  const keys: readonly ProvisionedKey[] = [
    {
      name: KEY.dukptInitial,
      key: deriveInitialKey(baseDerivationKey, initialKeyIdentifier),
      identifier: initialKeyIdentifier,
    },
    { name: KEY.indexToken, key: indexTokenKey, identifier: Uint8Array.of(indexTokenVersion) },
  ];
  const random = seededBytes(`${seed}/${serial}/reader`);
  return () => ({ keys, random });
}
