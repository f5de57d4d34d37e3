import { COMMAND, decodeMessage, encodeMessage, type Message, OUTCOME, PROMPT } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { createCard, createTestPki, developmentConfiguration } from '../../../simulator/src/index.js';
import { type CardPlace, createCardPlace } from '../../../simulator/src/machine/board/cardPlace.js';
import { createPn532Model, type Pn532Model } from '../../../simulator/src/machine/frontEnd/pn532Model.js';
import { Pn532CardPort } from '../../src/frontEnd/pn532CardPort.js';
import { FakeBoard, FakeHost } from '../fakeBoard.js';
import { PAYMENT } from '../paymentMessages.js';
import { lineTo } from './lineToModel.js';

interface Reader {
  readonly host: FakeHost;
  readonly place: CardPlace;
  readonly model: Pn532Model;
  /** What was shown so far, each change. */
  readonly prompts: number[];
  /** A millisecond at a time. @param each called before each of them */
  ask(message: Message, each?: () => void): Message | undefined;
  pay(key: string, each?: () => void): Message | undefined;
}

function reader(): Reader {
  const place = createCardPlace('contactless', () => undefined);
  const model = createPn532Model(place);
  const line = lineTo(model);
  const board = new FakeBoard();
  board.configurationBytes = developmentConfiguration(createTestPki());
  const port = new Pn532CardPort(line.uart, board.clock);
  board.contactless = port;
  board.cardsInField = () => port.cardsInField();
  const prompts: number[] = [];
  board.display.show = (prompt: number): void => {
    if (prompts.at(-1) !== prompt) prompts.push(prompt);
  };
  const host = new FakeHost(board);
  const channel = host.init();
  const ask: Reader['ask'] = (message, each) => {
    let frames = host.send(channel, COMMAND.message, encodeMessage(message));
    for (let ms = 0; ms < 20_000; ms += 1) {
      const answer = frames.find(({ command }) => command === COMMAND.message);
      if (answer !== undefined) {
        const decoded = decodeMessage(answer.payload);
        return decoded.ok ? decoded.message : undefined;
      }
      each?.();
      board.nowMs += 1;
      line.pass(1);
      frames = host.step();
    }
    return undefined;
  };
  return {
    host,
    place,
    model,
    prompts,
    ask,
    pay: (key, each) => ask({ ...PAYMENT, key, interfaces: 2 }, each),
  };
}

const FIELDS = {
  interfaces: 2,
  timeoutMs: 1_000,
  date: Uint8Array.of(0x26, 0x11, 0x24),
  time: new Uint8Array(3),
} as const;

test.each(['visa-debit', 'mastercard'])('%s is read through the front end', (name) => {
  const { place, model, pay } = reader();
  place.put(createCard(name, { seed: 1 }));
  expect(pay('order-1')?.kind).toBe('authorise');
  expect(model.apdus).toBeGreaterThan(4);
  expect(model.airNanos).toBeGreaterThan(0);
});

test('a card that comes late is found, one after another', () => {
  const { place, pay } = reader();
  for (const key of ['order-1', 'order-2']) {
    let ms = 0;
    const message = pay(key, () => {
      ms += 1;
      if (ms === 400) place.put(createCard('visa-debit', { seed: 1 }));
    });
    expect(message?.kind).toBe('authorise');
    place.empty();
  }
});

test('no card, and two cards', () => {
  const { place, pay } = reader();
  expect(pay('order-1')).toMatchObject({ kind: 'result', outcome: OUTCOME.noCard });
  place.put(createCard('visa-debit', { seed: 1 }));
  place.put(createCard('mastercard', { seed: 1 }));
  expect(pay('order-2')).toMatchObject({ kind: 'result', outcome: OUTCOME.severalCards });
  // One is taken away, and the payment goes on.
  let ms = 0;
  const goesOn = pay('order-3', () => {
    ms += 1;
    if (ms === 400) place.take(createCard('mastercard', { seed: 1 }).name);
  });
  expect(goesOn?.kind).toBe('authorise');
});

test('two cards are two while the front end looks again: the customer is asked once, and the end is the same at any time', () => {
  const { place, prompts, ask } = reader();
  place.put(createCard('visa-debit', { seed: 1 }));
  place.put(createCard('mastercard', { seed: 1 }));
  for (let timeoutMs = 300; timeoutMs < 340; timeoutMs += 2) {
    prompts.splice(0);
    const key = `order-${timeoutMs}`;
    const message = ask({ ...PAYMENT, key, interfaces: 2, timeoutMs });
    expect(message).toMatchObject({ kind: 'result', outcome: OUTCOME.severalCards });
    expect(prompts.filter((prompt) => prompt !== 0)).toEqual([PROMPT.presentCard, PROMPT.presentOneCard]);
  }
});

test('a phone that its owner must unlock is left alone until it has left', () => {
  const { place, model, prompts, pay } = reader();
  place.put(createCard('locked-phone', { seed: 1 }));
  let ms = 0;
  let apdus = 0;
  const message = pay('order-1', () => {
    ms += 1;
    if (ms === 300) apdus = model.apdus;
    if (ms === 700) place.empty();
    if (ms > 300 && ms < 900) expect(model.apdus).toBe(apdus);
    if (ms === 900) place.put(createCard('phone-mastercard', { seed: 1 }));
  });
  expect(message?.kind).toBe('authorise');
  expect(prompts.slice(0, 4)).toEqual([PROMPT.presentCard, PROMPT.holdCard, PROMPT.seePhone, PROMPT.holdCard]);
});

test('a card pulled at any APDU is a card removed, and the next payment goes well', () => {
  const { place, model, pay } = reader();
  let isPulled = true;
  for (let apdu = 1; isPulled; apdu += 1) {
    const before = model.apdus;
    place.put(createCard('visa-debit', { seed: 1 }));
    const message = pay(`pulled-${apdu}`, () => {
      if (model.apdus - before === apdu) place.empty();
    });
    place.empty();
    isPulled = message?.kind === 'result';
    if (isPulled) expect(message).toMatchObject({ outcome: OUTCOME.cardRemoved });
    else expect(message?.kind).toBe('authorise');
  }
  place.put(createCard('visa-debit', { seed: 1 }));
  expect(pay('order-1')?.kind).toBe('authorise');
});

test('the wake-up is not for show: without its preamble the front end hears nothing', () => {
  const sent: number[] = [];
  const model = createPn532Model(createCardPlace('contactless', () => undefined));
  model.connect({ timers: { after: () => ({ cancel: () => undefined }) }, send: (bytes) => void sent.push(...bytes) });
  for (const byte of [0, 0, 0xff, 0x03, 0xfd, 0xd4, 0x14, 0x01, 0x17, 0]) model.receive(byte);
  expect(sent).toEqual([]);
});

test('cards are listed by their UIDs, and a card that has none of its own makes one', () => {
  const { place, model, ask } = reader();
  place.put(createCard('visa-debit', { seed: 1 }), Uint8Array.of(4, 1, 2, 3, 4, 5, 6));
  place.put(createCard('mastercard', { seed: 1 }));
  const listed = ask({ kind: 'read', ...FIELDS, listsCards: 1 });
  const cards = listed?.kind === 'presented' ? (listed.cards ?? []) : [];
  expect(cards.map(({ cardType, cardIdentifier: [first, ...rest] }) => [cardType, first, rest.length])).toEqual([
    [1, 4, 6],
    [1, 8, 3],
  ]);
  expect(model.apdus).toBe(0);
});
