/** Several cards in the field: a payment asks for one and goes on when one is left; listed on request, they take no money. */
import { readFileSync } from 'node:fs';
import { fromHex, NO_BYTES } from '@comptoir/protocol';
import { connect, keyFrom, type PayResult, type Reader, type ReaderError } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import { type Simulation, simulate } from '../../../src/index.js';

const KEY = keyFrom('order-1-1');
const AMOUNT = { minor: 1000, currency: 'EUR' };
const basket = { currency: 'EUR', lines: [{ sku: 'bread', qty: 1, unit: 1000 }] };
const CARDS = ['dynamic', 'visa-debit', 'mastercard'] as const;

const failed = (error: unknown): ReaderError => error as ReaderError;

/** All are there at first; when the customer is asked for one card, all but so many are taken away. */
async function present(
  simulation: Simulation,
  reader: Reader,
  piccs: number,
  left: number,
): Promise<PayResult | ReaderError> {
  for (const card of CARDS.slice(0, piccs)) simulation.tap(card);
  const sale = reader.pay({ basket, key: KEY }, { timeoutMs: 10_000 });
  try {
    for await (const event of sale) {
      if (event.type === 'prompt' && event.show === 'one-card')
        for (const card of CARDS.slice(left, piccs)) simulation.lift(simulation.card(card).name);
    }
    return await sale;
  } catch (error) {
    return failed(error);
  }
}

interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly field?: {
    readonly piccs: number;
    readonly mode: 'emv' | 'enumerate';
    readonly withdrawnTo?: number;
    readonly uids?: readonly string[];
  };
  readonly expected: { readonly outcome: string; readonly cards?: readonly string[] };
}

const scenarios = ['selection', 'selection-own'].flatMap((name): readonly Scenario[] => {
  const file = new URL(`../../../../test-vectors/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly scenarios: readonly Scenario[] }).scenarios;
});
const several = scenarios.flatMap(({ id, title, field, expected }) =>
  field === undefined || field.piccs < 2 ? [] : [{ id, title, field, expected }],
);

test('the vectors have scenarios with several cards', () => {
  expect(several.length).toBeGreaterThanOrEqual(4);
});

test.each(several)('$id $title: by the antenna', async ({ field, expected }) => {
  await using simulation = await simulate({ target: 'node' });
  await using reader = await connect(simulation, simulation);
  const { piccs, mode, withdrawnTo = piccs, uids = [] } = field;
  if (mode === 'emv') {
    const result = await present(simulation, reader, piccs, withdrawnTo);
    if (expected.outcome === 'TENDERS') expect(result).toMatchObject({ status: 'approved' });
    else expect(result).toMatchObject({ code: 'card/multiple', charged: 'no', recovery: { do: 'retry-same-key' } });
  } else {
    for (const [at, uid] of uids.entries()) simulation.tap(CARDS[at] ?? '', fromHex(uid) ?? NO_BYTES);
    expect((await reader.cards()).map(({ uid }) => uid)).toEqual(expected.cards);
    expect(simulation.steps()).toEqual([]);
  }
  if (expected.outcome !== 'TENDERS') expect(simulation.acquirer.charges()).toEqual([]);
});

test.each(['node', 'quickjs'] as const)(
  'the customer is asked for one card, and the payment goes on with it [%s]',
  async (target) => {
    await using simulation = await simulate({ target });
    await using reader = await connect(simulation, simulation);
    simulation.tap('visa-debit');
    simulation.tap('mastercard');
    const payment = reader.pay({ amount: AMOUNT, key: KEY });
    const shown: string[] = [];
    for await (const { show } of payment) {
      shown.push(show);
      if (show === 'one-card') simulation.lift('mastercard');
    }
    expect(await payment).toMatchObject({
      status: 'approved',
      payment: { tenders: [{ label: expect.stringContaining('VISA') }] },
    });
    expect(shown[0]).toBe('one-card');
  },
);

test('nobody takes one away: an error that says so, and nothing is charged', async () => {
  await using simulation = await simulate({ target: 'node' });
  await using reader = await connect(simulation, simulation);
  simulation.tap('visa-debit');
  simulation.tap('mastercard');
  const pay = Promise.resolve(reader.pay({ amount: AMOUNT, key: KEY }, { timeoutMs: 4000 }));
  expect(await pay.catch(failed)).toMatchObject({ code: 'card/multiple', charged: 'no' });
  const read = Promise.resolve(reader.read({ accept: ['bank'] }, { timeoutMs: 4000 }));
  expect(await read.catch(failed)).toMatchObject({ code: 'card/multiple', charged: 'no' });
  expect(simulation.acquirer.charges()).toEqual([]);
});

test.each(['node', 'quickjs'] as const)(
  'they are listed: a UID that stays, and one that is new each time [%s]',
  async (target) => {
    await using simulation = await simulate({ target });
    await using reader = await connect(simulation, simulation);
    simulation.tap('visa-debit', Uint8Array.of(4, 1, 2, 3, 4, 5, 6));
    simulation.tap('mastercard');
    const first = await reader.cards();
    expect(first).toEqual([
      { type: 'A', uid: '04010203040506', isRandom: false },
      { type: 'A', uid: expect.stringMatching(/^08[0-9A-F]{6}$/), isRandom: true },
    ]);
    const again = await reader.cards();
    expect(again[0]).toEqual(first[0]);
    expect(again[1]?.uid).not.toBe(first[1]?.uid);
    // No card was spoken to.
    expect(simulation.exchanges()).toEqual([]);
  },
);

test('one card is a list of one; none is a timeout', async () => {
  await using simulation = await simulate({ target: 'node' });
  await using reader = await connect(simulation, simulation);
  const none = Promise.resolve(reader.cards({ timeoutMs: 2000 }));
  expect(await none.catch(failed)).toMatchObject({ code: 'timeout', charged: 'no' });
  simulation.tap('visa-debit');
  expect(await reader.cards()).toMatchObject([{ isRandom: true }]);
});
