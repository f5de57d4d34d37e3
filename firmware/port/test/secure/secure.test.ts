/** The cryptography of the port against Node's and noble's, and the heap of the engine. */
import { execFileSync } from 'node:child_process';
import { type CipherGCMTypes, createCipheriv, createHash, createHmac, hkdfSync } from 'node:crypto';
import { seededBytes } from '@comptoir/crypto/seed';
import { keyCheckValue, wrapKeyBlock } from '@comptoir/factory';
import { cmac } from '@noble/ciphers/aes.js';
import { describe, expect, test } from 'vitest';
import { type TwinKind, twinProgram } from '../hostTarget.js';
import { askSecure as ask, hexWord as hex } from './askSecure.js';
import { createCtrDrbg } from './ctrDrbg.js';

const kinds: readonly TwinKind[] = ['host', 'host-sanitized'];
const ZERO_IV = Buffer.alloc(16);
const [protection, wrapped] = [seededBytes('protection key')(32), seededBytes('wrapped key')(32)];
const initialKeyHeader = {
  usage: 'B1',
  algorithm: 'A',
  modeOfUse: 'X',
  keyVersion: '00',
  exportability: 'N',
  optionalBlocks: [{ identifier: 'IK', data: '42444B3152454144' }],
};

function cbc(key: Uint8Array, iv: Uint8Array, plain: Uint8Array): Buffer {
  const cipher = createCipheriv(`aes-${key.length * 8}-cbc`, key, iv).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.final()]);
}
function ecb(key: Uint8Array, data: Uint8Array): Buffer {
  const cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(data), cipher.final()]);
}

function sealed(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, plain: Uint8Array): Buffer {
  const cipher = createCipheriv(`aes-${key.length * 8}-gcm` as CipherGCMTypes, key, nonce).setAAD(associated);
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** A line and the answer of the other implementation. */
function cases(): readonly (readonly [string, string])[] {
  const bytes = seededBytes('secure');
  return [0, 1, 15, 16, 17, 55, 56, 63, 64, 65, 111, 128, 1000, 4096].flatMap((length) =>
    [16, 32].flatMap((keyBytes) => {
      const [key, iv, data, from] = [
        bytes(keyBytes),
        bytes(16),
        length === 0 ? new Uint8Array() : bytes(length),
        bytes(keyBytes),
      ];
      const nonce = iv.subarray(0, 12);
      const blocks = data.subarray(0, length - (length % 16));
      return [
        [`sha1 ${hex(data)}`, createHash('sha1').update(data).digest('hex')],
        [`sha256 ${hex(data)}`, createHash('sha256').update(data).digest('hex')],
        [`hmac ${hex(key)} ${hex(data)}`, createHmac('sha256', key).update(data).digest('hex')],
        [`cmac ${hex(key)} ${hex(data)}`, Buffer.from(cmac(data, key)).toString('hex')],
        [`cbc ${hex(key)} ${hex(iv)} ${hex(blocks)}`, cbc(key, iv, blocks).toString('hex')],
        [`seal ${hex(key)} ${hex(nonce)} ${hex(iv)} ${hex(data)}`, sealed(key, nonce, iv, data).toString('hex')],
        [`open ${hex(key)} ${hex(nonce)} ${hex(iv)} ${hex(sealed(key, nonce, iv, data))}`, hex(data).replace('-', '')],
        [`open ${hex(key)} ${hex(nonce)} ${hex(iv)} ${hex(changed(sealed(key, nonce, iv, data)))}`, 'refused'],
        [`hkdf ${hex(key)} ${hex(from)} 1 ${hex(data)}`, keyed(hkdf(key, from).subarray(0, 32), data)],
        [`hkdf ${hex(key)} ${hex(from)} 2 ${hex(data)}`, keyed(hkdf(key, from).subarray(32), data)],
        [`derived ${hex(key)} ${hex(from)} ${hex(blocks)}`, cbc(ecb(key, from), ZERO_IV, blocks).toString('hex')],
      ] as const;
    }),
  );
}

const hkdf = (salt: Uint8Array, secret: Uint8Array): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, Buffer.alloc(0), 64));
const keyed = (key: Uint8Array, data: Uint8Array): string => createHmac('sha256', key).update(data).digest('hex');
/** A bit of what was sealed, or of its tag. */
function changed(bytes: Buffer): Buffer {
  const at = bytes.length % 13 === 0 ? 0 : bytes.length - 1 - (bytes.length % 13);
  bytes[at] = (bytes[at] as number) ^ 0x10;
  return bytes;
}

describe.each(kinds)('%s', (kind) => {
  test('hashes, MACs, encryption and derived keys are those of another implementation', async () => {
    const all = cases();
    const [, ...answers] = await ask(
      kind,
      all.map(([line]) => line),
    );
    expect(answers).toEqual(all.map(([, answer]) => answer));
  });

  test('misuse is refused', async () => {
    const key = '00'.repeat(16);
    const lines = [
      `cmac ${'00'.repeat(15)} 00`,
      `cbc ${key} ${'00'.repeat(15)} ${key}`,
      `cbc ${key} ${key} ${'00'.repeat(17)}`,
      `derived ${key} ${'00'.repeat(24)} ${key}`,
      'random 0',
      'random 65',
      `seal ${key} ${'00'.repeat(11)} - -`,
      `seal ${key} ${'00'.repeat(16)} - -`,
      `open ${key} ${'00'.repeat(12)} - ${'00'.repeat(15)}`,
      `hkdf ${key} ${key} 0 -`,
      `hkdf ${key} ${key} 3 -`,
      `public ${'00'.repeat(31)}`,
    ];
    expect((await ask(kind, lines)).slice(1)).toEqual(lines.map(() => 'refused'));
  });

  test('a key block is taken as it is, and refused with any other character or another length', async () => {
    const block = wrapKeyBlock(protection, initialKeyHeader, wrapped, (length) => new Uint8Array(length));
    const blocks = [block, `${block}0000000000000000`, block.slice(0, -16), ''];
    for (let at = 0; at < block.length; at += 1)
      for (const other of ['0', 'B', 'b', 'Z'])
        if (other !== block[at]) blocks.push(block.slice(0, at) + other + block.slice(at + 1));
    const lines = blocks.map((text) => `import ${hex(protection)} ${hex(Buffer.from(text))}`);
    const [, first, ...others] = await ask(kind, lines);
    expect(first).toBe(Buffer.from(keyCheckValue(wrapped)).toString('hex'));
    expect(new Set(others)).toEqual(new Set(['forged']));
    expect(others.length).toBeGreaterThan(3 * block.length);
  });

  test('keys that are never erased fill the table, and no handle works without a key', async () => {
    const line = `derived ${'01'.repeat(32)} ${'02'.repeat(32)} ${'03'.repeat(16)}`;
    const [, ...answers] = await ask(
      kind,
      Array.from({ length: 80 }, () => line),
    );
    expect(answers.filter((answer) => answer !== 'refused').length).toBe(63);
    expect(answers.at(-1)).toBe('refused');
  });

  test('random bytes are those of an independent generator with the same seed and serial number', async () => {
    const entropy = Uint8Array.from({ length: 64 }, (_, at) => (at * 7) & 0xff);
    const other = createCtrDrbg(Buffer.concat([entropy, Buffer.from('SECURE')]));
    const wanted = [16, 64, 1, 32].map((length) => other(length).toString('hex'));
    expect((await ask(kind, ['random 16', 'random 64', 'random 1', 'random 32'])).slice(1)).toEqual(wanted);
  });

  test.each(['stuck', 'none'])('a source that is %s stops the start', async (seed) => {
    expect(await ask(kind, [], seed)).toEqual(['not started']);
  });

  test('the heap keeps its blocks apart and becomes one again', () => {
    expect(execFileSync(twinProgram(kind, 'heap'), { encoding: 'utf8' })).toBe('heap ok\n');
  });
});
