/**
 * INIT: eight bytes of the host's choice, and the answer that gives it a channel.
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
import { concatBytes, unsignedFromBytes, unsignedToBytes } from './bytes.js';

export const INIT_NONCE_BYTES = 8;
export const PROTOCOL_VERSION_LOWEST = 1;
export const PROTOCOL_VERSION_HIGHEST = 1;

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
