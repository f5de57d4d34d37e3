/**
 * The card image: connects the card to the board that the engine's port provides. No exports.
 * Floor: entry.
 */
import type { CardBoard } from './board/cardBoard.js';
import { DynamicCard } from './dynamicCard/dynamicCard.js';
import { withCardFrontEnd } from './withCardFrontEnd.js';

declare const board: CardBoard;

const driven = withCardFrontEnd(board);
const card = new DynamicCard(driven);
driven.start(() => card.step());
