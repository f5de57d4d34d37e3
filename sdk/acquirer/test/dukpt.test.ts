import { createCipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  deriveInitialKey,
  deriveTransactionKey,
  deriveWorkingKey,
  isTransactionCounter,
  KEY_USAGE,
} from '@comptoir/acquirer';
import { fromHex, toHex } from '@comptoir/protocol';
import { expect, test } from 'vitest';

interface DukptVector {
  readonly id: string;
  readonly kind: string;
  readonly input: Readonly<Record<'bdk' | 'ikid' | 'ksn' | 'iv' | 'plaintext' | 'workingKeyType', string | undefined>>;
  readonly expected: Readonly<Record<string, string>>;
}
const vectors = JSON.parse(
  readFileSync(new URL('../../../test-vectors/dukpt.json', import.meta.url), 'utf8'),
) as readonly DukptVector[];

function derive({ kind, input }: DukptVector): Record<string, string> {
  const bdk = bytes(input.bdk);
  if (kind === 'dukpt.aes.ik') return { ik: toHex(deriveInitialKey(bdk, bytes(input.ikid))) };
  const ksn = bytes(input.ksn);
  const initialKey = deriveInitialKey(bdk, ksn.subarray(0, 8));
  const transactionKey = deriveTransactionKey(initialKey, ksn);
  const working = (usage: 0x2000 | 0x3000, length: number): Uint8Array =>
    deriveWorkingKey(transactionKey, usage, ksn, length);
  if (kind === 'dukpt.aes.encrypt') {
    const dataKey = working(KEY_USAGE.dataEncrypt, bdk.length);
    const cipher = createCipheriv(`aes-${dataKey.length * 8}-cbc`, dataKey, bytes(input.iv)).setAutoPadding(false);
    return { dataKey: toHex(dataKey), ciphertext: toHex(cipher.update(bytes(input.plaintext))) };
  }
  return {
    ik: toHex(initialKey),
    transactionKey: toHex(transactionKey),
    dataEncryptKey: toHex(working(KEY_USAGE.dataEncrypt, 16)),
    macGenerateKey: toHex(working(KEY_USAGE.macGenerate, 16)),
  };
}

for (const vector of vectors) {
  test(`${vector.id} ${vector.kind}`, () => expect(derive(vector)).toMatchObject(vector.expected));
}

test('the counters that may occur', () => {
  expect([0, 1, 0xffff, 0x1ffff, 0xffff0000, 0xffffffff].map(isTransactionCounter)).toEqual([
    false,
    true,
    true,
    false,
    true,
    false,
  ]);
});

test.each([16, 24, 32])('keys of %i bytes; a working key is never stronger than its parent', (length) => {
  const ksn = new Uint8Array(12).fill(1);
  const key = deriveTransactionKey(deriveInitialKey(new Uint8Array(length), ksn.subarray(0, 8)), ksn);
  expect(key).toHaveLength(length);
  expect(() => deriveWorkingKey(key, KEY_USAGE.dataEncrypt, ksn, 40)).toThrow();
});

function bytes(hex: string | undefined): Uint8Array {
  const decoded = fromHex(hex ?? '');
  if (decoded === undefined) throw new Error('the vector is not hexadecimal');
  return decoded;
}
