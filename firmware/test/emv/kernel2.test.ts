/** Kernel 2: relay resistance by the clock, holders on devices, what is torn, on software cards. */
import {
  fromHex,
  NO_BYTES,
  PROMPT,
  TAG_9F34_CVM_RESULTS,
  TAG_95_TERMINAL_VERIFICATION_RESULTS,
  TAG_DF8306_MEASURED_RELAY_RESISTANCE_PROCESSING_TIME,
  toHex,
} from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';
import { type Card, createCard } from '../../../simulator/src/index.js';
import { contactlessTransaction } from '../../src/emv/contactless/contactlessTransaction.js';
import { processingTime, RELAY_LIMITS, relayBits } from '../../src/emv/contactless/relayResistance.js';
import { CAUTIOUS } from '../../src/emv/data/terminalParameters.js';
import { TVR } from '../../src/emv/data/terminalStatus.js';
import type { CardOutcome, TransactionContext } from '../../src/emv/transaction.js';
import { newSession, newTransaction } from './contactlessReader.js';
import { runKernel } from './runKernel.js';

const GENERATE_AC = 0xae;
const RECOVER_AC = 0xd0;
const EXCHANGE_RELAY = 0xea;

function run(
  context: TransactionContext,
  card: Card,
  answerMs = 0,
): { outcome: CardOutcome | 'cardGone'; sent: number[]; parameters: number[] } {
  card.powerOn('contactless');
  const kernel = runKernel(contactlessTransaction(context), (command) => card.transmit(command) ?? NO_BYTES, answerMs);
  const sent = kernel.commands.map((command) => command[1] as number);
  const cryptograms = kernel.commands.filter((command) => command[1] === GENERATE_AC);
  const parameters = cryptograms.map((command) => command[2] as number);
  return { outcome: kernel.kind === 'done' ? kernel.outcome : 'cardGone', sent, parameters };
}

function own(context: TransactionContext, tag: number): string {
  return toHex(context.terminal.get(tag) ?? NO_BYTES);
}

function countOf(sent: readonly number[], instruction: number): number {
  return sent.filter((one) => one === instruction).length;
}

describe('relay resistance', () => {
  // On the air 1.8 + 2.4 ms; the card says 1 to 6 ms; tolerated up to 11 ms.
  test.each([
    [0, 1, '0000', '0000008002'],
    [5, 1, '0008', '0000008002'],
    [15, 1, '006C', '0000008002'],
    [16, 3, '0076', '0000008006'],
    [40, 3, '0166', '000000800E'],
    [4000, 3, '9C16', '000000800E'],
  ])('an answer after %i ms: sent %i times, measured %s, TVR %s', (answerMs, times, measured, tvr) => {
    const context = newTransaction(newSession());
    const { outcome, sent } = run(context, createCard('relay-resistant', { seed: 1 }), answerMs);
    expect(countOf(sent, EXCHANGE_RELAY)).toBe(times);
    expect(own(context, TAG_DF8306_MEASURED_RELAY_RESISTANCE_PROCESSING_TIME)).toBe(measured);
    expect(own(context, TAG_95_TERMINAL_VERIFICATION_RESULTS)).toBe(tvr);
    // The card signed the exchange that counted.
    expect(outcome).toMatchObject({ kind: 'online', card: { authentication: { method: 'CDA', result: 'ok' } } });
  });

  test.each(['610E', '6C0E'])(
    'an answer that is to be fetched (%s) is none: what it took would not be measured',
    (sw) => {
      const card = createCard('relay-resistant', { seed: 1 });
      let answer: Uint8Array = NO_BYTES;
      const relaying: Card = {
        ...card,
        transmit(command) {
          if (command[1] !== EXCHANGE_RELAY || answer.length > 0)
            return command[1] === 0xc0 ? answer : card.transmit(command);
          answer = card.transmit(command) ?? NO_BYTES;
          return fromHex(sw);
        },
      };
      const { outcome, sent } = run(newTransaction(newSession()), relaying);
      expect(outcome).toMatchObject({ kind: 'ended', why: 'cardError', reason: 'RELAY_STATUS' });
      expect(sent.at(-1)).toBe(EXCHANGE_RELAY);
    },
  );

  test('a card that does not take part', () => {
    const context = newTransaction(newSession());
    const { sent } = run(context, createCard('mastercard', { seed: 1 }));
    expect(countOf(sent, EXCHANGE_RELAY)).toBe(0);
    expect(own(context, TAG_95_TERMINAL_VERIFICATION_RESULTS)).toBe('0000008001');
    expect(own(context, TAG_DF8306_MEASURED_RELAY_RESISTANCE_PROCESSING_TIME)).toBe('');
  });

  test('the time on the air is taken off, and never more than was there', () => {
    const times = { least: 0, most: 0, onAir: 24 };
    expect(processingTime(42, times)).toBe(0);
    expect(processingTime(43, times)).toBe(1);
    expect(processingTime(0, times)).toBe(0);
    expect(processingTime(43, { ...times, onAir: 0xffff })).toBe(1);
    expect(processingTime(10_000_000, times)).toBe(0xffff);
  });

  test.each([
    ['as long as the reader expects', 24, 0, false],
    ['half of it', 12, 0, false],
    ['less than half', 11, 0, true],
    ['twice', 48, 0, false],
    ['more than twice', 49, 0, true],
    ['not said', 0, 0, false],
    ['right, and the work as exact as can be', 24, RELAY_LIMITS.accuracy, false],
    ['right, and the work one too long', 24, RELAY_LIMITS.accuracy + 1, true],
  ])('on the air %s', (_title, onAir, measured, isOver) => {
    const bits = relayBits(measured, { least: 0, most: 1000, onAir });
    expect(bits.includes(TVR.relayThresholdExceeded)).toBe(isOver);
  });
});

describe('the holder', () => {
  test.each([
    ['phone-mastercard', 9999, '3F0002'],
    ['phone-mastercard', 10_000, '010002'],
    ['mastercard', 9999, '1F0302'],
    ['mastercard', 10_000, '1E0300'],
  ])('%s, %i: %s', (name, amount, results) => {
    const context = newTransaction(newSession(), { amount });
    expect(run(context, createCard(name, { seed: 1 })).outcome).toMatchObject({ kind: 'online' });
    expect(own(context, TAG_9F34_CVM_RESULTS)).toBe(results);
  });

  test('of a locked phone looks at it', () =>
    expect(run(newTransaction(newSession()), createCard('locked-phone', { seed: 1 })).outcome).toEqual({
      kind: 'again',
      reason: 'SEE_PHONE',
      prompt: PROMPT.seePhone,
    }));
});

describe('action analysis', () => {
  // Byte 4 bit 8: from the floor limit on; relay resistance was not performed.
  const FLOOR = Uint8Array.of(0, 0, 0, 0x80, 0);
  const NOTHING = new Uint8Array(5);

  test.each([
    ['denied', { denial: FLOOR, online: FLOOR, byDefault: FLOOR }, 0, 0x00, 'DECLINED_BY_RULES'],
    ['online', { denial: NOTHING, online: FLOOR, byDefault: FLOOR }, 1250, 0x90, undefined],
    // A TC is asked for; the card asks its issuer all the same.
    ['below the floor limit', { denial: NOTHING, online: FLOOR, byDefault: FLOOR }, 1251, 0x50, undefined],
  ])('%s', (_title, actionCodes, floorLimit, asked, reason) => {
    const context = newTransaction(newSession());
    const applications = context.applications.map((one) => ({
      ...one,
      parameters: { ...CAUTIOUS, actionCodes, floorLimit },
    }));
    const { outcome, parameters } = run({ ...context, applications }, createCard('mastercard', { seed: 1 }));
    expect(parameters).toEqual([asked]);
    expect(outcome).toMatchObject(reason === undefined ? { kind: 'online' } : { kind: 'declined', reason });
  });
});

describe('a torn cryptogram', () => {
  /** Leaves at GENERATE AC, when it has carried it out. */
  function torn(card: Card): Card {
    return {
      ...card,
      transmit(command) {
        const answer = card.transmit(command);
        return command[1] === GENERATE_AC ? undefined : answer;
      },
    };
  }

  function tear(card: Card): ReturnType<typeof newSession> {
    const session = newSession();
    const context = newTransaction(session);
    expect(run(context, torn(card)).outcome).toBe('cardGone');
    expect(session.torn?.takeTorn()).toBe(true);
    expect(session.torn?.takeTorn()).toBe(false);
    return session;
  }

  test.each(['recoverable', 'phone-mastercard'])('%s tells it again, with what the reader said then', (name) => {
    const card = createCard(name, { seed: 1 });
    const session = tear(card);
    const context = newTransaction(session, { time: Uint8Array.of(0x12, 0x30, 0x00) });
    const { outcome, sent } = run(context, card);
    expect([countOf(sent, RECOVER_AC), countOf(sent, GENERATE_AC)]).toEqual([1, 0]);
    expect(outcome).toMatchObject({ kind: 'online', card: { authentication: { method: 'CDA', result: 'ok' } } });
    expect(own(context, 0x9f21)).toBe('120000');
    // Once: the next payment is a payment of its own.
    expect(session.torn?.takeTorn()).toBe(false);
    expect(countOf(run(newTransaction(session), card).sent, RECOVER_AC)).toBe(0);
  });

  test.each([
    ['another amount', { amount: 1251 }, 0],
    ['another currency', { currency: 840 }, 0],
    ['after five minutes', {}, 300_000],
  ])('%s: a new cryptogram', (_title, change, passedMs) => {
    const card = createCard('recoverable', { seed: 1 });
    const session = tear(card);
    session.passMs(passedMs);
    const { sent } = run(newTransaction(session, change), card);
    expect([countOf(sent, RECOVER_AC), countOf(sent, GENERATE_AC)]).toEqual([0, 1]);
  });

  test('another card: a new cryptogram, and the first one is still there', () => {
    const card = createCard('recoverable', { seed: 1 });
    const session = tear(card);
    expect(countOf(run(newTransaction(session), createCard('phone-mastercard', { seed: 1 })).sent, RECOVER_AC)).toBe(0);
    expect(countOf(run(newTransaction(session), card).sent, RECOVER_AC)).toBe(1);
  });

  test('what is remembered holds no card number', () => {
    const bytes: string[] = [];
    const collect = (value: unknown): void => {
      if (value instanceof Uint8Array) bytes.push(toHex(value));
      else if (value instanceof Map) for (const one of value.values()) collect(one);
      else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) collect(one);
    };
    const card = createCard('recoverable', { seed: 1 });
    const session = tear(card);
    collect(session.torn);
    // Keyed hash, the reader's own data objects, and what it answered the card's lists with.
    expect(bytes.length).toBeGreaterThan(20);
    expect(bytes.join(' ')).not.toContain('5413330089601240');
    // Used, it's gone.
    run(newTransaction(session), card);
    bytes.length = 0;
    collect(session.torn);
    expect(bytes).toEqual([]);
  });

  test('two are remembered, the oldest goes', () => {
    const session = newSession();
    const [oldest, ...others] = [1, 2, 3].map((amount) => {
      const card = createCard('recoverable', { seed: amount });
      run(newTransaction(session, { amount }), torn(card));
      return { amount, card };
    });
    const recovers = ({ amount, card }: { amount: number; card: Card }): number =>
      countOf(run(newTransaction(session, { amount }), card).sent, RECOVER_AC);
    expect(recovers(oldest as { amount: number; card: Card })).toBe(0);
    expect(others.map(recovers)).toEqual([1, 1]);
  });
});
