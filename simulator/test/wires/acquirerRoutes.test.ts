/** The test acquirer over HTTP, by the SDK's own client. */
import { createServer, type Server } from 'node:http';
import { seededBytes } from '@comptoir/crypto/seed';
import { type Acquirer, httpAcquirer, keyFrom, newKey, paymentIdOf } from '@comptoir/sdk';
import { afterEach, expect, test } from 'vitest';
import { answerAcquirerRequest } from '../../src/wires/acquirerRoutes.js';
import { developmentAuthorisers } from '../../src/world/acquirer/developmentAuthorisers.js';
import { createTestAcquirer } from '../../src/world/acquirer/testAcquirer.js';

const key = keyFrom('order-1');
const planId = new Uint8Array(16).fill(5);
const euro = (minor: number) => ({ minor, currency: 'EUR' });
let server: Server | undefined;
afterEach(() => server?.close());

async function served(own: Partial<Acquirer> = {}) {
  const authorisers = developmentAuthorisers({ nowMs: () => 0 });
  const acquirer = { ...createTestAcquirer({ baseDerivationKey: seededBytes('routes')(32), authorisers }), ...own };
  server = createServer((request, response) => {
    const route = new URL(request.url ?? '', 'http://127.0.0.1').pathname;
    void answerAcquirerRequest(acquirer, route, request, response);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return { url: `http://127.0.0.1:${port}/acquirer`, remote: httpAcquirer(`http://127.0.0.1:${port}/acquirer`) };
}

test('nonces differ; a sale that never asked can be void, and never stands', async () => {
  const { remote } = await served();
  expect(await remote.nonce()).not.toEqual(await remote.nonce());
  await expect(remote.settle(key, planId, 'stands')).rejects.toThrow();
  expect(await remote.settle(key, planId, 'void')).toEqual({ end: 'void' });
  expect(await remote.settle(key, planId, 'stands')).toEqual({ end: 'void' });
  await expect(remote.settle(keyFrom('order-2'), planId, 'void')).rejects.toThrow();
});

test.each(['settle?key=a&sale=00&end=void', `settle?key=a&sale=${'00'.repeat(16)}&end=maybe`, 'settle'])(
  '%s is no word about a sale',
  async (path) => {
    const { url } = await served();
    expect((await fetch(`${url}/${path}`, { method: 'POST' })).status).toBe(400);
  },
);

test('a sale and its refund: what was never taken is not given back, and what is no order is 400', async () => {
  const { url, remote } = await served();
  expect(await remote.sale(key)).toBeNull();
  await remote.settle(key, planId, 'void');
  expect(await remote.sale(key)).toEqual({ state: 'void', tenders: [], refunds: [] });
  const order = { of: key, key: keyFrom('back'), tender: 0, amount: euro(1), whole: euro(1) };
  expect(await remote.refund(order)).toEqual({ kind: 'refused', reason: 'SALE_VOID' });
  const post = async (body: unknown, header = 'back'): Promise<number> =>
    (await fetch(`${url}/refund`, { method: 'POST', headers: { 'comptoir-key': header }, body: JSON.stringify(body) }))
      .status;
  expect(await post(order)).toBe(200);
  for (const wrong of [{}, null, { ...order, tender: -1 }, { ...order, amount: euro(0.5) }, { ...order, of: '' }])
    expect(await post(wrong)).toBe(400);
  expect(await post(order, 'another')).toBe(400);
  expect((await fetch(`${url}/sale`)).status).toBe(400);
});

test('until when an open sale holds value goes over the wire', async () => {
  const sale = { state: 'open', tenders: [], refunds: [], heldUntilMs: 1_795_521_600_000 } as const;
  const { remote } = await served({ sale: async () => sale });
  expect(await remote.sale(key)).toEqual(sale);
});

test('a till that calls with a whole key tells the id alone, and a whole key on the wire is refused', async () => {
  const { url, remote } = await served();
  const whole = newKey('order', 1, seededBytes('whole'));
  await remote.settle(whole, planId, 'void');
  await remote.settle(newKey('other', 1, seededBytes('other')), undefined, 'void');
  expect(await remote.sale(paymentIdOf(whole))).toEqual(await remote.sale(whole));
  const order = { of: whole, key: newKey('back', 1, seededBytes('back')), tender: 0, amount: euro(1), whole: euro(1) };
  expect(await remote.refund(order)).toEqual({ kind: 'refused', reason: 'SALE_VOID' });
  for (const path of ['status', 'sale']) {
    expect((await fetch(`${url}/${path}?key=${encodeURIComponent(whole)}`)).status).toBe(400);
    expect((await fetch(`${url}/${path}?key=${encodeURIComponent(paymentIdOf(whole))}`)).status).not.toBe(400);
  }
  const body = JSON.stringify(order);
  expect((await fetch(`${url}/refund`, { method: 'POST', headers: { 'comptoir-key': order.key }, body })).status).toBe(
    400,
  );
});

test.each(['authorise', 'refund'])(
  '%s: a body that is too long is answered with 413, however long it is',
  async (path) => {
    const { url } = await served();
    for (const bytes of [4_097, 8_000_000]) {
      const headers = { 'comptoir-key': 'order-1' };
      const { status } = await fetch(`${url}/${path}`, { method: 'POST', headers, body: new Uint8Array(bytes) });
      expect(status).toBe(413);
    }
  },
);
