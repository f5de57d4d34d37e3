/**
 * Prime numbers from seeded bytes: the same bytes give the same prime.
 * The seed gives a starting point; a sieve over small primes leaves few candidates for the costly test, which OpenSSL runs.
 * Floor: simulator world.
 */
import { checkPrimeSync } from 'node:crypto';
import { bigIntFromBytes } from './bigIntegers.js';

/** Odd candidates looked at from one starting point. A 992-bit prime takes 344 on average, so that one start is nearly always enough. */
const WINDOW = 4096;
const SMALL_PRIME_MAX = 8192;

const smallPrimes: readonly number[] = listSmallPrimes();

/**
 * @param random   where the starting point comes from
 * @param bits     of the prime, a multiple of 8; its two highest bits are set, so that a product of two has all its bits
 * @param exponent RSA exponent, a prime, that must not divide the prime less one
 */
export function findPrime(random: (length: number) => Uint8Array, bits: number, exponent: number): bigint {
  for (;;) {
    const bytes = random(bits / 8);
    const start = bigIntFromBytes(bytes) | (3n << BigInt(bits - 2)) | 1n;
    const isComposite = sieve(start);
    for (let i = 0; i < WINDOW; i += 1) {
      if (isComposite[i] === 1) continue;
      const candidate = start + BigInt(2 * i);
      if (candidate >> BigInt(bits) !== 0n) break;
      if (Number(candidate % BigInt(exponent)) !== 1 && checkPrimeSync(candidate)) return candidate;
    }
  }
}

/** Marks each of the candidates start, start + 2, start + 4 … that a small prime divides. */
function sieve(start: bigint): Uint8Array {
  const isComposite = new Uint8Array(WINDOW);
  for (const prime of smallPrimes) {
    const rest = Number(start % BigInt(prime));
    // The first i with start + 2i ≡ 0: i ≡ -rest / 2 modulo the prime.
    const first = rest === 0 ? 0 : (prime - rest) % 2 === 0 ? (prime - rest) / 2 : (2 * prime - rest) / 2;
    for (let i = first; i < WINDOW; i += prime) isComposite[i] = 1;
  }
  return isComposite;
}

/** The odd primes up to SMALL_PRIME_MAX. */
function listSmallPrimes(): readonly number[] {
  const primes: number[] = [];
  for (let candidate = 3; candidate <= SMALL_PRIME_MAX; candidate += 2) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}
