/** The same card at the same merchant gives the same token, on every target; at another merchant it gives another. */

import { formatIndexToken } from '@comptoir/acquirer';
import { deriveTokenKey, packDigits, tokensOfMerchant } from '@comptoir/acquirer/tokens';
import { seededBytes } from '@comptoir/crypto/seed';
import { developmentKeys, developmentProvision } from '@comptoir/factory/development';
import { KEY } from '@comptoir/firmware/board';
import { connect, newKey } from '@comptoir/sdk';
import { memory } from '@comptoir/sdk/transports/memory';
import { beforeAll, describe, expect, test } from 'vitest';
import { createVirtualClock } from '../../src/machine/clock.js';
import { loadFirmwareText } from '../../src/machine/firmwareText.js';
import { createSimulatedReader } from '../../src/machine/reader.js';
import type { TargetName } from '../../src/machine/targets/target.js';
import { findTarget, targetNames } from '../../src/machine/targets/targets.js';
import { createTestAcquirer } from '../../src/world/acquirer/testAcquirer.js';
import { createCard } from '../../src/world/cards/catalogue.js';
import { developmentConfiguration, signDevelopmentConfiguration } from '../../src/world/configuration.js';
import { createTestPki } from '../../src/world/pki/testPki.js';

/** Cards that prove their number, with it: test numbers. */
const CARDS: Readonly<Record<string, string>> = { 'visa-debit': '4761739001010119' };
const MORE_CARDS = ['mastercard'] as const;
const NAMES = [...Object.keys(CARDS), ...MORE_CARDS];
const ROOT = { rootKey: new Uint8Array(32).fill(5), region: 'EU' };
const [SEED, SERIAL] = ['tokens', 'TOKENS01'];

/** What the cards give at a reader of the merchant, each twice. */
async function tokensAt(merchant: string, target: TargetName): Promise<readonly (string | null)[]> {
  const provision = developmentProvision(SEED, SERIAL);
  const pki = createTestPki();
  const clock = createVirtualClock();
  const reader = createSimulatedReader({
    firmware: await loadFirmwareText('reader'),
    target: findTarget(target),
    clock,
    serial: SERIAL,
    configuration: signDevelopmentConfiguration(developmentConfiguration(pki)),
    provision: () => {
      const given = provision();
      const key = deriveTokenKey(ROOT, 'index', merchant, 1);
      return { ...given, keys: given.keys.map((one) => (one.name === KEY.indexToken ? { ...one, key } : one)) };
    },
  });
  await reader.start();
  const acquirer = createTestAcquirer({ baseDerivationKey: developmentKeys(SEED, SERIAL).baseDerivationKey, clock });
  const till = await connect(memory(reader.port), {
    trust: 'development',
    acquirer,
    clock,
    random: seededBytes('till'),
  });
  const tokens: (string | null)[] = [];
  for (const name of NAMES) {
    const card = createCard(name, { seed: `${SEED}/${name}`, pki });
    for (const time of ['first', 'second']) {
      reader.contactless.put(card);
      const result = await till.pay({ amount: { minor: 100, currency: 'EUR' }, key: newKey(`${name}-${time}`) });
      reader.contactless.empty();
      tokens.push((result.status === 'approved' && result.payment.tenders[0]?.token) || null);
    }
  }
  await till.close();
  reader.stop();
  return tokens;
}

describe('tokens', () => {
  const given = new Map<string, readonly (string | null)[]>();
  beforeAll(async () => {
    for (const target of targetNames)
      for (const merchant of ['SHOP', 'CAFE']) given.set(`${merchant} ${target}`, await tokensAt(merchant, target));
  });

  test('same card, same merchant: the same token each time and on every target', () => {
    for (const merchant of ['SHOP', 'CAFE']) {
      const [first, ...others] = targetNames.map((target) => given.get(`${merchant} ${target}`) ?? []);
      expect(first?.every((token) => token !== null)).toBe(true);
      for (const other of others) expect(other).toEqual(first);
      for (let at = 0; at < NAMES.length * 2; at += 2) expect(first?.[at]).toBe(first?.[at + 1]);
      expect(new Set(first).size).toBe(NAMES.length);
    }
  });

  test('two merchants share no token, and no characters in the same places beyond chance', () => {
    const [shop = [], cafe = []] = ['SHOP', 'CAFE'].map((merchant) => given.get(`${merchant} node`) ?? []);
    expect(shop.filter((token) => cafe.includes(token))).toEqual([]);
    // Behind `ri1` there are 28 characters of 32 values: two alike in a pair are usual, ten are not.
    shop.forEach((token, at) => {
      const other = cafe[at] ?? '';
      const alike = Array.from(token ?? '').filter((character, place) => place > 2 && character === other[place]);
      expect(alike.length).toBeLessThan(10);
    });
  });

  test('it is the token that the token service computes', () => {
    const number = packDigits(Uint8Array.from(CARDS['visa-debit'] ?? '', Number));
    const [expected] = tokensOfMerchant(ROOT, 'SHOP', { current: 1 }).indexTokens(number).map(formatIndexToken);
    expect(given.get('SHOP quickjs')?.[0]).toBe(expected);
  });
});
