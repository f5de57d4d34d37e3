/** One tap with several tenders: the reader's session and the dynamic card's script, with authorisers that answer as the test wants. */

import { openEnvelope } from '@comptoir/acquirer';
import { selectionRecordKey } from '@comptoir/factory/development';
import { ASKS, type Message, OUTCOME, STATUS, toHex } from '@comptoir/protocol';
import { decodeSelectionRecord, splitSelectionRecord } from '@comptoir/protocol/wallet';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, test } from 'vitest';
import { type Card, createCard, tornCard } from '../../../../simulator/src/index.js';
import {
  type Authorisers,
  developmentAuthorisers,
} from '../../../../simulator/src/world/acquirer/developmentAuthorisers.js';
import { createTestAcquirer, type TestAcquirer } from '../../../../simulator/src/world/acquirer/testAcquirer.js';
import { createCatalogueDynamicCard } from '../../../../simulator/src/world/cards/dynamic/catalogueDynamicCard.js';
import { FIRST_GIFT } from '../../../../simulator/src/world/cards/dynamic/dynamicProfiles.js';
import { type Answers, approveAll, baseDerivationKey, CheckoutTill, pki, tendersOf } from './checkoutTill.js';

const newCard = (): Card => createCatalogueDynamicCard(1, pki);
const basket = [{ quantity: 2, unitAmount: 2500 }];

function acquirerOf(): { readonly acquirer: TestAcquirer; readonly authorisers: Authorisers } {
  const authorisers = developmentAuthorisers({ nowMs: () => 0 });
  return { authorisers, acquirer: createTestAcquirer({ baseDerivationKey, authorisers }) };
}
type Tenders = Message<'result'>;

/** Everything but the region: partial approvals, splits, coupons, gift cards, loyalty, override. */
const partialPolicy: Message<'policy'> = {
  kind: 'policy',
  region: 'EEA',
  merchantCategory: 5411,
  merchantFlags: 0x00bb,
  couponPolicy: 1,
};

/** What the card lists of a kind, as a later tap finds it: the reference of its account. */
function accountReference(till: CheckoutTill): Uint8Array {
  // The answer of a tap that named the account's brand says what to call it.
  const answer = till.tap(newCard(), basket, approveAll, { key: 'look', brand: 'ACCOUNT' }) as Tenders;
  return answer.tenders.find(({ profileKind }) => profileKind === 2)?.reference ?? new Uint8Array(8);
}

describe('one tap', () => {
  test('coupon, gift card and bank pay, and the card knows', () => {
    const till = new CheckoutTill();
    const card = newCard();
    const answer = till.tap(card, basket);
    expect(till.questions()).toEqual([`reserve 10 PERCENT OFF 500`, `reserve GIFT CARD 2500`, `authorise CB 2000`]);
    expect(answer).toMatchObject({ kind: 'result', outcome: OUTCOME.approved, due: 0, rejection: 0, cardUpdated: 1 });
    expect(tendersOf(answer)).toEqual([
      ['10 PERCENT OFF', 500],
      ['GIFT CARD', 2500],
      ['CB', 2000],
    ]);
    const { tenders } = answer as Tenders;
    expect(tenders[2]).toMatchObject({ profileKind: 1, maskedNumber: '497010******0204', responseCode: '00' });
    // What was used is used: the next tap has neither.
    expect(tendersOf(till.tap(card, basket, approveAll, { key: 'sale-2' }))).toEqual([['CB', 5000]]);
  });

  test('coupon, gift card, account in part, and the bank as the fallback', () => {
    const till = new CheckoutTill();
    const chosenReference = accountReference(till);
    till.send(partialPolicy);
    till.asked.length = 0;
    const partly: Answers = (question) =>
      question.kind === 'authorise' && question.profileKind === 2
        ? { responseCode: '10', approvedAmount: 700 }
        : approveAll(question);
    const answer = till.tap(newCard(), basket, partly, { chosenReference });
    expect(tendersOf(answer)).toEqual([
      ['10 PERCENT OFF', 500],
      ['GIFT CARD', 2500],
      ['ACCOUNT', 700],
      ['MASTERCARD', 1300],
    ]);
    expect(answer).toMatchObject({ outcome: OUTCOME.approved, due: 0 });
  });

  test('approved in part though nobody asked for that: it counts as nothing, and the fallback pays all of it', () => {
    const till = new CheckoutTill();
    const chosenReference = accountReference(till);
    const unasked: Answers = (question) =>
      question.kind === 'authorise' && question.profileKind === 2
        ? { responseCode: '00', approvedAmount: 700 }
        : approveAll(question);
    const answer = till.tap(newCard(), basket, unasked, { chosenReference });
    expect(answer).toMatchObject({ outcome: OUTCOME.approved, due: 0, cardUpdated: 1 });
    expect(tendersOf(answer)).toEqual([
      ['10 PERCENT OFF', 500],
      ['GIFT CARD', 2500],
      ['MASTERCARD', 2000],
    ]);
  });

  test('code 10 without an amount approves nothing: nobody said how much', () => {
    const till = new CheckoutTill();
    till.send(partialPolicy);
    const unsaid: Answers = (question) => ({
      responseCode: question.kind === 'authorise' && question.asks === ASKS.authorise ? '10' : '00',
    });
    const answer = till.tap(createCard('visa-debit', { seed: 1 }), basket, unsaid);
    expect(answer).toMatchObject({ outcome: OUTCOME.declined, due: 5000, tenders: [] });
  });

  test.each([0, 1, 2])('question %i declined: everything is void, on the card too', (declined) => {
    const till = new CheckoutTill();
    const card = newCard();
    let asked = -1;
    const answer = till.tap(card, basket, (question) => {
      asked += 1;
      // The account of the fallback would pay what the bank declined.
      return asked >= declined ? { responseCode: '05' } : approveAll(question);
    });
    expect(answer).toMatchObject({ outcome: OUTCOME.declined, due: 5000, tenders: [], cardUpdated: 1 });
    expect((answer as Tenders).notUsed).toContainEqual(expect.objectContaining({ reasonCode: 10 }));
    expect(till.lookup()).toMatchObject({ outcome: OUTCOME.declined, due: 5000 });
    expect(tendersOf(till.tap(card, basket, approveAll, { key: 'sale-2' }))).toHaveLength(3);
  });

  test('a card without a wallet pays as it always did', () => {
    const till = new CheckoutTill();
    const answer = till.tap(createCard('visa-debit', { seed: 1 }), basket);
    expect(till.questions()).toEqual(['authorise VISA DEBIT 5000']);
    expect(answer).toMatchObject({ outcome: OUTCOME.approved, due: 0 });
    expect(tendersOf(answer)).toEqual([['VISA DEBIT', 5000]]);
  });

  test('a wallet that does not prove itself pays nothing', () => {
    const till = new CheckoutTill();
    const genuine = newCard();
    const clone: Card = {
      ...genuine,
      transmit(command) {
        const response = genuine.transmit(command);
        if (command[1] === 0x82 && response !== undefined) response[0] = (response[0] ?? 0) ^ 1;
        return response;
      },
    };
    expect(till.tap(clone, basket)).toMatchObject({
      outcome: OUTCOME.cardError,
      reason: 'WALLET_NOT_GENUINE',
      tenders: [],
    });
    expect(till.asked).toEqual([]);
  });

  test('what the payer declined is left alone, and what they named is never replaced', () => {
    const till = new CheckoutTill();
    const seen = till.tap(newCard(), basket, approveAll, { key: 'look' }) as Tenders;
    const gift = seen.tenders[1]?.reference ?? new Uint8Array(0);
    const without = till.tap(newCard(), basket, approveAll, { key: 'sale-2', declinedReferences: gift });
    expect(tendersOf(without)).toEqual([
      ['10 PERCENT OFF', 500],
      ['CB', 4500],
    ]);
    const stranger = till.tap(newCard(), basket, approveAll, { key: 'sale-3', chosenReference: new Uint8Array(8) });
    expect(stranger).toMatchObject({ outcome: OUTCOME.declined, rejection: 4, due: 5000 });
  });
});

test('assertions are sealed for the acquirer, and no reference of the card leaves in clear', () => {
  const till = new CheckoutTill();
  till.tap(newCard(), basket);
  const [coupon] = till.asked;
  if (coupon?.kind !== 'authorise') throw new Error('no question');
  const opened = openEnvelope(coupon.envelope, { bdk: baseDerivationKey });
  if (!opened.ok) throw new Error(opened.fault);
  const values = new Map(opened.cardData.map(({ tag, value }) => [tag, toHex(value)]));
  expect([...values.keys()].map((tag) => tag.toString(16))).toEqual([
    '9f02',
    '5f2a',
    '9a',
    '9f1c',
    'df60',
    'df77',
    '9f36',
    'df63',
    'df61',
    'df62',
    '9f26',
    '9f27',
    'c0',
  ]);
  expect(opened.associatedData.amount).toBe(500);
  const clear = toHex(coupon.emvData);
  for (const tag of [0xdf63, 0x9f26, 0xc0]) expect(clear).not.toContain(values.get(tag));
});

test('each selection is in a signed record that holds the hash of the one before', () => {
  const till = new CheckoutTill();
  const records = ['sale-1', 'sale-2'].map(
    (key) => (till.tap(newCard(), basket, approveAll, { key }) as Tenders).selectionRecord,
  );
  const [first = new Uint8Array(0), second = new Uint8Array(0)] = records;
  const signed = splitSelectionRecord(first);
  expect(toHex(signed?.signature ?? first)).toBe(
    toHex(hmac(sha256, selectionRecordKey('till'), signed?.record ?? first)),
  );
  const [one, two] = [decodeSelectionRecord(first), decodeSelectionRecord(second)];
  expect(one).toMatchObject({ sequence: 1, previous: new Uint8Array(32), due: 0, currency: 'EUR', date: 20261124 });
  expect(one?.decision.map(({ amount, rules }) => [amount, rules])).toEqual([
    [500, [1]],
    [2500, [3]],
    [2000, [7, 7]],
  ]);
  expect(two?.sequence).toBe(2);
  expect(toHex(two?.previous ?? first)).toBe(toHex(sha256(first)));
});

describe('orders', () => {
  test('a basket that was not sent, or comes to something else, is refused before a card is asked for', () => {
    const till = new CheckoutTill();
    expect(till.tap(newCard(), [])).toBe(STATUS.messageRefused);
    expect(till.tap(newCard(), basket, approveAll, { amount: 4999 })).toBe(STATUS.messageRefused);
    expect(till.asked).toEqual([]);
  });

  test('lines come in as many messages as they need, and at most 255', () => {
    const till = new CheckoutTill();
    const lines = new Array(100).fill({ quantity: 1, unitAmount: 1 });
    expect(till.send({ kind: 'basket', firstLine: 0, lines })).toEqual({ kind: 'accepted', lineCount: 100 });
    expect(till.send({ kind: 'basket', firstLine: 99, lines })).toBe(STATUS.messageRefused);
    expect(till.send({ kind: 'basket', firstLine: 100, lines })).toEqual({ kind: 'accepted', lineCount: 200 });
    expect(till.send({ kind: 'basket', firstLine: 200, lines })).toBe(STATUS.messageRefused);
    expect(till.send({ kind: 'basket', firstLine: 0, lines: [] })).toEqual({ kind: 'accepted', lineCount: 0 });
  });

  test('the same key again gives the same answer without a tap; for another amount it is refused', () => {
    const till = new CheckoutTill();
    const first = till.tap(newCard(), basket) as Tenders;
    const { selectionRecord, notUsed, cardUpdated, ...kept } = first;
    till.asked.length = 0;
    expect(till.tap(newCard(), basket)).toEqual(kept);
    expect(till.asked).toEqual([]);
    expect(till.tap(newCard(), [{ quantity: 1, unitAmount: 1 }])).toBe(STATUS.keyReused);
  });

  test('while the host is asked, only its answer is heard', () => {
    const till = new CheckoutTill();
    const heard: (Message | number | undefined)[] = [];
    till.tap(newCard(), basket, (question) => {
      if (question.kind === 'authorise' && question.asks === ASKS.authorise) {
        heard.push(till.lookup());
        // The answer about the gift card, once more: it says nothing of the bank.
        heard.push(till.answer({ responseCode: '00' }, till.asked[1]));
        heard.push(till.answer({ responseCode: '00' }, { ...question, key: 'other' }));
        heard.push(till.answer({ responseCode: '00' }, { ...question, transactionToken: new Uint8Array(16) }));
        heard.push(till.answer({ responseCode: '00', approvedAmount: 2001 }));
      }
      return approveAll(question);
    });
    expect(heard).toEqual([STATUS.busy, ...new Array(4).fill(STATUS.messageRefused)]);
    expect(till.lookup()).toMatchObject({ outcome: OUTCOME.approved });
  });
});

describe('unlucky', () => {
  test.each([0, 1, 2])('the host never answers question %i, and tells later', (silent) => {
    for (const responseCode of ['00', '05']) {
      const till = new CheckoutTill();
      let asked = -1;
      const answer = till.tap(newCard(), basket, (question) => {
        asked += 1;
        return asked === silent ? undefined : approveAll(question);
      });
      expect(answer).toBeUndefined();
      expect(till.lookup()).toMatchObject({ kind: 'result', outcome: OUTCOME.waitingForAcquirer });
      // Only the last answer can complete the sale; nothing more is asked of the card.
      const stands = responseCode === '00' && silent === 2;
      const late = till.answer({ responseCode });
      expect(late).toMatchObject(
        stands ? { outcome: OUTCOME.approved, due: 0 } : { outcome: OUTCOME.declined, due: 5000, tenders: [] },
      );
      expect(till.lookup()).toEqual(late);
    }
  });

  /** Taps until the sale of `key` is over, the reader restarting where the card was torn; then looks at the card with a new sale. */
  test('torn at every APDU, reader and authoriser agree with the card at the next tap', async () => {
    const whole = new CheckoutTill();
    let apdus = 0;
    const counted = newCard();
    whole.tap(
      {
        ...counted,
        transmit: (command) => {
          apdus += 1;
          return counted.transmit(command);
        },
      },
      basket,
    );
    expect(apdus).toBeGreaterThan(20);
    for (let torn = 1; torn <= apdus; torn += 1) {
      const { acquirer, authorisers } = acquirerOf();
      const card = newCard();
      const till = new CheckoutTill();
      const first = (await till.tapAt(acquirer, tornCard(card, torn), basket)) as Tenders;
      // The next tap ends on the card what was left open, and finds exactly what the authoriser has.
      const second = await new CheckoutTill(till.records, 1).tapAt(acquirer, card, basket, { key: 'sale-2' });
      expect(second).toMatchObject({ outcome: OUTCOME.approved, due: 0, cardUpdated: 1 });
      const wasPaid = first.outcome === OUTCOME.approved;
      expect(tendersOf(second)).toHaveLength(wasPaid ? 1 : 3);
      const { ledger } = authorisers.gifts;
      expect(ledger.value(BigInt(FIRST_GIFT))).toEqual({ balance: 0, free: 0 });
      expect(ledger.isSerialFree('DYN-0001')).toBe(false);
    }
  });

  test('the reader loses its power while the host decides: the record says what was asked', () => {
    const till = new CheckoutTill();
    const card = newCard();
    let after: CheckoutTill | undefined;
    till.tap(card, basket, (question) => {
      if (question.kind === 'authorise' && question.asks === ASKS.authorise) {
        after = new CheckoutTill(till.records, 1);
        return undefined;
      }
      return approveAll(question);
    });
    expect(after?.lookup()).toMatchObject({ outcome: OUTCOME.waitingForAcquirer, due: 0 });
    // Its key went with the power: the acquirer is asked once more.
    expect(after?.answer({ responseCode: '00' }, till.last)).toMatchObject({
      kind: 'inquire',
      inquiredToken: till.last.transactionToken,
    });
    expect(after?.answer({ responseCode: '00' })).toMatchObject({ outcome: OUTCOME.approved });
    // The card learns it at its next tap, without a question.
    expect(tendersOf(after?.tap(card, basket, approveAll, { key: 'sale-2' }))).toEqual([['CB', 5000]]);
    expect(after?.questions()).toEqual(['inquire', 'authorise CB 5000']);
  });
});
