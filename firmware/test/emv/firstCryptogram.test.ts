/**
 * CDA on the first GENERATE AC, on the real session to the end of the payment: a reader that asks for a TC below its floor limit, one that
 * asks for an ARQC, cards that give what is asked or less, and signatures that are wrong. EMV 4.4 Book 2 §6.6.2; Book 3 §10.8, §10.9.
 */

import type { AcquirerAnswer } from '@comptoir/acquirer';
import { decodeMessage, encodeMessage, type Message, OUTCOME, toHex } from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';
import { type Change, configuration, Slot } from '../payingSlot.js';
import { PAYMENT, tenderOf, valueIn } from '../paymentMessages.js';

const yes: AcquirerAnswer = { responseCode: '00' };

/** A floor limit of 100.00, and a card may be new. */
function belowFloorLimit(): Uint8Array {
  const stored = decodeMessage(configuration);
  if (!stored.ok || stored.message.kind !== 'configuration') throw new Error('no configuration');
  const applications = (stored.message.applications ?? []).map((one) => ({
    ...one,
    floorLimit: 10_000,
    actionCodeOnline: new Uint8Array(5),
  }));
  return encodeMessage({ ...stored.message, applications });
}

const unchanged: Change = (_, response) => response;

/** The signature of the card's n-th cryptogram has one bit changed. */
function wrongSignature(number: number): Change {
  let count = 0;
  return (command, response) => {
    if (command[1] !== 0xae) return response;
    count += 1;
    const at = toHex(response).indexOf('9F4B') / 2;
    return count === number && at > 0 ? response.map((byte, index) => (index === at + 40 ? byte ^ 1 : byte)) : response;
  };
}

describe('asked for a TC', () => {
  test('a card that approves by itself signs its TC; the acquirer hears of it and the card is not asked again', () => {
    const slot = new Slot('offline-limit', unchanged, belowFloorLimit());
    const question = slot.pay();
    expect(question).toMatchObject({ authenticationMethod: 'CDA', authenticationResult: 'ok' });
    expect([0x9f27, 0x95, 0x8a].map((tag) => valueIn(question.emvData, tag))).toEqual(['40', '0008000000', '5931']);
    expect(slot.answer(yes)).toMatchObject({ outcome: OUTCOME.approved, tenders: [{ amount: 1250 }] });
    expect(slot.last).toEqual(['80AE50']);
  });

  test('a card that wants its issuer signs an ARQC instead, and later its TC', () => {
    const slot = new Slot('visa-debit', unchanged, belowFloorLimit());
    const question = slot.pay();
    expect(question).toMatchObject({ authenticationMethod: 'CDA', authenticationResult: 'ok' });
    expect(valueIn(question.emvData, 0x9f27)).toBe('80');
    expect(slot.answer(yes)).toMatchObject({ outcome: OUTCOME.approved });
    expect(slot.last).toEqual(['80AE50', '80AE50']);
  });

  test('a card that declines needs no signature', () => {
    const slot = new Slot('declined-offline', unchanged, belowFloorLimit());
    expect(slot.send(PAYMENT)).toMatchObject({ outcome: OUTCOME.declined, reason: 'DECLINED_BY_CARD' });
    expect(slot.last).toEqual(['80AE50']);
  });

  test('a TC with a wrong signature is no approval, and there is no second cryptogram', () => {
    const slot = new Slot('offline-limit', wrongSignature(1), belowFloorLimit());
    const result = slot.send(PAYMENT) as Message<'result'>;
    expect(result).toMatchObject({ kind: 'result', outcome: OUTCOME.declined, reason: 'CDA_FAILED' });
    expect(result).not.toHaveProperty('reversalDue');
    expect([0x95, 0x9b].map((tag) => valueIn(tenderOf(result).emvData, tag))).toEqual(['0408000000', 'E800']);
    expect(slot.last).toEqual(['80AE50']);
  });

  test('an ARQC with a wrong signature is not sent, and the card is told that it ends', () => {
    const slot = new Slot('visa-debit', wrongSignature(1), belowFloorLimit());
    expect(slot.send(PAYMENT)).toMatchObject({ outcome: OUTCOME.declined, reason: 'CDA_FAILED' });
    expect(slot.last).toEqual(['80AE50', '80AE00']);
  });
});

describe('asked for an ARQC', () => {
  test.each([
    [0, 'approved', 'CDA', ['80AE90', '80AE50']],
    [1, 'CDA_FAILED at once', undefined, ['80AE90', '80AE00']],
    [2, 'CDA_FAILED at the end', 'CDA', ['80AE90', '80AE50']],
  ] as const)('wrong signature number %i: %s', (number, _, method, commands) => {
    const slot = new Slot('visa-debit', wrongSignature(number));
    const first = slot.send(PAYMENT) as Message<'authorise' | 'result'>;
    expect(first.kind === 'authorise' ? first.authenticationMethod : undefined).toBe(method);
    if (first.kind !== 'authorise') expect(first).toMatchObject({ outcome: OUTCOME.declined, reason: 'CDA_FAILED' });
    else if (number === 0) expect(slot.answer(yes)).toMatchObject({ outcome: OUTCOME.approved });
    else {
      const result = slot.answer(yes) as Message<'result'>;
      expect(result).toMatchObject({ outcome: OUTCOME.declined, reason: 'CDA_FAILED', reversalDue: 1 });
      expect(valueIn(tenderOf(result).emvData, 0x95)?.slice(0, 2)).toBe('04');
    }
    expect(slot.last).toEqual(commands);
  });
});
