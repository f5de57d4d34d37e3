/**
 * Whom the reader believes, and whom no longer: where it's kept is not the kernels' business.
 * Source: EMV 4.4 Book 2 §5.2, §5.3.   Floor: emv.
 */
import type { CertificationAuthorityKey } from './certificationAuthorityKeys.js';

export interface Authorities {
  /**
   * All keys of this RID and index: public lists hold pairs with several keys, and the one that recovers the certificate counts.
   * Only keys whose hash agrees and that the books allow.
   * @param rid 5 bytes
   */
  findKeys(rid: Uint8Array, index: number): readonly CertificationAuthorityKey[];
  /** @param signedWith the key that recovered the certificate @param serial of the certificate, 3 bytes */
  isRevoked(signedWith: CertificationAuthorityKey, serial: Uint8Array): boolean;
}
