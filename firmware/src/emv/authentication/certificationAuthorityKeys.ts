/**
 * CA public keys: what every chain of trust begins with.
 * Source: EMV 4.4 Book 2 §5.2, Annex C for the hash.   Floor: emv.
 */
import { concatBytes, equalBytes } from '@comptoir/protocol';
import type { RsaPublicKey, Verifier } from './rsa.js';

export interface CertificationAuthorityKey extends RsaPublicKey {
  /** RID, 5 bytes. */
  readonly rid: Uint8Array;
  readonly index: number;
  /** SHA-1 over RID, index, modulus and exponent. */
  readonly sha1: Uint8Array;
}

/** True when the hash is that of the key. */
export function hashAgrees(secure: Pick<Verifier, 'sha1'>, key: CertificationAuthorityKey): boolean {
  return equalBytes(secure.sha1(concatBytes(key.rid, Uint8Array.of(key.index), key.modulus, key.exponent)), key.sha1);
}
