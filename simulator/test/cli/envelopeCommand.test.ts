/** `comptoir envelope open` on what a sale wrote: it tells what was sealed, never the number, and refuses a changed byte anywhere. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openToken, readTokenServiceFile, tokensOfMerchant } from '@comptoir/acquirer/tokens';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Output } from '../../../sdk/cli/src/session.js';
import { open } from '../../../sdk/cli/src/tokens/openEnvelope.js';
import { addMerchant, makeKeys } from '../../../sdk/cli/src/tokens/rotate.js';
import { run } from '../../src/cli/run.js';
import { DEVELOPMENT_MERCHANT } from '../../src/world/configuration.js';
import { bundleCommands, runProcess } from './commandProcess.js';
import { ran } from './ran.js';

/** Of the catalogue's visa-debit, a test number. */
const NUMBER = '4761739001010119';
const MERCHANT = DEVELOPMENT_MERCHANT.merchantIdentifier;
const folder = mkdtempSync(join(tmpdir(), 'envelope-'));
const [envelope, keys, service] = ['envelope', 'acquirer.json', 'service.json'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
const silent: Output = { note: () => undefined, print: () => undefined };

beforeAll(async () => {
  const files = ['--envelope', envelope, '--acquirer-keys', keys];
  const { code } = await ran('sale', '--target', 'node', '--seed', '5', ...files);
  expect(code).toBe(0);
  makeKeys(service, { region: 'EU' }, silent);
  addMerchant(MERCHANT, { keys: service }, silent);
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Opened {
  readonly code: number;
  readonly result: Record<string, unknown>;
  readonly lines: readonly string[];
}

function opened(file: string, tokens?: string): Opened {
  let printed: Omit<Opened, 'code'> = { result: {}, lines: [] };
  const output: Output = {
    note: () => undefined,
    print: (result, lines) => {
      printed = { result: result as Opened['result'], lines };
    },
  };
  const code = open(file, { keys, ...(tokens !== undefined && { tokens }) }, output);
  return { code, ...printed };
}

test('it tells what is bound and what is sealed; of the number, a mask', () => {
  const { code, result, lines } = opened(envelope);
  expect(code).toBe(0);
  expect(result).toMatchObject({
    ok: true,
    amount: 1250,
    currency: 978,
    merchantIdentifier: MERCHANT,
    maskedNumber: '476173******0119',
  });
  expect(lines).toContain('maskedNumber: 476173******0119');
  expect(JSON.stringify([result, lines])).not.toContain(NUMBER);
});

test('its bytes are as good as their hexadecimal text', () => {
  const bytes = join(folder, 'bytes');
  writeFileSync(bytes, Buffer.from(readFileSync(envelope, 'latin1').trim(), 'hex'));
  expect(opened(bytes).result).toEqual(opened(envelope).result);
});

test('with the token service it gives the tokens of the merchant', () => {
  const { result } = opened(envelope, service);
  const read = readTokenServiceFile(readFileSync(service, 'utf8'));
  if (!read.ok) throw new Error(read.rule);
  const tokens = tokensOfMerchant(read.value, MERCHANT, { current: 1 });
  const token = new Uint8Array(Buffer.from(String(result['sealedToken']), 'hex'));
  const number = Uint8Array.from(Buffer.from(`${NUMBER}ffff`, 'hex'));
  expect(tokens.open(token)).toMatchObject({ ok: true, number });
  expect(tokens.digits().open(String(result['digitToken']))).toEqual({ ok: true, number });
  expect(String(result['indexToken'])).toMatch(/^ri1/);
  expect(openToken({ merchant: MERCHANT, version: 1, key: new Uint8Array(64) }, token).ok).toBe(false);
});

test('a changed byte anywhere is refused, and told by which check', () => {
  const good = Buffer.from(readFileSync(envelope, 'latin1').trim(), 'hex');
  const faults = new Map<unknown, number>();
  const changed = join(folder, 'changed');
  for (let at = 0; at < good.length; at += 1) {
    const bytes = Buffer.from(good);
    bytes[at] = (bytes[at] ?? 0) ^ 0x10;
    writeFileSync(changed, bytes);
    const { code, result, lines } = opened(changed);
    expect([code, result['ok']]).toEqual([1, false]);
    expect(lines[0]).toContain(String(result['fault']));
    faults.set(result['fault'], (faults.get(result['fault']) ?? 0) + 1);
  }
  // The keys know no other BDK; the MAC covers all the rest, the length too where it leads somewhere else.
  expect(faults.get('BDK_UNKNOWN')).toBe(4);
  expect([...faults.keys()].sort()).toEqual(['BDK_UNKNOWN', 'ENVELOPE_LENGTH', 'MAC_WRONG']);
});

test('`comptoir pay` at a reader of another process writes it, and no file with a changed byte opens', async () => {
  const ending = new AbortController();
  const commands = await bundleCommands('envelopeCommand');
  const comptoir = (line: string) =>
    runProcess(process.execPath, [join(commands, 'comptoir.js'), ...line.split(' ')], folder);
  let ended: Promise<number> = Promise.resolve(0);
  const printed = new Promise<string>((out) => {
    const words = 'reader --ws 0 --card visa-debit --target node --seed 8 --json --acquirer-keys';
    ended = run([...words.split(' '), keys], { out, err: out, ended: ending.signal });
  });
  const { url } = JSON.parse(await printed);
  expect(await comptoir(`--reader ${url} pay 12.50 --envelope none/paid`)).toMatchObject({ code: 2 });
  const paid = await comptoir(`--reader ${url} pay 12.50 --envelope paid`);
  expect([paid.code, paid.err]).toEqual([0, expect.stringContaining('key: ')]);
  const { code, out } = await comptoir(`envelope open paid --keys ${keys}`);
  expect([code, out]).toEqual([0, expect.stringContaining('maskedNumber: 476173******0119')]);
  ending.abort();
  await ended;

  const good = readFileSync(join(folder, 'paid'));
  expect(good.length).toBeGreaterThan(300);
  for (let at = 0; at < good.length; at += 1)
    for (const bit of [0x01, 0x20, 0x80]) {
      const bytes = Buffer.from(good);
      bytes[at] = (bytes[at] ?? 0) ^ bit;
      writeFileSync(join(folder, 'changed'), bytes);
      expect([at, bit, opened(join(folder, 'changed')).result['ok']]).toEqual([at, bit, false]);
    }
});

test("another acquirer's keys, no keys, no envelope", async () => {
  await ran('sale', '--target', 'node', '--seed', '6', '--acquirer-keys', keys);
  expect(opened(envelope).result).toMatchObject({ ok: false, fault: 'MAC_WRONG' });
  expect(() => opened(join(folder, 'none'))).toThrow('can not be read');
  writeFileSync(keys, '{}');
  expect(() => opened(envelope)).toThrow('holds no keys of an acquirer');
});

test('a basket writes no envelope', async () => {
  const { code, err } = await ran('sale', '--card', 'dynamic', '--basket', 'x', '--envelope', envelope);
  expect([code, err]).toEqual([2, expect.stringContaining('A basket has an envelope for each tender')]);
});
