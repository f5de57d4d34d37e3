/** Refunds on the real reader, card and test acquirer: each instrument gets back what it gave, the last one first, and never more. */
import { unsignedToBytes } from '@comptoir/protocol';
import { type Acquirer, connect, keyFrom, type MerchantPolicy, type PayResult, type RefundOrder } from '@comptoir/sdk';
import { memoryStore, type RefundResult, recover, refund, refundEntries } from '@comptoir/sdk/checkout';
import { expect, test } from 'vitest';
import { type Simulation, simulate } from '../../../src/index.js';
import { DYNAMIC_ACCOUNT } from '../../../src/world/cards/dynamic/dynamicProfiles.js';
import { createFragile } from './fragileTill.js';

const SALE = keyFrom('order-1-1');
const BACK = keyFrom('order-1-refund-1');
const basket = { currency: 'EUR', lines: [{ sku: 'bread', qty: 2, unit: 2500 }] };
const FOUR: MerchantPolicy = { region: 'EEA', takesPartialApproval: true };
const euro = (minor: number) => ({ minor, currency: 'EUR' });
const ACCOUNT = unsignedToBytes(DYNAMIC_ACCOUNT, 8);

/** Coupon 500, gift card 2500, account 700, bank 1300. */
async function sold(): Promise<Simulation> {
  const simulation = await simulate({ target: 'node', accountCredit: 700 });
  const reader = await connect(simulation, simulation);
  simulation.tap('dynamic');
  const sale: PayResult = await reader.pay({ basket, key: SALE, policy: FOUR, choice: { brand: 'ACCOUNT' } });
  expect(sale.status).toBe('approved');
  await reader.close();
  return simulation;
}

/** As the ledgers have it: what each instrument gave and did not get back. */
function ledgers({ acquirer, authorisers, clock }: Simulation) {
  const sum = (charges: readonly { readonly amount: number }[]): number =>
    charges.reduce((total, { amount }) => total + amount, 0);
  return {
    gift: 2500 - authorisers.gifts.ledger.value(1n).balance,
    account: authorisers.accounts.book.account(ACCOUNT, clock.now()).owed,
    bank: sum(acquirer.charges()) - sum(acquirer.bankRefunds()),
    isCouponFree: authorisers.gifts.ledger.isSerialFree('DYN-0001'),
  };
}

const parts = (result: RefundResult): readonly string[] =>
  'parts' in result ? result.parts.map(({ kind, amount }) => `${kind} ${amount.minor}`) : [result.status];

test('in parts and then the rest: the last tender first; the coupon may be used again when all is back', async () => {
  await using simulation = await sold();
  const { acquirer } = simulation;
  expect(ledgers(simulation)).toEqual({ gift: 2500, account: 700, bank: 1300, isCouponFree: false });
  const first = await refund(acquirer, { of: SALE, key: BACK, amount: euro(1500) }, simulation);
  expect(first).toMatchObject({ status: 'refunded', key: BACK, of: SALE, amount: euro(1500), left: euro(3000) });
  expect(first).toMatchObject({ coupons: [{ label: '10 PERCENT OFF', isValidAgain: false }] });
  expect(parts(first)).toEqual(['bank 1300', 'account 200']);
  expect(ledgers(simulation)).toEqual({ gift: 2500, account: 500, bank: 0, isCouponFree: false });
  // The same key is the same refund, also when the rest is gone meanwhile.
  expect(await refund(acquirer, { of: SALE, key: BACK, amount: euro(1500) }, simulation)).toEqual(first);
  const rest = await refund(acquirer, { of: SALE, key: keyFrom('rest') }, simulation);
  expect(parts(rest)).toEqual(['account 500', 'gift 2500']);
  expect(rest).toMatchObject({ status: 'refunded', left: euro(0), coupons: [{ isValidAgain: true }] });
  expect(ledgers(simulation)).toEqual({ gift: 0, account: 0, bank: 0, isCouponFree: true });
  const again = await refund(acquirer, { of: SALE, key: BACK, amount: euro(1500) }, simulation);
  expect(again).toMatchObject({
    status: 'refunded',
    amount: euro(1500),
    parts: first.status === 'refunded' && first.parts,
  });
});

test.each([
  ['more than was paid', { amount: euro(4501) }, { code: 'MORE_THAN_LEFT', left: euro(4500) }],
  ['another currency', { amount: { minor: 1, currency: 'USD' } }, { code: 'CURRENCY_DIFFERS' }],
  ['a key that was never used', { of: keyFrom('other') }, { code: 'SALE_UNKNOWN' }],
])('%s is refused, and the ledgers are as before', async (_, request, refused) => {
  await using simulation = await sold();
  const before = ledgers(simulation);
  const result = await refund(simulation.acquirer, { of: SALE, key: BACK, ...request }, simulation);
  expect(result).toMatchObject({ status: 'refused', key: BACK, recovery: { do: 'fix-code' }, ...refused });
  expect(ledgers(simulation)).toEqual(before);
});

test('a key with another amount, or of another sale, is another refund', async () => {
  await using simulation = await sold();
  const { acquirer } = simulation;
  await refund(acquirer, { of: SALE, key: BACK, amount: euro(100) }, simulation);
  const other = await refund(acquirer, { of: SALE, key: BACK, amount: euro(200) }, simulation);
  expect(other).toMatchObject({ status: 'refused', code: 'KEY_REUSED' });
  expect(ledgers(simulation).bank).toBe(1200);
  const order: RefundOrder = { of: SALE, key: BACK, tender: 3, amount: euro(100), whole: euro(100) };
  expect(await acquirer.refund(order)).toEqual({ kind: 'refunded' });
  expect(await acquirer.refund({ ...order, amount: euro(90) })).toEqual({ kind: 'refused', reason: 'KEY_REUSED' });
  expect(await acquirer.refund({ ...order, key: keyFrom('x'), amount: euro(1201) })).toEqual({
    kind: 'refused',
    reason: 'MORE_THAN_LEFT',
  });
  expect(await acquirer.refund({ ...order, key: keyFrom('x'), tender: 0, amount: euro(0) })).toEqual({
    kind: 'refused',
    reason: 'MONEY_FIRST',
  });
  expect(ledgers(simulation).bank).toBe(1200);
});

test('a key that gave back money of another sale gives nothing of this one, and says so', async () => {
  await using simulation = await simulate({ target: 'node' });
  await using reader = await connect(simulation, simulation);
  const { acquirer } = simulation;
  for (const order of ['a', 'b']) {
    simulation.tap('visa-debit');
    expect((await reader.pay({ amount: euro(800), key: keyFrom(order) })).status).toBe('approved');
    simulation.lift();
  }
  expect(await refund(acquirer, { of: keyFrom('a'), key: BACK }, simulation)).toMatchObject({ status: 'refunded' });
  const other = { of: keyFrom('b'), key: BACK };
  expect(await refund(acquirer, other, simulation)).toMatchObject({ status: 'refused', code: 'KEY_REUSED' });
  expect(ledgers(simulation).bank).toBe(800);
});

test('two tills with one key, and a third that takes the rest: what is missing is no longer there', async () => {
  await using simulation = await sold();
  const { acquirer } = simulation;
  let isFirst = true;
  const late: Required<Acquirer> = {
    ...acquirer,
    async refund(order) {
      if (isFirst) {
        isFirst = false;
        await acquirer.refund({ ...order, whole: euro(4500), amount: euro(1300) });
        await refund(acquirer, { of: SALE, key: keyFrom('third') }, simulation);
        // As this till would have been told with another amount.
        return { kind: 'refused', reason: 'KEY_REUSED' };
      }
      return acquirer.refund(order);
    },
  };
  const result = await refund(late, { of: SALE, key: BACK, amount: euro(4500) }, simulation);
  expect(result).toMatchObject({ status: 'partial', amount: euro(1300), code: 'MORE_THAN_LEFT' });
});

test('a refund that goes on is open again, and its journal never says less than went back', async () => {
  await using simulation = await sold();
  const { acquirer } = simulation;
  const journal = memoryStore();
  const wanted = { of: SALE, key: BACK, amount: euro(1500), journal };
  // The account takes nothing back, the first time.
  const stubborn: Required<Acquirer> = {
    ...acquirer,
    refund: async (order) =>
      order.tender === 2 ? { kind: 'refused', reason: 'INSTRUMENT_REFUSED' } : acquirer.refund(order),
  };
  expect(await refund(stubborn, wanted, simulation)).toMatchObject({ status: 'partial', remaining: euro(200) });
  const lost: Required<Acquirer> = {
    ...acquirer,
    async refund(order) {
      await acquirer.refund(order);
      throw new Error('away');
    },
  };
  expect(await refund(lost, wanted, simulation)).toMatchObject({ status: 'unknown' });
  expect((await refundEntries(journal))[0]?.result).toBeUndefined();
  await using reader = await connect(simulation, simulation);
  const [recovered] = await recover(reader, journal, simulation);
  expect(recovered?.result).toMatchObject({ status: 'refunded', amount: euro(1500) });
});

test('a declined sale gives nothing back; one that the journal holds open is looked up first', async () => {
  await using simulation = await simulate({ target: 'node' });
  await using reader = await connect(simulation, simulation);
  simulation.tap('declined');
  const key = keyFrom('declined-1');
  expect((await reader.pay({ amount: euro(500), key })).status).toBe('declined');
  const wanted = { of: key, key: BACK };
  expect(await refund(simulation.acquirer, wanted, simulation)).toMatchObject({ status: 'refused', code: 'SALE_VOID' });
  const journal = memoryStore();
  const open = { version: 1, key, total: euro(500), atMs: 1, reader: simulation.serial };
  await journal.put(`payment/${key}`, new TextEncoder().encode(JSON.stringify(open)));
  const waits = await refund(simulation.acquirer, { ...wanted, journal }, simulation);
  expect(waits).toMatchObject({ status: 'refused', code: 'SALE_OPEN', recovery: { do: 'lookup' } });
  expect(await refundEntries(journal)).toEqual([]);
});

test('a payment without a basket: what was reversed is not given back as well', async () => {
  await using simulation = await simulate({ target: 'node' });
  await using reader = await connect(simulation, simulation);
  const { acquirer } = simulation;
  for (const order of ['a', 'b']) {
    simulation.tap('visa-debit');
    expect((await reader.pay({ amount: euro(800), key: keyFrom(order) })).status).toBe('approved');
    simulation.lift();
  }
  const a = await refund(acquirer, { of: keyFrom('a'), key: BACK, amount: euro(300) }, simulation);
  expect(parts(a)).toEqual(['bank 300']);
  await acquirer.settle(keyFrom('a'), undefined, 'void');
  await acquirer.settle(keyFrom('b'), undefined, 'void');
  expect(ledgers(simulation).bank).toBe(0);
  // What went back before stays told.
  const again = await refund(acquirer, { of: keyFrom('a'), key: BACK, amount: euro(300) }, simulation);
  expect(again).toMatchObject({ status: 'refunded', amount: euro(300) });
  const order: RefundOrder = { of: keyFrom('a'), key: BACK, tender: 0, amount: euro(300), whole: euro(300) };
  expect(await acquirer.refund(order)).toEqual({ kind: 'refunded' });
  for (const of of ['a', 'b'])
    expect(await refund(acquirer, { of: keyFrom(of), key: keyFrom(`late ${of}`) }, simulation)).toMatchObject({
      code: 'SALE_VOID',
    });
});

test('a till dies at every step of a refund, and the next one at every step of its recovery: all of it went back, once', async () => {
  const ends: string[] = [];
  for (let at = 1; ; at += 1) {
    await using simulation = await sold();
    const store = memoryStore();
    const parts = { transport: simulation, acquirer: simulation.acquirer, store };
    const dying = createFragile(parts, { at });
    const request = { of: SALE, key: BACK, amount: euro(3000), journal: dying.store };
    await Promise.race([refund(dying.acquirer, request, simulation), dying.ended]);
    if (dying.endedAt() === '') break;
    ends.push(dying.endedAt());
    // Whatever may have gone back is written down before.
    const [begun] = await refundEntries(store);
    if (dying.endedAt().endsWith(' refund')) expect(begun?.parts.map(({ tender }) => tender)).toEqual([3, 2, 1]);
    const second = createFragile(parts, { at: (at % 7) + 1 });
    const reader = await connect(simulation, simulation);
    const recovering = recover(reader, second.store, { clock: simulation.clock, acquirer: second.acquirer });
    await Promise.race([recovering, second.ended]);
    const left = await recover(reader, store, simulation);
    const [entry] = await refundEntries(store);
    const what = `step ${at}, ${dying.endedAt()}, again ${second.endedAt()}`;
    // Nothing was begun, or it's all done; and the journal says so.
    if (entry === undefined) expect(ledgers(simulation), what).toMatchObject({ bank: 1300, account: 700, gift: 2500 });
    else {
      expect(ledgers(simulation), what).toMatchObject({ bank: 0, account: 0, gift: 1500 });
      expect(entry.result, what).toMatchObject({ status: 'refunded', amount: euro(3000) });
    }
    expect(left.length, what).toBeLessThan(2);
    expect(await recover(reader, store, simulation)).toEqual([]);
  }
  for (const act of ['put', 'sale', 'refund'])
    for (const where of ['before', 'after']) expect(ends).toContain(`${where} ${act}`);
});

test('two tills at once, each with all that is left: one gets it, and the other is told', async () => {
  await using simulation = await sold();
  const tills = ['till-1', 'till-2', 'till-3'].map((key) =>
    refund(simulation.acquirer, { of: SALE, key: keyFrom(key) }, simulation),
  );
  const results = await Promise.all(tills);
  const back = results.reduce((sum, result) => sum + ('amount' in result ? result.amount.minor : 0), 0);
  expect(back).toBe(4500);
  expect(ledgers(simulation)).toEqual({ gift: 0, account: 0, bank: 0, isCouponFree: true });
});

test('a host that falls silent, says too much or nothing: unknown, and the same key goes on', async () => {
  await using simulation = await sold();
  const { acquirer } = simulation;
  const answering = (answers: Partial<Acquirer>): Required<Acquirer> => ({ ...acquirer, ...answers });
  const wanted = { of: SALE, key: BACK };
  const hosts: Partial<Acquirer>[] = [
    { sale: () => new Promise(() => {}) },
    { sale: () => Promise.reject(new Error('away')) },
    { refund: () => Promise.reject(new Error('away')) },
    { refund: async () => ({ kind: 'refused', reason: 'WHATEVER' }) as never },
    { refund: async () => ({ kind: 'refunded' }) },
    { refund: async () => ({ kind: 'refused', reason: 'MORE_THAN_LEFT' }) },
    { sale: async () => ({ state: 'stands' }) as never },
    {
      sale: async () => ({
        state: 'stands',
        tenders: [{ kind: 'bank', label: '', amount: euro(1) }],
        refunds: [{ key: BACK, tender: 0, amount: euro(2), whole: euro(2) }],
      }),
    },
  ];
  for (const answers of hosts) {
    const result = await refund(answering(answers), wanted, simulation);
    expect(result).toMatchObject({ status: 'unknown', key: BACK, of: SALE, recovery: { do: 'retry-same-key' } });
  }
  expect(ledgers(simulation).bank).toBe(1300);
  const no = await refund(
    answering({ refund: async () => ({ kind: 'refused', reason: 'INSTRUMENT_REFUSED' }) }),
    wanted,
    simulation,
  );
  expect(no).toMatchObject({ status: 'refused', code: 'INSTRUMENT_REFUSED', recovery: { do: 'call-support' } });
  expect(await refund(acquirer, wanted, simulation)).toMatchObject({ status: 'refunded', amount: euro(4500) });
});
