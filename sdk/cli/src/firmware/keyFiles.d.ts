import { type ReleaseKey, type ReleasePublicKey } from '#crypto/release';
export declare function privateKeyFrom(path: string): ReleaseKey;
/** @param path of a public key, or of a private one: then its public half */
export declare function publicKeyFrom(path: string): ReleasePublicKey;
