/** A card that is asked for again within one command, on the real session: inserted, or tapped once more. */
import {
  COMMAND,
  decodeMessage,
  encodeMessage,
  INTERFACE,
  type Message,
  NO_BYTES,
  OUTCOME,
  PROMPT,
} from '@comptoir/protocol';
import { expect, test } from 'vitest';
import {
  type Card,
  type CardInterface,
  createCard,
  createTestPki,
  developmentConfiguration,
} from '../../../simulator/src/index.js';
import { CARDS, type CardPort } from '../../src/board/board.js';
import { FakeBoard, FakeHost } from '../fakeBoard.js';
import { PAYMENT } from '../paymentMessages.js';
import { portOf } from '../portOf.js';

const configuration = developmentConfiguration(createTestPki());
const payment: Message<'pay'> = { ...PAYMENT, interfaces: INTERFACE.both };

interface Tap {
  readonly card: Card;
  readonly on: CardInterface;
}

/** @param present what is there when the reader has shown so many prompts to come with a card */
function pay(
  present: (asked: number) => Tap | undefined,
  change: Partial<Message<'pay'>> = {},
  stored: Uint8Array = configuration,
): { prompts: number[]; message: Message | undefined } {
  const board = new FakeBoard();
  board.configurationBytes = stored;
  const prompts: number[] = [];
  const comes = (): number =>
    prompts.filter(
      (prompt) =>
        prompt !== PROMPT.processing && prompt !== PROMPT.holdCard && prompt !== PROMPT.removeCard && prompt !== 0,
    ).length;
  board.display.show = (prompt: number): void => {
    if (prompts[prompts.length - 1] !== prompt) prompts.push(prompt);
  };
  board.contact = placeOf('contact', () => present(comes()));
  board.contactless = placeOf('contactless', () => present(comes()));
  const host = new FakeHost(board);
  let frames = host.send(host.init(), COMMAND.message, encodeMessage({ ...payment, ...change }));
  for (let steps = 0; steps < 10_000; steps += 1) {
    const decoded = decodeMessage(frames.find(({ command }) => command === COMMAND.message)?.payload ?? NO_BYTES);
    if (decoded.ok) return { prompts, message: decoded.message };
    board.nowMs += 10;
    frames = host.step();
  }
  throw new Error('the payment never ended');
}

/** A port whose card is what the test says at the moment of the poll. */
function placeOf(on: CardInterface, present: () => Tap | undefined): CardPort {
  let port: CardPort = portOf(undefined, on);
  return {
    poll() {
      const tap = present();
      if (tap?.on !== on) return CARDS.none;
      port = portOf(tap.card, on);
      return port.poll();
    },
    transmit: (command) => port.transmit(command),
    receive: () => port.receive(),
    release: () => port.release(),
  };
}

const changed = (
  card: Card,
  change: (command: Uint8Array, answer: Uint8Array | undefined) => Uint8Array | undefined,
): Card => ({
  ...card,
  transmit: (command) => change(command, card.transmit(command)),
});

/** A qVSDC card that answers GET PROCESSING OPTIONS with this status word. */
function refusing(sw: number): Card {
  return changed(createCard('visa-debit', { seed: 1 }), (command, answer) =>
    command[1] === 0xa8 ? Uint8Array.of(sw >> 8, sw & 0xff) : answer,
  );
}

const contactCard = createCard('visa-debit', { seed: 2 });

test('a card that wants its contacts is inserted, and the payment goes on', () => {
  const tapped: Tap = { card: refusing(0x6984), on: 'contactless' };
  const { prompts, message } = pay((asked) => (asked < 2 ? tapped : { card: contactCard, on: 'contact' }));
  expect(message).toMatchObject({ kind: 'authorise', usedInterface: INTERFACE.contact });
  expect(prompts).toEqual([PROMPT.presentCard, PROMPT.holdCard, PROMPT.insertCard, PROMPT.processing]);
});

test.each([
  ['which nobody inserts', { interfaces: INTERFACE.both }],
  ['which can not be inserted here', { interfaces: INTERFACE.contactless }],
])('a card that wants its contacts, %s', (_title, change) => {
  const { message } = pay(() => ({ card: refusing(0x6984), on: 'contactless' }), change);
  expect(message).toMatchObject({ kind: 'result', outcome: OUTCOME.tryAnotherInterface, reason: 'WANTS_CONTACT' });
});

test('a card that wants its contacts, where the reader has none: it ends at once', () => {
  const decoded = decodeMessage(configuration);
  if (!decoded.ok || decoded.message.kind !== 'configuration') throw new Error('no configuration');
  const terminalTransactionQualifiers = Uint8Array.of(0x23, 0x80, 0x40, 0x00);
  const stored = encodeMessage({ ...decoded.message, terminalTransactionQualifiers });
  const { prompts, message } = pay(() => ({ card: refusing(0x6984), on: 'contactless' }), {}, stored);
  expect(message).toMatchObject({ outcome: OUTCOME.tryAnotherInterface, reason: 'WANTS_CONTACT' });
  expect(prompts).not.toContain(PROMPT.insertCard);
});

test('a phone is looked at, leaves, and comes again', () => {
  const locked: Tap = { card: refusing(0x6986), on: 'contactless' };
  const open: Tap = { card: createCard('visa-debit', { seed: 1 }), on: 'contactless' };
  let polls = 0;
  const { prompts, message } = pay((asked) => {
    if (asked < 2) return locked;
    polls += 1;
    // Still there for a while; then away; then back.
    if (polls < 5) return locked;
    return polls < 9 ? undefined : open;
  });
  expect(message).toMatchObject({ kind: 'authorise', usedInterface: INTERFACE.contactless });
  expect(prompts.filter((prompt) => prompt === PROMPT.seePhone)).toHaveLength(1);
});

test('a phone that never leaves', () => {
  const { message } = pay(() => ({ card: refusing(0x6986), on: 'contactless' }));
  expect(message).toMatchObject({ kind: 'result', outcome: OUTCOME.cardError, reason: 'SEE_PHONE' });
});

test('a card is asked for three times in one command, and no more', () => {
  let taps = 0;
  const locked = refusing(0x6986);
  let isThere = false;
  const { message } = pay(
    () => {
      isThere = !isThere;
      if (!isThere) return undefined;
      return {
        card: changed(locked, (command, answer) => {
          if (command[1] === 0xa8) taps += 1;
          return answer;
        }),
        on: 'contactless',
      };
    },
    { interfaces: INTERFACE.contactless },
  );
  expect(message).toMatchObject({ outcome: OUTCOME.cardError, reason: 'SEE_PHONE' });
  expect(taps).toBe(3);
});

test('a card that leaves with its cryptogram is asked for again, and tells it', () => {
  const card = createCard('recoverable', { seed: 1 });
  const sent: number[] = [];
  let isTorn = false;
  const torn = changed(card, (command, answer) => {
    sent.push(command[1] as number);
    if (command[1] !== 0xae || isTorn) return answer;
    isTorn = true;
    return undefined;
  });
  const { prompts, message } = pay(() => ({ card: torn, on: 'contactless' }));
  expect(message).toMatchObject({ kind: 'authorise', authenticationMethod: 'CDA', authenticationResult: 'ok' });
  expect(prompts).toContain(PROMPT.tryAgain);
  expect(sent.slice(-1)).toEqual([0xd0]);
});

test('a card that leaves before, or can not tell it again, is gone', () => {
  const gone = (name: string, at: number): Message | undefined =>
    pay(() => ({
      card: changed(createCard(name, { seed: 1 }), (command, answer) => (command[1] === at ? undefined : answer)),
      on: 'contactless',
    })).message;
  expect(gone('mastercard', 0xae)).toMatchObject({ outcome: OUTCOME.cardRemoved });
  expect(gone('recoverable', 0xb2)).toMatchObject({ outcome: OUTCOME.cardRemoved });
  // Torn for ever: three times.
  expect(gone('recoverable', 0xae)).toMatchObject({ outcome: OUTCOME.cardRemoved });
});
