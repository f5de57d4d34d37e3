/** Cards that hide their number are read like any other: without that, nothing could get out, and nobody would see why. */
import { MESSAGES } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import type { Hiding, Sale } from './hiding.js';
import type { Base } from './hidingCard.js';
import { openCounter } from './play.js';

const KINDS: Readonly<Record<Sale, readonly (keyof typeof MESSAGES)[]>> = {
  'pay contactless': ['authorise', 'result'],
  'pay contact': ['authorise', 'result'],
  confirm: ['confirm', 'authorise', 'result'],
  read: ['presented'],
  checkout: ['accepted', 'authorise', 'result'],
  choose: ['accepted', 'choose', 'authorise', 'result'],
  'small checkout': ['accepted', 'authorise', 'result'],
  cards: ['presented', 'authorise', 'result'],
};
const NUMBERS: Readonly<Record<Base, string>> = {
  'kernel 2': '5413330089604113',
  'kernel 3': '4761739001010119',
  dynamic: '4761739001010119',
};
const bases = Object.keys(NUMBERS) as readonly Base[];

function hidingNothing(base: Base, sale: Sale, isAuthentic: boolean): Hiding {
  const number = NUMBERS[base];
  return {
    base,
    sale,
    isAuthentic,
    number,
    part: 'whole',
    odd: 0,
    coding: 'ASCII',
    split: 'no',
    places: [],
    fit: 'front',
  };
}

test.each(bases)('a %s card that hides nothing: each sale comes to its messages', async (base) => {
  await using counter = await openCounter({ target: 'node' });
  for (const sale of Object.keys(KINDS) as Sale[]) {
    for (const isAuthentic of [true, false]) {
      const { kinds } = await counter.play(hidingNothing(base, sale, isAuthentic));
      expect(kinds, sale).toEqual(expect.arrayContaining(KINDS[sale].map((kind) => MESSAGES[kind].tag)));
    }
  }
});
