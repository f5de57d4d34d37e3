/**
 * What stays behind in the chip: after sales its RAM and flash hold no card number and no used key, and keys that stand only in the slots and
 * pages that are declared. Each scan has a twin that is broken on purpose.
 */

import { developmentRoleKey, signObject } from '@comptoir/factory';
import { NO_BYTES } from '@comptoir/protocol';
import type { Reader } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import { breakErasing, foundIn, joined, keysInPlace, type WatchedReader, watchedReader } from '../chip/chipMemory.js';

const TIMEOUT_MS = 300_000;
const RAM_START = 0x20000000;

async function sellTwice(watched: WatchedReader): Promise<Reader> {
  const till = await watched.connect();
  await watched.sell(till, 'visa-debit', 'contactless');
  await watched.sell(till, 'mastercard', 'contact');
  await watched.settle();
  return till;
}

test('after sales: no card number, no used key, no key beside its place', { timeout: TIMEOUT_MS }, async () => {
  await using watched = await watchedReader();
  const till = await sellTwice(watched);
  const secrets = await watched.secrets();
  expect(secrets.spent.size).toBe(4 + 2 * 3 * 2);
  expect(foundIn(watched, secrets)).toEqual([]);
  await till.close();
  await watched.settle();
  const ofTheLink = new Map([...secrets.standing].filter(([name]) => name.startsWith('link key')));
  expect(ofTheLink.size).toBe(4);
  expect(foundIn(watched, { spent: ofTheLink, standing: new Map() })).toEqual([]);
  // The twin: each of them, planted into the script's heap, is found, and none but them.
  const heap = watched.symbols.get('heap') ?? 0;
  watched.chip.core.sram.set(joined(secrets), heap - RAM_START);
  expect(foundIn(watched, secrets)).toHaveLength(secrets.spent.size + secrets.standing.size);
});

test('the scan sees a sale in its middle, and keys that a broken program forgets to erase', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using watched = await watchedReader();
  const { spent } = await watched.secrets();
  let inTheMiddle: readonly string[] = [];
  watched.asked = () => {
    inTheMiddle = [...inTheMiddle, ...foundIn(watched, { spent, standing: new Map() })];
  };
  breakErasing(watched);
  const till = await watched.connect();
  await watched.sell(till, 'visa-debit', 'contactless');
  await till.close();
  await watched.settle();
  expect(inTheMiddle.join()).toMatch(/number of visa-debit, packed at RAM/);
  const secrets = await watched.secrets();
  const forgotten = foundIn(watched, secrets).join();
  for (const name of ['data key 0', 'MAC key 0', 'link key 0']) expect(forgotten).toContain(name);
});

test('a reader that was taken out of service has no key anywhere', { timeout: TIMEOUT_MS }, async () => {
  await using watched = await watchedReader();
  const till = await sellTwice(watched);
  const all = new Map([...keysInPlace(watched), ...(await watched.secrets()).standing]);
  expect(foundIn(watched, { spent: all, standing: new Map() }).length).toBeGreaterThan(all.size / 2);
  const word = { kind: 'decommission', sequence: 1, serial: till.info.serial } as const;
  const order = signObject(word, NO_BYTES, developmentRoleKey('decommission').privateKey);
  expect((await till.decommission(order)).status).toBe('loaded');
  await watched.settle();
  expect(foundIn(watched, { spent: all, standing: new Map() })).toEqual([]);
});
