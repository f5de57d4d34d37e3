import { connect, keyFrom, type PayResult, type Reader } from '@comptoir/sdk';
import { offlineQueue } from '@comptoir/sdk/offline';
import { simulate } from '@comptoir/simulator';
import { expect, test } from 'vitest';

const eur = (minor: number) => ({ minor, currency: 'EUR' });
const LIMITS = { currency: 'EUR', perSale: 2000, total: 3000, ageMs: 60_000 };

async function counter() {
  const simulation = await simulate({ seed: 1, target: 'node' });
  let isOnline = true;
  const queue = offlineQueue(simulation.acquirer, { ...simulation, limits: LIMITS, isOnline: () => isOnline });
  const open = (): Promise<Reader> => connect(simulation, { ...simulation, acquirer: queue.acquirer });
  const on = async (
    reader: Reader,
    order: string,
    minor: number,
    card: string,
    isInserted = false,
  ): Promise<PayResult> => {
    if (isInserted) simulation.insert(card);
    else simulation.tap(card);
    try {
      return await reader.pay({ amount: eur(minor), key: keyFrom(order) });
    } finally {
      simulation.lift();
    }
  };
  const setOnline = (now: boolean): void => {
    isOnline = now;
  };
  return { simulation, queue, open, on, setOnline };
}

test('an hour without connection: stored, never approved; then forwarded, and refunded like any sale', async () => {
  const { simulation, queue, open, on, setOnline } = await counter();
  await using _ = simulation;
  let reader = await open();
  setOnline(false);
  const tapped = await on(reader, 'tap', 1500, 'visa-debit');
  expect(tapped).toMatchObject({
    status: 'stored',
    payment: { tenders: [{ amount: eur(1500), receipt: { arc: 'Y3' } }] },
  });
  expect(JSON.stringify(tapped)).not.toContain('approved');
  // The chip in the slot hears that nobody could be asked, and has the last word.
  expect((await on(reader, 'slot', 500, 'mastercard', true)).status).toBe('stored');
  expect(await queue.list()).toMatchObject([{ state: 'stored' }, { state: 'stored' }]);
  await expect(on(reader, 'much', 2001, 'visa-debit')).rejects.toMatchObject({ code: 'offline/limit', charged: 'no' });
  await expect(on(reader, 'sum', 1001, 'visa-debit')).rejects.toMatchObject({ code: 'offline/limit' });
  expect(await reader.lookup(keyFrom('sum'))).toMatchObject({ status: 'declined', code: 'offline/limit' });

  // The till starts again, and the reader with it: both still say stored.
  await reader.close();
  await simulation.restart();
  reader = await open();
  expect((await reader.lookup(keyFrom('tap'))).status).toBe('stored');
  expect(await simulation.acquirer.status(keyFrom('tap'))).toBeNull();
  setOnline(true);
  expect(await queue.forward()).toEqual({ settled: 2, declined: 0, expired: 0, left: 0 });
  expect(await simulation.acquirer.status(keyFrom('tap'))).not.toBeNull();
  expect((await simulation.acquirer.sale(keyFrom('slot')))?.tenders).toMatchObject([{ amount: eur(500) }]);
  expect((await on(reader, 'online', 700, 'visa-debit')).status).toBe('approved');
});

test('a card that the bank declines is told so when it is forwarded', async () => {
  const { simulation, queue, open, on, setOnline } = await counter();
  await using _ = simulation;
  const reader = await open();
  setOnline(false);
  expect((await on(reader, 'lost', 900, 'declined')).status).toBe('stored');
  setOnline(true);
  expect((await queue.forward()).declined).toBe(1);
  expect(await queue.list()).toMatchObject([{ state: 'declined', responseCode: '05' }]);
  await reader.close();
});
