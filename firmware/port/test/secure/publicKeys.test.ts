/** Key pairs, signatures and RSA of the port against noble's, OpenSSL's and BigInt's; hostile input is refused and hurts nobody. */
import { createHash, createHmac } from 'node:crypto';
import { seededBytes } from '@comptoir/crypto/seed';
import { x25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { describe, expect, test } from 'vitest';
import { softwareRsaRecover } from '../../../../simulator/src/machine/board/keys/softwareRsa.js';
import type { TwinKind } from '../hostTarget.js';
import { askSecure, hexWord as hex } from './askSecure.js';

const kinds: readonly TwinKind[] = ['host', 'host-sanitized'];
/** The longest key of a certification authority. */
const RSA_BYTES_MAX = 248;
const UNCOMPRESSED = Uint8Array.of(4);

const P = 2n ** 255n - 19n;
/** Points of order 8 on the curve and on its twist. */
const SMALL_ORDER = [
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
];

function littleEndian(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse();
}

async function answers(kind: TwinKind, lines: readonly string[]): Promise<readonly string[]> {
  return (await askSecure(kind, lines)).slice(1);
}
/** What `agree` answers: a key that stays inside shows itself by its HMAC. */
function markOf(secret: Uint8Array): string {
  return createHmac('sha256', secret).update('').digest('hex');
}

describe.each(kinds)('%s', (kind) => {
  test('X25519: 60 random pairs, the order of nobody matters', async () => {
    const bytes = seededBytes('x25519');
    const pairs = Array.from({ length: 60 }, () => [bytes(32), bytes(32)] as const);
    const lines = pairs.flatMap(([scalar, other]) => [
      `public ${hex(scalar)}`,
      `agree ${hex(scalar)} ${hex(x25519.getPublicKey(other))} -`,
      `agree ${hex(scalar)} ${hex(other)} -`, // any 32 bytes are a point of the curve or of its twist
    ]);
    const wanted = pairs.flatMap(([scalar, other]) => [
      hex(x25519.getPublicKey(scalar)),
      markOf(x25519.getSharedSecret(other, x25519.getPublicKey(scalar))),
      markOf(x25519.getSharedSecret(scalar, other)),
    ]);
    expect(await answers(kind, lines)).toEqual(wanted);
  });

  test('X25519 at the edges of the field and of its encoding', async () => {
    const bytes = seededBytes('x25519 edges');
    const edges = [
      0n,
      1n,
      2n,
      9n,
      19n,
      P - 2n,
      P - 1n,
      P,
      P + 1n,
      P + 18n,
      2n ** 255n,
      2n ** 255n + 9n,
      2n ** 256n - 38n,
      2n ** 256n - 1n,
    ];
    const points = [...edges.map(littleEndian), ...SMALL_ORDER.map((point) => Buffer.from(point, 'hex'))];
    // Long runs of ones and zeros carry, or borrow, over all digits.
    for (let at = 0; at < 24; at += 1)
      points.push(Buffer.from(bytes(32)).fill(at % 2 === 0 ? 0xff : 0, 1 + at, 32 - (at % 5)));
    const scalars = [new Uint8Array(32), new Uint8Array(32).fill(0xff), bytes(32)];
    const asked = points.flatMap((point) => scalars.map((scalar) => [scalar, point] as const));
    const wanted = asked.map(([scalar, point]) => {
      try {
        return markOf(x25519.getSharedSecret(scalar, point));
      } catch {
        return 'refused';
      }
    });
    expect(wanted.filter((mark) => mark === 'refused').length).toBeGreaterThanOrEqual(3 * SMALL_ORDER.length);
    expect(
      await answers(
        kind,
        asked.map(([scalar, point]) => `agree ${hex(scalar)} ${hex(point)} -`),
      ),
    ).toEqual(wanted);
  });

  test('X25519 iterated a thousand times [RFC 7748 §5.2]', async () => {
    // k, u = X25519(k, u), k. The secret stays inside; noble goes ahead and says what each must be.
    let k: Uint8Array = new Uint8Array(32);
    k[0] = 9;
    let u = k;
    const [lines, wanted]: [string[], string[]] = [[], []];
    for (let turn = 0; turn < 1000; turn += 1) {
      const next = x25519.getSharedSecret(k, u);
      lines.push(`agree ${hex(k)} ${hex(u)} -`);
      wanted.push(markOf(next));
      [k, u] = [next, k];
    }
    expect(hex(k)).toBe('684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51');
    expect(await answers(kind, lines)).toEqual(wanted);
  });

  test('P-256: signatures hold, and none with one bit changed anywhere', async () => {
    const bytes = seededBytes('p256');
    const valid = Array.from({ length: 12 }, () => {
      const { secretKey, publicKey } = p256.keygen(bytes(48));
      const digest = createHash('sha256').update(bytes(20)).digest();
      const signature = p256.sign(digest, secretKey, { prehash: false, lowS: false });
      return { publicKey: p256.Point.fromBytes(publicKey).toBytes(false).subarray(1), digest, signature };
    });
    const lines = valid.flatMap(({ publicKey, digest, signature }) => {
      const all = Buffer.concat([publicKey, digest, signature]);
      const bit = Number(hex(bytes(2)).replace(/[a-f]/g, '1')) % (8 * all.length);
      const broken = Buffer.from(all);
      broken[bit >> 3] = (broken[bit >> 3] as number) ^ (1 << (bit & 7));
      return [all, broken].map(
        (b) => `verify ${hex(b.subarray(0, 64))} ${hex(b.subarray(64, 96))} ${hex(b.subarray(96))}`,
      );
    });
    expect(await answers(kind, lines)).toEqual(valid.flatMap(() => ['01', 'refused']));
    expect(
      valid.every(({ publicKey, digest, signature }) =>
        p256.verify(signature, digest, Buffer.concat([UNCOMPRESSED, publicKey]), { prehash: false, lowS: false }),
      ),
    ).toBe(true);
  });

  test('RSA: any odd modulus of any length, as digits of 16, 32 and 64 bits', async () => {
    const bytes = seededBytes('rsa');
    const [lines, wanted]: [string[], string[]] = [[], []];
    for (let length = 64; length <= 248; length += kind === 'host' ? 1 : 7) {
      const modulus = bytes(length);
      modulus[0] = (modulus[0] as number) >> (length % 8) || 1; // leading zero bits, too
      modulus[length - 1] = (modulus[length - 1] as number) | 1;
      // Long runs of ones and zeros are where a quotient's digit is guessed wrong.
      if (length % 3 === 0) modulus.fill(0xff, 1, length - 4);
      if (length % 5 === 0) modulus.fill(0x00, 2, length - 9);
      const data = bytes(length);
      data[0] = 0;
      if (length % 4 === 0) data.fill(0xff, 1);
      for (const exponent of [3, 65537])
        for (const name of ['rsa', 'rsa16', 'rsa32']) {
          lines.push(`${name} ${hex(modulus)} ${exponent} ${hex(data)}`);
          wanted.push(hex(softwareRsaRecover(modulus, exponent, data) ?? new Uint8Array()));
        }
    }
    expect(await answers(kind, lines)).toEqual(wanted);
  });

  test('hostile input is refused', async () => {
    const [scalar, zeros, ones] = ['11'.repeat(32), '00'.repeat(128), 'ff'.repeat(128)];
    const odd = `${'c5'.repeat(127)}01`;
    const small = `00${'11'.repeat(127)}`;
    const lines = [
      ...['rsa', 'rsa16', 'rsa32'].flatMap((name) => [
        `${name} ${zeros} 3 ${zeros}`,
        `${name} ${'c4'.repeat(128)} 3 ${small}`,
        `${name} ${odd} 0 ${small}`,
        `${name} ${odd} 1 ${small}`,
        `${name} ${odd} 4 ${small}`,
        `${name} ${odd} 3 ${odd}`,
        `${name} ${odd} 3 ${ones}`,
        `${name} ${odd} 3 ${small}00`,
        `${name} ${odd} 3 -`,
        `${name} - 3 -`,
        `${name} ${'ff'.repeat(63)} 3 ${'00'.repeat(63)}`,
        `${name} ${'ff'.repeat(249)} 3 ${'00'.repeat(249)}`,
        `${name} ${'ff'.repeat(4096)} 3 ${'00'.repeat(4096)}`,
      ]),
      `agree ${scalar} ${'00'.repeat(32)} -`,
      `agree ${scalar} ${'00'.repeat(31)} -`,
      `agree ${scalar} - -`,
      `verify ${'00'.repeat(64)} ${'00'.repeat(32)} ${'00'.repeat(64)}`,
      `verify ${'ff'.repeat(64)} ${'ff'.repeat(32)} ${'ff'.repeat(64)}`,
      'verify - - -',
    ];
    expect(await answers(kind, lines)).toEqual(lines.map(() => 'refused'));
  });

  test('the memory of the cryptography is large enough, and not much larger', async () => {
    const bytes = seededBytes('memory');
    const modulus = bytes(RSA_BYTES_MAX);
    modulus[RSA_BYTES_MAX - 1] = (modulus[RSA_BYTES_MAX - 1] as number) | 1;
    const data = bytes(RSA_BYTES_MAX).fill(0, 0, 1);
    const [, , memory] = await answers(kind, [
      `rsa ${hex(modulus)} 3 ${hex(data)}`,
      `seal ${hex(bytes(32))} ${hex(bytes(12))} - ${hex(data)}`,
      'memory',
    ]);
    const [peak, size] = (memory ?? '').split(' ').map(Number) as [number, number];
    console.log(`cryptography's memory on this machine: peak ${peak} of ${size} bytes`);
    expect(peak).toBeLessThan(0.95 * size);
    expect(peak).toBeGreaterThan(0.7 * size);
  });
});
