/**
 * `read` with `listsCards`: which cards are in the field, by what they call themselves. No card is spoken to, and nothing is taken.
 * Source: SEL-1 step 1, enumeration; ISO/IEC 14443-3.   Floor: commands.
 */
import { INTERFACE, type Message, OUTCOME, STATUS, type TemplateContent } from '@comptoir/protocol';
import { awaitCards, type Command, refuse } from '../shared/command.js';
import { interrupted } from './presentCard.js';

export function* listCards({ interfaces, timeoutMs }: Message<'read'>): Command {
  if ((interfaces & INTERFACE.contactless) === 0) return refuse(STATUS.messageRefused);
  const found = yield* awaitCards(timeoutMs);
  if (typeof found === 'string') {
    const { outcome, reason } = interrupted(found);
    return { kind: 'presented', outcome, ...(reason !== '' && { reason }) };
  }
  const cards = cardsIn(found);
  if (cards.length === 0) return { kind: 'presented', outcome: OUTCOME.cardError };
  return { kind: 'presented', outcome: OUTCOME.read, cards };
}

/** UID of type A: single, double or triple. */
const IDENTIFIER_BYTES_MAX = 10;

/** @param found see `Board.cardsInField`; what makes no sense ends the list */
function cardsIn(found: Uint8Array): TemplateContent<'cardInField'>[] {
  const cards: TemplateContent<'cardInField'>[] = [];
  for (let at = 0; at + 2 < found.length; ) {
    const end = at + 2 + (found[at + 1] ?? 0);
    if (end > found.length || end - at - 2 > IDENTIFIER_BYTES_MAX) break;
    cards.push({ cardType: found[at] ?? 0, cardIdentifier: found.slice(at + 2, end) });
    at = end;
  }
  return cards;
}
