/**
 * Makes readers known: for who builds and provisions them. A till needs none of it; it pins a factory's public key.
 * Source: docs/explanation/the-link.md.   Floor: crypto.
 */
export { developmentFactoryKey } from './certificate/developmentFactoryKey.js';
export { type CertifiedReader, certificateFault, signReaderCertificate } from './certificate/readerCertificate.js';
