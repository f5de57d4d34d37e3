/**
 * `--acquirer-keys FILE`: what opens the envelopes of a simulated reader.
 * Floor: simulator cli.
 */
import { type AcquirerFile, acquirerFileText } from '@comptoir/acquirer';
import { developmentKeys } from '@comptoir/factory/development';
import { seededBytes } from '#crypto/seed';
import { replaceFile } from '#files/disk';
import { serialOf } from '../simulation/simulate.js';
import { UsageError } from '../trials/usageError.js';

/** The start of every KSN under a base derivation key. */
const BDK_IDENTIFIER_BYTES = 4;

/** @param keySeed of the reader's keys; a card in a file may bring its own @throws UsageError */
export function saveAcquirerKeys(file: string, keySeed: number | string, seed: number | string): void {
  saveText(file, acquirerFileText(developmentAcquirerFile(keySeed, serialOf(seed))));
}

/** @throws UsageError */
export function saveText(file: string, text: string): void {
  try {
    replaceFile(file, new TextEncoder().encode(text));
  } catch {
    throw new UsageError(`${file} can not be written.`);
  }
}

function developmentAcquirerFile(seed: number | string, serial: string): AcquirerFile {
  const { baseDerivationKey: key, initialKeyIdentifier } = developmentKeys(seed, serial);
  return {
    baseDerivationKeys: [{ identifier: initialKeyIdentifier.slice(0, BDK_IDENTIFIER_BYTES), key }],
    sealing: { version: 1, key: seededBytes(`${seed}/acquirer sealing key`)(64) },
  };
}
