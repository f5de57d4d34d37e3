/**
 * Everything that leaves of a card, tag by tag: for each kernel and interface, a read, and each kind of tender. One more field anywhere turns
 * this red, and belongs into docs/reference/clear-fields.md first.
 */
import { readFileSync } from 'node:fs';
import {
  COMMAND,
  type DataObject,
  decodeTlv,
  encodeMessage,
  fieldTag,
  INTERFACE,
  latin1ToBytes,
  type Message,
} from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';
import { type CardInterface, createCard } from '../../../simulator/src/index.js';
import { createCatalogueDynamicCard } from '../../../simulator/src/world/cards/dynamic/catalogueDynamicCard.js';
import { DataStore } from '../../src/emv/data/dataStore.js';
import {
  CLEAR_CARD_TAGS,
  CLEAR_READER_TAGS,
  clearAccountReference,
  clearLabel,
  clearLanguages,
} from '../../src/token/clearFields.js';
import { Vouched } from '../../src/token/vouched.js';
import { approveAll, CheckoutTill, pki } from '../commands/checkout/checkoutTill.js';
import { FakeBoard, FakeHost } from '../fakeBoard.js';
import { askedAt } from '../payAt.js';
import { configuration, Slot } from '../payingSlot.js';
import { answerOf, PAYMENT } from '../paymentMessages.js';
import { portOf } from '../portOf.js';

const TAG_EMV_DATA = fieldTag('emvData');

/** Tags in their order, of what is in lists and in `emvData` in brackets. */
function tagsOf(bytes: Uint8Array): string {
  const decoded = decodeTlv(bytes);
  if (!decoded.ok) throw new Error(decoded.fault);
  return decoded.objects.map(printed).join(' ');
}

function printed({ tag, value, children }: DataObject): string {
  const name = tag.toString(16).toUpperCase();
  if (children !== undefined) return `${name}(${children.map(printed).join(' ')})`;
  return tag === TAG_EMV_DATA ? `${name}(${tagsOf(value)})` : name;
}

const tagsIn = (message: Message | number | undefined): string =>
  typeof message === 'object' ? tagsOf(encodeMessage(message)) : String(message);

const STEM = 'DF01 9F02 5F2A';
const OF_CARD = '4F DF07 DF06 DF0D DF0E';
const CARD = `50 ${OF_CARD}`;
const PLACE = '9F16 9F1C';
const EMV = 'DF0C(9F36 9F27 9F26 95 9B 9F34 9A 9F21 9C)';
/** Of what has no EMV data: when it was. */
const WHEN = 'DF0C(9F27 9A 9F21)';
const SEALED_READER = '9F37 95 9A 9F21 9C 9F02 9F03 5F2A 9F1A 9F33 9F34 9F35 9F1E 9F41 9F66';

describe('a payment asks the acquirer', () => {
  test.each<[card: string, on: CardInterface, clear: string, sealed: string]>([
    [
      'visa-debit',
      'contact',
      `E9(${STEM} ${CARD} ${EMV} DF0B DF0A ${PLACE} DF10 DF11 DF08 9F24 5F2D DF1D)`,
      `57 5F24 5F34 5F20 9F26 9F27 9F10 9F36 82 5F28 9F24 84 9F09 ${SEALED_READER}`,
    ],
    [
      'mastercard',
      'contact',
      `E9(${STEM} ${CARD} ${EMV} DF0B DF0A ${PLACE} DF10 DF11 DF08 9F24 5F2D DF1D)`,
      `57 5F24 5F34 5F20 9F26 9F27 9F10 9F36 82 5F28 9F24 84 9F09 ${SEALED_READER}`,
    ],
    [
      'mastercard',
      'contactless',
      `E9(${STEM} ${CARD} ${EMV} DF0B DF0A ${PLACE} DF10 DF11 DF08 9F24 5F2D DF1D)`,
      `57 5F24 5F34 9F26 9F27 9F10 9F36 82 5F28 9F24 84 9F09 ${SEALED_READER}`,
    ],
    [
      'visa-debit',
      'contactless',
      `E9(${STEM} ${CARD} ${EMV} DF0B DF0A ${PLACE} DF10 DF11 DF08 9F24 5F2D DF1D)`,
      `57 5F24 5F34 9F26 9F27 9F10 9F36 82 5F28 9F6C 9F24 84 9F09 ${SEALED_READER}`,
    ],
  ])('%s, %s', (name, on, clear, sealed) => {
    const asked = askedAt(createCard(name, { seed: 1 }), on, configuration);
    expect(tagsIn(asked.message)).toBe(clear);
    expect(tagsOf(asked.sealed)).toBe(sealed);
  });
});

test('the result of a contact card says the same, with its last word', () => {
  const slot = new Slot('visa-debit');
  slot.pay();
  expect(tagsIn(slot.answer({ responseCode: '00' }))).toBe(
    `EA(DF01 DF04 9F02 5F2A DF2F A1(DF2A 50 9F02 ${OF_CARD} DF0C(9F36 9F27 9F26 95 9B 9F34 9A 9F21 9C 8A) ` +
      `DF08 9F24 5F2D DF1D 8A) ${PLACE})`,
  );
});

test('a read shows the card and no EMV data', () => {
  const board = new FakeBoard();
  board.configurationBytes = configuration;
  board.contactless = portOf(createCard('visa-debit', { seed: 1 }), 'contactless');
  const host = new FakeHost(board);
  const { date, time } = PAYMENT;
  const read = encodeMessage({ kind: 'read', interfaces: INTERFACE.contactless, timeoutMs: 1000, date, time });
  expect(tagsIn(answerOf(host.send(host.init(), COMMAND.message, read)))).toBe(`E8(DF04 E5(${CARD} DF08 9F24))`);
});

test('a tap with a coupon, a gift card and a bank', () => {
  const till = new CheckoutTill();
  const answer = till.tap(createCatalogueDynamicCard(1, pki), [{ quantity: 1, unitAmount: 5000 }], approveAll);
  expect([...till.asked.map(tagsIn), tagsIn(answer)]).toEqual([
    `E9(${STEM} ${CARD} ${WHEN} DF0B DF0A ${PLACE} DF10 DF11 DF2C DF2A DF2B)`,
    `E9(${STEM} ${CARD} ${WHEN} DF0B DF0A ${PLACE} DF10 DF11 DF2C DF2A DF2B)`,
    `E9(${STEM} ${CARD} ${EMV} DF0B DF0A ${PLACE} DF10 DF11 DF08 5F2D DF1D DF2C DF2A DF2B)`,
    'EA(DF01 DF04 9F02 5F2A DF2F A1(DF2A 50 9F02 DF31 DF2E 8A) A1(DF2A 50 9F02 DF31 DF2E 8A) ' +
      `A1(DF2A 50 9F02 DF31 DF2E ${OF_CARD} ${EMV} DF08 5F2D DF1D 8A) DF30 DF2B ${PLACE} DF34 A2(DF2A 50 DF32 DF2E) DF33)`,
  ]);
});

describe('a value that has not its form is left out whole', () => {
  const text = latin1ToBytes;
  test.each([
    ['VISA DEBIT', 'VISA DEBIT'],
    ['VISA 1234 GOLD', 'VISA 1234 GOLD'],
    ['CARTE CR\u00c9DIT', 'CARTE CR?DIT'],
    ['seventeen letters', ''],
    ['54133', ''],
    ['5413 3', ''],
    ['a5413-3330b', ''],
    ['tab\there', ''],
  ])('label %s', (label, shown) => expect(clearLabel(text(label))).toBe(shown));

  test('PAR, languages, cryptogram, counter', () => {
    expect(clearAccountReference(text('V0010013820210119000000000001'))).toBe('V0010013820210119000000000001');
    for (const other of ['V001001382021011900000000000', 'v0010013820210119000000000001', ''])
      expect(clearAccountReference(text(other))).toBeUndefined();
    expect(clearLanguages(text('fren'))).toBe('fren');
    for (const other of ['fre', 'FR', '', 'frendeites']) expect(clearLanguages(text(other))).toBeUndefined();
    const emvDataOf = (values: readonly (readonly [number, Uint8Array])[]): string => {
      const store = new DataStore();
      for (const [tag, value] of values) store.set(tag, value);
      return tagsOf(Vouched.emvData(store, new Map()).value);
    };
    const bytes = (length: number, fill = 0x80): Uint8Array => new Uint8Array(length).fill(fill);
    expect(
      emvDataOf([
        [0x9f26, bytes(8)],
        [0x9f27, bytes(1)],
        [0x9f36, bytes(2)],
      ]),
    ).toBe('9F36 9F27 9F26');
    expect(
      emvDataOf([
        [0x9f26, bytes(9)],
        [0x9f27, bytes(1, 0xc0)],
        [0x9f36, bytes(3)],
      ]),
    ).toBe('');
    expect(
      emvDataOf([
        [0x9f27, bytes(1, 0x90)],
        [0x57, bytes(8)],
        [0x5f20, bytes(8)],
        [0x5f24, bytes(3)],
      ]),
    ).toBe('');
  });

  test('the name of an application: what is accepted, and four bytes more', () => {
    const aid = Uint8Array.of(0xa0, 0, 0, 0, 3, 0x10, 0x10);
    const applications = [{ aid, match: 'partial', kernel: 3 } as const];
    const named = (more: number): Uint8Array | undefined =>
      Vouched.acceptedName(applications, Uint8Array.of(...aid, ...new Uint8Array(more).fill(9)))?.value;
    expect([0, 4, 5].map((more) => named(more)?.length)).toEqual([7, 11, undefined]);
    expect(Vouched.acceptedName(applications, Uint8Array.of(0xa0, 0, 0, 0, 4, 0x10, 0x10))).toBeUndefined();
  });
});

test('docs/reference/clear-fields.md has each tag of the table', () => {
  const page = readFileSync(new URL('../../../docs/reference/clear-fields.md', import.meta.url), 'utf8');
  const inPage = [...page.matchAll(/^\| [^|]+\| ([0-9A-F]{2,4}) \|/gm)].map(([, tag]) => tag);
  const emv = [...CLEAR_CARD_TAGS.map(([tag]) => tag), ...CLEAR_READER_TAGS].map((tag) =>
    tag.toString(16).toUpperCase(),
  );
  expect(emv.filter((tag) => !inPage.includes(tag))).toEqual([]);
});
