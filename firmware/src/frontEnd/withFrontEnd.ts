/**
 * A board with a bare NFC front end becomes one that has an antenna.
 * Floor: frontEnd.
 */
import type { Board } from '../board/board.js';
import { Pn532CardPort } from './pn532CardPort.js';

/** @returns the board itself when it looks after its antenna */
export function withFrontEnd(board: Board): Board {
  if (board.nfc === undefined) return board;
  return {
    identity: board.identity,
    host: board.host,
    contact: board.contact,
    contactless: new Pn532CardPort(board.nfc, board.clock),
    nfc: board.nfc,
    secure: board.secure,
    clock: board.clock,
    display: board.display,
    firmware: board.firmware,
    configuration: () => board.configuration(),
    start: (step) => board.start(step),
  };
}
