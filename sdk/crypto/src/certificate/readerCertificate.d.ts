import { type ReaderCertificate, type ReaderCertificateContent } from '@comptoir/protocol/link';
import { type ReleaseKey } from '../release/releaseKey.js';
export type CertifiedReader = Omit<ReaderCertificateContent, 'factoryKeyId'>;
/** Deterministic, RFC 6979. @throws Error when model or serial number is too long */
export declare function signReaderCertificate(reader: CertifiedReader, factory: ReleaseKey): Uint8Array;
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
export declare function certificateFault(
  certificate: ReaderCertificate,
  expected: Expected,
): CertificateFault | undefined;
