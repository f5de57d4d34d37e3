/**
 * A board with a bare NFC front end, or with the bare contacts of a slot, becomes one that has an antenna and a slot.
 * Floor: reader.
 */
import type { Board } from './board/board.js';
import { ContactCardPort } from './contactSlot/contactCardPort.js';
import { Pn532CardPort } from './frontEnd/pn532CardPort.js';

/** Member by member: those of a board needn't be enumerable. */
export function withDrivers(board: Board): Board {
  const { contactLine, nfc, clock } = board;
  const antenna = nfc === undefined ? undefined : new Pn532CardPort(nfc, clock);
  return {
    identity: board.identity,
    host: board.host,
    contact: contactLine === undefined ? board.contact : new ContactCardPort(contactLine, clock),
    contactless: antenna ?? board.contactless,
    nfc,
    contactLine,
    secure: board.secure,
    keys: board.keys,
    clock,
    display: board.display,
    firmware: board.firmware,
    records: board.records,
    configuration: board.configuration,
    cardsInField: () => antenna?.cardsInField() ?? board.cardsInField(),
    roleKey: (kind) => board.roleKey(kind),
    isTampered: () => board.isTampered(),
    start: (step) => board.start(step),
  };
}
