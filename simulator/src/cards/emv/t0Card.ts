/**
 * A card as it answers over T=0: data wait behind 61xx for GET RESPONSE, and a wrong Le is corrected with 6Cxx.
 * Source: EMV 4.4 Book 1 §9.3.1 and Annex A.   Floor: simulator.
 */
import { NO_BYTES } from '@comptoir/protocol';
import type { Card } from '../card.js';
import { INS, parseCommand, SW, status, success } from '../commandApdu.js';

const STATUS_SIZE_BYTES = 2;

/** On contact only; on contactless the card answers as it is. */
export function t0Card(card: Card): Card {
  let isContact = false;
  let waiting: Uint8Array = NO_BYTES;
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
        if (command.expectedLength !== waiting.length % 256)
          return status(SW.wrongExpectedLength | (waiting.length & 0xff));
        const data = waiting;
        waiting = NO_BYTES;
        return success(data);
      }
      waiting = NO_BYTES;
      const response = card.transmit(bytes);
      if (response === undefined || response.length <= STATUS_SIZE_BYTES) return response;
      const data = response.subarray(0, -STATUS_SIZE_BYTES);
      if (command.data.length > 0) {
        waiting = data;
        return status(SW.bytesAvailable | (data.length & 0xff));
      }
      return command.expectedLength === data.length % 256
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
