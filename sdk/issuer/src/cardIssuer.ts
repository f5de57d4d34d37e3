/**
 * An issuer's system for one card: what it puts there, signed.
 * Source: docs/reference/wallet-applet.md, STORE DATA.   Floor: issuer.
 */
import * as tlv from '@comptoir/protocol';
import * as wallet from '@comptoir/protocol/wallet';
import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { type IssuerKeys, wrapKey } from './issuerKeys.js';
import type { AuthoriserData } from './profileKeys.js';

const NONCE_BYTES = 12;

export interface CardIssuerOptions {
  /** Of the card, 8 bytes. */
  readonly card: Uint8Array;
  readonly keys: IssuerKeys;
  /** Of the object before the first; 0 when there was none. */
  readonly sequence: number;
  readonly random: (length: number) => Uint8Array;
}

export interface CardIssuer {
  /** Each gives the signed object; the next one has the next sequence number. */
  putProfile(profile: wallet.WalletProfile, data: AuthoriserData, lastDigits?: string): Uint8Array;
  /** @param bank objects inside E8, the wrapped keys among them */
  putBank(profile: wallet.WalletProfile, bank: readonly tlv.DataObject[], lastDigits: string): Uint8Array;
  /** @param amount minor units @param settledThrough counter up to which the ledger knows what was prepared */
  setBalance(id: Uint8Array, amount: number, settledThrough: number): Uint8Array;
  block(id: Uint8Array): Uint8Array;
  unblock(id: Uint8Array): Uint8Array;
  remove(id: Uint8Array): Uint8Array;
  order(ids: readonly Uint8Array[]): Uint8Array;
  setPreferences(preferences: wallet.CardPreferences): Uint8Array;
  /** Any object inside E7, for whoever wants to see it refused. @param action a value of ACTION */
  sign(action: number, ...objects: readonly tlv.DataObject[]): Uint8Array;
  wrapAes(key: Uint8Array): Uint8Array;
  /** @param crt p | q | d mod p-1 | d mod q-1 | q^-1 mod p */
  wrapRsa(crt: Uint8Array): Uint8Array;
}

export function createCardIssuer({ card, keys, sequence, random }: CardIssuerOptions): CardIssuer {
  let last = sequence;
  const wrap = (kind: number, key: Uint8Array): Uint8Array => wrapKey(keys.wrapping, kind, random(NONCE_BYTES), key);
  const sign = (action: number, ...objects: readonly tlv.DataObject[]): Uint8Array => {
    last += 1;
    const signed = tlv.encodeTlv(
      tlv.template(
        wallet.TAG_E7_SIGNED_OBJECT,
        tlv.dataObject(wallet.TAG_DF20_CARD_IDENTIFIER, card),
        tlv.dataObject(wallet.TAG_DF21_ISSUER, Uint8Array.of(keys.position)),
        tlv.dataObject(wallet.TAG_DF22_SEQUENCE, tlv.unsignedToBytes(last, 4)),
        tlv.dataObject(wallet.TAG_DF23_ACTION, Uint8Array.of(action)),
        ...objects,
      ),
    );
    const signature = p256.sign(sha256(signed), keys.signing, { prehash: false, format: 'compact' });
    return tlv.concatBytes(signed, tlv.encodeTlv(tlv.dataObject(wallet.TAG_DF24_SIGNATURE, signature)));
  };
  const named = (id: Uint8Array): tlv.DataObject => tlv.dataObject(wallet.TAG_C0_PROFILE_IDENTIFIER, id);
  const digits = (text: string): tlv.DataObject => tlv.dataObject(wallet.TAG_DF27_LAST_DIGITS, tlv.latin1ToBytes(text));
  return {
    putProfile: (profile, { keySet, cardReference, cardKey }, lastDigits = '') =>
      sign(
        wallet.ACTION.put,
        ...objectsIn(wallet.encodeWalletProfile(profile)),
        digits(lastDigits),
        tlv.dataObject(wallet.TAG_DF61_KEY_SET, Uint8Array.of(keySet)),
        tlv.dataObject(wallet.TAG_DF63_CARD_REFERENCE, cardReference),
        tlv.dataObject(wallet.TAG_DF25_WRAPPED_KEY, wrap(wallet.WRAPPED.aes, cardKey)),
      ),
    putBank: (profile, bank, lastDigits) =>
      sign(
        wallet.ACTION.put,
        ...objectsIn(wallet.encodeWalletProfile(profile)),
        digits(lastDigits),
        tlv.template(wallet.TAG_E8_BANK_APPLICATION, ...bank),
      ),
    setBalance: (id, amount, settledThrough) =>
      sign(
        wallet.ACTION.balance,
        named(id),
        tlv.dataObject(tlv.TAG_9F02_AMOUNT_AUTHORISED, tlv.unsignedToBcd(amount, 6)),
        tlv.dataObject(wallet.TAG_DF2E_SETTLED_THROUGH, tlv.unsignedToBytes(settledThrough, 2)),
      ),
    block: (id) => sign(wallet.ACTION.block, named(id)),
    unblock: (id) => sign(wallet.ACTION.unblock, named(id)),
    remove: (id) => sign(wallet.ACTION.remove, named(id)),
    order: (ids) => sign(wallet.ACTION.order, ...ids.map(named)),
    setPreferences: (preferences) =>
      sign(wallet.ACTION.preferences, ...objectsIn(wallet.encodeCardPreferences(preferences))),
    sign,
    wrapAes: (key) => wrap(wallet.WRAPPED.aes, key),
    wrapRsa: (crt) => wrap(wallet.WRAPPED.rsa, crt),
  };
}

function objectsIn(bytes: Uint8Array): readonly tlv.DataObject[] {
  const decoded = tlv.decodeTlv(bytes);
  return decoded.ok ? decoded.objects : [];
}
