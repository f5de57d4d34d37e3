/**
 * A card as it answers over T=0: data wait behind 61xx for GET RESPONSE, and a wrong Le is corrected with 6Cxx.
 * Source: EMV 4.4 Book 1 §9.3.1 and Annex A.   Floor: simulator world.
 */
import { concatBytes, NO_BYTES } from '@comptoir/protocol';
import type { Card } from '../../../machine/card.js';
import { INS, parseCommand, SW, status } from '../../../machine/commandApdu.js';
import type { T0Habits } from '../personalisation/cardProfile.js';

const STATUS_SIZE_BYTES = 2;

/** On contact only; on contactless the card answers as it is. */
export function t0Card(card: Card, { pieceBytes, announces, correctsLength }: T0Habits): Card {
  let isContact = false;
  let waiting: Uint8Array = NO_BYTES;
  const more = (): Uint8Array => {
    const length = announces === 'length' ? Math.min(waiting.length, pieceBytes) & 0xff : 0;
    return status(SW.bytesAvailable | length);
  };
  return {
    name: card.name,
    interface: card.interface,
    powerOn(usedInterface) {
      isContact = usedInterface === 'contact';
      waiting = NO_BYTES;
      card.powerOn(usedInterface);
    },
    transmit(bytes) {
      const command = parseCommand(bytes);
      if (!isContact || command === undefined) return card.transmit(bytes);
      if (command.ins === INS.getResponse && command.cla === 0x00) {
        if (waiting.length === 0) return status(SW.conditionsNotSatisfied);
        const given = Math.min(waiting.length, pieceBytes);
        const expected = command.expectedLength || 256;
        // Who was not told how much there is can't ask for it: Le 00 is wrong then, and corrected.
        if (correctsLength && expected !== given) return status(SW.wrongExpectedLength | (given & 0xff));
        const data = waiting.subarray(0, Math.min(expected, given));
        waiting = waiting.subarray(data.length);
        return concatBytes(data, waiting.length === 0 ? status(SW.success) : more());
      }
      waiting = NO_BYTES;
      const response = card.transmit(bytes);
      if (response === undefined || response.length <= STATUS_SIZE_BYTES) return response;
      const data = response.subarray(0, -STATUS_SIZE_BYTES);
      if (command.data.length > 0) {
        waiting = data;
        return more();
      }
      return !correctsLength || command.expectedLength === data.length % 256
        ? response
        : status(SW.wrongExpectedLength | (data.length & 0xff));
    },
    powerOff() {
      isContact = false;
      waiting = NO_BYTES;
      card.powerOff();
    },
  };
}
