/**
 * A card's board with a bare NFC front end becomes one that has a field.
 * Floor: entry of the card.
 */
import type { CardBoard } from './board/cardBoard.js';
import { Pn532Field } from './cardFrontEnd/pn532Field.js';

/** Member by member: those of a board needn't be enumerable. */
export function withCardFrontEnd(board: CardBoard): CardBoard {
  const { nfc, clock, secure } = board;
  if (nfc === undefined) return board;
  const field = new Pn532Field(nfc, clock, (length) => secure.random(length));
  return {
    field,
    nfc,
    secure,
    records: board.records,
    clock,
    button: board.button,
    display: board.display,
    identifier: () => board.identifier(),
    issuers: () => board.issuers(),
    start: (step) => board.start(() => Math.min(step(), field.waitMs())),
  };
}
