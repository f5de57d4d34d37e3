import { createHash } from 'node:crypto';
import { seededBytes } from '@comptoir/crypto/seed';
import { concatBytes, toHex } from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';
import { bigIntFromBytes, bigIntToBytes, modularInverse, modularPower } from '../../src/world/pki/bigIntegers.js';
import { createRsaKey, type RsaExponent } from '../../src/world/pki/rsaKey.js';
import { createTestPki, RID } from '../../src/world/pki/testPki.js';

describe('seeded bytes', () => {
  test('are the same for the same seed, a number or its text', () => {
    expect(toHex(seededBytes(7)(40))).toBe(toHex(seededBytes('7')(40)));
    expect(toHex(seededBytes(7)(40))).not.toBe(toHex(seededBytes(8)(40)));
  });

  test('are one stream, however it is cut', () => {
    const whole = seededBytes('cut')(100);
    const source = seededBytes('cut');
    expect(toHex(concatBytes(source(1), source(31), source(0), source(33), source(35)))).toBe(toHex(whole));
  });
});

describe('RSA keys', () => {
  const sizes: readonly (readonly [number, RsaExponent])[] = [
    [512, 3],
    [768, 65537],
    [1024, 3],
    [1152, 65537],
    [1408, 3],
    [1984, 3],
  ];
  test.each(sizes)('%i bit, exponent %i: what is signed is recovered', (bits, exponent) => {
    const key = createRsaKey(seededBytes(`rsa ${bits}`), bits, exponent);
    const modulus = bigIntFromBytes(key.modulus);
    expect(modulus.toString(2).length).toBe(bits);
    const block = seededBytes('block')(bits / 8);
    block[0] = 0x6a;
    const signature = key.sign(block);
    expect(signature.length).toBe(bits / 8);
    const recovered = bigIntToBytes(modularPower(bigIntFromBytes(signature), BigInt(exponent), modulus), bits / 8);
    expect(toHex(recovered)).toBe(toHex(block));
  });

  test('the same seed gives the same key', () => {
    const [a, b, c] = ['a', 'a', 'b'].map((seed) => toHex(createRsaKey(seededBytes(seed), 512, 3).modulus));
    expect(a).toBe(b);
    expect(a).not.toBe(c);
  });

  test('a block of another length is refused', () => {
    const key = createRsaKey(seededBytes('length'), 512, 3);
    expect(() => key.sign(new Uint8Array(63))).toThrow('63');
  });

  test('the inverse is one, and there is none to a common factor', () => {
    expect((modularInverse(3n, 40n) * 3n) % 40n).toBe(1n);
    expect(() => modularInverse(4n, 40n)).toThrow();
  });
});

describe('certification authority keys', () => {
  const keys = createTestPki().certificationAuthorityKeys();

  test('two for each of the four networks', () => {
    expect(keys.map(({ rid, index, modulus }) => `${toHex(rid)} ${index.toString(16)} ${modulus.length * 8}`)).toEqual(
      Object.values(RID).flatMap((rid) => [`${rid} f1 1984`, `${rid} f3 1408`]),
    );
    expect(new Set(keys.map(({ modulus }) => toHex(modulus))).size).toBe(8);
  });

  test('exponents 3 and 65537, SHA-1 over RID, index, modulus, exponent', () => {
    for (const { rid, index, modulus, exponent, sha1 } of keys) {
      expect(['03', '010001']).toContain(toHex(exponent));
      const hash = createHash('sha1')
        .update(concatBytes(rid, Uint8Array.of(index), modulus, exponent))
        .digest('hex');
      expect(toHex(sha1)).toBe(hash.toUpperCase());
    }
  });

  test('another seed, other keys; the same seed, the same', () => {
    const modulus = (seed?: string): string => toHex(createTestPki(seed).authority('visa', 0xf3).modulus);
    expect(modulus('other')).not.toBe(modulus());
    expect(modulus('other')).toBe(modulus('other'));
  });

  test('an index that no authority has throws', () => {
    expect(() => createTestPki().authority('visa', 1)).toThrow('01');
  });
});
