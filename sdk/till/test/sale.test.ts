/** A sale at a till whose reader is scripted: what is asked for, what is written down, and what a till that died makes of it. */

import './page.js';

import type { Message } from '@comptoir/protocol';
import { type Acquirer, type LookupResult, paymentIdOf } from '@comptoir/sdk';
import type { StoredSale } from '@comptoir/sdk/offline';
import { beforeEach, expect, test } from 'vitest';
import {
  answering,
  BASKET,
  type BasketTill,
  OPEN,
  openBasketTill,
  QUESTION,
  tenders,
} from '../../test/basket/basketSale.js';
import { KEY } from '../../test/sale.js';
import type { Step } from '../../test/scriptedReader.js';
import { askAgain, charge, chargeCard, takeCash } from '../src/charge/charge.js';
import { connection, queue } from '../src/reader/readerConnection.js';
import { settleSales } from '../src/sale/afterForwarding.js';
import { recovered, recoverSales } from '../src/sale/afterRestart.js';
import { endPart, loadSales, sales, unsent } from '../src/sale/outbox.js';
import { receiptOfSale } from '../src/sale/receiptOfSale.js';
import {
  isLost,
  isStored,
  keepSale,
  remainingOf,
  type SaleRecord,
  saleNow,
  saleRequest,
} from '../src/sale/saleRecord.js';
import { emptyBasket, payBasketBy, picked } from '../src/sell/basket.js';
import { shopInfo } from '../src/shop/catalogue.js';
import { isOnline } from '../src/shop/shopClient.js';
import { page, store, writeJson } from '../src/store/records.js';
import { disk, SALE as OPEN_SALE } from './page.js';

const POLICY: Step = answering('policy', { kind: 'accepted', lineCount: 0 });
const PART = { key: KEY, kind: 'card', asked: 1250, taken: 0, state: 'open' } as const;
const SALE: SaleRecord = { ...OPEN_SALE, reader: 'S-0001' };
const LEFT_OPEN: SaleRecord = { ...SALE, parts: [PART] };
const unreachable: Partial<Acquirer> = { status: () => Promise.reject(new Error('no network')) };

/** Answers for the key that it was asked with: the till makes another one at each sale. */
function asAsked({ expect: expected, act }: Step): Step {
  return {
    expect: expected,
    act: (say, asked) => {
      const key = 'key' in asked ? asked.key : '';
      const answer = (message: Message | Uint8Array): void => say.answer({ ...message, key } as Message);
      act({ ...say, answer }, asked);
    },
  };
}

async function till(steps: readonly Step[], answers?: Partial<Acquirer>): Promise<BasketTill> {
  const made = await openBasketTill(steps, answers);
  connection.value = { state: made.reader.state, reader: made.reader };
  return made;
}

/** A till that starts with this on its disk. */
async function restart(sale: SaleRecord): Promise<void> {
  await keepSale(sale);
  await loadSales();
}

beforeEach(async () => {
  disk.records.clear();
  disk.writesLeft = Number.POSITIVE_INFINITY;
  await store.pass(undefined, page);
  sales.value = [];
  recovered.value = 0;
  charge.value = { at: 'idle' };
  isOnline.value = true;
  emptyBasket();
});

test('the reader is asked for the basket of the sale, whatever is in the till’s by now', async () => {
  const { script } = await till([POLICY, BASKET, ...[QUESTION, answering('complete', tenders())].map(asAsked)]);
  picked.value = [{ sku: 'teapot', qty: 1 }];
  await chargeCard(SALE);
  expect(script.messages[1]).toMatchObject({ kind: 'basket', lines: [{ quantity: 5, unitAmount: 250 }] });
  expect(charge.value).toMatchObject({ at: 'paid', sale: { parts: [{ taken: 1250 }] } });
  // It's another customer's.
  expect(picked.value).toEqual([{ sku: 'teapot', qty: 1 }]);
});

test('money came, and the disk is full: nobody says that nothing was taken', async () => {
  const answers = [QUESTION, answering('complete', tenders()), answering('lookup', tenders())];
  await till([POLICY, BASKET, ...answers.map(asAsked)]);
  // The intents of the till and of the journal, and the journal's end.
  disk.writesLeft = 3;
  await chargeCard(SALE);
  const { value } = charge;
  if (value.at !== 'unknown') throw new Error(`the till says ${value.at}`);
  expect(await saleNow(SALE)).toMatchObject({ state: 'open', parts: [{ key: value.key, state: 'open' }] });
  disk.writesLeft = Number.POSITIVE_INFINITY;
  await askAgain(value.sale, value.key);
  expect(await saleNow(SALE)).toMatchObject({ state: 'paid', parts: [{ state: 'taken', taken: 1250 }] });
});

test('the key is written down whole before the reader is asked, and the shop is told its id alone', async () => {
  const { acquirer } = await till([POLICY, BASKET, ...[QUESTION, answering('complete', tenders())].map(asAsked)]);
  await chargeCard(SALE);
  const sale = await saleNow(SALE);
  const [{ key } = PART] = sale.parts;
  expect(key).toMatch(/^o-17-1\.[0-9a-z]{12}~[0-9a-z]{26}$/);
  expect(acquirer.asked).toContain(`authorise ${paymentIdOf(key)}`);
  const told = saleRequest({ ...sale, parts: [...sale.parts, ...sale.parts] });
  expect(told.key).toBe(paymentIdOf(key));
  expect(JSON.stringify(told)).not.toContain('~');
});

test('what can’t be known yet stays open and is asked again', async () => {
  await restart(LEFT_OPEN);
  await till([answering('lookup', tenders(OPEN)), answering('lookup', tenders())], unreachable);
  expect(await recoverSales()).toBe(false);
  expect(sales.value).toMatchObject([{ state: 'open', parts: [{ state: 'open' }] }]);
  expect(recovered.value).toBe(0);
  expect(await recoverSales()).toBe(true);
  expect(sales.value).toMatchObject([{ state: 'paid', parts: [{ state: 'taken', taken: 1250 }] }]);
  expect(recovered.value).toBe(1);
});

test('the till shows until when the value of a sale is held whose end is not known', async () => {
  const heldUntilMs = 1_795_521_600_000;
  const sale = async () => ({ state: 'open', tenders: [], refunds: [], heldUntilMs }) as const;
  await restart(LEFT_OPEN);
  await till([answering('lookup', tenders(OPEN))], { ...unreachable, sale });
  await askAgain(LEFT_OPEN, KEY);
  expect(charge.value).toMatchObject({ at: 'unknown', heldUntilMs });
});

test('a basket that was paid before the till died is empty at its next start', async () => {
  picked.value = [{ sku: 'bread', qty: 5 }];
  payBasketBy(SALE.id);
  await restart(LEFT_OPEN);
  await till([answering('lookup', tenders())]);
  await recoverSales();
  expect(picked.value).toEqual([]);
});

test('money that went back before the till died counts as taken no more', async () => {
  await restart({ ...SALE, total: 2000, parts: [{ ...PART, state: 'taken', taken: 1250 }] });
  const back = { version: 1, key: `${KEY}-void`, of: KEY, atMs: 1, parts: [], result: { status: 'refunded' } };
  await writeJson(`refund/${KEY}-void`, back);
  await recoverSales();
  expect(sales.value).toMatchObject([{ state: 'void', parts: [{ state: 'void' }] }]);
});

test('another reader than the one that was asked is not heard', async () => {
  await restart({ ...LEFT_OPEN, reader: 'S-0002' });
  const { script } = await till([]);
  expect(await recoverSales()).toBe(false);
  expect(script.messages).toEqual([]);
  expect(sales.value).toMatchObject([{ state: 'open', parts: [{ state: 'open' }] }]);
});

test('an answer that comes late undoes nothing that was written meanwhile', async () => {
  await restart(LEFT_OPEN);
  await endPart(LEFT_OPEN, KEY, { status: 'never-seen' });
  await takeCash(await saleNow(SALE), 2000);
  await endPart(LEFT_OPEN, KEY, { status: 'never-seen' });
  expect(await saleNow(SALE)).toMatchObject({
    state: 'paid',
    parts: [{ state: 'none' }, { kind: 'cash', taken: 1250, received: 2000 }],
  });
});

test('while a customer pays, no one else is asked', async () => {
  await restart(LEFT_OPEN);
  const { script } = await till([]);
  charge.value = { at: 'cash', sale: SALE };
  expect(await recoverSales()).toBe(false);
  expect(script.messages).toEqual([]);
});

test('half by a card that gave no more, half in cash: the receipt says paid, and nothing is due', () => {
  const [approved, remaining] = [600, 650].map((minor) => ({ minor, currency: 'EUR' }));
  const result = {
    status: 'partial',
    payment: { taken: approved, tenders: [{ kind: 'bank', label: 'VISA', amount: approved, rules: [] }], notUsed: [] },
    remaining,
  } as unknown as LookupResult;
  const card = { ...PART, state: 'taken', taken: 600, result } as const;
  const cash = { ...PART, kind: 'cash', state: 'taken', taken: 650, received: 1000 } as const;
  expect(receiptOfSale({ ...SALE, parts: [card] })).toMatchObject({ status: 'due', remaining });
  const paid = receiptOfSale({ ...SALE, state: 'paid', parts: [card, cash] });
  expect(paid).toMatchObject({ status: 'paid', paid: { minor: 1250 }, cash: { change: { minor: 350 } } });
  expect(paid).not.toHaveProperty('remaining');
});

test('what became of a stored payment is kept and told, and the sale is told as it was sold', async () => {
  const amount = { minor: 1250, currency: 'EUR' };
  const result = {
    status: 'stored',
    payment: { taken: amount, tenders: [{ kind: 'bank', label: 'VISA', amount, rules: [] }], notUsed: [] },
  } as unknown as LookupResult;
  const stored: StoredSale = { key: KEY, amount, storedMs: 1, state: 'stored', wasSent: false, label: '', masked: '' };
  const paid: SaleRecord = {
    ...SALE,
    state: 'paid',
    isSent: true,
    parts: [{ ...PART, state: 'taken', taken: 1250, result }],
  };
  const before = saleRequest(paid).body;
  expect(before).toMatchObject({ status: 'stored', tenders: [{ state: 'stored' }] });
  for (const [said, forwarded, isLostNow, isStoredNow] of [
    [{ state: 'forwarding' }, undefined, false, true],
    [{ state: 'expired' }, undefined, false, true],
    [{ state: 'settled', approved: amount }, { end: 'settled', approved: 1250 }, false, false],
    [{ state: 'settled', approved: { ...amount, minor: 1249 } }, { end: 'settled', approved: 1249 }, true, false],
    [{ state: 'declined' }, { end: 'declined', approved: 0 }, true, false],
    [{ state: 'lost', note: 'too old' }, { end: 'lost', approved: 0, note: 'too old' }, true, false],
  ] as const) {
    await restart(paid);
    await settleSales([{ ...stored, ...said }]);
    const sale = await saleNow(SALE);
    expect(sale.parts[0]?.forwarded, said.state).toEqual(forwarded && { ...forwarded, isTold: false });
    expect([isLost(sale), isStored(sale)], said.state).toEqual([isLostNow, isStoredNow]);
    expect(unsent().length, said.state).toBe(forwarded === undefined ? 0 : 1);
    expect(saleRequest(sale).body).toEqual(before);
  }
});

test('what the bank refuses of a sale that is still open remains to be paid, also before the customer', async () => {
  const amount = { minor: 1250, currency: 'EUR' };
  const result = {
    status: 'stored',
    payment: { taken: amount, tenders: [{ kind: 'bank', label: 'VISA', amount, rules: [] }], notUsed: [] },
  } as unknown as LookupResult;
  const open: SaleRecord = { ...SALE, total: 2000, parts: [{ ...PART, state: 'taken', taken: 1250, result }] };
  const stored = { key: KEY, amount, storedMs: 1, wasSent: true, label: '', masked: '' };
  for (const [said, state, remaining] of [
    [{ state: 'declined' }, 'none', 2000],
    [{ state: 'settled', approved: { minor: 1000, currency: 'EUR' } }, 'taken', 1000],
  ] as const) {
    await restart(open);
    charge.value = { at: 'how', sale: open };
    await settleSales([{ ...stored, ...said }]);
    const sale = await saleNow(SALE);
    expect([sale.parts[0]?.state, remainingOf(sale), isLost(sale)], said.state).toEqual([state, remaining, false]);
    expect(charge.value, said.state).toEqual({ at: 'how', sale });
    charge.value = { at: 'idle' };
  }
});

test('a stored part that was taken back before the till died counts as taken no more', async () => {
  const amount = { minor: 1250, currency: 'EUR' };
  const result = {
    status: 'stored',
    payment: { taken: amount, tenders: [{ kind: 'bank', label: 'VISA', amount, rules: [] }], notUsed: [] },
  } as unknown as LookupResult;
  await restart({ ...SALE, total: 2000, parts: [{ ...PART, state: 'taken', taken: 1250, result }] });
  const stored = { key: KEY, amount, storedMs: 1, wasSent: false, label: '', masked: '' };
  await settleSales([{ ...stored, state: 'void' }]);
  expect((await saleNow(SALE)).parts).toMatchObject([{ state: 'void' }]);
});

test('the limits are in the currency that the shop tells', () => {
  const before = queue();
  shopInfo.value = { currency: 'GBP' } as unknown as NonNullable<typeof shopInfo.value>;
  expect(queue()).not.toBe(before);
  expect(queue()).toBe(queue());
});
