/**
 * A dynamic card's cryptography in software. Keys are in a table on this side of the board; the script holds their numbers only.
 * Floor: simulator world.
 */
import type { KeyHandle } from '@comptoir/firmware/board';
import type { CardSecure } from '@comptoir/firmware/cardBoard';
import { WRAPPED } from '@comptoir/protocol/wallet';
import { cmac, ecb, gcm } from '@noble/ciphers/aes.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { type ProvisionedCardKey, SoftwareKeys } from '../../../machine/board/keys/softwareKeys.js';
import { boundedRandom, verifyP256 } from '../../../machine/board/keys/softwareSecure.js';
import { bigIntFromBytes, bigIntToBytes, modularPower } from '../../pki/bigIntegers.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const AES_BYTES = 16;
const CRT_NUMBERS = 5;
const MODULUS_BYTES_MIN = 64;
const MODULUS_BYTES_MAX = 144;

/**
 * Misuse (no such handle, a wrong length, too many keys) throws: it's a fault of the script.
 * @param random source of random bytes, whatever it is made of
 */
export function cardSecure(
  provisioned: readonly ProvisionedCardKey[],
  random: (length: number) => Uint8Array,
): CardSecure {
  const keys = new SoftwareKeys(provisioned);
  const aes = (handle: KeyHandle): Uint8Array => keys.key(handle, 'symmetric');
  return {
    sha1: (data) => sha1(data),
    sha256: (data) => sha256(data),
    random: boundedRandom(random),
    findKey: (name) => keys.find(name),
    keyIdentifier: (key) => keys.identifier(key),
    deriveKey(parent, data) {
      if (data.length !== AES_BYTES) throw new Error('a key is derived from 16 bytes');
      return keys.keep('symmetric', ecb(aes(parent), { disablePadding: true }).encrypt(data));
    },
    deriveCmac: (parent, data) => keys.keep('symmetric', cmac(data, aes(parent))),
    unwrapKey(wrapping, kind, block) {
      const key = openBlock(aes(wrapping), kind, block);
      if (key === undefined || !isOfKind(kind, key)) return 0;
      return keys.keep(kind === WRAPPED.rsa ? 'rsa' : 'symmetric', key);
    },
    cmac: (key, data) => cmac(data, aes(key)),
    rsaSize: (key) => modulusSize(keys.key(key, 'rsa')),
    rsaSign(key, block) {
      const crt = keys.key(key, 'rsa');
      if (block.length !== modulusSize(crt) || block[0] !== 0x6a) throw new Error('not a block for this key');
      return signByCrt(crt, block);
    },
    verifySignature: verifyP256,
    eraseKey: (key) => keys.erase(key),
  };
}

function openBlock(wrapping: Uint8Array, kind: number, block: Uint8Array): Uint8Array | undefined {
  if (block.length <= NONCE_BYTES + TAG_BYTES) return undefined;
  try {
    return gcm(wrapping, block.subarray(0, NONCE_BYTES), Uint8Array.of(kind)).decrypt(block.subarray(NONCE_BYTES));
  } catch {
    return undefined;
  }
}

function isOfKind(kind: number, key: Uint8Array): boolean {
  if (kind === WRAPPED.aes) return key.length === AES_BYTES;
  const size = modulusSize(key);
  return kind === WRAPPED.rsa && Number.isInteger(size) && size >= MODULUS_BYTES_MIN && size <= MODULUS_BYTES_MAX;
}

function modulusSize(crt: Uint8Array): number {
  return (2 * crt.length) / CRT_NUMBERS;
}

/** EMV has no other public exponents. @see EMV 4.4 Book 2 Annex B2.1 */
const PUBLIC_EXPONENTS: readonly bigint[] = [3n, 65537n];

/** @see RFC 8017 §5.1.2, 2.b */
function signByCrt(crt: Uint8Array, block: Uint8Array): Uint8Array {
  const half = crt.length / CRT_NUMBERS;
  const number = (at: number): bigint => bigIntFromBytes(crt.subarray(at * half, (at + 1) * half));
  const [p, q] = [number(0), number(1)];
  const m = bigIntFromBytes(block);
  if (p === 0n || q === 0n) return new Uint8Array(0);
  const mp = modularPower(m % p, number(2), p);
  const mq = modularPower(m % q, number(3), q);
  const h = ((((mp - mq) % p) + p) * number(4)) % p;
  const signature = mq + h * q;
  // A signature that is wrong in one half would give the key away.
  if (!PUBLIC_EXPONENTS.some((exponent) => modularPower(signature, exponent, p * q) === m)) return new Uint8Array(0);
  return bigIntToBytes(signature, block.length);
}
