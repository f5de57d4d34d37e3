/**
 * The release keys that simulated readers know.
 * Floor: simulator machine.
 */
import { developmentReleaseKeys, type ReleaseKey } from '@comptoir/factory';

let keys: readonly ReleaseKey[] | undefined;

/** Three of them, made once in a process. */
export function knownKeys(): readonly ReleaseKey[] {
  keys ??= developmentReleaseKeys();
  return keys;
}
