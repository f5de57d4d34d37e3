/** The button: who may choose, when, and what the readers see of it. */
import { NO_BYTES, toHex } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { createCatalogueDynamicCard } from '../../../src/world/cards/dynamic/catalogueDynamicCard.js';
import type { DynamicCard } from '../../../src/world/cards/dynamic/softwareDynamicCard.js';
import { createTestPki } from '../../../src/world/pki/testPki.js';
import { leaves, send } from '../cards/cardsTerminal.js';
import * as reader from './dynamicTerminal.js';

const pki = createTestPki();
const SHORT_MS = 100;
const HOLD_MS = 3000;

/** In a pocket, never tapped. */
function newCard(): DynamicCard {
  const card = createCatalogueDynamicCard(1, pki);
  card.wait(0);
  return card;
}

/** AIDs with their priorities, as an ordinary reader sees them. */
function ppse(card: DynamicCard): readonly string[] {
  const text = toHex(send(card, reader.SELECT_PPSE).data);
  return [...text.matchAll(/4F0[67](A0000000\d{2}1010|A0000000421010|F04143435401)50.*?8701(..)/g)].map(
    ([, aid = '', priority = '']) => `${aid} ${priority}`,
  );
}

const chosen = (card: DynamicCard): string => {
  reader.openWallet(card);
  return Buffer.from(leaves(send(card, '80CA020000').data).get(0xd8) ?? NO_BYTES).toString('latin1');
};

function tapped<T>(card: DynamicCard, look: (card: DynamicCard) => T): T {
  card.wait(HOLD_MS + 1);
  card.powerOn('contactless');
  const seen = look(card);
  card.powerOff();
  return seen;
}

test('a short press chooses the next account that pays, and shows it', () => {
  const card = newCard();
  expect(card.shown()).toEqual({ label: 'CB', digits: '0204' });
  expect(tapped(card, chosen)).toBe('');
  const seen: string[] = [];
  for (let presses = 0; presses < 4; presses += 1) {
    card.wait(HOLD_MS + 1);
    card.press(SHORT_MS);
    seen.push(`${tapped(card, chosen)} ${card.shown().label} ${card.shown().digits}`);
  }
  expect(seen).toEqual(['main CB 0204', 'account ACCOUNT ', 'second MASTERCARD 1307', 'main CB 0204']);
});

test('an ordinary reader sees the choice first, in order and priority; one that proved itself sees the card as it is', () => {
  const card = newCard();
  const plain = ['A0000000421010 01', 'A0000000031010 02', 'F04143435401 03', 'A0000000041010 04'];
  expect(tapped(card, ppse)).toEqual(plain);
  card.wait(HOLD_MS + 1);
  for (let presses = 0; presses < 3; presses += 1) card.press(SHORT_MS);
  expect(tapped(card, ppse)).toEqual([
    'A0000000041010 01',
    'A0000000421010 02',
    'A0000000031010 03',
    'F04143435401 04',
  ]);
  expect(
    tapped(card, () => {
      reader.openWallet(card);
      return ppse(card);
    }),
  ).toEqual(plain);
});

test('from field contact until field-off and the hold, nothing changes the choice', () => {
  const card = newCard();
  card.press(SHORT_MS);
  card.powerOn('contactless');
  card.press(SHORT_MS);
  card.press(SHORT_MS);
  expect(chosen(card)).toBe('main');
  card.powerOff();
  card.wait(HOLD_MS - 500);
  card.press(SHORT_MS);
  expect(card.shown().label).toBe('CB');
  card.powerOn('contactless');
  expect(chosen(card)).toBe('main');
  card.powerOff();
  card.wait(HOLD_MS + 1);
  card.press(SHORT_MS);
  expect(card.shown().label).toBe('ACCOUNT');
});

test('a press that began inside the hold does nothing when it ends after it, long or short', () => {
  const card = newCard();
  card.powerOn('contactless');
  card.powerOff();
  card.wait(HOLD_MS - 50);
  card.press(SHORT_MS);
  expect(tapped(card, chosen)).toBe('');
  card.wait(HOLD_MS - 50);
  card.press(5000);
  card.powerOn('contactless');
  send(card, reader.SELECT_CRS);
  expect(reader.swOf(card, '80F24000024F0000')).toBe('6982');
});

test('a press that a field came into does nothing', () => {
  const card = newCard();
  card.press(SHORT_MS, () => card.powerOn('contactless'));
  expect(chosen(card)).toBe('');
  card.powerOff();
  card.wait(HOLD_MS + 1);
  card.press(2500, () => {
    card.powerOn('contactless');
    card.powerOff();
  });
  card.powerOn('contactless');
  send(card, reader.SELECT_CRS);
  expect(reader.swOf(card, '80F24000024F0000')).toBe('6982');
});

test('a bounce is no press, and a long press doesn’t choose', () => {
  const card = newCard();
  card.press(10);
  card.press(2500);
  expect(tapped(card, chosen)).toBe('');
});

test('what the holder opened is closed after a minute', () => {
  const card = newCard();
  card.press(2500);
  card.wait(60_000);
  card.powerOn('contactless');
  send(card, reader.SELECT_CRS);
  expect(reader.swOf(card, '80F24000024F0000')).toBe('6982');
});

test('the choice survives the loss of power, and a write that is torn leaves the one before', () => {
  const card = newCard();
  card.press(SHORT_MS);
  card.press(SHORT_MS);
  card.losePower();
  card.wait(0);
  expect(card.shown().label).toBe('ACCOUNT');
  card.cutPower({ kind: 'torn', operation: 1 });
  card.press(SHORT_MS);
  card.wait(0);
  expect(card.shown().label).toBe('ACCOUNT');
  card.cutPower({ kind: 'clean', operation: 1 });
  card.press(SHORT_MS);
  card.wait(0);
  expect(card.shown().label).toBe('MASTERCARD');
});

test('volatile priority chooses until the power fails; highest and lowest move for good', () => {
  const card = newCard();
  card.press(2500);
  card.powerOn('contactless');
  send(card, reader.SELECT_CRS);
  const mastercard = '094F07A000000004101000';
  expect(reader.swOf(card, `80F00202${mastercard}`)).toBe('9000');
  expect(chosen(card)).toBe('second');
  send(card, reader.SELECT_CRS);
  expect(reader.swOf(card, `80F00282${mastercard}`)).toBe('9000');
  expect(chosen(card)).toBe('');
  send(card, reader.SELECT_CRS);
  send(card, `80F00202${mastercard}`);
  expect(reader.swOf(card, `80F00201${mastercard}`)).toBe('9000');
  expect(reader.swOf(card, '80F00281094F07A000000042101000')).toBe('9000');
  card.losePower();
  card.powerOn('contactless');
  expect(chosen(card)).toBe('');
  card.powerOff();
  expect(tapped(card, ppse).map((line) => line.slice(0, 14).trim())).toEqual([
    'A0000000041010',
    'A0000000031010',
    'F04143435401 0',
    'A0000000421010',
  ]);
});
