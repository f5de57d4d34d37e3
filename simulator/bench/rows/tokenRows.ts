/**
 * Tokens of the token service, beside the FF1 of @noble/ciphers and the FF3-1 of ff3, and what the accounts of a continent would take. Goals: performance reference, G10.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  createFf1,
  openToken,
  packDigits,
  type SealingKey,
  sealToken,
  tokensOfMerchant,
} from '@comptoir/acquirer/tokens';
import { unsafe } from '@noble/ciphers/aes.js';
import { FF1 } from '@noble/ciphers/ff1.js';
import FF3Cipher from 'ff3';
import { spreadOf } from '../stopwatch.js';
import { ratioRow } from './ratioRow.js';
import type { Row } from './row.js';

const ACCOUNTS = 230e6;
const BATCHES = 21;
const IN_BATCH = 2000;
/** The tables of AES that @noble/ciphers makes when it's loaded: 1.3 MB that a reader has no room for. */
const BUNDLE_KIB_MAX = 400;
const NOBLE_AES = ['expandKeyLE', 'tableEncoding', 'genTtable'];

export function tokenRows(): Row[] {
  return [ff1Row(), ff3Row(), ...rateRows(), bundleRow()];
}

/** 15 digits, all but the last of a card number. */
function ff1Row(): Row {
  const key = new Uint8Array(32).fill(7);
  const tweak = new Uint8Array(16).fill(1);
  const expanded = unsafe.expandKeyLE(key.slice());
  const ours = createFf1((block) => void unsafe.encryptBlock(expanded, block), tweak, 15);
  const theirs = FF1(10, key, tweak);
  const digits = Uint8Array.from('476173900101011', Number);
  let plain = Array.from(digits);
  for (let round = 0; round < 100; round += 1) {
    ours.encrypt(digits);
    plain = theirs.encrypt(plain);
    if (digits.join('') !== plain.join('')) throw new Error('the encryptions differ');
  }
  return ratioRow(
    'FF1 of 15 digits / @noble/ciphers',
    () => ours.encrypt(digits),
    () => {
      plain = theirs.encrypt(plain);
    },
    6,
  );
}

/** Another mode with eight rounds where FF1 has ten, and the one other package for Node: no equal answers, the same work for a shop. */
function ff3Row(): Row {
  const expanded = unsafe.expandKeyLE(new Uint8Array(32).fill(7));
  const ours = createFf1((block) => void unsafe.encryptBlock(expanded, block), new Uint8Array(16).fill(1), 15);
  const theirs = new FF3Cipher('07'.repeat(32), '01'.repeat(8));
  const digits = Uint8Array.from('476173900101011', Number);
  let plain = '476173900101011';
  return ratioRow(
    'FF1 of 15 digits / FF3-1 of ff3',
    () => ours.encrypt(digits),
    () => {
      plain = theirs.encrypt(plain);
    },
    3,
  );
}

function rateRows(): Row[] {
  const sealing: SealingKey = { key: new Uint8Array(64).fill(3), merchant: 'COMPTOIR', version: 1 };
  const root = { rootKey: new Uint8Array(32).fill(1), region: 'EU' };
  const digits = tokensOfMerchant(root, 'COMPTOIR', { current: 1 }).digits();
  const drill = tokensOfMerchant(root, 'COMPTOIR', { current: 2, retiring: 1 });
  const number = packDigits(Uint8Array.from('4761739001010119', Number));
  const sealed = sealToken(sealing, number) ?? new Uint8Array(0);
  const old = tokensOfMerchant(root, 'COMPTOIR', { current: 1 }).seal(number) ?? new Uint8Array(0);
  return [
    rateRow('sealed tokens opened, one core', () => openToken(sealing, sealed)),
    rateRow('sealed tokens made, one core', () => sealToken(sealing, number)),
    rateRow('sealed tokens translated, one core', () => drill.translate(old)),
    rateRow('digit tokens made, one core', () => digits.make(number)),
  ];
}

function rateRow(name: string, run: () => unknown): Row {
  const rates = Array.from({ length: BATCHES }, () => {
    const startMs = performance.now();
    for (let one = 0; one < IN_BATCH; one += 1) run();
    return (IN_BATCH * 1000) / (performance.now() - startMs);
  });
  const { median, min, max } = spreadOf(rates);
  return {
    name,
    unit: '/s',
    value: median,
    min,
    max,
    detail: `${(ACCOUNTS / median / 60).toFixed(0)} min for 230 million`,
  };
}

/** @throws Error when AES of @noble/ciphers is in the reader's bundle */
function bundleRow(): Row {
  const file = fileURLToPath(new URL('../../../firmware/dist/reader.js', import.meta.url));
  const text = readFileSync(file, 'utf8');
  const found = NOBLE_AES.filter((name) => text.includes(name));
  if (found.length > 0) throw new Error(`the reader's bundle holds AES of @noble/ciphers: ${found.join(', ')}`);
  return {
    name: "the reader's bundle, no AES tables in it",
    unit: 'KiB',
    value: text.length / 1024,
    goal: { kind: 'atMost', value: BUNDLE_KIB_MAX },
    detail: 'text, before the engine compiles it',
  };
}
