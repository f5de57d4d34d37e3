/** What one tap of a dynamic card shows, and a checkout that keeps to what was chosen of it. */
import {
  type BasketRequest,
  connect,
  type Instrument,
  keyFrom,
  type Presented,
  type Reader,
  type Tender,
} from '@comptoir/sdk';
import { describe, expect, test } from 'vitest';
import { findNumber } from '../../../bench/soak/searchTranscript.js';
import { type Simulation, simulate } from '../../../src/index.js';

const ALL = ['bank', 'account', 'gift', 'coupon', 'loyalty'] as const;
const basket = { currency: 'EUR', lines: [{ sku: 'bread', qty: 2, unit: 2500 }] };

async function tapped(simulation: Simulation, card = 'dynamic'): Promise<{ reader: Reader; shown: Presented }> {
  const reader = await connect(simulation, simulation);
  simulation.tap(card);
  return { reader, shown: await reader.read({ accept: ALL }) };
}

const named = ({ kind, label }: Pick<Instrument | Tender, 'kind' | 'label'>): string => `${kind} ${label}`;

function idOf({ instruments }: Presented, label: string): string {
  const found = instruments.find((instrument) => instrument.label === label);
  if (found === undefined) throw new Error(`the tap shows no ${label}`);
  return found.id;
}

async function paidWith(reader: Reader, order = 'order-1-1'): Promise<readonly string[]> {
  const result = await reader.pay({ basket, key: keyFrom(order) });
  if (result.status !== 'approved') throw new Error(`not paid: ${JSON.stringify(result)}`);
  return result.payment.tenders.map((tender) => `${named(tender)} ${tender.amount.minor}`);
}

test.each(['node', 'quickjs'] as const)('one tap shows every instrument [%s]', async (target) => {
  await using simulation = await simulate({ target });
  const { shown } = await tapped(simulation);
  expect(shown.instruments.map(named)).toEqual([
    'bank CB',
    'bank VISA DEBIT',
    'account ACCOUNT',
    'bank MASTERCARD',
    'gift GIFT CARD',
    'coupon 10 PERCENT OFF',
    'loyalty POINTS',
  ]);
  expect(new Set(shown.instruments.map(({ reference }) => reference)).size).toBe(7);
  expect(shown.instruments[0]).toMatchObject({ last4: '0204', authentication: { method: 'fDDA', result: 'ok' } });
  expect(shown.instruments[4]).toMatchObject({ balance: { minor: 2500, currency: 'EUR' }, token: null });
  expect(shown.instruments.slice(1).map(({ masked }) => masked)).toEqual(new Array(6).fill(undefined));
  for (const number of ['4970100000000204', '5413330089601307'])
    expect(findNumber(simulation.transcript(), simulation.messages(), number)).toEqual([]);
});

test('a till that wants bank cards asks the card for nothing else', async () => {
  await using simulation = await simulate({ target: 'node' });
  await using reader = await connect(simulation, simulation);
  simulation.tap('dynamic');
  const { instruments } = await reader.read({ accept: ['bank'] });
  expect(instruments.map(named)).toEqual(['bank CB']);
  const asked = (): boolean => simulation.steps().some(({ command }) => command.includes('F044594E4301'));
  expect(asked()).toBe(false);
  await reader.read({ accept: ['bank', 'gift'] });
  expect(asked()).toBe(true);
});

test('an ordinary card shows what it always did', async () => {
  await using simulation = await simulate({ target: 'node' });
  const { shown } = await tapped(simulation, 'visa-debit');
  expect(shown.instruments).toMatchObject([{ kind: 'bank', label: 'VISA DEBIT', last4: '0119' }]);
});

test('the next checkout keeps to the choice, and only the next', async () => {
  await using simulation = await simulate({ target: 'node' });
  const { reader, shown } = await tapped(simulation);
  await shown.choose(idOf(shown, 'MASTERCARD'), idOf(shown, 'GIFT CARD'));
  expect(await paidWith(reader)).toEqual(['gift GIFT CARD 2500', 'bank MASTERCARD 2500']);
  expect(await paidWith(reader, 'order-2-1')).toEqual(['coupon 10 PERCENT OFF 500', 'bank CB 4500']);
});

test('nothing chosen: no coupon, no gift card, and the card says which account', async () => {
  await using simulation = await simulate({ target: 'node' });
  const { reader, shown } = await tapped(simulation);
  await shown.choose();
  expect(await paidWith(reader)).toEqual(['bank CB 5000']);
});

test('a request with a choice of its own counts instead, and another read forgets the choice', async () => {
  await using simulation = await simulate({ target: 'node' });
  const { reader, shown } = await tapped(simulation);
  await shown.choose(idOf(shown, 'ACCOUNT'));
  const own = await reader.pay({ basket, key: keyFrom('order-1-1'), choice: { brand: 'VISA' } });
  expect(own).toMatchObject({ status: 'approved' });
  expect('payment' in own && own.payment?.tenders.at(-1)?.label).toBe('VISA DEBIT');
  await reader.read({ accept: ALL });
  expect((await paidWith(reader, 'order-2-1')).at(-1)).toMatch(/^bank CB/);
});

test('what was chosen and can not pay: nothing takes its place', async () => {
  await using simulation = await simulate({ target: 'node' });
  const { reader, shown } = await tapped(simulation);
  await shown.choose(idOf(shown, 'ACCOUNT'));
  simulation.lift();
  simulation.tap('visa-debit');
  const result = await reader.pay({ basket, key: keyFrom('order-1-1') });
  expect(result).toMatchObject({ status: 'declined', code: 'CHOSEN_UNAVAILABLE', payment: { tenders: [] } });
});

test('a choice of two payers, or of what the tap did not show, is a wrong call', async () => {
  await using simulation = await simulate({ target: 'node' });
  const { shown } = await tapped(simulation);
  await expect(shown.choose(idOf(shown, 'ACCOUNT'), idOf(shown, 'CB'))).rejects.toMatchObject({
    code: 'usage/invalid',
  });
  await expect(shown.choose('other#0')).rejects.toMatchObject({ code: 'usage/invalid' });
});

describe('in the middle of the tap', () => {
  type Choose = NonNullable<BasketRequest['choose']>;
  const sold = async (choose: Choose, card = 'dynamic') => {
    await using simulation = await simulate({ target: 'node' });
    await using reader = await connect(simulation, simulation);
    simulation.tap(card);
    const sale = reader.pay({ basket, key: keyFrom('order-1-1'), choose });
    const shown: string[] = [];
    for await (const event of sale) if (event.type === 'prompt') shown.push(event.show);
    return { result: await sale, shown, simulation, reader };
  };
  const pick = (...labels: readonly string[]): Choose => {
    return (instruments) => labels.map((label) => instruments.find((one) => one.label === label)?.id ?? '');
  };

  test('the customer is asked, and the sale keeps to it', async () => {
    const asked: string[] = [];
    const { result, shown } = await sold((instruments) => {
      asked.push(...instruments.map(named));
      return pick('MASTERCARD', '10 PERCENT OFF')(instruments);
    });
    expect(asked).toEqual([
      'bank CB',
      'bank VISA DEBIT',
      'account ACCOUNT',
      'bank MASTERCARD',
      'gift GIFT CARD',
      'coupon 10 PERCENT OFF',
      'loyalty POINTS',
    ]);
    expect(shown).toContain('choose');
    expect('payment' in result && result.payment?.tenders.map(named)).toEqual([
      'coupon 10 PERCENT OFF',
      'bank MASTERCARD',
    ]);
  });

  test('an ordinary card shows what it has', async () => {
    const { result } = await sold(pick('VISA DEBIT'), 'visa-debit');
    expect(result).toMatchObject({ status: 'approved', payment: { tenders: [{ kind: 'bank' }] } });
  });

  test('the customer wants nothing of it: cancelled, and nothing was asked', async () => {
    const { result, simulation } = await sold(() => undefined);
    expect(result).toMatchObject({ status: 'cancelled', by: 'customer' });
    expect(simulation.acquirer.charges()).toEqual([]);
  });

  test.each<[string, Choose]>([
    ['fails', () => Promise.reject(new Error('no screen'))],
    ['names what is not there', () => ['other#0']],
    ['names two payers', pick('CB', 'ACCOUNT')],
  ])('a till that %s is told, nothing was taken, and the reader is free', async (_, choose) => {
    await using simulation = await simulate({ target: 'node' });
    await using reader = await connect(simulation, simulation);
    simulation.tap('dynamic');
    await expect(reader.pay({ basket, key: keyFrom('order-1-1'), choose })).rejects.toMatchObject({
      code: 'usage/invalid',
      charged: 'no',
    });
    expect(await paidWith(reader, 'order-2-1')).toHaveLength(3);
  });

  test('stopped while the customer chooses, or nobody chooses: cancelled', async () => {
    await using simulation = await simulate({ target: 'node' });
    await using reader = await connect(simulation, simulation);
    simulation.tap('dynamic');
    const abort = new AbortController();
    const choose: Choose = () => {
      abort.abort();
      return new Promise(() => {});
    };
    const stopped = await reader.pay({ basket, key: keyFrom('o-1'), choose }, { signal: abort.signal });
    expect(stopped).toMatchObject({ status: 'cancelled', by: 'clerk' });
    const idle = await reader.pay(
      { basket, key: keyFrom('o-2'), choose: () => new Promise(() => {}) },
      { timeoutMs: 9000 },
    );
    expect(idle).toMatchObject({ status: 'cancelled', by: 'timeout' });
    expect(await paidWith(reader, 'order-2-1')).toHaveLength(3);
  });
});
