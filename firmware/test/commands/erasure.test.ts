/** After a command no byte array that the firmware made or was given holds the card number, however the command ended. */
import { COMMAND, decodeMessage, encodeMessage, NO_BYTES } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import {
  type Card,
  createCard,
  createTestPki,
  developmentConfiguration,
  tornCard,
} from '../../../simulator/src/index.js';
import { FakeBoard, FakeHost } from '../fakeBoard.js';
import { acquirersWord, PAYMENT, SECRET } from '../paymentMessages.js';
import { portOf } from '../portOf.js';

/** Keeps every byte array that is made while it listens. */
class Listener {
  readonly arrays: Uint8Array[] = [];
  private isListening = false;
  private readonly made = Uint8Array;
  private readonly slice = Uint8Array.prototype.slice;

  listen(): void {
    this.isListening = true;
    const keep = (array: Uint8Array): Uint8Array => {
      if (this.isListening) this.arrays.push(array);
      return array;
    };
    const { slice } = this;
    globalThis.Uint8Array = new Proxy(this.made, {
      construct: (target, values: ConstructorParameters<typeof Uint8Array>) => keep(new target(...values)),
    });
    this.made.prototype.slice = function (this: Uint8Array, start, end) {
      return keep(slice.call(this, start, end)) as Uint8Array<ArrayBuffer>;
    };
  }

  /** For what the card does itself. */
  pause(): void {
    this.isListening = false;
  }

  resume(): void {
    this.isListening = true;
  }

  stop(): void {
    this.pause();
    globalThis.Uint8Array = this.made;
    this.made.prototype.slice = this.slice;
  }

  /** Arrays in which the number is, as packed digits at either half byte. */
  holding(number: string): number {
    return this.arrays.filter((array) => Buffer.from(array).toString('hex').includes(number)).length;
  }
}

const configuration = developmentConfiguration(createTestPki());
const fields = { timeoutMs: 1000, date: Uint8Array.of(0x26, 0x11, 0x24), time: new Uint8Array(3) };

/** What the host says while the card waits: yes, nothing for a minute, or that it gives up. */
type Word = 'approve' | 'silence' | 'cancel';

function run(
  card: Card,
  usedInterface: 'contact' | 'contactless',
  kind: 'pay' | 'read',
  number: string,
  word: Word = 'approve',
) {
  const listener = new Listener();
  let heldBefore = 0;
  let heldRecovered = 0;
  const board = new FakeBoard();
  const { secure } = board;
  board.secure = {
    ...secure,
    rsaRecover(modulus, exponent, data) {
      const recovered = secure.rsaRecover(modulus, exponent, data);
      if (recovered !== undefined && Buffer.from(recovered).toString('hex').includes(number)) heldRecovered += 1;
      return recovered;
    },
  };
  board.configurationBytes = configuration;
  const listened: Card = {
    ...card,
    transmit(command) {
      listener.pause();
      const response = card.transmit(command);
      listener.resume();
      return response;
    },
    powerOff() {
      heldBefore = Math.max(heldBefore, listener.holding(number));
      card.powerOff();
    },
  };
  board[usedInterface] = portOf(listened, usedInterface, undefined, (response) => listener.arrays.push(response));
  const host = new FakeHost(board);
  const channel = host.init();
  const common = { interfaces: usedInterface === 'contact' ? 1 : 2, ...fields };
  const message = encodeMessage(kind === 'read' ? { kind, ...common } : { ...PAYMENT, ...common });
  board.recovered.length = 0; // the self-tests'
  listener.listen();
  try {
    const frames = host.send(channel, COMMAND.message, message);
    const decoded = decodeMessage(frames.find(({ command }) => command === COMMAND.message)?.payload ?? NO_BYTES);
    let answer: string | undefined = decoded.ok ? decoded.message.kind : undefined;
    if (decoded.ok && decoded.message.kind === 'authorise' && usedInterface === 'contact') {
      // The card waits: it hears the acquirer, and has the last word.
      const complete = encodeMessage(acquirersWord(decoded.message, { responseCode: '00' }));
      if (word === 'approve') host.send(channel, COMMAND.message, complete);
      if (word === 'cancel') host.send(channel, COMMAND.cancel);
      if (word === 'silence') board.nowMs += 60_000;
      host.step();
      const lookup = encodeMessage({ kind: 'lookup', key: PAYMENT.key, paymentSecret: SECRET });
      const last = host.send(channel, COMMAND.message, lookup).find(({ command }) => command === COMMAND.message);
      const ended = decodeMessage(last?.payload ?? NO_BYTES);
      answer = ended.ok && ended.message.kind === 'result' ? `result ${ended.message.outcome}` : undefined;
    }
    return {
      answer,
      heldBefore,
      heldAfter: listener.holding(number),
      recovered: board.recovered,
      heldRecovered,
    };
  } finally {
    listener.stop();
  }
}

const VISA = '4761739001010119';

test.each([
  ['visa-debit', 'contactless', 'pay', 'authorise', VISA],
  ['visa-debit', 'contact', 'pay', 'result 1', VISA],
  ['visa-debit', 'contactless', 'read', 'presented', VISA],
  ['sda-only', 'contact', 'pay', 'result 1', ''],
  ['mastercard', 'contactless', 'pay', 'authorise', '5413330089601034'],
  ['mastercard', 'contact', 'pay', 'result 1', '5413330089601034'],
  ['declined-offline', 'contact', 'pay', 'result', ''],
  ['brand-mixup', 'contact', 'pay', 'result', ''],
] as const)('%s, %s, %s ends with %s', (name, usedInterface, kind, answer, known) => {
  const card = createCard(name, { seed: 1 });
  const number = known === '' ? numberOf(card, usedInterface) : known;
  const ended = run(card, usedInterface, kind, number);
  expect(ended.answer).toBe(answer);
  // The twin: while the card was there, the search did find the number.
  expect(ended.heldBefore).toBeGreaterThan(1);
  expect(ended.heldAfter).toBe(0);
});

test.each(['silence', 'cancel'] as const)('a card that waited for the acquirer, %s', (word) => {
  const ended = run(createCard('mastercard', { seed: 1 }), 'contact', 'pay', '5413330089601034', word);
  expect([ended.answer, ended.heldAfter]).toEqual(['result 2', 0]);
  expect(ended.heldBefore).toBeGreaterThan(1);
});

test('a card that is pulled before its last word', () => {
  const ended = run(tornCard(createCard('mastercard', { seed: 1 }), 13), 'contact', 'pay', '5413330089601034');
  expect([ended.answer, ended.heldAfter]).toEqual(['result 2', 0]);
});

test.each([
  ['visa-debit', 'contactless', 1],
  ['mastercard', 'contactless', 1],
  ['mastercard', 'contact', 1],
  ['sda-only', 'contact', 0],
] as const)(
  '%s, %s: what RSA recovered is erased, the ICC certificate with the number too',
  (name, on, certificates) => {
    const card = createCard(name, { seed: 1 });
    const ended = run(card, on, 'pay', name === 'visa-debit' ? VISA : numberOf(card, on));
    expect(ended.heldRecovered).toBe(certificates);
    expect(ended.recovered.length).toBeGreaterThan(1);
    expect(ended.recovered.filter((bytes) => bytes.some((byte) => byte !== 0))).toEqual([]);
  },
);

test('a certificate of another number is erased as well', () => {
  // The ICC certificate is that of a card whose number differs: recovered, and refused.
  const card = createCard('mastercard', { seed: 1 });
  const other: Card = {
    ...card,
    transmit(command) {
      const response = card.transmit(command);
      const text = Buffer.from(response ?? NO_BYTES).toString('hex');
      return new Uint8Array(Buffer.from(text.replaceAll('5413330089601034', '5413330089601042'), 'hex'));
    },
  };
  const ended = run(other, 'contact', 'pay', '5413330089601034');
  expect(ended.recovered.length).toBeGreaterThan(1);
  expect([ended.heldAfter, ended.recovered.filter((bytes) => bytes.some((byte) => byte !== 0)).length]).toEqual([0, 0]);
});

test('a card whose track 2 is wrong', () => {
  const card = createCard('mastercard', { seed: 1 });
  const faulty: Card = {
    ...card,
    transmit(command) {
      const response = card.transmit(command);
      const text = Buffer.from(response ?? NO_BYTES).toString('hex');
      // The separator D becomes E.
      return text.includes('5413330089601034d')
        ? new Uint8Array(Buffer.from(text.replace('5413330089601034d', '5413330089601034e'), 'hex'))
        : response;
    },
  };
  const ended = run(faulty, 'contactless', 'pay', '5413330089601034');
  expect([ended.answer, ended.heldAfter]).toEqual(['result', 0]);
  expect(ended.heldBefore).toBeGreaterThan(1);
});

test('a card that is pulled after its records', () => {
  for (let atApdu = 4; atApdu <= 9; atApdu += 1) {
    const ended = run(tornCard(createCard('mastercard', { seed: 1 }), atApdu), 'contact', 'pay', '5413330089601034');
    expect(ended.heldAfter).toBe(0);
  }
});

/** Reads the card's number (5A) out of its records. */
function numberOf(card: Card, usedInterface: 'contact' | 'contactless'): string {
  const seen: string[] = [];
  const spied: Card = {
    ...card,
    transmit(command) {
      const response = card.transmit(command);
      seen.push(Buffer.from(response ?? NO_BYTES).toString('hex'));
      return response;
    },
  };
  run(spied, usedInterface, 'read', '0');
  const number = /5a08(\d{16})/.exec(seen.join(' '))?.[1];
  if (number === undefined) throw new Error('the card showed no number');
  return number;
}

test.each(['command', 'answer'] as const)(
  'a card that leaves with its cryptogram, the %s lost, and comes back',
  (lost) => {
    const card = tornCard(createCard('recoverable', { seed: 1 }), 10, lost);
    const ended = run(card, 'contactless', 'pay', '5413330089601240');
    expect([ended.answer, ended.heldAfter]).toEqual(['authorise', 0]);
    expect(ended.heldBefore).toBeGreaterThan(1);
    expect(ended.recovered.filter((bytes) => bytes.some((byte) => byte !== 0))).toEqual([]);
  },
);
