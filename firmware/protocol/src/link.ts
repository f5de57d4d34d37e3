/**
 * Who a reader is, and how host and reader agree on the keys of their link: an entry of its own, since a board without a link
 * carries none of it.
 */
export * from './link/handshake.js';
export * from './link/readerCertificate.js';
