/**
 * What keys of AES DUKPT are derived from.
 * Source: ANSI X9.24-3-2017 §6.3.2, Table 2.   Floor: token.
 */
import { concatBytes, unsignedToBytes } from '@comptoir/protocol';

/** What the derived key is for. */
export const USAGE = {
  keyEncryption: 0x0002,
  macGenerate: 0x2000,
  /** Of what comes back: the acquirer's answer. */
  macVerify: 0x2001,
  dataEncrypt: 0x3000,
  keyDerivation: 0x8000,
} as const;

const ALGORITHM_AES_256 = 4;
const KEY_BITS = 256;

/**
 * Two blocks, since the keys have 256 bits.
 *
 *   offset  size  block
 *   0       1     version 01
 *   1       1     number of the block, 01 or 02
 *   2       2     usage of the derived key
 *   4       2     its algorithm
 *   6       2     its length in bits
 *   8       4     derivation identifier
 *   12      4     counter
 */
export function derivationData(usage: number, derivationId: Uint8Array, counter: number): Uint8Array {
  const rest = concatBytes(
    unsignedToBytes(usage, 2),
    unsignedToBytes(ALGORITHM_AES_256, 2),
    unsignedToBytes(KEY_BITS, 2),
    derivationId,
    unsignedToBytes(counter, 4),
  );
  return concatBytes(Uint8Array.of(0x01, 0x01), rest, Uint8Array.of(0x01, 0x02), rest);
}
