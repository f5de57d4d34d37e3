/**
 * X25519 takes a time that doesn't depend on its secret: no branch and no address does, as memcheck sees it when the secret is
 * uninitialized memory to it. What it sees is the code for this machine: that for the chip
 * comes from the same C by another compiler, and is looked at by simulator/test/machine/pico/picoX25519.chip.ts.
 */
import { spawnSync } from 'node:child_process';
import { seededBytes } from '@comptoir/crypto/seed';
import { x25519 } from '@noble/curves/ed25519.js';
import { expect, test } from 'vitest';
import { twinProgram } from '../hostTarget.js';
import { hexWord as hex } from './askSecure.js';

const bytes = seededBytes('x25519 time');
const [secret, other] = [bytes(32), x25519.getPublicKey(bytes(32))];
const FOUND = 9;

function agree(program: 'x25519Time' | 'x25519TimeSabotaged') {
  const options = ['-q', `--error-exitcode=${FOUND}`, twinProgram('host', program), hex(secret), hex(other)];
  const { status, stdout, stderr } = spawnSync('valgrind', options, { encoding: 'utf8' });
  return { status, shared: stdout.trim(), stderr };
}

test('no branch and no address depends on the secret', () => {
  const shared = hex(x25519.getSharedSecret(secret, other));
  expect(agree('x25519Time')).toEqual({ status: 0, shared, stderr: '' });
});

test('a ladder that jumps over a swap is found', () => {
  const { status, stderr } = agree('x25519TimeSabotaged');
  expect(status).toBe(FOUND);
  expect(stderr).toContain('depends on uninitialised value');
});
