/** What a checkout tells and keeps of a card never shows its number, wherever the card put it. */
import {
  encodeMessage,
  latin1FromBytes,
  latin1ToBytes,
  type Message,
  NO_BYTES,
  OUTCOME,
  toHex,
} from '@comptoir/protocol';
import { ACTIVATED, DEACTIVATED, decodeSelectionRecord, KIND_ACCOUNT, KIND_COUPON } from '@comptoir/protocol/wallet';
import { expect, test } from 'vitest';
import type { Card } from '../../../../simulator/src/index.js';
import { hex, visa } from '../../../../simulator/src/world/cards/applicationProfiles.js';
import { profileOf } from '../../../../simulator/src/world/cards/catalogue.js';
import { accountKeys } from '../../../../simulator/src/world/cards/dynamic/accountKeys.js';
import { createCardIssuer } from '../../../../simulator/src/world/cards/dynamic/cardIssuer.js';
import { ISSUERS, makeCard } from '../../../../simulator/src/world/cards/dynamic/cardMaking.js';
import { createCatalogueDynamicCard } from '../../../../simulator/src/world/cards/dynamic/catalogueDynamicCard.js';
import { DYNAMIC_CARD } from '../../../../simulator/src/world/cards/dynamic/dynamicProfiles.js';
import { deliver } from '../../../../simulator/src/world/cards/dynamic/issuedCard.js';
import { createEmvCard } from '../../../../simulator/src/world/cards/emv/emvCard.js';
import type { ApplicationProfile } from '../../../../simulator/src/world/cards/personalisation/cardProfile.js';
import { portOf } from '../../portOf.js';
import { type Answers, approveAll, CheckoutTill, pki } from './checkoutTill.js';

const profile = profileOf('visa-debit');
const NUMBER = toHex(profile.number);
/** Two of its digits are one character: packed, it's text, too. */
const PRINTABLE = '4761732323232321';
const RECORDS = 9;

interface Sold {
  readonly answer: Message<'result'>;
  /** All that left, and what is in flash: hexadecimal. */
  readonly told: string;
}

function sell(card: Card, unitAmount = 5000, answers: Answers = approveAll): Sold {
  const till = new CheckoutTill();
  const answer = till.tap(card, [{ quantity: 1, unitAmount }], answers);
  const looked = till.lookup();
  if (typeof answer !== 'object' || answer.kind !== 'result' || typeof looked !== 'object') throw new Error('no sale');
  const kept = Array.from({ length: RECORDS }, (_, place) => till.board.records.read(place));
  return { answer, told: [...[...till.asked, answer, looked].map(encodeMessage), ...kept].map(toHex).join(' ') };
}

const emvCard = (application: ApplicationProfile, number = profile.number): Card =>
  createEmvCard({ ...profile, number, applications: [application] }, 1, pki);

const READ: Message<'read'> = {
  kind: 'read',
  interfaces: 2,
  timeoutMs: 1000,
  date: hex('261124'),
  time: hex('120000'),
};

/** Packed, and as text. */
const spelt = (number: string): readonly string[] => [number, toHex(latin1ToBytes(number))];

test.each([
  [NUMBER, latin1ToBytes(NUMBER)],
  [PRINTABLE, hex(PRINTABLE)],
])('in the label of what pays: %s', (number, label) => {
  const { answer, told } = sell(emvCard(visa({ label: latin1FromBytes(label) }), hex(number)));
  expect(answer).toMatchObject({ outcome: OUTCOME.approved, due: 0, tenders: [{ label: '', amount: 5000 }] });
  for (const spelling of spelt(number)) expect(told).not.toContain(spelling);
});

test('in the name of an application, which a selection record holds', () => {
  const { answer, told } = sell(emvCard({ ...visa(), aid: hex(`A0000000031010${NUMBER}`) }));
  expect(answer).toMatchObject({ outcome: OUTCOME.approved, due: 0, tenders: [{ amount: 5000 }] });
  const record = decodeSelectionRecord(answer.selectionRecord ?? NO_BYTES);
  expect(record?.offered.map(({ aid }) => aid.length)).toEqual([0]);
  for (const number of spelt(NUMBER)) expect(told).not.toContain(number);
});

test('in the label of something that is not used, though no application is ever opened', () => {
  const number = toHex(DYNAMIC_CARD.number);
  const made = makeCard(1);
  const shop = createCardIssuer(made, made.issuerKeys(ISSUERS.shop), 10);
  const card = createCatalogueDynamicCard(1, pki);
  card.powerOn('contactless');
  const id = latin1ToBytes('hostile');
  const stored = { id, kind: KIND_COUPON, activation: DEACTIVATED, label: latin1ToBytes(number), rule: { percent: 1 } };
  expect(deliver(card, shop.putProfile(stored, accountKeys('hostile', 9)))).toBe(0x9000);
  // Coupon and gift card pay all of it.
  const { answer, told } = sell(card, 1000);
  expect(answer.notUsed).toContainEqual(expect.objectContaining({ profileKind: KIND_COUPON, label: '' }));
  for (const spelling of spelt(number)) expect(told).not.toContain(spelling);
});

test('in the label of a card that declines by itself', () => {
  const number = hex(PRINTABLE);
  const application = visa({ label: latin1FromBytes(number) });
  const card = createEmvCard({ ...profile, number, declinesOffline: true, applications: [application] }, 1, pki);
  const { answer, told } = sell(card);
  expect(answer).toMatchObject({ outcome: OUTCOME.declined, due: 5000, tenders: [] });
  expect(answer.notUsed).toBeUndefined();
  for (const spelling of spelt(PRINTABLE)) expect(told).not.toContain(spelling);
});

test('in the name of the account that pays what the bank declined: its first bytes are told', () => {
  const number = toHex(DYNAMIC_CARD.number);
  const made = makeCard(1);
  const operator = createCardIssuer(made, made.issuerKeys(ISSUERS.operator), 10);
  const card = createCatalogueDynamicCard(1, pki);
  card.powerOn('contactless');
  const account = {
    id: latin1ToBytes('hostile'),
    kind: KIND_ACCOUNT,
    activation: ACTIVATED,
    label: latin1ToBytes('ACCOUNT'),
    aid: hex(`F04143435401${number}`),
    currency: 'EUR',
  };
  expect(deliver(card, operator.putProfile(account, accountKeys('hostile', 9)))).toBe(0x9000);
  expect(deliver(card, operator.setPreferences({ rules: [], fallback: account.id }))).toBe(0x9000);
  const { answer, told } = sell(card, 5000, (question) => ({
    responseCode: question.kind === 'authorise' && question.profileKind === 1 ? '05' : '00',
  }));
  expect(answer).toMatchObject({ outcome: OUTCOME.approved, due: 0 });
  expect(answer.tenders.at(-1)).toMatchObject({ profileKind: KIND_ACCOUNT });
  for (const spelling of spelt(number)) expect(told).not.toContain(spelling);
});

test('in the name of an account, and in a label, of a card that is only read', () => {
  // The Mastercard's: a read opens the CB alone, so that no gate knows this number.
  const number = '5413330089601307';
  const made = makeCard(1);
  const operator = createCardIssuer(made, made.issuerKeys(ISSUERS.operator), 10);
  const card = createCatalogueDynamicCard(1, pki);
  card.powerOn('contactless');
  const account = {
    id: latin1ToBytes('hostile'),
    kind: KIND_ACCOUNT,
    activation: ACTIVATED,
    label: latin1ToBytes(number),
    aid: hex(`F04143435401${number}`),
    currency: 'EUR',
  };
  expect(deliver(card, operator.putProfile(account, accountKeys('hostile', 9)))).toBe(0x9000);
  const till = new CheckoutTill();
  till.board.contactless = portOf(card, 'contactless');
  const shown = till.send({ ...READ, listsWallet: 1 });
  if (typeof shown !== 'object' || shown.kind !== 'presented') throw new Error('nothing was shown');
  const aid = hex('F0414343540154');
  expect(shown.instruments).toContainEqual(expect.objectContaining({ label: '', applicationIdentifier: aid }));
  for (const spelling of spelt(number)) expect(toHex(encodeMessage(shown))).not.toContain(spelling);
});
