/**
 * What the till alone decides, and who may ask how a payment stands: only who knows the secret that came with `pay` or `checkout`, also after
 * a power cut, and never that somebody else approved.
 */
import { INTERFACE, type Message, OUTCOME, STATUS, toHex } from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';
import { type Card, createCard } from '../../../../simulator/src/index.js';
import { createCatalogueDynamicCard } from '../../../../simulator/src/world/cards/dynamic/catalogueDynamicCard.js';
import { type Change, Slot } from '../../payingSlot.js';
import { PAYMENT, questionIn, SECRET } from '../../paymentMessages.js';
import { portOf } from '../../portOf.js';
import { approveAll, CheckoutTill, pki } from './checkoutTill.js';

const KEY = 'sale-1';
const SEEN = { kind: 'seen', key: KEY };
const OTHER_SECRET = SECRET.map((byte, at) => (at === 15 ? byte ^ 1 : byte));
const basket = [{ quantity: 1, unitAmount: PAYMENT.amount }];
const card = (): Card => createCard('visa-debit', { seed: 1 });

/** Who shows none, or another one. */
const STRANGERS: readonly Partial<Message<'lookup'>>[] = [
  {},
  { paymentSecret: OTHER_SECRET },
  { paymentSecret: new Uint8Array(16) },
];

interface Open {
  readonly till: CheckoutTill;
  readonly transactionToken: Uint8Array;
  /** A command waits for the answer. */
  readonly isWaiting: boolean;
}

function pay(till: CheckoutTill, interfaces: number = INTERFACE.contactless): Message<'authorise' | 'inquire'> {
  till.board.contact = portOf(card(), 'contact');
  till.board.contactless = portOf(card(), 'contactless');
  return questionIn(till.send({ ...PAYMENT, key: KEY, interfaces }));
}

const afterPowerCut = ({ till, transactionToken }: Open): Open => ({
  till: new CheckoutTill(till.records, 1),
  transactionToken,
  isWaiting: false,
});

function tapped(): Open {
  const till = new CheckoutTill();
  return { till, transactionToken: pay(till).transactionToken, isWaiting: false };
}

function inSlot(): Open {
  const till = new CheckoutTill();
  return { till, transactionToken: pay(till, INTERFACE.contact).transactionToken, isWaiting: true };
}

function inCheckout(): Open {
  const till = new CheckoutTill();
  const { transactionToken } = questionIn(till.begin(card(), basket));
  return { till, transactionToken, isWaiting: true };
}

function checkoutLeft(): Open {
  const open = inCheckout();
  open.till.silence();
  return { ...open, isWaiting: false };
}

const OPEN: readonly (readonly [string, () => Open])[] = [
  ['a payment by tap', tapped],
  ['a payment whose card waits', inSlot],
  ['a checkout whose card waits', inCheckout],
  ['a checkout whose card is gone', checkoutLeft],
  ['a payment after a power cut', () => afterPowerCut(tapped())],
  ['a payment whose card waited, after a power cut', () => afterPowerCut(inSlot())],
  ['a checkout after a power cut', () => afterPowerCut(inCheckout())],
];

describe.each(OPEN)('%s', (name, begin) => {
  test('the till withdraws it, and nobody else does', () => {
    const { till, transactionToken, isWaiting } = begin();
    const told = STRANGERS.map(({ paymentSecret }) =>
      till.send({
        kind: 'decide',
        key: KEY,
        responseCode: '05',
        transactionToken,
        ...(paymentSecret && { paymentSecret }),
      }),
    );
    expect(told).toEqual(STRANGERS.map(() => (isWaiting ? STATUS.messageRefused : SEEN)));
    expect(till.decide('05')).toBe(STATUS.messageRefused);
    expect(till.decide('05', { transactionToken: new Uint8Array(16) })).toBe(STATUS.messageRefused);
    expect(till.decide('05', { transactionToken })).toMatchObject({ outcome: OUTCOME.declined });
    expect(till.lookup(KEY)).toMatchObject({ outcome: OUTCOME.declined });
    // It's over, whatever is said then.
    expect(till.decide('Y3', { transactionToken })).toEqual(till.lookup(KEY));
  });

  test.each(['00', '10'])('that somebody approved, code %s, the till cannot say', (responseCode) => {
    const { till, transactionToken } = begin();
    expect(till.decide(responseCode, { transactionToken })).toBe(STATUS.messageRefused);
    expect(till.decide('05', { transactionToken })).toMatchObject({ outcome: OUTCOME.declined });
  });

  test('a stranger who looks it up hears that it was seen, while it is open and when it is over', () => {
    const { till, transactionToken } = begin();
    const isBusy = name === 'a checkout whose card waits';
    const look = (): unknown[] => STRANGERS.map((one) => till.send({ kind: 'lookup', key: KEY, ...one }));
    expect(look()).toEqual(STRANGERS.map(() => (isBusy ? STATUS.busy : SEEN)));
    till.decide('05', { transactionToken });
    expect(look()).toEqual(STRANGERS.map(() => SEEN));
  });

  test('repeated with another secret it is refused, and gives nothing', () => {
    const { till, transactionToken, isWaiting } = begin();
    const isCheckout = name.includes('checkout');
    const again = (paymentSecret: Uint8Array): Message | number | undefined =>
      isCheckout
        ? till.begin(card(), basket, { paymentSecret })
        : till.send({ ...PAYMENT, key: KEY, interfaces: INTERFACE.contactless, paymentSecret });
    expect(again(OTHER_SECRET)).toBe(isCheckout && isWaiting ? STATUS.busy : STATUS.keyReused);
    if (!isCheckout) expect(again(SECRET)).toMatchObject({ kind: 'authorise', transactionToken });
    till.decide('05', { transactionToken });
    expect(again(OTHER_SECRET)).toBe(STATUS.keyReused);
    expect(again(SECRET)).toMatchObject({ outcome: OUTCOME.declined });
  });
});

describe('Y3, the till takes the risk', () => {
  test.each([
    ['by tap', tapped],
    ['after a power cut', () => afterPowerCut(tapped())],
  ] as const)('%s: it is approved, stored at the till', (_, begin) => {
    const { till, transactionToken } = begin();
    const stored = { outcome: OUTCOME.approved, tenders: [{ amount: PAYMENT.amount, responseCode: 'Y3' }] };
    expect(till.decide('Y3', { transactionToken })).toMatchObject(stored);
    expect(till.lookup(KEY)).toMatchObject(stored);
  });

  test('in the slot: the card is asked for its TC', () => {
    const slot = new Slot('mastercard');
    const { transactionToken } = slot.pay();
    const word = { kind: 'decide', key: PAYMENT.key, paymentSecret: SECRET, transactionToken } as const;
    expect(slot.send({ ...word, responseCode: 'Y3' })).toMatchObject({
      outcome: OUTCOME.approved,
      tenders: [{ responseCode: 'Y3' }],
    });
    expect(slot.last).toEqual(['80AE90', '80AE50']);
  });

  test.each([
    ['while its card waits', inCheckout],
    ['when it is gone', checkoutLeft],
  ] as const)('a checkout is not stored, %s: nothing is taken', (_, begin) => {
    const { till, transactionToken } = begin();
    expect(till.decide('Y3', { transactionToken })).toMatchObject({ outcome: OUTCOME.declined, tenders: [] });
  });

  test('of the acquirer it is no approval', () => {
    const { till } = tapped();
    expect(till.answer({ responseCode: 'Y3' })).toMatchObject({ outcome: OUTCOME.declined });
  });
});

describe('the answer to a question to the customer', () => {
  /** Bit 8 of the priority indicator: the card wants its application confirmed. */
  const confirming: Change = (_, response) =>
    new Uint8Array(Buffer.from(toHex(response).replaceAll('870101', '870181'), 'hex'));

  test.each(STRANGERS)('`confirm`: not of a stranger with %o', ({ paymentSecret }) => {
    const slot = new Slot('mastercard', confirming);
    expect(slot.send(PAYMENT)).toMatchObject({ kind: 'confirm' });
    const word = {
      kind: 'decide',
      key: PAYMENT.key,
      responseCode: '00',
      ...(paymentSecret && { paymentSecret }),
    } as const;
    for (const channel of [slot.channel, slot.host.init()])
      expect(slot.send(word, channel)).toBe(channel === slot.channel ? STATUS.messageRefused : STATUS.busy);
    expect(slot.decide('00')).toMatchObject({ kind: 'authorise' });
  });

  test.each(STRANGERS)('`choose`: not of a stranger with %o', ({ paymentSecret }) => {
    const till = new CheckoutTill();
    const wallet = createCatalogueDynamicCard(1, pki);
    expect(till.tap(wallet, basket, approveAll, { asksChoice: 1 })).toMatchObject({ kind: 'choose' });
    const word = { kind: 'decide', key: KEY, responseCode: '00', ...(paymentSecret && { paymentSecret }) } as const;
    expect(till.send(word)).toBe(STATUS.messageRefused);
    const mine = till.changeChannel();
    expect(till.send(word)).toBe(STATUS.busy);
    till.changeChannel(mine);
    expect(till.decide('00')).toMatchObject({ kind: 'authorise' });
  });

  test('the till does not answer what an authoriser is asked about an earlier sale', () => {
    const wallet = createCatalogueDynamicCard(1, pki);
    const lines = [{ quantity: 2, unitAmount: 2500 }];
    new CheckoutTill().tap(wallet, lines, (question) =>
      question.kind === 'authorise' && question.profileKind === 1 ? undefined : { responseCode: '00' },
    );
    const till = new CheckoutTill(undefined, 1);
    const { kind, transactionToken } = questionIn(till.begin(wallet, lines));
    expect(kind).toBe('inquire');
    for (const responseCode of ['00', '05', 'Y3'])
      expect(till.decide(responseCode, { transactionToken })).toBe(STATUS.messageRefused);
    expect(till.answer({ responseCode: '05' })).toMatchObject({ kind: 'authorise' });
  });
});

test('a key that ended without a question to anybody is still its till’s alone', () => {
  const till = new CheckoutTill();
  till.board.contactless = portOf(undefined, 'contactless');
  const request = { ...PAYMENT, key: KEY, interfaces: INTERFACE.contactless, timeoutMs: 0 };
  expect(till.send(request)).toMatchObject({ outcome: OUTCOME.noCard });
  expect(till.send({ ...request, paymentSecret: OTHER_SECRET })).toBe(STATUS.keyReused);
  expect(STRANGERS.map((one) => till.send({ kind: 'lookup', key: KEY, ...one }))).toEqual(STRANGERS.map(() => SEEN));
  expect(till.lookup(KEY)).toMatchObject({ outcome: OUTCOME.noCard });
});
