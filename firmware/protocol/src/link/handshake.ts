/**
 * The session of protocol version 2: Noise_XX_25519_AESGCM_SHA256, the host begins. Its prologue is "RDR1", the payload of INIT
 * and the payload of INIT's answer, so that both sides have seen the same nonce, channel and versions.
 *
 *   message  from    noise          payload
 *   1        host    e              none: 32 bytes in all
 *   2        reader  e, ee, s, es   what the reader is, see below
 *   3        host    s, se          none: 64 bytes in all
 *   next     both                   a BER-TLV message, or nothing: the session's end, which the reader answers with the same
 *
 *   offset  size  payload of message 2
 *   0       1+n   length and the reader's certificate
 *   1+n     4     version of the firmware: major << 24 | minor << 16 | patch, big endian
 *           32    SHA-256 of the firmware's body; zero on a board that can't be updated
 *
 * Source: The Noise Protocol Framework, revision 34.   Floor: protocol.
 */
import { concatBytes, latin1ToBytes, unsignedFromBytes, unsignedToBytes } from '../bytes/bytes.js';
import { STATIC_KEY_BYTES } from './readerCertificate.js';

/** 28 characters: padded with zeros, it's the first chaining key and the first hash. */
export const NOISE_NAME = 'Noise_XX_25519_AESGCM_SHA256';
/** Of AES-GCM. */
export const TAG_BYTES = 16;
/** Message 1. */
export const FIRST_MESSAGE_BYTES: number = STATIC_KEY_BYTES;
/** Message 3. */
export const LAST_MESSAGE_BYTES: number = STATIC_KEY_BYTES + 2 * TAG_BYTES;
/** After so long a session is too old for a new command: another handshake gives new keys. */
export const SESSION_MS_MAX = 3_600_000;
/** So many messages each way, and no more. */
export const SESSION_MESSAGES_MAX: number = 2 ** 20;

const HASH_BYTES = 32;

/** @param request payload of INIT @param answer payload of its answer */
export function linkPrologue(request: Uint8Array, answer: Uint8Array): Uint8Array {
  return concatBytes(latin1ToBytes('RDR1'), request, answer);
}

/** The hash that a handshake begins with, before the prologue. 32 bytes. */
export function noiseStart(): Uint8Array {
  const start = new Uint8Array(HASH_BYTES);
  start.set(latin1ToBytes(NOISE_NAME));
  return start;
}

/** The nonce of AES-GCM for the message with that number. @param number 0..2^32 - 1 @see Noise §12.4 */
export function noiseNonce(number: number): Uint8Array {
  return concatBytes(new Uint8Array(8), unsignedToBytes(number, 4));
}

export interface ReaderWord {
  readonly certificate: Uint8Array;
  readonly firmwareVersion: number;
  /** 32 bytes. */
  readonly firmwareSha256: Uint8Array;
}

/** @param word its certificate has at most 255 bytes */
export function encodeReaderWord({ certificate, firmwareVersion, firmwareSha256 }: ReaderWord): Uint8Array {
  return concatBytes(
    Uint8Array.of(certificate.length),
    certificate,
    unsignedToBytes(firmwareVersion, 4),
    firmwareSha256,
  );
}

/** @param bytes untrusted @returns undefined when the lengths don't fit; the certificate isn't looked into */
export function decodeReaderWord(bytes: Uint8Array): ReaderWord | undefined {
  const end = 1 + (bytes[0] ?? 0);
  if (bytes.length !== end + 4 + HASH_BYTES) return undefined;
  return {
    certificate: bytes.subarray(1, end),
    firmwareVersion: unsignedFromBytes(bytes.subarray(end, end + 4)),
    firmwareSha256: bytes.subarray(end + 4),
  };
}
