/**
 * The reader image: connects the session to the board that the engine's port provides. No exports.
 * Floor: reader.
 */
import type { Board } from './board/board.js';
import { Session } from './session/session.js';
import { withDrivers } from './withDrivers.js';

declare const board: Board;

const session = new Session(withDrivers(board));
board.start(() => session.step());
