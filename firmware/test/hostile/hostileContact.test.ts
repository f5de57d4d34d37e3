/**
 * Hostile contact cards, in families: each ends exactly so, after exactly so many commands, shows no number, gets no token unless its
 * number was proven, and leaves a reader that takes the next card. The families are data: firmware/test/hostile.
 */
import { describe, expect, test } from 'vitest';
import { certificates } from './certificates.js';
import { chaining } from './chaining.js';
import { cryptograms } from './cryptograms.js';
import { encoding } from './encoding.js';
import { payWith, row } from './hostileCard.js';
import { numbers } from './numbers.js';
import { order } from './order.js';
import { records } from './records.js';
import { selection } from './selection.js';
import { torn } from './torn.js';

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
