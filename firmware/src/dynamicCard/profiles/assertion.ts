/**
 * DCA-1: what a profile says to its own authoriser, and nobody else can make or use again. Gift cards, coupons and points say the
 * same about a debit, with the sale's key at the end and under a session key of another label.
 * Source: docs/reference/wallet-applet.md, DCA-1.   Floor: dynamicCard.
 *
 *   session key = AES-CMAC(card key, label 1 | 9F36 2 | 00 x 7)        label 02 account, 03 debit
 *   9F26        = first 8 bytes of AES-CMAC(session key, 9F02 5F2A 9A 9F1C DF60 9F36 DF61 DF62 [DF77])
 */
import * as tlv from '@comptoir/protocol';
import { WRAPPED } from '@comptoir/protocol/wallet';
import { CARD_KEY, type CardSecure } from '../../board/cardBoard.js';
import * as tags from '../command/cardTags.js';
import type { StoredProfile } from './profileStore.js';

export const LABEL_ACCOUNT = 0x02;
export const LABEL_DEBIT = 0x03;
/** Flag in DF62: the holder was verified on the device. */
const FLAG_HOLDER_VERIFIED = 0x01;
const CRYPTOGRAM_BYTES = 8;

/** An object that a command must hold. */
export interface Wanted {
  readonly tag: number;
  /** In bytes; undefined: any. */
  readonly length: number | undefined;
}

/** What the reader gives, in the order of the cryptogram. */
export const ASSERTED: readonly Wanted[] = [
  { tag: tlv.TAG_9F02_AMOUNT_AUTHORISED, length: 6 },
  { tag: tlv.TAG_5F2A_TRANSACTION_CURRENCY_CODE, length: 2 },
  { tag: tlv.TAG_9A_TRANSACTION_DATE, length: 3 },
  { tag: tlv.TAG_9F1C_TERMINAL_IDENTIFICATION, length: 8 },
  { tag: tags.TAG_DF60_NONCE, length: 8 },
];

/**
 * @param data untrusted
 * @returns the objects that the list names, in its order; undefined unless each is there once in its length, and nothing else
 */
export function exactObjects(data: Uint8Array, list: readonly Wanted[]): readonly tlv.DataObject[] | undefined {
  const decoded = tlv.decodeTlv(data, tlv.CARD_TLV_LIMITS);
  if (!decoded.ok || decoded.objects.length !== list.length) return undefined;
  const objects: tlv.DataObject[] = [];
  for (const { tag, length } of list) {
    const object = tlv.findObject(decoded.objects, tag);
    if (object === undefined || object.value.length !== (length ?? object.value.length)) return undefined;
    objects.push(object);
  }
  return objects;
}

/** What an issuer wraps a profile's keys with: its own, so that none can read another's. */
function issuerTransportKey(secure: CardSecure, issuer: number): number {
  const label = tlv.concatBytes(tlv.latin1ToBytes('issuer'), Uint8Array.of(issuer));
  return secure.deriveCmac(secure.findKey(CARD_KEY.transport), label);
}

/** @param kind a value of WRAPPED @param block untrusted @returns a handle that the caller erases, or 0 */
export function unwrapKey(secure: CardSecure, issuer: number, kind: number, block: Uint8Array): number {
  const transport = issuerTransportKey(secure, issuer);
  const key = secure.unwrapKey(transport, kind, block);
  secure.eraseKey(transport);
  return key;
}

/**
 * @param objects  ASSERTED, as the reader gave them
 * @param counter  9F36, kept already
 * @param planId  DF77 of a debit; no bytes for an account
 * @returns 77 with 9F36, DF63, DF61, DF62 and 9F26; undefined when the profile has no key
 */
export function assertion(
  secure: CardSecure,
  profile: StoredProfile,
  label: number,
  objects: readonly tlv.DataObject[],
  counter: number,
  planId: Uint8Array,
): Uint8Array | undefined {
  const cardKey = unwrapKey(secure, profile.issuer, WRAPPED.aes, profile.wrappedKey);
  if (cardKey === 0) return undefined;
  const atc = tlv.dataObject(tlv.TAG_9F36_APPLICATION_TRANSACTION_COUNTER, tlv.unsignedToBytes(counter, 2));
  const keySet = tlv.dataObject(tags.TAG_DF61_KEY_SET, profile.keySet);
  const isVerified = profile.listed.isHolderVerified === true;
  const flags = tlv.dataObject(tags.TAG_DF62_CARD_FLAGS, Uint8Array.of(isVerified ? FLAG_HOLDER_VERIFIED : 0));
  const sale = planId.length === 0 ? [] : [tlv.dataObject(tags.TAG_DF77_SALE_KEY, planId)];
  const sessionKey = secure.deriveCmac(cardKey, tlv.concatBytes(Uint8Array.of(label), atc.value, new Uint8Array(7)));
  const mac = secure.cmac(sessionKey, tlv.encodeTlv(...objects, atc, keySet, flags, ...sale));
  secure.eraseKey(sessionKey);
  secure.eraseKey(cardKey);
  return tlv.encodeTlv(
    tlv.template(
      tlv.TAG_77_RESPONSE_FORMAT_2,
      atc,
      tlv.dataObject(tags.TAG_DF63_CARD_REFERENCE, profile.cardReference),
      keySet,
      flags,
      tlv.dataObject(tlv.TAG_9F26_APPLICATION_CRYPTOGRAM, mac.subarray(0, CRYPTOGRAM_BYTES)),
    ),
  );
}
