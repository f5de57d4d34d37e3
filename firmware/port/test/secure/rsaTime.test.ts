/**
 * The card's signature takes a time that doesn't depend on its key: no branch and no address does, as memcheck sees it when the key is
 * uninitialized memory to it. What it sees is the code for this machine; that for the chip comes from the same C.
 */
import { spawnSync } from 'node:child_process';
import { seededBytes } from '@comptoir/crypto/seed';
import { expect, test } from 'vitest';
import { createRsaKey } from '../../../../simulator/src/world/pki/rsaKey.js';
import { twinProgram } from '../hostTarget.js';

const bytes = seededBytes('rsa time');
const keys = [createRsaKey(bytes, 512, 3), createRsaKey(bytes, 1024, 65537), createRsaKey(bytes, 1152, 3)];
const FOUND = 9;

function sign(program: 'rsaTime' | 'rsaTimeSabotaged', crt: Uint8Array, block: Uint8Array) {
  const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');
  const options = ['-q', `--error-exitcode=${FOUND}`, twinProgram('host', program), hex(crt), hex(block)];
  const { status, stdout, stderr } = spawnSync('valgrind', options, { encoding: 'utf8' });
  return { status, signature: stdout.trim(), stderr };
}

test.each(keys.map((key) => [key.modulus.length, key] as const))('%i bytes', (length, key) => {
  const block = Uint8Array.of(0x6a, ...bytes(length - 1));
  const signature = Buffer.from(key.sign(block)).toString('hex');
  expect(sign('rsaTime', key.crt, block)).toEqual({ status: 0, signature, stderr: '' });
});

test('an exponentiation that looks at the exponent is found', () => {
  const [key] = keys;
  if (key === undefined) throw new Error('no key');
  const { status, stderr } = sign('rsaTimeSabotaged', key.crt, Uint8Array.of(0x6a, ...bytes(key.modulus.length - 1)));
  expect(status).toBe(FOUND);
  expect(stderr).toContain('depends on uninitialised value');
});
