/**
 * Tells the authorisers behind a simulated reader what a card in a file holds. Their ledgers begin anew with each command, so they take
 * the card's figures; with real ones it is the other way round, and the card's figure is the copy.
 * Floor: simulator world.
 */

import { developmentKeySet } from '@comptoir/issuer';
import type { Instrument } from '@comptoir/issuer/authorisers';
import {
  decodeTlv,
  findObject,
  NO_BYTES,
  TAG_9F02_AMOUNT_AUTHORISED,
  toHex,
  unsignedFromBcd,
} from '@comptoir/protocol';
import * as wallet from '@comptoir/protocol/wallet';
import { currencyOf } from '@comptoir/sdk';
import { ecb } from '@noble/ciphers/aes.js';
import type { Authorisers } from '../../acquirer/developmentAuthorisers.js';
import { DEVELOPMENT_MERCHANT } from '../../configuration.js';
import { listPending, listWallet } from '../dynamic/walletReader.js';
import type { FileCard } from './fileCard.js';

const ACCOUNT_BYTES = 8;
const EURO = 978;
/** Of a coupon that takes off a percentage. */
const COUPON_MOST = 100_000;

/** Of gift cards, coupons and points. What the catalogue's card holds under the same number stays as it is. */
export function introduceCard(card: FileCard, { gifts }: Pick<Authorisers, 'gifts'>): void {
  const accounts = accountsOn(card);
  card.powerOn('contactless');
  const { profiles } = listWallet(card, DEVELOPMENT_MERCHANT.merchantIdentifier);
  const pending = listPending(card).map(inside);
  card.powerOff();
  for (const objects of profiles.map(inside)) {
    const id = objects(wallet.TAG_C0_PROFILE_IDENTIFIER);
    const reserved = pending
      .filter((debit) => toHex(debit(wallet.TAG_C0_PROFILE_IDENTIFIER)) === toHex(id))
      .reduce((sum, debit) => sum + (unsignedFromBcd(debit(TAG_9F02_AMOUNT_AUTHORISED)) ?? 0), 0);
    const instrument = instrumentOf(objects, reserved);
    if (instrument !== undefined) for (const account of accounts.get(toHex(id)) ?? []) gifts.issue(account, instrument);
  }
}

/** The value of the object with that tag; no bytes when there is none. */
type Objects = (tag: number) => Uint8Array;

function inside(bytes: Uint8Array): Objects {
  const decoded = decodeTlv(bytes);
  const objects = (decoded.ok ? decoded.objects[0]?.children : undefined) ?? [];
  const rule = findObject(objects, wallet.TAG_E2_COUPON_RULE)?.children ?? [];
  return (tag) => findObject([...objects, ...rule], tag)?.value ?? NO_BYTES;
}

function instrumentOf(objects: Objects, reserved: number): Instrument | undefined {
  const letters = String.fromCharCode(...objects(wallet.TAG_C9_CURRENCY));
  const currency = currencyOf(letters)?.numeric ?? EURO;
  const amount = (tag: number): number | undefined =>
    objects(tag).length === 0 ? undefined : unsignedFromBcd(objects(tag));
  switch (objects(wallet.TAG_C1_PROFILE_KIND)[0]) {
    case wallet.KIND_GIFT:
    case wallet.KIND_LOYALTY: {
      const left = amount(wallet.TAG_CA_BALANCE) ?? amount(wallet.TAG_D7_POINTS_VALUE);
      return left === undefined ? undefined : { kind: 'value', currency, balance: left + reserved };
    }
    case wallet.KIND_COUPON: {
      const serial = String.fromCharCode(...objects(wallet.TAG_D6_SERIAL));
      return { kind: 'coupon', currency, serial, most: amount(wallet.TAG_CD_AMOUNT_OFF) ?? COUPON_MOST };
    }
    default:
      return undefined;
  }
}

/** Numbers at the development authorisers, by the profile's id. A profile that was replaced is still in the card's memory. */
function accountsOn(card: FileCard): ReadonlyMap<string, readonly bigint[]> {
  const { referenceKey } = developmentKeySet();
  const found = new Map<string, bigint[]>();
  for (const record of card.records().values()) {
    const decoded = decodeTlv(record);
    const objects = decoded.ok ? decoded.objects : [];
    const listed = findObject(objects, wallet.TAG_E1_WALLET_PROFILE)?.children ?? [];
    const id = findObject(listed, wallet.TAG_C0_PROFILE_IDENTIFIER)?.value;
    const reference = findObject(objects, wallet.TAG_DF63_CARD_REFERENCE)?.value;
    if (id === undefined || reference === undefined) continue;
    const identity = ecb(referenceKey, { disablePadding: true }).decrypt(reference);
    const account = BigInt(`0x${toHex(identity.subarray(0, ACCOUNT_BYTES))}`);
    found.set(toHex(id), [...(found.get(toHex(id)) ?? []), account]);
  }
  return found;
}
