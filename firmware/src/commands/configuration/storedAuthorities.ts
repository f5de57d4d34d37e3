/**
 * CA public keys and revoked certificates, read in flash when a card's chain needs them: they were checked when the configuration was.
 * Source: EMV 4.4 Book 2 §5.2, §5.3, §6.3 (step 10).   Floor: commands.
 */
import { concatBytes, dataObject, decodeItem, encodeItem, encodeTlv, equalBytes, fieldTag } from '@comptoir/protocol';
import type { Authorities } from '../../emv/authentication/authorities.js';
import type { CertificationAuthorityKey } from '../../emv/authentication/certificationAuthorityKeys.js';
import { readStored, type Stored, storedObject } from './storedObjects.js';

/** @param keysAt where the lists begin; the first goes up to the second, the second to the end of what is stored */
export function storedAuthorities(stored: Stored, keysAt: number, revokedAt: number): Authorities {
  const { store, place } = stored;
  return {
    findKeys(rid, index) {
      const start = concatBytes(
        encodeTlv(dataObject(fieldTag('registeredIdentifier'), rid)),
        encodeTlv(dataObject(fieldTag('keyIndex'), Uint8Array.of(index))),
      );
      const found: CertificationAuthorityKey[] = [];
      for (let at = keysAt; at < revokedAt; ) {
        const object = storedObject(stored, at);
        if (object === undefined) break;
        if (equalBytes(store.read(place, object.valueAt, start.length), start)) {
          const decoded = decodeItem('certificationAuthorityKeys', readStored(stored, at, object.end));
          if (decoded.ok) {
            const { modulus, exponent, sha1 } = decoded.item;
            found.push({ rid, index, modulus, exponent, sha1 });
          }
        }
        at = object.end;
      }
      return found;
    },
    isRevoked({ rid, index }, serial) {
      const entry = { registeredIdentifier: rid, keyIndex: index, certificateSerial: serial };
      const sought = encodeItem('revokedCertificates', entry);
      for (let at = revokedAt; at < stored.end; at += sought.length)
        if (equalBytes(store.read(place, at, sought.length), sought)) return true;
      return false;
    },
  };
}
