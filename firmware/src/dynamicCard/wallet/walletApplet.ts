/**
 * The card's own wallet: it lists what the card holds to a reader that proved itself, and takes coupons and gift cards.
 * Source: docs/reference/wallet-applet.md.   Floor: dynamicCard.
 */
import * as tlv from '@comptoir/protocol';
import {
  encodeCardPreferences,
  KIND_GIFT,
  KIND_LOYALTY,
  SIGNED_OBJECT_BYTES_MAX,
  TAG_C0_PROFILE_IDENTIFIER,
  TAG_C1_PROFILE_KIND,
  TAG_C2_ACTIVATION_STATE,
  TAG_CA_BALANCE,
  TAG_CB_MERCHANT,
  TAG_D7_POINTS_VALUE,
  TAG_E1_WALLET_PROFILE,
  WALLET_AID,
} from '@comptoir/protocol/wallet';
import { CARD_KEY } from '../../board/cardBoard.js';
import { type Applet, type CardCommand, INS, SW, status, success } from '../command/cardCommand.js';
import * as tags from '../command/cardTags.js';
import { personalise } from '../personalisation/personalisation.js';
import { fci } from '../profiles/directory.js';
import { readListedObjects } from '../profiles/profileStore.js';
import { activationOf, type HeldProfile, type Wallet } from '../profiles/wallet.js';
import { debitCommand, isForMerchant, pendingObjects } from './debit.js';
import { authenticateReader, type KnownReader, NONCE_BYTES } from './readerAuthentication.js';

const COMMANDS: readonly number[] = [INS.authenticateReader, INS.getData, INS.redeem, INS.storeData];
const LAST_BLOCK = 0x80;
const AMOUNT_BYTES = 6;
const LIST_PROFILES = 0x01;
const LIST_PREFERENCES = 0x02;
const LIST_PENDING = 0x03;
/** Shown of an object that is for other merchants. */
const SHOWN_TO_OTHERS: readonly number[] = [
  TAG_C0_PROFILE_IDENTIFIER,
  TAG_C1_PROFILE_KIND,
  TAG_C2_ACTIVATION_STATE,
  TAG_CB_MERCHANT,
];

/** Where the reader that proved itself is kept for the rest of the tap. */
export interface ReaderPlace {
  reader: KnownReader | undefined;
}

export function walletApplet(wallet: Wallet, place: ReaderPlace): Applet {
  const { secure } = wallet.board;
  const keyId = secure.keyIdentifier(secure.findKey(CARD_KEY.readers));
  /** Blocks of a signed object so far, and how many bytes they are. */
  let staged: Uint8Array[] = [];
  /** Good for one attempt. */
  let nonce: Uint8Array | undefined = secure.random(NONCE_BYTES);

  function authenticate({ p1, p2, data }: CardCommand): Uint8Array {
    if (p1 !== 0) return status(SW.wrongParameters);
    const offered = nonce;
    nonce = undefined;
    place.reader = undefined;
    if (offered === undefined) return status(SW.conditionsNotSatisfied);
    const answer = authenticateReader(secure, p2, offered, data);
    if (answer.ok) {
      place.reader = answer.reader;
      return success(answer.mac);
    }
    switch (answer.fault) {
      case 'LENGTH':
        return status(SW.wrongLength);
      case 'MERCHANT':
        return status(SW.wrongData);
      case 'KEY':
        return status(SW.dataNotFound);
      case 'MAC':
        return status(SW.securityStatusNotSatisfied);
    }
  }

  /** P1 80: the last block; P2: its number. */
  function storeData({ p1, p2, data }: CardCommand): Uint8Array {
    const blocks = p2 === 0 ? [] : staged;
    staged = [];
    if ((p1 !== 0 && p1 !== LAST_BLOCK) || p2 !== blocks.length) return status(SW.wrongParameters);
    const length = blocks.reduce((sum, block) => sum + block.length, data.length);
    if (data.length === 0 || length > SIGNED_OBJECT_BYTES_MAX) return status(SW.wrongLength);
    blocks.push(data.slice());
    if (p1 === LAST_BLOCK) return status(personalise(wallet, tlv.concatBytes(...blocks)));
    staged = blocks;
    return status(SW.success);
  }

  function list(reader: KnownReader, p1: number, p2: number): Uint8Array {
    if (p1 === LIST_PROFILES) {
      const held = wallet.held()[p2];
      return held === undefined ? status(SW.recordNotFound) : success(listedObject(wallet, held, reader));
    }
    if (p1 === LIST_PREFERENCES && p2 === 0) return success(encodeCardPreferences(wallet.preferences()));
    if (p1 !== LIST_PENDING) return status(SW.wrongParameters);
    const pending = pendingObjects(wallet, reader)[p2];
    return pending === undefined ? status(SW.recordNotFound) : success(tlv.encodeTlv(pending));
  }

  return {
    fci: fci(
      WALLET_AID,
      tlv.dataObject(tags.TAG_DF78_CARD_NONCE, nonce),
      tlv.dataObject(tags.TAG_DF79_READER_KEY_ID, keyId),
    ),
    transmit(command) {
      const { cla, ins, p1, p2, data } = command;
      if (!COMMANDS.includes(ins)) return status(SW.unknownInstruction);
      if (cla !== 0x80) return status(SW.unknownClass);
      if (ins === INS.authenticateReader) return authenticate(command);
      if (ins === INS.storeData) return storeData(command);
      if (place.reader === undefined) return status(SW.securityStatusNotSatisfied);
      if (ins === INS.redeem) return debitCommand(wallet, place.reader, p1, p2, data);
      return data.length > 0 ? status(SW.wrongLength) : list(place.reader, p1, p2);
    },
    close() {},
  };
}

/** E1 as it's now. */
function listedObject(wallet: Wallet, held: HeldProfile, reader: KnownReader): Uint8Array {
  const { records } = wallet.board;
  const isShown = isForMerchant(held, reader);
  const objects = readListedObjects(records, held.entry.slot).filter(
    ({ tag }) => isShown || SHOWN_TO_OTHERS.includes(tag),
  );
  return tlv.encodeTlv(tlv.template(TAG_E1_WALLET_PROFILE, ...objects.map((object) => current(wallet, held, object))));
}

function current(wallet: Wallet, held: HeldProfile, object: tlv.DataObject): tlv.DataObject {
  const { kind } = held.stored.listed;
  if (object.tag === TAG_C2_ACTIVATION_STATE)
    return tlv.dataObject(object.tag, Uint8Array.of(activationOf(wallet, held)));
  const isAmount =
    (object.tag === TAG_CA_BALANCE && kind === KIND_GIFT) ||
    (object.tag === TAG_D7_POINTS_VALUE && kind === KIND_LOYALTY);
  const available = wallet.memory.available(held.entry.slot);
  return isAmount && available !== undefined
    ? tlv.dataObject(object.tag, tlv.unsignedToBcd(available, AMOUNT_BYTES))
    : object;
}
