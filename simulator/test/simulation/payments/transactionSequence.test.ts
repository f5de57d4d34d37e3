/** The number of a transaction (9F41): each once, whatever the power does, and the same as its key serial number counts. */
import { decodeMessage, unsignedFromBytes } from '@comptoir/protocol';
import { connect, keyFrom } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import { targetNames } from '../../../src/machine/targets/targets.js';
import { type Simulation, simulate } from '../../../src/simulation/simulate.js';
import { brokenFirmware } from '../../machine/brokenFirmware.js';

/** Payments over restarts, one of which the card declines by itself. @returns the numbers, and the counters of those that went online */
async function numbersOf(simulation: Simulation): Promise<{ readonly all: number[]; readonly counters: number[] }> {
  const counters: number[] = [];
  const acquirer = {
    ...simulation.acquirer,
    authorise: (...call: Parameters<Simulation['acquirer']['authorise']>) => {
      const decoded = decodeMessage(call[0]);
      if (decoded.ok && decoded.message.kind === 'authorise')
        counters.push(unsignedFromBytes(decoded.message.envelope.subarray(8, 12)));
      return simulation.acquirer.authorise(...call);
    },
  };
  const cards = ['visa-debit', 'declined-offline', 'mastercard', 'visa-debit'];
  for (let start = 0; start < 3; start += 1) {
    const reader = await connect(simulation, { ...simulation, acquirer });
    for (const [sale, card] of cards.entries()) {
      simulation.tap(card);
      await reader.pay({ amount: { minor: 100 + sale, currency: 'EUR' }, key: keyFrom(`order-${start}-${sale}`) });
      simulation.lift();
    }
    await simulation.restart();
  }
  return { all: numbersTold(simulation), counters };
}

/** What went online is told twice: in the question, and in the result. */
function numbersTold(simulation: Simulation): number[] {
  const numbers = simulation
    .messages()
    .filter(({ direction }) => direction === 'toHost')
    .flatMap(({ bytes }) => {
      const decoded = decodeMessage(bytes);
      if (!decoded.ok) return [];
      const told = decoded.message.kind === 'result' ? decoded.message.tenders : [decoded.message];
      return told.flatMap((one) => ('transactionSequence' in one ? [one.transactionSequence ?? 0] : []));
    });
  return [...new Set(numbers)];
}

test.each(targetNames)('rises, also over the loss of power [%s]', async (target) => {
  await using simulation = await simulate({ target });
  const { all: told, counters } = await numbersOf(simulation);
  expect(told).toEqual([...told].sort((a, b) => a - b));
  expect(told).toHaveLength(12);
  expect(told).toEqual([1, 2, 3, 4, 64, 65, 66, 67, 128, 129, 130, 131]);
  expect(counters).toEqual(told.filter((_, sale) => sale % 4 !== 1));
});

test('a checkout whose card declines by itself has had its number', async () => {
  await using simulation = await simulate({ target: 'node' });
  const reader = await connect(simulation, simulation);
  const basket = { currency: 'EUR', lines: [{ sku: 'bread', qty: 1, unit: 250 }] };
  simulation.tap('declined-offline');
  expect((await reader.pay({ basket, key: keyFrom('order-1') })).status).toBe('declined');
  simulation.lift();
  simulation.tap('visa-debit');
  await reader.pay({ amount: { minor: 250, currency: 'EUR' }, key: keyFrom('order-2') });
  expect(numbersTold(simulation)).toEqual([2]);
});

test('sabotage: a number that power takes away comes again', async () => {
  const firmware = await brokenFirmware([['reader2.dukpt.next %', '(reader2.told = (reader2.told || 0) + 1) %']]);
  await using simulation = await simulate({ target: 'node', firmware });
  expect(new Set((await numbersOf(simulation)).all).size).toBeLessThan(12);
});
