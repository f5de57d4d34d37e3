/**
 * The reader image: connects the session to the board that the engine's port provides. No exports.
 */
import type { Board } from './board/board.js';
import { Session } from './session/session.js';

declare const board: Board;

const session = new Session(board);
board.start(() => session.step());
