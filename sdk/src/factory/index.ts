/**
 * Makes readers known: for who builds and provisions them. A till needs none of it; it pins a factory's public key.
 * Source: docs/explanation/the-link.md.   Floor: sdk factory.
 */
export { developmentFactoryKey } from './developmentFactoryKey.js';
export { type CertifiedReader, certificateFault, signReaderCertificate } from './readerCertificate.js';
