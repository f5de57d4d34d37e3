/**
 * INIT: eight bytes of the host's choice and the versions that it speaks, and the answer that gives it a channel. The highest
 * version that both speak is used.
 *
 *   offset  size  INIT
 *   0       8     nonce
 *   8       1     lowest protocol version       (without these two: a host that speaks version 1 alone)
 *   9       1     highest protocol version
 *
 *   offset  size  answer
 *   0       8     nonce, as it came
 *   8       4     channel
 *   12      1     lowest protocol version
 *   13      1     highest protocol version
 *   14      1     capabilities (none yet: 0)
 *
 * Floor: protocol.
 */
import { concatBytes, unsignedFromBytes, unsignedToBytes } from '../bytes/bytes.js';

export const INIT_NONCE_BYTES = 8;
export const PROTOCOL_VERSION_LOWEST = 1;
export const PROTOCOL_VERSION_HIGHEST = 2;

export interface InitRequest {
  readonly nonce: Uint8Array;
  readonly lowestVersion: number;
  readonly highestVersion: number;
}

export function encodeInitRequest({ nonce, lowestVersion, highestVersion }: InitRequest): Uint8Array {
  return concatBytes(nonce, Uint8Array.of(lowestVersion, highestVersion));
}

/** @param bytes untrusted @returns undefined when it has neither 8 nor 10 bytes */
export function decodeInitRequest(bytes: Uint8Array): InitRequest | undefined {
  if (bytes.length !== INIT_NONCE_BYTES && bytes.length !== INIT_NONCE_BYTES + 2) return undefined;
  const [lowestVersion = 1, highestVersion = 1] = bytes.subarray(INIT_NONCE_BYTES);
  return { nonce: bytes.subarray(0, INIT_NONCE_BYTES), lowestVersion, highestVersion };
}

export interface InitAnswer {
  readonly nonce: Uint8Array;
  readonly channel: number;
  readonly lowestVersion: number;
  readonly highestVersion: number;
  readonly capabilities: number;
}

export function encodeInitAnswer(answer: InitAnswer): Uint8Array {
  return concatBytes(
    answer.nonce,
    unsignedToBytes(answer.channel, 4),
    Uint8Array.of(answer.lowestVersion, answer.highestVersion, answer.capabilities),
  );
}

/** @param bytes untrusted @returns undefined when it isn't 15 bytes long */
export function decodeInitAnswer(bytes: Uint8Array): InitAnswer | undefined {
  if (bytes.length !== 15) return undefined;
  return {
    nonce: bytes.subarray(0, INIT_NONCE_BYTES),
    channel: unsignedFromBytes(bytes.subarray(8, 12)),
    lowestVersion: bytes[12] as number,
    highestVersion: bytes[13] as number,
    capabilities: bytes[14] as number,
  };
}
