/**
 * An account that pays without a card number: one assertion a selection, then SELECT again.
 * Source: docs/reference/wallet-applet.md, DCA-1.   Floor: dynamicCard.
 */
import * as tlv from '@comptoir/protocol';
import { type Applet, INS, SW, status, success } from './command/cardCommand.js';
import * as tags from './command/cardTags.js';
import { ASSERTED, assertion, exactObjects, LABEL_ACCOUNT } from './profiles/assertion.js';
import { fci } from './profiles/directory.js';
import type { HeldProfile, Wallet } from './profiles/wallet.js';

const ONLINE_CRYPTOGRAM = 0x80;

export function accountApplet(wallet: Wallet, { stored }: HeldProfile): Applet {
  let isSpent = false;
  const pdol = tlv.concatBytes(
    ...ASSERTED.map(({ tag, length }) =>
      tlv.concatBytes(tlv.unsignedToBytes(tag, tag > 0xff ? 2 : 1), Uint8Array.of(length ?? 0)),
    ),
  );
  return {
    fci: fci(
      stored.listed.aid ?? tlv.NO_BYTES,
      tlv.dataObject(tlv.TAG_50_APPLICATION_LABEL, stored.listed.label ?? tlv.NO_BYTES),
      tlv.dataObject(tlv.TAG_9F38_PDOL, pdol),
      tlv.dataObject(tags.TAG_DF61_KEY_SET, stored.keySet),
      tlv.dataObject(tags.TAG_DF63_CARD_REFERENCE, stored.cardReference),
    ),
    transmit({ cla, ins, p1, p2, data }) {
      if (ins !== INS.generateAc) return status(SW.unknownInstruction);
      if (cla !== 0x80) return status(SW.unknownClass);
      if (p1 !== ONLINE_CRYPTOGRAM || p2 !== 0) return status(SW.wrongParameters);
      if (isSpent) return status(SW.conditionsNotSatisfied);
      const objects = exactObjects(data, ASSERTED);
      if (objects === undefined) return status(SW.wrongData);
      const counter = wallet.memory.nextCounter(stored.slot);
      if (counter === undefined) return status(SW.memoryFailure);
      isSpent = true;
      const answer = assertion(wallet.board.secure, stored, LABEL_ACCOUNT, objects, counter, tlv.NO_BYTES);
      return answer === undefined ? status(SW.conditionsNotSatisfied) : success(answer);
    },
    close() {},
  };
}
