/**
 * Certificate revocation list: issuer certificates that a payment system has taken back.
 * Source: EMV 4.4 Book 2 §5.3, §6.3 (step 10).   Floor: emv.
 */
import { equalBytes } from '@comptoir/protocol';
import type { CertificationAuthorityKey } from './certificationAuthorityKeys.js';

export interface RevokedCertificate {
  readonly rid: Uint8Array;
  /** Of the CA public key that signed it. */
  readonly index: number;
  /** Three bytes. */
  readonly serial: Uint8Array;
}

/** @param signedWith the key that recovered the certificate @param serial of the certificate */
export function isRevoked(
  revoked: readonly RevokedCertificate[],
  signedWith: CertificationAuthorityKey,
  serial: Uint8Array,
): boolean {
  return revoked.some(
    (entry) =>
      entry.index === signedWith.index && equalBytes(entry.rid, signedWith.rid) && equalBytes(entry.serial, serial),
  );
}
