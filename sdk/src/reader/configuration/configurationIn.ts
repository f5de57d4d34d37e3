/**
 * Which configuration a reader says is in force.
 * Floor: sdk reader.
 */
import { type Message, toHex } from '@comptoir/protocol';
import type { ReaderConfiguration } from './configureReport.js';

/** @returns undefined when it has none */
export function configurationIn({ objectSequence, contentHash }: Message<'info'>): ReaderConfiguration | undefined {
  if (objectSequence === undefined || contentHash === undefined) return undefined;
  return { sequence: objectSequence, sha256: toHex(contentHash) };
}
