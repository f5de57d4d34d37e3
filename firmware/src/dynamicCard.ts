/**
 * The card image: connects the card to the board that the engine's port provides. No exports.
 * Floor: entry.
 */
import type { CardBoard } from './board/cardBoard.js';
import { DynamicCard } from './dynamicCard/dynamicCard.js';

declare const board: CardBoard;

const card = new DynamicCard(board);
board.start(() => card.step());
