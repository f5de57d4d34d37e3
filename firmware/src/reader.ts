/**
 * The reader image: connects the session to the board that the engine's port provides. No exports.
 * Floor: reader.
 */
import type { Board } from './board/board.js';
import { withFrontEnd } from './frontEnd/withFrontEnd.js';
import { Session } from './session/session.js';

declare const board: Board;

const session = new Session(withFrontEnd(board));
board.start(() => session.step());
