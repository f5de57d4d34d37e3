/**
 * What tests of the card commands share: three issuers in files, a new card for each test, and both commands beside them.
 * A file that imports it gets its hooks.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { seededBytes } from '@comptoir/crypto/seed';
import {
  type CardIssuer,
  createCardIssuer,
  deriveAccountKeys,
  developmentKeySet,
  type IssuerFile,
  readIssuerFile,
} from '@comptoir/issuer';
import { latin1ToBytes, toHex } from '@comptoir/protocol';
import * as wallet from '@comptoir/protocol/wallet';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { openFileCard } from '../../src/world/cards/file/fileCard.js';
import { bundleCommands, type Ran, runProcess } from './commandProcess.js';
import { type Ran as RanHere, ran } from './ran.js';

export const folder = mkdtempSync(join(tmpdir(), 'cards-'));
export const at = (name: string): string => join(folder, name);
let bundles = '';
beforeAll(async () => {
  // Beside the packages that they import, and another folder for each test file.
  bundles = await bundleCommands(basename(folder));
  for (const name of ['bank', 'shop', 'stranger']) await comptoir('card', 'keys', at(`${name}.keys`));
});
afterAll(() => {
  for (const made of [folder, bundles]) rmSync(made, { recursive: true });
});

export const comptoir = (...args: readonly string[]): Promise<Ran> =>
  runProcess(process.execPath, [`${bundles}/comptoir.js`, ...args], folder);

/** `comptoir-sim card`, in this process. */
export const sim = (...args: readonly string[]): Promise<RanHere> => ran('card', ...args);

export function put(name: string, content: Uint8Array | string | object): string {
  const isPlain = typeof content === 'string' || content instanceof Uint8Array;
  writeFileSync(at(name), isPlain ? content : JSON.stringify(content));
  return at(name);
}

export function fileOf(name: string): IssuerFile {
  const read = readIssuerFile(readFileSync(at(`${name}.keys`), 'utf8'));
  if (!read.ok) throw new Error(`${read.field} ${read.rule}`);
  return read.value;
}

/** An issuer as the command would make it, for what the command doesn't sign. */
export function issuerOf(
  name: string,
  change: Partial<{ position: number; wrapping: Uint8Array }> = {},
  signer = name,
): CardIssuer {
  const known = fileOf(name).cards.at(-1);
  if (known === undefined) throw new Error('the issuer knows no card');
  const { identifier, position, wrapping, sequence } = { ...known, ...change };
  const keys = { position, wrapping, signing: fileOf(signer).signing };
  return createCardIssuer({ card: identifier, keys, sequence, random: seededBytes(name) });
}

export const GIFT = { kind: 'gift', id: 'gift', label: 'GIFT CARD', account: 101, currency: 'EUR', balance: 2500 };
export const gift = (id: string): wallet.WalletProfile => ({
  id: latin1ToBytes(id),
  kind: wallet.KIND_GIFT,
  activation: wallet.ACTIVATED,
  label: latin1ToBytes('GIFT'),
  currency: 'EUR',
  balance: 100,
});
export const account = (id: string): wallet.WalletProfile => ({
  id: latin1ToBytes(id),
  kind: wallet.KIND_ACCOUNT,
  activation: wallet.ACTIVATED,
  label: latin1ToBytes('A LABEL OF 16 CH'),
  aid: Uint8Array.of(...wallet.ACCOUNT_AID, ...latin1ToBytes(id)),
  priority: 1,
});
export const KEYS = deriveAccountKeys(developmentKeySet(), new Uint8Array(8), new Uint8Array(8));

/** The file of this test's card. */
export let card = '';
let made = 0;
beforeEach(async () => {
  made += 1;
  card = at(`${made}.card`);
  expect(await sim('new', card, '--issuer', at('bank.keys'), at('shop.keys'))).toMatchObject({ code: 0, err: '' });
});

/** The card of this test is this one from here on. */
export function goOnWith(name: string): void {
  card = at(name);
}

/** Card option of the commands: each test has a card of its own. */
export const identifier = (): string => toHex(openFileCard(card).identifier);
export const says = async (): Promise<string> => (await sim('show', card)).out;

export async function signed(name: string, issuer: string, ...words: readonly string[]): Promise<string> {
  const out = at(name);
  const ran = await comptoir('card', ...words, '--issuer', at(`${issuer}.keys`), '--card', identifier(), '--out', out);
  expect(ran).toMatchObject({ code: 0, err: '' });
  return out;
}
