/**
 * An issuer's system for one card: what it puts there, signed, as the commands that carry it.
 * Source: docs/reference/wallet-applet.md, STORE DATA.   Floor: simulator.
 */

import { WRAPPED } from '@comptoir/firmware/cardBoard';
import * as tlv from '@comptoir/protocol';
import {
  type CardPreferences,
  encodeCardPreferences,
  encodeWalletProfile,
  TAG_C0_PROFILE_IDENTIFIER,
  TAG_DF61_KEY_SET,
  TAG_DF63_CARD_REFERENCE,
  type WalletProfile,
} from '@comptoir/protocol/wallet';
import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { seededBytes } from '../../seed.js';
import type { IssuerKeys, MadeCard } from './cardMaking.js';
import { wrapKey } from './cardSecure.js';

export const TAG = {
  signedObject: 0xe7,
  bankApplication: 0xe8,
  card: 0xdf20,
  issuer: 0xdf21,
  sequence: 0xdf22,
  action: 0xdf23,
  signature: 0xdf24,
  wrappedKey: 0xdf25,
  wrappedRsaKey: 0xdf26,
  lastDigits: 0xdf27,
  settledThrough: 0xdf2e,
} as const;

export const ACTION = { put: 1, balance: 2, block: 3, unblock: 4, remove: 5, order: 6, preferences: 7 } as const;

/** What a command carries at most, less than a short Lc allows. */
const BLOCK_BYTES = 240;
const LAST_BLOCK = 0x80;

/** An account, gift card, coupon or loyalty profile: what its own authoriser knows it by. */
export interface AuthoriserData {
  /** DF61. */
  readonly keySet: number;
  /** DF63, 16 bytes. */
  readonly cardReference: Uint8Array;
  /** K_card of DCA-1, 16 bytes. */
  readonly cardKey: Uint8Array;
}

export interface CardIssuer {
  /** Each gives the signed object; the next one has the next sequence number. */
  putProfile(profile: WalletProfile, data: AuthoriserData, lastDigits?: string): Uint8Array;
  /** @param bank objects inside E8, the wrapped keys among them */
  putBank(profile: WalletProfile, bank: readonly tlv.DataObject[], lastDigits: string): Uint8Array;
  /** @param settledThrough counter up to which the ledger knows what was prepared */
  setBalance(id: Uint8Array, amount: number, settledThrough: number): Uint8Array;
  block(id: Uint8Array): Uint8Array;
  unblock(id: Uint8Array): Uint8Array;
  remove(id: Uint8Array): Uint8Array;
  order(ids: readonly Uint8Array[]): Uint8Array;
  setPreferences(preferences: CardPreferences): Uint8Array;
  /** Any object inside E7, for whoever wants to see it refused. */
  sign(action: number, ...objects: readonly tlv.DataObject[]): Uint8Array;
  wrapAes(key: Uint8Array): Uint8Array;
  wrapRsa(crt: Uint8Array): Uint8Array;
}

/** @param sequence of the object before the first */
export function createCardIssuer(card: MadeCard, keys: IssuerKeys, sequence = 0): CardIssuer {
  let last = sequence;
  const random = seededBytes(`${tlv.toHex(card.identifier)}/issuer ${keys.position}/nonces`);
  const wrap = (kind: number, key: Uint8Array): Uint8Array => wrapKey(keys.wrapping, kind, random(12), key);
  const sign = (action: number, ...objects: readonly tlv.DataObject[]): Uint8Array => {
    last += 1;
    const signed = tlv.encodeTlv(
      tlv.template(
        TAG.signedObject,
        tlv.dataObject(TAG.card, card.identifier),
        tlv.dataObject(TAG.issuer, Uint8Array.of(keys.position)),
        tlv.dataObject(TAG.sequence, tlv.unsignedToBytes(last, 4)),
        tlv.dataObject(TAG.action, Uint8Array.of(action)),
        ...objects,
      ),
    );
    const signature = p256.sign(sha256(signed), keys.signing, { prehash: false, format: 'compact' });
    return tlv.concatBytes(signed, tlv.encodeTlv(tlv.dataObject(TAG.signature, signature)));
  };
  const named = (action: number, id: Uint8Array): Uint8Array =>
    sign(action, tlv.dataObject(TAG_C0_PROFILE_IDENTIFIER, id));
  return {
    putProfile: (profile, { keySet, cardReference, cardKey }, lastDigits = '') =>
      sign(
        ACTION.put,
        ...oneObject(encodeWalletProfile(profile)),
        tlv.dataObject(TAG.lastDigits, tlv.latin1ToBytes(lastDigits)),
        tlv.dataObject(TAG_DF61_KEY_SET, Uint8Array.of(keySet)),
        tlv.dataObject(TAG_DF63_CARD_REFERENCE, cardReference),
        tlv.dataObject(TAG.wrappedKey, wrap(WRAPPED.aes, cardKey)),
      ),
    putBank: (profile, bank, lastDigits) =>
      sign(
        ACTION.put,
        ...oneObject(encodeWalletProfile(profile)),
        tlv.dataObject(TAG.lastDigits, tlv.latin1ToBytes(lastDigits)),
        tlv.template(TAG.bankApplication, ...bank),
      ),
    setBalance: (id, amount, settledThrough) =>
      sign(
        ACTION.balance,
        tlv.dataObject(TAG_C0_PROFILE_IDENTIFIER, id),
        tlv.dataObject(tlv.TAG_9F02_AMOUNT_AUTHORISED, tlv.unsignedToBcd(amount, 6)),
        tlv.dataObject(TAG.settledThrough, tlv.unsignedToBytes(settledThrough, 2)),
      ),
    block: (id) => named(ACTION.block, id),
    unblock: (id) => named(ACTION.unblock, id),
    remove: (id) => named(ACTION.remove, id),
    order: (ids) => sign(ACTION.order, ...ids.map((id) => tlv.dataObject(TAG_C0_PROFILE_IDENTIFIER, id))),
    setPreferences: (preferences) => sign(ACTION.preferences, ...oneObject(encodeCardPreferences(preferences))),
    sign,
    wrapAes: (key) => wrap(WRAPPED.aes, key),
    wrapRsa: (crt) => wrap(WRAPPED.rsa, crt),
  };
}

function oneObject(bytes: Uint8Array): readonly tlv.DataObject[] {
  const decoded = tlv.decodeTlv(bytes);
  return decoded.ok ? decoded.objects : [];
}

/** STORE DATA: the commands that carry a signed object to the wallet applet, in order. */
export function storeData(object: Uint8Array): readonly Uint8Array[] {
  const commands: Uint8Array[] = [];
  for (let at = 0; at < object.length; at += BLOCK_BYTES) {
    const block = object.subarray(at, at + BLOCK_BYTES);
    const isLast = at + BLOCK_BYTES >= object.length;
    const header = Uint8Array.of(0x80, 0xe2, isLast ? LAST_BLOCK : 0, commands.length, block.length);
    commands.push(tlv.concatBytes(header, block));
  }
  return commands;
}
