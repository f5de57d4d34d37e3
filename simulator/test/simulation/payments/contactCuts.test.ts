/** A contact payment through the public SDK when the reader's power goes, and when nobody answers: what the till hears is what the acquirer has. */
import { connect, newKey, type PayResult } from '@comptoir/sdk';
import { describe, expect, test } from 'vitest';
import { type PowerCut, simulate } from '../../../src/index.js';
import { targetNames } from '../../../src/machine/targets/targets.js';

const amount = { minor: 1250, currency: 'EUR' } as const;
const DECLINED = { status: 'declined', reversal: 'done', code: 'card-gone' };

/** `after`: what `lookup` says; `again`: what the same key gives then. */
const cuts: readonly (PowerCut & { readonly after: object; readonly again: object; readonly charges: number })[] = [
  // The limit of index tokens was written, and no payment: a new one.
  { operation: 1, kind: 'clean', after: { status: 'never-seen' }, again: { status: 'approved' }, charges: 1 },
  // Nothing of the payment was kept: a new one.
  { operation: 2, kind: 'torn', after: { status: 'never-seen' }, again: { status: 'approved' }, charges: 1 },
  // Kept, and the question never left: its card is gone, so an approval that comes now is taken back.
  { operation: 2, kind: 'clean', after: { status: 'unknown', charged: 'no' }, again: DECLINED, charges: 0 },
  // The acquirer approved, and the result was lost with the card's last word.
  { operation: 3, kind: 'torn', after: DECLINED, again: DECLINED, charges: 0 },
  // The result was kept, only the till hadn't heard it.
  { operation: 3, kind: 'clean', after: { status: 'approved' }, again: { status: 'approved' }, charges: 1 },
];

describe.each(targetNames)('%s', (target) => {
  test.each(cuts)('$kind at write $operation: approved if and only if it is charged', async (cut) => {
    await using simulation = await simulate({ target });
    simulation.insert('mastercard');
    simulation.cutPower(cut);
    const key = newKey('order');
    const before = await connect(simulation, simulation);
    const heard: PayResult | Error = await before.pay({ amount, key, interfaces: 'contact' }).catch((fault) => fault);
    expect(heard).not.toMatchObject({ status: 'approved' });

    await simulation.restart();
    await using after = await connect(simulation, simulation);
    expect(await after.lookup(key)).toMatchObject(cut.after);
    expect(await after.pay({ amount, key, interfaces: 'contact' })).toMatchObject(cut.again);
    expect(simulation.acquirer.charges().length).toBe(cut.charges);
  });
});

test('an acquirer that is silent: the card is refused, and the lookup has it reversed', async () => {
  await using simulation = await simulate({ target: 'node' });
  await using reader = await connect(simulation, simulation);
  simulation.insert('silent');
  const key = newKey('order');
  expect(await reader.pay({ amount, key, interfaces: 'contact' })).toMatchObject({
    status: 'unknown',
    charged: 'maybe',
  });
  expect(await reader.lookup(key)).toMatchObject({ status: 'declined', code: 'acquirer-silent', reversal: 'done' });
  expect(simulation.acquirer.charges()).toEqual([]);
  simulation.lift();
  simulation.insert('mastercard');
  expect(await reader.pay({ amount, key: newKey('next'), interfaces: 'contact' })).toMatchObject({
    status: 'approved',
  });
});

test.each(['wrong-arpc', 'wrong-arpc-mastercard'])(
  '%s: the card says no, and the acquirer has nothing left',
  async (card) => {
    await using simulation = await simulate({ target: 'node' });
    await using reader = await connect(simulation, simulation);
    simulation.insert(card);
    const paid = await reader.pay({ amount, key: newKey('order'), interfaces: 'contact' });
    expect(paid).toMatchObject({
      status: 'declined',
      code: 'card-declined',
      reversal: 'done',
      payment: { tenders: [{ receipt: { cid: '00' } }] },
    });
    expect(simulation.acquirer.charges()).toEqual([]);
  },
);
