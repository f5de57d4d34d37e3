/** The card is pulled at every APDU of every sale and every trace: a clean outcome each time, nothing pending. */
import { connect, newKey, ReaderError } from '@comptoir/sdk';
import { describe, expect, test } from 'vitest';
import type { Card, CardInterface } from '../../../src/machine/card.js';
import type { FirmwareText } from '../../../src/machine/firmwareText.js';
import { simulate } from '../../../src/simulation/simulate.js';
import { cardNames, createCard } from '../../../src/world/cards/catalogue.js';
import { tornCard } from '../../../src/world/cards/tornCard.js';
import { brokenFirmware } from '../../machine/brokenFirmware.js';
import { traceCard, traceConfiguration, traces } from '../../world/cards/recordedTraces.js';

/** The acquirer refused, or was told that it's off. */
const NOT_CHARGED = {
  status: 'declined',
  code: expect.stringMatching(/^(\d\d|card-gone|acquirer-silent|partial-refused)$/),
};
const amount = { minor: 1250, currency: 'EUR' };
/** What they didn't say they say when they come back: below. */
const RECOVER: readonly string[] = ['recoverable', 'phone-mastercard'];

/** Pulls the card at each command in turn; after each pull the reader still sells. @returns commands of a whole exchange */
async function pullEverywhere(
  card: () => Card,
  usedInterface: CardInterface,
  options: { readonly configuration?: Uint8Array; readonly firmware?: FirmwareText } = {},
): Promise<number> {
  const present = usedInterface === 'contact' ? 'insert' : 'tap';
  await using simulation = await simulate({ target: 'node', ...options });
  const reader = await connect(simulation, simulation);
  let approved = 0;
  for (let atApdu = 1; ; atApdu += 1) {
    const commandsBefore = simulation.steps().length;
    simulation[present](tornCard(card(), atApdu));
    const key = newKey(`order-${atApdu}`);
    const ended = await reader.pay({ amount, key }).then(
      (result) => result,
      (error: unknown) => (error instanceof ReaderError ? error : Promise.reject(error)),
    );
    simulation.lift();
    const steps = simulation.steps().slice(commandsBefore);
    const commands = steps.length;
    // It had given its TC: what it lost is the rest of the issuer's scripts.
    const last = steps.findIndex(({ name }) => name.startsWith('GENERATE AC 2 (TC'));
    const hadItsWord = last >= 0 && steps.slice(last, -1).some(({ sw }) => sw === '9000');
    if (hadItsWord && commands === atApdu) {
      approved += 1;
      expect(ended).toMatchObject({ status: 'approved' });
      expect(simulation.acquirer.charges()).toHaveLength(approved);
      continue;
    }
    // At its last cryptogram a contact card takes an approval away: it's reversed.
    const isLate = usedInterface === 'contact' && !(ended instanceof ReaderError) && ended.status !== 'approved';
    const isTorn = ended instanceof ReaderError && ended.code === 'card/torn';
    if (commands !== atApdu || (!isTorn && !isLate)) {
      // Only an exchange that was over before it came to that command may end otherwise.
      expect(commands).toBeLessThan(atApdu);
      return commands;
    }
    if (isTorn) expect(ended.charged).toBe('no');
    else expect(await reader.lookup(key)).toMatchObject(NOT_CHARGED);
    expect(reader.state).toBe('ready');
    expect(simulation.acquirer.charges()).toHaveLength(approved);
  }
}

describe('a card that is pulled', () => {
  const catalogue = cardNames.flatMap((name) => {
    const { interface: interfaces } = createCard(name, { seed: 1 });
    return (['contact', 'contactless'] as const)
      .filter((one) => interfaces === 'both' || interfaces === one)
      .filter(() => !RECOVER.includes(name))
      .map((usedInterface) => ({ name, usedInterface }));
  });

  test.each(catalogue)('$name, $usedInterface', async ({ name, usedInterface }) => {
    expect(await pullEverywhere(() => createCard(name, { seed: 1 }), usedInterface)).toBeGreaterThan(2);
  });

  test.each(traces)('$id', async (trace) => {
    expect(
      await pullEverywhere(() => traceCard(trace), trace.input.interface, { configuration: traceConfiguration() }),
    ).toBeGreaterThan(1);
  });

  test.each([
    ['another outcome', ['cardRemoved: "cardRemoved",', 'cardRemoved: "cardError",']],
    ['no card at all', ['cardRemoved: "cardRemoved",', 'cardRemoved: "noCard",']],
    [
      'silence that is an answer',
      ['response.length === 0 ? "cardRemoved" :', 'response.length === 0 ? Uint8Array.of(0x6f, 0) :'],
    ],
  ] as const)('is noticed when the reader tells %s [sabotage twin]', async (_, broken) => {
    const firmware = await brokenFirmware([broken]);
    const pulled = pullEverywhere(() => createCard('visa-debit', { seed: 1 }), 'contactless', { firmware });
    await expect(pulled).rejects.toThrow('to be less than');
  });

  test('the same key may be tapped again, and is charged once', async () => {
    await using simulation = await simulate();
    const reader = await connect(simulation, simulation);
    const key = newKey('order-1');
    simulation.tap(tornCard(createCard('visa-debit', { seed: 1 }), 3));
    await expect(reader.pay({ amount, key })).rejects.toMatchObject({ code: 'card/torn', charged: 'no' });
    simulation.lift();
    simulation.tap('visa-debit');
    expect(await reader.pay({ amount, key })).toMatchObject({ status: 'approved' });
    expect(await reader.pay({ amount, key })).toMatchObject({ status: 'approved' });
    expect(simulation.acquirer.charges()).toHaveLength(1);
  });
});

describe('a card that tells its cryptogram again', () => {
  test.each([
    ['command', 'GENERATE AC 1 (ARQC, CDA)'],
    ['answer', 'RECOVER AC'],
  ] as const)('loses the %s of each APDU: only the tear at the cryptogram is mended, by %s', async (lost, by) => {
    await using simulation = await simulate({ target: 'node' });
    const reader = await connect(simulation, simulation);
    const mended: string[] = [];
    for (let atApdu = 1; ; atApdu += 1) {
      const before = simulation.steps().length;
      simulation.tap(tornCard(createCard('recoverable', { seed: 1 }), atApdu, lost));
      const ended = await reader.pay({ amount, key: newKey(`recover-${lost}-${atApdu}`) }).then(
        ({ status }) => status as string,
        (error: unknown) => (error instanceof ReaderError ? error.code : Promise.reject(error)),
      );
      simulation.lift();
      const steps = simulation.steps().slice(before);
      if (ended === 'approved' && steps.length < atApdu) break;
      if (ended === 'approved') mended.push(...steps.slice(-1).map(({ name }) => name));
      else expect(ended).toBe('card/torn');
    }
    expect(mended).toEqual([by]);
    // The sale that was mended, and the one that was never torn.
    expect(simulation.acquirer.charges()).toHaveLength(2);
  });
});
