/**
 * The reader image: connects the reader to the board that the engine's port provides. No exports.
 * Floor: reader.
 */
import type { Board } from './board/board.js';
import { Reader } from './commands/reader.js';
import { withDrivers } from './withDrivers.js';

declare const board: Board;

const reader = new Reader(withDrivers(board));
board.start(() => reader.step());
