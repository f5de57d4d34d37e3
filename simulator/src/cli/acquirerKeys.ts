/**
 * `--acquirer-keys FILE`: what opens the envelopes of a simulated reader.
 * Floor: simulator cli.
 */
import { acquirerFileText } from '@comptoir/sdk/acquirer';
import { serialOf } from '../simulation/simulate.js';
import { UsageError } from '../trials/usageError.js';
import { replaceFile } from '../world/cards/file/files.js';
import { developmentAcquirerFile } from '../world/developmentKeys.js';

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
