/**
 * Bytes that look random and are the same every time: SHA-256 of the seed and a counter.
 * Not for anything that must stay secret.
 * Floor: crypto. Only development and tests may use it.
 */
import { latin1ToBytes, unsignedToBytes } from '@comptoir/protocol';
import { sha256 } from '@noble/hashes/sha2.js';

const BLOCK_SIZE_BYTES = 32;

/**
 * @param seed a number and its decimal text are the same seed
 * @returns a source: each call takes the next `length` bytes of one endless stream, however the calls cut it
 */
export function seededBytes(seed: number | string): (length: number) => Uint8Array {
  const start = sha256(latin1ToBytes(`comptoir seed ${seed}`));
  const input = new Uint8Array(BLOCK_SIZE_BYTES + 4);
  input.set(start);
  let counter = 0;
  let block: Uint8Array = new Uint8Array(0);
  return (length) => {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      if (block.length === 0) {
        input.set(unsignedToBytes(counter, 4), BLOCK_SIZE_BYTES);
        block = sha256(input);
        counter += 1;
      }
      const taken = block.subarray(0, length - at);
      bytes.set(taken, at);
      block = block.subarray(taken.length);
      at += taken.length;
    }
    return bytes;
  };
}
