/**
 * Why a card refused a signed object, in words. Some status words have several causes: what is known about the card tells them apart.
 * Source: docs/reference/wallet-applet.md, STORE DATA.   Floor: issuer.
 */
import { equalBytes, findObject, latin1FromBytes, toHex, unsignedToBytes } from '@comptoir/protocol';
import {
  ACTION,
  ISSUERS_MAX,
  OPERATOR,
  TAG_C0_PROFILE_IDENTIFIER,
  TAG_E1_WALLET_PROFILE,
  WALLET_PROFILES_MAX,
} from '@comptoir/protocol/wallet';
import { isSignedBy, type SignedObject } from './signedObject.js';

/** Each as far as it is known. */
export interface CardFacts {
  /** 8 bytes. */
  readonly identifier?: Uint8Array;
  /** Public keys, 64 bytes each, in the order of the card's list. */
  readonly issuers?: Uint8Array;
  /** How many the card holds. */
  readonly profiles?: number;
}

const KEY_BYTES = 64;
const NO_PROFILE_ROOM = `the card holds ${WALLET_PROFILES_MAX} profiles, and no more: remove one first`;
const NO_DIRECTORY_ROOM =
  "the card's directory (PPSE) is full: its activated bank and account profiles must fit in 256 bytes; put it deactivated, or block or remove another one first";
const DEBIT_PREPARED = 'a sale has taken from this profile and has not ended: end it first';

/** @param sw status word; 0: the card didn't answer @returns a sentence without its end; undefined: the card took it */
export function refusalWords(sw: number, object: SignedObject, card: CardFacts = {}): string | undefined {
  if (sw === 0x9000) return undefined;
  const { identifier } = card;
  const isOther = identifier !== undefined && !equalBytes(identifier, object.card);
  const otherCard = `it was signed for the card ${toHex(object.card)}`;
  if (isOther && (sw === 0x6982 || sw === 0x6985)) return `${otherCard}, and this is the card ${toHex(identifier)}`;
  switch (sw) {
    case 0:
      return 'the card is gone';
    case 0x6581:
      return 'the card could not keep it; nothing has changed';
    case 0x6700:
    case 0x6a86:
      return 'the card did not get it whole, or it is longer than 4,096 bytes';
    case 0x6982:
      return notAllowed(object, card);
    case 0x6985:
      return identifier === undefined ? `${otherCard}, and this is another one; or ${DEBIT_PREPARED}` : DEBIT_PREPARED;
    case 0x6a80:
      return 'it is malformed, or makes a profile that could not work: the card must open every key and read every list in it';
    case 0x6a84:
      return noRoom(card);
    case 0x6a88:
      return `the card holds no profile ${profileName(object)}`;
    case 0x6a89:
      return `the card took this object before, or a later one of issuer ${object.issuer}: this is number ${object.sequence}`;
    default:
      return `the card answered ${toHex(unsignedToBytes(sw & 0xffff, 2))}`;
  }
}

function notAllowed(object: SignedObject, { issuers }: CardFacts): string {
  const { issuer, action } = object;
  const notSigned = `the signature is not that of issuer ${issuer} of this card`;
  const notOwn =
    action === ACTION.order || action === ACTION.preferences
      ? `only issuer ${OPERATOR}, the card's operator, may do that`
      : `the profile ${profileName(object)} is another issuer's`;
  if (issuers === undefined) return `${notSigned}, or ${notOwn}`;
  if (issuer >= Math.min(ISSUERS_MAX, issuers.length / KEY_BYTES)) return `the card knows no issuer ${issuer}`;
  return isSignedBy(object, issuers.subarray(issuer * KEY_BYTES, (issuer + 1) * KEY_BYTES)) ? notOwn : notSigned;
}

function noRoom({ profiles }: CardFacts): string {
  if (profiles === undefined) return `${NO_PROFILE_ROOM}; or ${NO_DIRECTORY_ROOM}`;
  return profiles < WALLET_PROFILES_MAX ? NO_DIRECTORY_ROOM : NO_PROFILE_ROOM;
}

/** As text when it is printable, else hexadecimal; what the object doesn't name is nameless. */
export function profileName({ objects }: Pick<SignedObject, 'objects'>): string {
  const listed = findObject(objects, TAG_E1_WALLET_PROFILE)?.children ?? objects;
  const id = findObject(listed, TAG_C0_PROFILE_IDENTIFIER)?.value;
  return id === undefined ? '(without a name)' : printable(id);
}

/** @param bytes untrusted: no control characters come through */
export function printable(bytes: Uint8Array): string {
  return bytes.length > 0 && bytes.every((byte) => byte >= 0x20 && byte <= 0x7e)
    ? latin1FromBytes(bytes)
    : toHex(bytes);
}
