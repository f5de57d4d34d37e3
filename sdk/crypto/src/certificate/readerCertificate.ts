/**
 * Signs and checks what a factory says about a reader.
 * Source: firmware/protocol/src/link/readerCertificate.ts for the layout.   Floor: crypto.
 */
import { concatBytes, equalBytes } from '@comptoir/protocol';
import { type ReaderCertificate, type ReaderCertificateContent, readerCertificateBody } from '@comptoir/protocol/link';
import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { type ReleaseKey, releasePublicKey } from '../release/releaseKey.js';

export type CertifiedReader = Omit<ReaderCertificateContent, 'factoryKeyId'>;

/** Deterministic, RFC 6979. @throws Error when model or serial number is too long */
export function signReaderCertificate(reader: CertifiedReader, factory: ReleaseKey): Uint8Array {
  const { body, signed } = readerCertificateBody({ ...reader, factoryKeyId: factory.id });
  return concatBytes(body, p256.sign(signed, factory.privateKey));
}

export type CertificateFault =
  /** No trusted factory signed it. */
  | 'untrusted'
  /** Not yet, or no longer. */
  | 'expired'
  /** It's about another key, model or serial number. */
  | 'other';

export interface Expected {
  /** Public keys of the factories that are trusted: X then Y, 64 bytes each. Others are nobody's. */
  readonly factories: readonly Uint8Array[];
  /** The number YYYYMMDD. */
  readonly today: number;
  /** What the reader has shown to have the private key of. */
  readonly staticKey: Uint8Array;
  readonly model: string;
  readonly serial: string;
}

/** @param certificate untrusted @returns undefined: it's all as expected */
export function certificateFault(certificate: ReaderCertificate, expected: Expected): CertificateFault | undefined {
  const { factories, today, staticKey, model, serial } = expected;
  if (!factories.some((factory) => isSignedBy(certificate, factory))) return 'untrusted';
  if (!equalBytes(certificate.staticKey, staticKey) || certificate.model !== model) return 'other';
  if (certificate.serial !== '' && certificate.serial !== serial) return 'other';
  if (today < certificate.validFrom || today > certificate.validThrough) return 'expired';
  return undefined;
}

function isSignedBy({ signed, signature, factoryKeyId }: ReaderCertificate, factory: Uint8Array): boolean {
  try {
    const { id, publicKey } = releasePublicKey(factory);
    if (!equalBytes(id, factoryKeyId)) return false;
    const options = { prehash: false, lowS: false, format: 'compact' } as const;
    return p256.verify(signature, sha256(signed), concatBytes(Uint8Array.of(4), publicKey), options);
  } catch {
    return false;
  }
}
