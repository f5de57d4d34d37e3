/**
 * Hostile cards in the field, in families: each ends exactly so, after exactly so many commands, shows no number, gets no token unless its
 * number was proven, and leaves a reader that takes the next card. The families are data: firmware/test/hostile.
 */
import { describe, expect, test } from 'vitest';
import { entryPoint } from './entryPoint.js';
import { payWith, tap } from './hostileCard.js';
import { mChip } from './mChip.js';
import { qvsdc } from './qvsdc.js';

const FAMILIES = { entryPoint, qvsdc, mChip };

for (const [family, cards] of Object.entries(FAMILIES)) {
  describe(family, () => {
    test.each(cards.map((card) => [`${card.attacks} | ${card.name}`, card] as const))('%s', (_, card) => {
      expect(payWith(card)).toEqual({
        ends: card.ends,
        commands: card.commands,
        // Qualifiers that somebody changed on their way say nothing against the number, which the card signed.
        isTokenGiven: /^online \w+ ok|CTQ_DIFFERS$/.test(card.ends),
        isNumberShown: false,
        isReady: true,
      });
    });
  });
}

test('there are at least 150, each with a name of its own in its family', () => {
  const all = Object.values(FAMILIES);
  expect(all.flat().length).toBeGreaterThanOrEqual(150);
  for (const cards of all) expect(new Set(cards.map(({ attacks, name }) => attacks + name)).size).toBe(cards.length);
});

test.each([
  ['mastercard', 'online CDA ok', 10],
  ['visa-debit', 'online fDDA ok', 7],
  ['relay-resistant', 'online CDA ok', 11],
  ['recoverable', 'online CDA ok', 10],
])('%s, which they are made from, is none of them', (base, ends, commands) => {
  expect(payWith({ ...tap(base, '', '', 0), attacks: '' })).toMatchObject({ ends, commands, isTokenGiven: true });
});
