/**
 * The twin of the dynamic card as an engine of the simulator's: the script that is linked in, whatever script is given, against the
 * simulator's board; keys and cryptography are the twin's own.
 */

import { seededBytes } from '@comptoir/crypto/seed';
import { latin1FromBytes, latin1ToBytes, NO_BYTES, unsignedToBytes } from '@comptoir/protocol';
import type { ProvisionedCardKey } from '../../../simulator/src/machine/board/keys/softwareKeys.js';
import type { Load } from '../../../simulator/src/machine/targets/target.js';
import type { CardBoard } from '../../src/board/cardBoard.js';
import { startChild } from './childExchange.js';
import { runStep, send, setUpKeys, type TwinEnds, type TwinKind, trackEnds, truth, twinProgram } from './hostTarget.js';

/** @param keys that the card was made with */
export function cardTarget(kind: TwinKind, keys: readonly ProvisionedCardKey[]): TwinEnds & { readonly load: Load } {
  const ends = trackEnds();
  let starts = 0;
  return {
    all: ends.all,
    load(_script, given) {
      const board = given as CardBoard;
      const child = startChild(twinProgram(kind, 'card'));
      starts += 1;
      send(child, 'I', latin1ToBytes('Comptoir host twin card\0TWIN'));
      setUpKeys(child, keys, seededBytes(`twin/${starts}`));
      if (board.nfc !== undefined) send(child, 'N', NO_BYTES);
      const answerTo = (name: string, payload: Uint8Array): Uint8Array | undefined => answerCall(board, name, payload);
      board.start(() => runStep(child, answerTo));
      return { dispose: () => ends.add(child) };
    },
  };
}

/** One function of cardBoard.h, by the letter that boards/host/cardHost.c or portHost.c calls it with. */
function answerCall(board: CardBoard, name: string, payload: Uint8Array): Uint8Array | undefined {
  switch (name) {
    case 'i':
      return board.identifier();
    case 'y':
      return board.issuers();
    case 'p':
      return Uint8Array.of(board.field.power());
    case 'c':
      return board.field.receive();
    case 't':
      board.field.send(payload);
      return undefined;
    case 'b':
      return truth(board.button.isPressed());
    case 'o':
      board.display.show(
        latin1FromBytes(payload.subarray(0, payload.indexOf(0))),
        latin1FromBytes(payload.subarray(payload.indexOf(0) + 1)),
      );
      return undefined;
    case 'w':
      return truth(board.nfc?.write(payload) ?? false);
    case 'd':
      return board.nfc?.read();
    case 'g':
      return board.records.read(payload[0] ?? 0);
    case 'a':
      return truth(board.records.write(payload[0] ?? 0, payload.subarray(1)));
    case 'u':
      return unsignedToBytes(board.clock.uptimeMs(), 6);
    default:
      throw new Error(`the twin calls ${name}, which no card has`);
  }
}
