/** A card that leaves, at each of its commands; and one that takes its time. */
import { GENERATE_AC, RECORD } from './commands.js';
import { attack, type Hostile, row, slow } from './hostileCard.js';

const LAST = 13;

export const torn: readonly Hostile[] = [
  ...attack(
    'Book 1 §9: a card that does not answer is gone, and nothing was charged',
    ...Array.from({ length: LAST - 1 }, (_, at) =>
      row(`gone at command ${at + 1}`, 'cardRemoved', at + 1, { nth: at + 1, gone: true }),
    ),
  ),
  ...attack(
    'Book 3 §10.11: a card that left before its second cryptogram',
    row('gone at the last command', 'online CDA ok, then declined CARD_REMOVED', LAST, { nth: LAST, gone: true }),
  ),
  ...attack(
    'limits: 5 s per command, 20 s per transaction',
    slow(1_400, row('1.4 s for each answer', 'online CDA ok', 13)),
    slow(4_900, row('4.9 s for each answer', 'cardError CARD_TIMEOUT', 5)),
    slow(5_100, row('5.1 s for each answer', 'cardRemoved', 1)),
    slow(4_900, row('4.9 s for one record', 'online CDA ok', 13), RECORD.data),
    slow(5_100, row('5.1 s for one record', 'cardRemoved', 7), RECORD.data),
    slow(5_100, row('5.1 s for each cryptogram', 'cardRemoved', 12), GENERATE_AC),
    slow(5_100, row('5.1 s for the last word', 'online CDA ok, then declined CARD_REMOVED', 13), '80AE50'),
  ),
];
