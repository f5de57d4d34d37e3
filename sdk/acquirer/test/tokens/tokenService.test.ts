/** The keys of merchants and versions, and the drill of a rotation from v to v + 1. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { computeIndexToken, formatIndexToken } from '@comptoir/acquirer';
import {
  deriveTokenKey,
  packDigits,
  type TokenPurpose,
  type TokenRoot,
  tokensOfMerchant,
} from '@comptoir/acquirer/tokens';
import { NO_BYTES, toHex } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { numberAt } from './cardNumbers.js';

const ROOT: TokenRoot = { rootKey: new Uint8Array(32).fill(1), region: 'EU' };
const NUMBERS = Array.from({ length: 200 }, (_, n) => numberAt(n));
const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');

test('each purpose, region, merchant and version has a key of its own', () => {
  const keys = new Set<string>();
  let count = 0;
  for (const region of ['EU', 'US'])
    for (const merchant of ['A', 'AB', 'B'])
      for (const version of [0, 1, 31])
        for (const purpose of ['index', 'sealed', 'digits'] satisfies TokenPurpose[]) {
          keys.add(hex(deriveTokenKey({ ...ROOT, region }, purpose, merchant, version).slice(0, 32)));
          count += 1;
        }
  expect(keys.size).toBe(count);
});

test.each([
  ['a short root key', { rootKey: new Uint8Array(16), region: 'EU' }, 'SHOP', 1],
  ['no region', { ...ROOT, region: '' }, 'SHOP', 1],
  ['a long region', { ...ROOT, region: 'ANTARCTICA' }, 'SHOP', 1],
  ['no merchant', ROOT, '', 1],
  ['a merchant with a space at its end', ROOT, 'SHOP ', 1],
  ['a long merchant', ROOT, 'A'.repeat(16), 1],
  ['a merchant beyond ASCII', ROOT, 'CAFÉ', 1],
  ['a version below', ROOT, 'SHOP', -1],
  ['a version above', ROOT, 'SHOP', 32],
  ['half a version', ROOT, 'SHOP', 0.5],
] satisfies [string, TokenRoot, string, number][])('%s is refused', (_, root, merchant, version) => {
  expect(() => deriveTokenKey(root, 'index', merchant, version)).toThrow(RangeError);
});

test('two merchants: the tokens of the same 200 cards share nothing, of no kind', () => {
  const [shop, cafe] = ['SHOP', 'CAFE'].map((merchant) => {
    const tokens = tokensOfMerchant(ROOT, merchant, { current: 1 });
    return new Set(
      NUMBERS.flatMap((number) => [
        hex(tokens.indexTokens(number)[0]?.token),
        hex(tokens.seal(number)).slice(2),
        tokens.digits().make(number),
      ]),
    );
  });
  expect(shop?.size).toBe(600);
  expect(cafe?.size).toBe(600);
  expect([...(shop ?? [])].filter((token) => cafe?.has(token))).toEqual([]);
});

test('the worked example of docs/reference/tokens.md', () => {
  const page = readFileSync(new URL('../../../../docs/reference/tokens.md', import.meta.url), 'utf8');
  const rows =
    page
      .split('## Worked example')
      .at(-1)
      ?.matchAll(/^\| ([^|]+?) +\| `(\w+)` \|$/gm) ?? [];
  const shown = Object.fromEntries([...rows].map(([, name, value]) => [name, value]));
  const rootKey = new Uint8Array(createHash('sha256').update('comptoir example root key').digest());
  const root = { rootKey, region: 'EU' };
  const tokens = tokensOfMerchant(root, 'COMPTOIR', { current: 1 });
  const number = packDigits(Uint8Array.from('4761739001010119', Number));
  const key = (purpose: TokenPurpose): string => toHex(deriveTokenKey(root, purpose, 'COMPTOIR', 1));
  expect(shown).toEqual({
    'root key': toHex(rootKey),
    'key `idx`': key('index'),
    'key `siv`': key('sealed'),
    'key `fpe`': key('digits'),
    'index token': tokens.indexTokens(number).map(formatIndexToken)[0],
    'sealed token': toHex(tokens.seal(number) ?? NO_BYTES),
    'sealed, expiry 3012': toHex(tokens.seal(number, Uint8Array.of(0x30, 0x12)) ?? NO_BYTES),
    'digit token': tokens.digits().make(number),
  });
});

test("the index token is the one that a reader with the merchant's key gives", () => {
  const number = numberAt(1);
  const [token] = tokensOfMerchant(ROOT, 'SHOP', { current: 3 }).indexTokens(number);
  const readerKey = deriveTokenKey(ROOT, 'index', 'SHOP', 3);
  expect(token).toEqual(computeIndexToken(readerKey, 3, [{ tag: 0x5a, value: number }]));
});

test('the drill: both versions are accepted while it lasts, each old token is translated when it is met, then the old key is gone', () => {
  const before = tokensOfMerchant(ROOT, 'SHOP', { current: 1 });
  const drill = tokensOfMerchant(ROOT, 'SHOP', { current: 2, retiring: 1 });
  const after = tokensOfMerchant(ROOT, 'SHOP', { current: 2 });
  const stored = NUMBERS.map((number) => ({ index: before.indexTokens(number)[0], sealed: before.seal(number) }));

  const translated = stored.map(({ index, sealed = new Uint8Array(0) }, n) => {
    const number = NUMBERS[n] ?? new Uint8Array(0);
    // A card comes with a reader that has the new key, and one with the old: both find the merchant's row.
    const found = drill.indexTokens(number).map(formatIndexToken);
    expect(found).toHaveLength(2);
    expect(found[1]).toBe(index && formatIndexToken(index));
    expect(drill.open(sealed)).toMatchObject({ ok: true, number });
    const result = drill.translate(sealed);
    if (!result.ok) throw new Error(result.fault);
    expect(result).toMatchObject({ isNew: true, token: drill.seal(number) });
    expect(drill.translate(result.token)).toEqual({ ok: true, token: result.token, isNew: false });
    return result.token;
  });

  translated.forEach((token, n) => {
    expect(after.open(token)).toMatchObject({ ok: true, number: NUMBERS[n] });
    expect(before.open(token)).toEqual({ ok: false, fault: 'VERSION_NOT_ACCEPTED', at: 0 });
    expect(after.open(stored[n]?.sealed ?? token)).toEqual({ ok: false, fault: 'VERSION_NOT_ACCEPTED', at: 0 });
  });
});

test('the expiry date goes along, and tokens of digits are opened by the version that is kept beside them', () => {
  const drill = tokensOfMerchant(ROOT, 'SHOP', { current: 2, retiring: 1 });
  const old = tokensOfMerchant(ROOT, 'SHOP', { current: 1 });
  const [number = new Uint8Array(10), expiry] = [NUMBERS[0], Uint8Array.of(0x28, 0x06)];
  const translated = drill.translate(old.seal(number, expiry) ?? new Uint8Array(0));
  expect(translated.ok && drill.open(translated.token)).toEqual({ ok: true, number, expiry });
  const digits = old.digits().make(number) ?? '';
  expect(drill.digits(1).open(digits)).toEqual({ ok: true, number });
  expect(drill.digits(2).open(digits)).not.toEqual({ ok: true, number });
  expect(() => drill.digits(3)).toThrow(RangeError);
});

test('a token that is none is not translated, and a version does not retire itself', () => {
  const tokens = tokensOfMerchant(ROOT, 'SHOP', { current: 2, retiring: 1 });
  expect(tokens.translate(new Uint8Array(26).fill(1))).toEqual({ ok: false, fault: 'TOKEN_WRONG', at: 1 });
  expect(tokens.translate(new Uint8Array(0))).toEqual({ ok: false, fault: 'VERSION_NOT_ACCEPTED', at: 0 });
  expect(() => tokensOfMerchant(ROOT, 'SHOP', { current: 2, retiring: 2 })).toThrow(RangeError);
});

test('wiped: no token comes any more', () => {
  const tokens = tokensOfMerchant(ROOT, 'SHOP', { current: 1 });
  const number = numberAt(1);
  const sealed = tokens.seal(number) ?? new Uint8Array(0);
  const digits = tokens.digits();
  const token = digits.make(number) ?? '';
  tokens.wipe();
  // A key of zeros would make tokens that anybody opens.
  const uses: readonly (() => unknown)[] = [
    () => tokens.seal(number),
    () => tokens.open(sealed),
    () => tokens.translate(sealed),
    () => tokens.indexTokens(number),
    () => tokens.digits(),
    () => digits.make(number),
    () => digits.open(token),
  ];
  for (const use of uses) expect(use).toThrow('wiped');
});
