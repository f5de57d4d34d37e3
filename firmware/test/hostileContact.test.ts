/**
 * Hostile contact cards, in families: each ends exactly so, after exactly so many commands, shows no number, gets no token unless its
 * number was proven, and leaves a reader that takes the next card. The families are data: firmware/test/hostile.
 */
import { describe, expect, test } from 'vitest';
import { certificates } from './hostile/certificates.js';
import { chaining } from './hostile/chaining.js';
import { cryptograms } from './hostile/cryptograms.js';
import { encoding } from './hostile/encoding.js';
import { payWith, row } from './hostile/hostileCard.js';
import { numbers } from './hostile/numbers.js';
import { order } from './hostile/order.js';
import { records } from './hostile/records.js';
import { selection } from './hostile/selection.js';
import { torn } from './hostile/torn.js';

const FAMILIES = { encoding, selection, chaining, records, certificates, numbers, cryptograms, order, torn };

for (const [family, cards] of Object.entries(FAMILIES)) {
  describe(family, () => {
    test.each(cards.map((card) => [`${card.attacks} | ${card.name}`, card] as const))('%s', (_, card) => {
      expect(payWith(card)).toEqual({
        ends: card.ends,
        commands: card.commands,
        isTokenGiven: /^online \w+ ok/.test(card.ends),
        isNumberShown: false,
        isReady: true,
      });
    });
  });
}

test('there are at least 120, each with a name of its own in its family', () => {
  const all = Object.values(FAMILIES);
  expect(all.flat().length).toBeGreaterThanOrEqual(120);
  for (const cards of all) expect(new Set(cards.map(({ attacks, name }) => attacks + name)).size).toBe(cards.length);
});

test('the good card that they are made from is none of them', () => {
  expect(payWith({ ...row('', '', 0), attacks: '' })).toMatchObject({
    ends: 'online CDA ok',
    commands: 13,
    isTokenGiven: true,
  });
});
