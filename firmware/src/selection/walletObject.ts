/**
 * The wallet list objects E1 and E3, read from a card that may be hostile. Limits come before memory: an object is at most
 * one response APDU.
 * Source: docs/reference/wallet-list.md.   Floor: selection.
 * Memory: bytes of what it returns are views of the input; a full card's own would be 20 KB on the chip.
 */
import {
  type DataObject,
  decodeTlv,
  findObject,
  NO_BYTES,
  TAG_4F_APPLICATION_IDENTIFIER,
  TAG_5F24_APPLICATION_EXPIRATION_DATE,
  TAG_9F2A_KERNEL_IDENTIFIER,
  TAG_50_APPLICATION_LABEL,
  TAG_87_APPLICATION_PRIORITY_INDICATOR,
  type TlvLimits,
  unsignedFromBcd,
} from '@comptoir/protocol';
import * as wallet from '@comptoir/protocol/wallet';
import {
  amountOf,
  bytesOf,
  dateOf,
  type FaultNote,
  noteFault,
  noteRepeated,
  numberOf,
  textOf,
  type WalletFault,
} from './walletValues.js';

/** `tag` is the object at which the fault shows; 0 when it is none in particular. */
export type WalletResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: WalletFault; readonly tag: number };

/** E3 holds E4, and that primitive objects. Two bytes an object at least: a response APDU holds no more than 128. */
const WALLET_TLV_LIMITS: TlvLimits = { depthMax: 2, objectsMax: 128, tagBytesMax: 2, lengthBytesMax: 2 };
const OPAQUE_BYTES_MAX = 16;
const TEXT_BYTES_MAX = 32;
const BRAND_BYTES_MAX = 12;
const LABEL_BYTES_MAX = 16;
const REGION_BYTES_MAX = 3;
const KERNEL_BYTES_MAX = 8;
const CURRENCY_BYTES = 3;
/** An object that is limited to other merchants shows these, and the merchants. */
const ALWAYS_THERE: readonly number[] = [
  wallet.TAG_C0_PROFILE_IDENTIFIER,
  wallet.TAG_C1_PROFILE_KIND,
  wallet.TAG_C2_ACTIVATION_STATE,
];

type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** @param bytes untrusted; not modified @see docs/reference/wallet-list.md, tag E1 */
export function readWalletProfile(bytes: Uint8Array): WalletResult<wallet.WalletProfile> {
  const note: FaultNote = { fault: undefined, tag: 0 };
  const objects = openTemplate(note, bytes, wallet.TAG_E1_WALLET_PROFILE);
  noteRepeated(note, objects, [wallet.TAG_CB_MERCHANT]);
  const profile: Draft<wallet.WalletProfile> = { id: NO_BYTES, kind: 0, activation: 0 };
  const merchants: string[] = [];
  for (const object of objects) {
    switch (object.tag) {
      case wallet.TAG_C0_PROFILE_IDENTIFIER:
        profile.id = bytesOf(note, object, 1, OPAQUE_BYTES_MAX);
        break;
      case wallet.TAG_C1_PROFILE_KIND:
        profile.kind = numberOf(note, object, wallet.KIND_BANK, wallet.KIND_LOYALTY);
        break;
      case wallet.TAG_C2_ACTIVATION_STATE:
        profile.activation = numberOf(note, object, 0, wallet.LOCKED);
        if (profile.activation > 1 && profile.activation < wallet.LOCKED) noteFault(note, 'WALLET_VALUE', object.tag);
        break;
      case TAG_50_APPLICATION_LABEL:
        profile.label = bytesOf(note, object, 0, LABEL_BYTES_MAX);
        break;
      case TAG_4F_APPLICATION_IDENTIFIER:
        // Of any length: a name that can be none makes the profile a malformed application, not the list a malformed one.
        profile.aid = object.value;
        break;
      case TAG_87_APPLICATION_PRIORITY_INDICATOR:
        profile.priority = numberOf(note, object, 0, 0xff);
        break;
      case TAG_9F2A_KERNEL_IDENTIFIER:
        profile.kernel = bytesOf(note, object, 1, KERNEL_BYTES_MAX)[0];
        break;
      case wallet.TAG_C3_BRAND:
        profile.brand = textOf(note, object, BRAND_BYTES_MAX);
        break;
      case wallet.TAG_C4_FUNDING_ACCOUNT:
        profile.fundingAccount = bytesOf(note, object, 1, OPAQUE_BYTES_MAX);
        break;
      case wallet.TAG_C5_FUNDING:
        profile.funding = numberOf(note, object, wallet.FUNDING_DEBIT, wallet.FUNDING_PREPAID);
        break;
      case wallet.TAG_C6_ISSUER_REGION:
        profile.issuerRegion = textOf(note, object, REGION_BYTES_MAX);
        break;
      case wallet.TAG_C7_PROFILE_FLAGS:
        profile.isHolderVerified = (numberOf(note, object, 0, 0xff) & 1) !== 0;
        break;
      case TAG_5F24_APPLICATION_EXPIRATION_DATE:
        profile.validThrough = dateOf(note, object);
        break;
      case wallet.TAG_C8_VALID_FROM:
        profile.validFrom = dateOf(note, object);
        break;
      case wallet.TAG_C9_CURRENCY:
        profile.currency = currencyOf(note, object);
        break;
      case wallet.TAG_CA_BALANCE:
        profile.balance = amountOf(note, object);
        break;
      case wallet.TAG_CB_MERCHANT:
        merchants.push(textOf(note, object, TEXT_BYTES_MAX));
        break;
      case wallet.TAG_E2_COUPON_RULE:
        profile.rule = couponRule(note, object.children ?? []);
        break;
      case wallet.TAG_D7_POINTS_VALUE:
        profile.pointsValue = amountOf(note, object);
        break;
    }
  }
  if (merchants.length > 0) profile.merchants = merchants;
  noteMissing(note, objects, ALWAYS_THERE);
  // For other merchants: no more than that. Everything else needs a label, and a coupon its rule.
  const isReduced = merchants.length > 0 && objects.length === ALWAYS_THERE.length + merchants.length;
  if (!isReduced) {
    noteMissing(note, objects, [TAG_50_APPLICATION_LABEL]);
    if (profile.kind === wallet.KIND_COUPON) noteMissing(note, objects, [wallet.TAG_E2_COUPON_RULE]);
    if (profile.kind === wallet.KIND_GIFT) noteMissing(note, objects, [wallet.TAG_C9_CURRENCY]);
  }
  return resultOf(note, profile);
}

function couponRule(note: FaultNote, objects: readonly DataObject[]): wallet.CouponRule {
  noteRepeated(note, objects, [wallet.TAG_D0_GTIN, wallet.TAG_D1_CATEGORY]);
  const rule: Draft<wallet.CouponRule> = {};
  const gtins: string[] = [];
  const categories: string[] = [];
  for (const object of objects) {
    switch (object.tag) {
      case wallet.TAG_CC_PERCENT:
        rule.percent = numberOf(note, object, 0, 100);
        break;
      case wallet.TAG_CD_AMOUNT_OFF:
        rule.amountOff = amountOf(note, object);
        break;
      case wallet.TAG_CE_MINIMUM_SPEND:
        rule.minimumSpend = amountOf(note, object);
        break;
      case wallet.TAG_CF_MINIMUM_QUANTITY:
        rule.minimumQuantity = numberOf(note, object, 0, 0xffff);
        break;
      case wallet.TAG_D0_GTIN:
        gtins.push(textOf(note, object, TEXT_BYTES_MAX));
        break;
      case wallet.TAG_D1_CATEGORY:
        categories.push(textOf(note, object, TEXT_BYTES_MAX));
        break;
      case wallet.TAG_D2_COUPON_SOURCE:
        rule.isManufacturer = numberOf(note, object, 1, 2) === 2;
        break;
      case wallet.TAG_D3_EXCLUSIVE:
        rule.isExclusive = numberOf(note, object, 0, 1) === 1;
        break;
      case wallet.TAG_D4_COUPON_PRIORITY:
        rule.priority = numberOf(note, object, 0, 0xffff);
        break;
      case wallet.TAG_D5_LARGEST_DISCOUNT:
        rule.largestDiscount = amountOf(note, object);
        break;
      case wallet.TAG_D6_SERIAL:
        rule.serial = textOf(note, object, TEXT_BYTES_MAX);
        break;
    }
  }
  if (gtins.length > 0) rule.gtins = gtins;
  if (categories.length > 0) rule.categories = categories;
  if ((rule.percent === undefined) === (rule.amountOff === undefined))
    noteFault(note, 'WALLET_OBJECT_MISSING', wallet.TAG_CC_PERCENT);
  return rule;
}

/** @param bytes untrusted; not modified @see docs/reference/wallet-list.md, tag E3 */
export function readCardPreferences(bytes: Uint8Array): WalletResult<wallet.CardPreferences> {
  const note: FaultNote = { fault: undefined, tag: 0 };
  const objects = openTemplate(note, bytes, wallet.TAG_E3_CARD_PREFERENCES);
  noteRepeated(note, objects, [wallet.TAG_E4_CARD_RULE]);
  const rules: wallet.CardRule[] = [];
  const preferences: Draft<wallet.CardPreferences> = { rules };
  for (const object of objects) {
    if (object.tag === wallet.TAG_D8_SELECTED_GROUP) preferences.selected = bytesOf(note, object, 1, OPAQUE_BYTES_MAX);
    if (object.tag === wallet.TAG_E4_CARD_RULE) rules.push(cardRule(note, object.children ?? []));
    if (object.tag === wallet.TAG_DE_FALLBACK_GROUP) preferences.fallback = bytesOf(note, object, 1, OPAQUE_BYTES_MAX);
  }
  return resultOf(note, preferences);
}

function cardRule(note: FaultNote, objects: readonly DataObject[]): wallet.CardRule {
  noteRepeated(note, objects, []);
  const rule: Draft<wallet.CardRule> = {};
  for (const object of objects) {
    switch (object.tag) {
      case wallet.TAG_D9_MERCHANT_CATEGORIES:
        rule.categories = categoriesOf(note, object);
        break;
      case wallet.TAG_DA_LEAST_AMOUNT:
        rule.leastAmount = amountOf(note, object);
        break;
      case wallet.TAG_DB_LARGEST_AMOUNT:
        rule.largestAmount = amountOf(note, object);
        break;
      case wallet.TAG_C9_CURRENCY:
        rule.currency = currencyOf(note, object);
        break;
      case wallet.TAG_CB_MERCHANT:
        rule.merchant = textOf(note, object, TEXT_BYTES_MAX);
        break;
      case wallet.TAG_DC_GROUP_NEVER_TO_USE:
        rule.never = bytesOf(note, object, 1, OPAQUE_BYTES_MAX);
        break;
      case wallet.TAG_DD_GROUP_TO_USE:
        rule.use = bytesOf(note, object, 1, OPAQUE_BYTES_MAX);
        break;
    }
  }
  if ((rule.use === undefined) === (rule.never === undefined))
    noteFault(note, 'WALLET_OBJECT_MISSING', wallet.TAG_DD_GROUP_TO_USE);
  return rule;
}

/** n 4 each, one after the other. */
function categoriesOf(note: FaultNote, { tag, value }: DataObject): number[] {
  const categories: number[] = [];
  if (value.length % 2 !== 0) noteFault(note, 'WALLET_VALUE', tag);
  for (let at = 0; at < value.length; at += 2) {
    const category = unsignedFromBcd(value.subarray(at, at + 2));
    if (category === undefined) noteFault(note, 'WALLET_VALUE', tag);
    else categories.push(category);
  }
  return categories;
}

function currencyOf(note: FaultNote, object: DataObject): string {
  if (object.value.length !== CURRENCY_BYTES) noteFault(note, 'WALLET_VALUE', object.tag);
  return textOf(note, object, CURRENCY_BYTES);
}

function noteMissing(note: FaultNote, objects: readonly DataObject[], tags: readonly number[]): void {
  for (const tag of tags) {
    if (findObject(objects, tag) === undefined) noteFault(note, 'WALLET_OBJECT_MISSING', tag);
  }
}

/** @returns what the one object of `bytes` holds; nothing, with a note, when it isn't that */
function openTemplate(note: FaultNote, bytes: Uint8Array, tag: number): readonly DataObject[] {
  if (bytes.length > wallet.WALLET_OBJECT_BYTES_MAX) {
    noteFault(note, 'WALLET_TOO_LONG', 0);
    return [];
  }
  const tlv = decodeTlv(bytes, WALLET_TLV_LIMITS);
  if (!tlv.ok) noteFault(note, tlv.fault, 0);
  else if (tlv.objects.length === 1 && tlv.objects[0]?.tag === tag) return tlv.objects[0].children ?? [];
  else noteFault(note, 'WALLET_NOT_ONE_OBJECT', 0);
  return [];
}

function resultOf<T>(note: FaultNote, value: T): WalletResult<T> {
  return note.fault === undefined ? { ok: true, value } : { ok: false, fault: note.fault, tag: note.tag };
}
