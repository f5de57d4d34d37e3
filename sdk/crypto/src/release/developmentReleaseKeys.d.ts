import { type ReleaseKey } from './releaseKey.js';
/** Their epoch, and with it that of every reader so far. */
export declare const DEVELOPMENT_KEY_EPOCH = 1;
/** Three of them. The scalar is SHA-256 of "comptoir development release key 1" … "3", reduced to 1 ≤ d < n. */
export declare function developmentReleaseKeys(): readonly ReleaseKey[];
/** Of a key for development: SHA-256 of a sentence, reduced to 1 ≤ d < n of P-256, 32 bytes. Whoever reads the sentence has the key. */
export declare function developmentScalar(sentence: string): Uint8Array;
