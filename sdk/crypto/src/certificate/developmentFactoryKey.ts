/**
 * The factory key of development readers. It's made from a sentence, for all to see: what it signs proves nothing, and a till
 * trusts it only when it's told so.
 * Floor: crypto.
 */
import { developmentScalar } from '../release/developmentReleaseKeys.js';
import { type ReleaseKey, releaseKey } from '../release/releaseKey.js';

let key: ReleaseKey | undefined;

/** The scalar is SHA-256 of "comptoir development factory key", reduced to 1 ≤ d < n. Made once in a process. */
export function developmentFactoryKey(): ReleaseKey {
  key ??= releaseKey(developmentScalar('comptoir development factory key'));
  return key;
}
