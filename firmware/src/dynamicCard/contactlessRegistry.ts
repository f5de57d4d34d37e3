/**
 * The contactless registry: which applications are activated, and in which order. Its holder opens it with the button; a reader
 * that was not invited is told nothing and changes nothing.
 * Source: GlobalPlatform Amendment C, as docs/reference/wallet-applet.md has it.   Floor: dynamicCard.
 */
import * as tlv from '@comptoir/protocol';
import { ACTIVATED, DEACTIVATED, LOCKED } from '@comptoir/protocol/wallet';
import { type Applet, type CardCommand, INS, SW, status, success } from './command/cardCommand.js';
import * as tags from './command/cardTags.js';
import { changedProfiles } from './profiles/cardMemory.js';
import { CRS_AID, fci, fitsDirectory } from './profiles/directory.js';
import { activationOf, groupOf, type HeldProfile, isFunding, type Wallet } from './profiles/wallet.js';

/** Life cycle state: selectable. */
const SELECTABLE = 0x07;
const RESPONSE_BYTES_MAX = 256;
const APPLICATIONS = 0x40;
const FIRST = 0x00;
const NEXT = 0x01;
// SET STATUS, P1 and P2.
const AVAILABILITY = 0x01;
const PRIORITY = 0x02;
const HIGHEST = 0x01;
const LOWEST = 0x81;
const VOLATILE = 0x02;
const VOLATILE_RESET = 0x82;

/** @param mayManage whether the holder opened the card */
export function contactlessRegistry(wallet: Wallet, mayManage: () => boolean): Applet {
  let listedSoFar = 0;

  function getStatus({ p1, p2, data }: CardCommand): Uint8Array {
    if (p1 !== APPLICATIONS || (p2 !== FIRST && p2 !== NEXT)) return status(SW.wrongParameters);
    const decoded = tlv.decodeTlv(data, tlv.CARD_TLV_LIMITS);
    const asked = decoded.ok ? tlv.findObject(decoded.objects, tlv.TAG_4F_APPLICATION_IDENTIFIER)?.value : undefined;
    if (asked === undefined) return status(SW.wrongData);
    const found = wallet
      .held()
      .filter((held) => isFunding(held) && tlv.startsWithBytes(held.stored.listed.aid ?? tlv.NO_BYTES, asked));
    if (p2 === FIRST) listedSoFar = 0;
    if (listedSoFar >= found.length) return status(SW.dataNotFound);
    let answer: Uint8Array = tlv.NO_BYTES;
    for (; listedSoFar < found.length; listedSoFar += 1) {
      const longer = tlv.concatBytes(answer, registryEntry(wallet, found[listedSoFar] as HeldProfile));
      if (longer.length > RESPONSE_BYTES_MAX) return success(answer, SW.moreData);
      answer = longer;
    }
    return success(answer);
  }

  function setStatus({ p1, p2, data }: CardCommand): Uint8Array {
    const decoded = tlv.decodeTlv(data, tlv.CARD_TLV_LIMITS);
    const [name] = decoded.ok && decoded.objects.length === 1 ? decoded.objects : [];
    if (name?.tag !== tlv.TAG_4F_APPLICATION_IDENTIFIER) return status(SW.wrongData);
    const held = wallet
      .held()
      .find((one) => isFunding(one) && tlv.equalBytes(one.stored.listed.aid ?? tlv.NO_BYTES, name.value));
    if (held === undefined) return status(SW.dataNotFound);
    if (p1 === AVAILABILITY && (p2 === ACTIVATED || p2 === DEACTIVATED)) return status(activate(held, p2));
    if (p1 !== PRIORITY) return status(SW.wrongParameters);
    switch (p2) {
      case HIGHEST:
      case LOWEST:
        return status(move(held, p2 === HIGHEST));
      case VOLATILE:
        if (activationOf(wallet, held) !== ACTIVATED) return status(SW.conditionsNotSatisfied);
        wallet.setVolatileChoice(groupOf(held));
        return status(SW.success);
      case VOLATILE_RESET:
        wallet.setVolatileChoice(tlv.NO_BYTES);
        return status(SW.success);
      default:
        return status(SW.wrongParameters);
    }
  }

  function activate(held: HeldProfile, activation: number): number {
    if (activationOf(wallet, held) === LOCKED) return SW.conditionsNotSatisfied;
    const { memory } = wallet;
    const profiles = changedProfiles(memory.content.profiles, held.entry.slot, { activation });
    if (activation === ACTIVATED && !fitsDirectory(wallet.payingOf(profiles))) return SW.noRoom;
    return memory.keep({ profiles }) ? SW.success : SW.memoryFailure;
  }

  function move({ entry }: HeldProfile, isFirst: boolean): number {
    const others = wallet.memory.content.profiles.filter(({ slot }) => slot !== entry.slot);
    const profiles = isFirst ? [entry, ...others] : [...others, entry];
    return wallet.memory.keep({ profiles }) ? SW.success : SW.memoryFailure;
  }

  return {
    fci: fci(CRS_AID),
    transmit(command) {
      if (command.ins !== INS.getStatus && command.ins !== INS.setStatus) return status(SW.unknownInstruction);
      if (command.cla !== 0x80) return status(SW.unknownClass);
      if (!mayManage()) return status(SW.securityStatusNotSatisfied);
      return command.ins === INS.getStatus ? getStatus(command) : setStatus(command);
    },
    close() {},
  };
}

function registryEntry(wallet: Wallet, held: HeldProfile): Uint8Array {
  return tlv.encodeTlv(
    tlv.template(
      tlv.TAG_61_APPLICATION_TEMPLATE,
      tlv.dataObject(tlv.TAG_4F_APPLICATION_IDENTIFIER, held.stored.listed.aid ?? tlv.NO_BYTES),
      tlv.dataObject(tags.TAG_9F70_LIFE_CYCLE, Uint8Array.of(SELECTABLE, activationOf(wallet, held))),
    ),
  );
}
