/**
 * RSA key pairs of the test PKI: deterministic, of any size that EMV allows.
 * Source: EMV 4.4 Book 2 Annex B2 (exponents 3 and 65537; up to 1984 bit).   Floor: simulator world.
 */
import { constants, createPrivateKey, type KeyObject, privateEncrypt } from 'node:crypto';
import { concatBytes } from '@comptoir/protocol';
import { bigIntFromBytes, bigIntToBytes, modularInverse, modularPower } from './bigIntegers.js';
import { findPrime } from './primes.js';

export type RsaExponent = 3 | 65537;

export interface RsaKey {
  readonly modulus: Uint8Array;
  /** 03 or 010001. */
  readonly exponent: Uint8Array;
  /** p | q | d mod p-1 | d mod q-1 | q^-1 mod p, each half as long as the modulus: what a card is given. */
  readonly crt: Uint8Array;
  /**
   * The RSA private operation.
   * @param block as long as the modulus and smaller than it, which a first byte of 6A makes sure of
   * @returns as long as the modulus
   */
  sign(block: Uint8Array): Uint8Array;
}

interface Factors {
  readonly p: bigint;
  readonly q: bigint;
  readonly modulus: bigint;
  readonly exponent: bigint;
  readonly privateExponent: bigint;
}

/** @param bits of the modulus, 512..1984, a multiple of 16 */
export function createRsaKey(random: (length: number) => Uint8Array, bits: number, exponent: RsaExponent): RsaKey {
  const p = findPrime(random, bits / 2, exponent);
  let q = findPrime(random, bits / 2, exponent);
  while (q === p) q = findPrime(random, bits / 2, exponent);
  const privateExponent = modularInverse(BigInt(exponent), (p - 1n) * (q - 1n));
  const factors: Factors = { p, q, modulus: p * q, exponent: BigInt(exponent), privateExponent };
  const modulus = bigIntToBytes(factors.modulus, bits / 8);
  return {
    modulus,
    exponent: bigIntToBytes(factors.exponent),
    crt: crtOf(factors, bits / 16),
    sign: signer(factors, modulus.length),
  };
}

function crtOf({ p, q, privateExponent }: Factors, length: number): Uint8Array {
  const numbers = [p, q, privateExponent % (p - 1n), privateExponent % (q - 1n), modularInverse(q, p)];
  return concatBytes(...numbers.map((number) => bigIntToBytes(number, length)));
}

function signer(factors: Factors, length: number): (block: Uint8Array) => Uint8Array {
  const key = opensslKey(factors);
  return (block) => {
    if (block.length !== length) throw new Error(`a block of ${block.length} bytes for a key of ${length}`);
    if (key === undefined) {
      return bigIntToBytes(modularPower(bigIntFromBytes(block), factors.privateExponent, factors.modulus), length);
    }
    return new Uint8Array(privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, block));
  };
}

/** @returns undefined when this OpenSSL refuses the key: some builds set a floor to its size */
function opensslKey({ p, q, modulus, exponent, privateExponent }: Factors): KeyObject | undefined {
  try {
    const jwk = {
      kty: 'RSA',
      n: base64url(modulus),
      e: base64url(exponent),
      d: base64url(privateExponent),
      p: base64url(p),
      q: base64url(q),
      dp: base64url(privateExponent % (p - 1n)),
      dq: base64url(privateExponent % (q - 1n)),
      qi: base64url(modularInverse(q, p)),
    };
    const key = createPrivateKey({ key: jwk, format: 'jwk' });
    privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, new Uint8Array(bigIntToBytes(modulus).length));
    return key;
  } catch {
    return undefined;
  }
}

function base64url(value: bigint): string {
  return Buffer.from(bigIntToBytes(value)).toString('base64url');
}
