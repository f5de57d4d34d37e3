/**
 * A day in the shop without a page: through the SDK and the till's HTTP API, as the till does it.
 * Floor: counter.
 */
import {
  connect,
  httpAcquirer,
  keyFrom,
  newKey,
  type PaymentId,
  type PaymentKey,
  paymentIdOf,
  type Reader,
} from '@comptoir/sdk';
import { memoryStore, refund } from '@comptoir/sdk/checkout';
import { offlineQueue } from '@comptoir/sdk/offline';
import { webSocket } from '@comptoir/sdk/transports/webSocket';
import type { DayReport, Paired, Priced, SaleRequest, SaleTender } from '@comptoir/shop';
import type { Counter } from './openCounter.js';

type Lines = readonly { readonly sku: string; readonly qty: number }[];

/** @param tell each thing that happened, a line */
export async function playDay(counter: Counter, tell: (line: string) => void): Promise<DayReport> {
  const { simulation, origin } = counter;
  const paired: Paired = await ask(
    origin,
    '',
    'POST',
    '/pair',
    { code: await counter.pairingCode(), name: 'Once' },
    'pair-once',
  );
  const call = <T>(method: 'GET' | 'POST', path: string, body?: object, key?: string): Promise<T> =>
    ask(origin, paired.key, method, path, body, key);
  let isOnline = true;
  const store = memoryStore();
  const queue = offlineQueue(httpAcquirer(counter.acquirerUrl), {
    store,
    limits: { currency: 'EUR', perSale: 5000, total: 20_000, ageMs: 86_400_000 },
    isOnline: () => isOnline,
  });
  await using reader = await connect(webSocket(counter.readerUrl), {
    trust: simulation.trust,
    acquirer: queue.acquirer,
  });
  tell(`opens   ${paired.shop.name}, reader ${reader.info.serial}`);

  for (const page of [counter.site, `${origin}/`, `${origin}/till/`]) {
    const { status } = await fetch(page);
    if (status !== 200) throw new Error(`${page} answers ${status}`);
  }

  const sell = async (order: string, lines: Lines, card: string): Promise<PaymentId> => {
    const whole = newKey(order);
    const key = paymentIdOf(whole);
    const priced = await call<Priced>('POST', '/price', { lines }, `${key}-price`);
    const { tenders, status } = await take(reader, whole, priced, card, counter, isOnline);
    const sale = saleOf(priced, tenders, status, reader.info.serial);
    if (status === 'paid') await call('POST', '/sales', sale, key);
    else await call('POST', '/sales/offline', { sales: [{ ...sale, key }] }, `${key}-offline`);
    tell(
      `sells   ${order} ${(priced.total / 100).toFixed(2)} by ${tenders.map(({ label }) => label).join(' + ')}, ${status}`,
    );
    return key;
  };
  await sell(
    'coffee',
    [
      { sku: 'coffee-beans', qty: 2 },
      { sku: 'espresso-cup', qty: 1 },
    ],
    'dynamic',
  );
  await sell('tea', [{ sku: 'tea-green', qty: 1 }], 'visa-debit');
  isOnline = false;
  await sell('offline', [{ sku: 'chocolate', qty: 3 }], 'mastercard');
  isOnline = true;
  const { settled } = await queue.forward();
  for (const { key, approved } of (await queue.list()).filter(({ state }) => state === 'settled'))
    await call('POST', `/sales/${key}/settle`, { key, end: 'settled', approved: approved?.minor ?? 0 }, key);
  tell(`forwards ${settled} payment`);
  const back = await sell('back', [{ sku: 'honey', qty: 1 }], 'visa-debit');
  const key = newKey('back-refund');
  const returned = await refund(queue.acquirer, { of: keyFrom(back), key, journal: store });
  if (returned.status !== 'refunded') throw new Error(`the refund is ${returned.status}`);
  const parts = returned.parts.map(({ kind, label, amount }) => ({ kind, label, amount: amount.minor }));
  const lines = [{ sku: 'honey', qty: 1 }];
  await call(
    'POST',
    '/refunds',
    { of: back, amount: returned.amount.minor, parts, lines, refundedMs: Date.now() },
    paymentIdOf(key),
  );
  tell(`gives back ${(returned.amount.minor / 100).toFixed(2)}`);
  const report = await call<DayReport>('GET', '/report');
  tell(`closes  ${report.sales} sales, ${(report.net / 100).toFixed(2)} ${report.currency} net`);
  return report;
}

interface Taken {
  readonly tenders: readonly SaleTender[];
  readonly status: 'paid' | 'stored';
}

async function take(
  reader: Reader,
  key: PaymentKey,
  priced: Priced,
  card: string,
  { simulation }: Counter,
  isOnline: boolean,
): Promise<Taken> {
  simulation.tap(card);
  try {
    if (isOnline) {
      const result = await reader.pay({ basket: priced.basket, key });
      if (result.status !== 'approved') throw new Error(`the sale is ${result.status}`);
      const tenders = result.payment.tenders.map(({ kind, label, amount, rules }) => ({
        kind,
        label,
        amount: amount.minor,
        rules,
      }));
      return { tenders, status: 'paid' };
    }
    const result = await reader.pay({ amount: { minor: priced.total, currency: priced.currency }, key });
    if (result.status !== 'stored') throw new Error(`the payment is ${result.status}`);
    const tenders = result.payment.tenders.map(({ kind, label, amount, masked = '' }) => ({
      kind,
      label,
      amount: amount.minor,
      masked,
    }));
    return { tenders, status: 'stored' };
  } finally {
    simulation.lift();
  }
}

function saleOf(priced: Priced, tenders: readonly SaleTender[], status: Taken['status'], reader: string): SaleRequest {
  const { lines, discounts, total } = priced;
  return {
    lines: lines.map(({ sku, qty, unit, discount }) => ({ sku, qty, unit, discount })),
    discounts,
    total,
    tenders,
    status,
    soldMs: Date.now(),
    reader,
  };
}

async function ask<T>(
  origin: string,
  till: string,
  method: string,
  path: string,
  body?: object,
  key?: string,
): Promise<T> {
  const response = await fetch(`${origin}/api/till${path}`, {
    method,
    headers: {
      ...(till !== '' && { authorization: `Bearer ${till}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  return answer as T;
}
