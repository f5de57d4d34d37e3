import { type ReleaseKey } from '../release/releaseKey.js';
/** The scalar is SHA-256 of "comptoir development factory key", reduced to 1 ≤ d < n. Made once in a process. */
export declare function developmentFactoryKey(): ReleaseKey;
