/** A transcript keeps the times of a card: what the reader measured comes out again. */
import { connect, keyFrom, money } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import type { Card } from '../../../src/machine/card.js';
import { simulate } from '../../../src/simulation/simulate.js';
import { createCard } from '../../../src/world/cards/catalogue.js';
import type { Exchange } from '../../../src/world/cards/recordedCard.js';
import { transcriptCard, transcriptText } from '../../../src/world/cards/transcript.js';

const EXCHANGE_RELAY = 0xea;

/** It takes its time for the number that the reader makes up, and none for the rest. */
function relayedCard(ms: number): Card {
  const card = createCard('relay-resistant', { seed: 1 });
  let last = 0;
  return {
    ...card,
    transmit(command) {
      last = command[1] ?? 0;
      return card.transmit(command);
    },
    workMs: () => (last === EXCHANGE_RELAY ? ms : 0),
  };
}

async function pay(card: Card): Promise<{ readonly exchanges: readonly Exchange[]; readonly status: string }> {
  await using simulation = await simulate({ seed: 7, target: 'node' });
  const till = await connect(simulation, simulation);
  simulation.tap(card);
  const { status } = await till.pay({ amount: money(1250, 'EUR'), key: keyFrom('relay') });
  return { exchanges: simulation.exchanges(), status };
}

const relayCommands = (exchanges: readonly Exchange[]): number =>
  exchanges.filter(({ command }) => command[1] === EXCHANGE_RELAY).length;

// 9 ms are within what the card says of itself, and 40 ms are asked for three times and then told in the TVR, which the card signs.
test.each([
  [9, 1],
  [40, 3],
])('a relay of %i ms is measured again as it was', async (ms, tries) => {
  const first = await pay(relayedCard(ms));
  expect(relayCommands(first.exchanges)).toBe(tries);
  const played = transcriptCard(JSON.parse(transcriptText(first.exchanges)), 'played');
  if (!played.ok) throw new Error(played.fault.must);
  expect(await pay(played.card)).toEqual(first);
});

test('without its times the reader asks once, and the card that expects to be asked again is silent', async () => {
  const first = await pay(relayedCard(40));
  const timeless = first.exchanges.map((one) => ({ ...one, workMs: 0 }));
  const played = transcriptCard(JSON.parse(transcriptText(timeless)), 'played');
  if (!played.ok) throw new Error(played.fault.must);
  await expect(pay(played.card)).rejects.toThrow('The card left');
});

test('a transcript has whole milliseconds, whatever clock it was written by', () => {
  const [command, response] = [Uint8Array.of(0x00, 0xa4, 0x04, 0x00), Uint8Array.of(0x6a, 0x82)];
  const text = transcriptText([{ atMs: 221.07958984375, command, response, workMs: 4.5 }]);
  expect(JSON.parse(text)).toEqual([{ atMs: 221, command: '00A40400', response: '6A82', workMs: 5 }]);
  expect(transcriptCard(JSON.parse(text), 'said')).toMatchObject({ ok: true });
});
