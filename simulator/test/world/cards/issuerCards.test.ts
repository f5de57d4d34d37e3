/** What becomes of a sale when the bank, or the card's own counters, do something else than approve. EMV 4.4 Book 3 §10.9 to §10.11. */
import { connect, keyFrom, type PayResult } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import type { CardInterface } from '../../../src/machine/card.js';
import { simulate } from '../../../src/simulation/simulate.js';
import { issuerCards } from '../../../src/world/cards/issuerCards.js';

const amount = { minor: 1251, currency: 'EUR' };

interface Outcome {
  readonly status: PayResult['status'];
  readonly code: string | undefined;
  /** Minor units that the bank keeps. */
  readonly charged: number;
  /** Commands after the first GENERATE AC, with their status words. */
  readonly after: readonly string[];
  readonly ms: number;
}

async function sell(name: string, on: CardInterface): Promise<Outcome> {
  await using simulation = await simulate({ target: 'node' });
  await using reader = await connect(simulation, simulation);
  if (on === 'contact') simulation.insert(name);
  else simulation.tap(name);
  const startMs = simulation.clock.now();
  const result = await reader.pay({ amount, key: keyFrom('order-1'), interfaces: on });
  const steps = simulation.steps();
  const first = steps.findIndex((step) => step.name.startsWith('GENERATE AC 1'));
  return {
    status: result.status,
    code: result.status === 'declined' ? result.code : undefined,
    charged: simulation.acquirer.charges().reduce((sum, charge) => sum + charge.amount, 0),
    after: first < 0 ? [] : steps.slice(first + 1).map((step) => `${step.name} ${step.sw}`),
    ms: simulation.clock.now() - startMs,
  };
}

const TC = 'GENERATE AC 2 (TC, CDA) 9000';
const AAC = 'GENERATE AC 2 (AAC) 9000';

const onContact: Readonly<Record<string, Omit<Outcome, 'ms'>>> = {
  refer: { status: 'declined', code: '01', charged: 0, after: [AAC] },
  // Nobody asked for a part: the card is refused, and the bank takes it back.
  partial: { status: 'declined', code: 'partial-refused', charged: 0, after: [AAC] },
  late: { status: 'approved', code: undefined, charged: 1251, after: [TC] },
  'wrong-arpc': {
    status: 'declined',
    code: 'card-declined',
    charged: 0,
    after: ['EXTERNAL AUTHENTICATE 6300', TC],
  },
  'wrong-arpc-mastercard': { status: 'declined', code: 'card-declined', charged: 0, after: [TC] },
  'script-limits': {
    status: 'approved',
    code: undefined,
    charged: 1251,
    after: [TC, 'PUT DATA 9F58 9000', 'PUT DATA 9F59 9000'],
  },
  'script-block': {
    status: 'declined',
    code: '05',
    charged: 0,
    after: ['EXTERNAL AUTHENTICATE 9000', 'APPLICATION BLOCK 9000', AAC],
  },
  // The rest of a script is dropped when one of its commands fails.
  'wrong-script': { status: 'approved', code: undefined, charged: 1251, after: [TC, 'PUT DATA 9F58 6988'] },
  'offline-limit': { status: 'approved', code: undefined, charged: 1251, after: [TC] },
  expired: { status: 'declined', code: '54', charged: 0, after: [AAC] },
};

test.each(Object.entries(onContact))('%s on contact', async (name, expected) => {
  const { ms, ...outcome } = await sell(name, 'contact');
  expect(outcome).toEqual(expected);
  expect(ms >= 20_000).toBe(name === 'late');
});

test('each card of an issuer that has contacts is in the table, or is silent', () => {
  const names = issuerCards.filter((card) => card.interface !== 'contactless').map(({ name }) => name);
  expect(names.filter((name) => name !== 'silent')).toEqual(Object.keys(onContact));
});

test.each(['contact', 'contactless'] as const)('silent on %s: nobody knows, and nothing is taken', async (on) => {
  expect(await sell('silent', on)).toMatchObject({ status: 'unknown', charged: 0 });
});

/** On contactless nobody goes back to the card: what the bank says is the end. */
test.each([
  ['refer', 'declined', '01'],
  ['partial', 'declined', 'partial-refused'],
  ['expired', 'declined', '54'],
  ['phone-with-CDCVM', 'approved', undefined],
])('%s on contactless', async (name, status, code) => {
  expect(await sell(name, 'contactless')).toMatchObject({ status, code });
});
