/**
 * Wallet list objects as bytes: what an issuer puts on a card, and what the card lists.
 * Source: docs/reference/wallet-list.md.   Floor: protocol.
 */
import { unsignedToBcd } from '../bytes/bcd.js';
import { concatBytes, latin1ToBytes, unsignedToBytes } from '../bytes/bytes.js';
import {
  TAG_4F_APPLICATION_IDENTIFIER,
  TAG_5F24_APPLICATION_EXPIRATION_DATE,
  TAG_9F2A_KERNEL_IDENTIFIER,
  TAG_50_APPLICATION_LABEL,
  TAG_87_APPLICATION_PRIORITY_INDICATOR,
} from '../tlv/tags.js';
import { type DataObject, dataObject, encodeTlv, template } from '../tlv/tlv.js';
import type { CardPreferences, CardRule, CouponRule, WalletProfile } from './walletProfile.js';
import * as tags from './walletTags.js';

const AMOUNT_BYTES = 6;
const DATE_BYTES = 3;

/** @returns the bytes of tag E1; fields that are absent are left out */
export function encodeWalletProfile(profile: WalletProfile): Uint8Array {
  const { rule } = profile;
  return encodeTlv(
    template(
      tags.TAG_E1_WALLET_PROFILE,
      dataObject(tags.TAG_C0_PROFILE_IDENTIFIER, profile.id),
      number(tags.TAG_C1_PROFILE_KIND, profile.kind),
      number(tags.TAG_C2_ACTIVATION_STATE, profile.activation),
      ...bytes(TAG_50_APPLICATION_LABEL, profile.label),
      ...bytes(TAG_4F_APPLICATION_IDENTIFIER, profile.aid),
      ...small(TAG_87_APPLICATION_PRIORITY_INDICATOR, profile.priority),
      ...small(TAG_9F2A_KERNEL_IDENTIFIER, profile.kernel),
      ...text(tags.TAG_C3_BRAND, profile.brand),
      ...bytes(tags.TAG_C4_FUNDING_ACCOUNT, profile.fundingAccount),
      ...small(tags.TAG_C5_FUNDING, profile.funding),
      ...text(tags.TAG_C6_ISSUER_REGION, profile.issuerRegion),
      ...small(tags.TAG_C7_PROFILE_FLAGS, profile.isHolderVerified === true ? 1 : undefined),
      ...decimal(TAG_5F24_APPLICATION_EXPIRATION_DATE, profile.validThrough, DATE_BYTES),
      ...decimal(tags.TAG_C8_VALID_FROM, profile.validFrom, DATE_BYTES),
      ...text(tags.TAG_C9_CURRENCY, profile.currency),
      ...decimal(tags.TAG_CA_BALANCE, profile.balance),
      ...texts(tags.TAG_CB_MERCHANT, profile.merchants),
      ...(rule === undefined ? [] : [couponRule(rule)]),
      ...decimal(tags.TAG_D7_POINTS_VALUE, profile.pointsValue),
    ),
  );
}

/** @returns the bytes of tag E3 */
export function encodeCardPreferences({ selected, rules, fallback }: CardPreferences): Uint8Array {
  return encodeTlv(
    template(
      tags.TAG_E3_CARD_PREFERENCES,
      ...bytes(tags.TAG_D8_SELECTED_GROUP, selected),
      ...rules.map(cardRule),
      ...bytes(tags.TAG_DE_FALLBACK_GROUP, fallback),
    ),
  );
}

function couponRule(rule: CouponRule): DataObject {
  return template(
    tags.TAG_E2_COUPON_RULE,
    ...small(tags.TAG_CC_PERCENT, rule.percent),
    ...decimal(tags.TAG_CD_AMOUNT_OFF, rule.amountOff),
    ...decimal(tags.TAG_CE_MINIMUM_SPEND, rule.minimumSpend),
    ...small(tags.TAG_CF_MINIMUM_QUANTITY, rule.minimumQuantity),
    ...texts(tags.TAG_D0_GTIN, rule.gtins),
    ...texts(tags.TAG_D1_CATEGORY, rule.categories),
    ...small(tags.TAG_D2_COUPON_SOURCE, rule.isManufacturer === true ? 2 : undefined),
    ...small(tags.TAG_D3_EXCLUSIVE, rule.isExclusive === true ? 1 : undefined),
    ...small(tags.TAG_D4_COUPON_PRIORITY, rule.priority),
    ...decimal(tags.TAG_D5_LARGEST_DISCOUNT, rule.largestDiscount),
    ...text(tags.TAG_D6_SERIAL, rule.serial),
  );
}

function cardRule(rule: CardRule): DataObject {
  const categories = rule.categories?.map((category) => unsignedToBcd(category, 2));
  return template(
    tags.TAG_E4_CARD_RULE,
    ...bytes(tags.TAG_D9_MERCHANT_CATEGORIES, categories && concatBytes(...categories)),
    ...decimal(tags.TAG_DA_LEAST_AMOUNT, rule.leastAmount),
    ...decimal(tags.TAG_DB_LARGEST_AMOUNT, rule.largestAmount),
    ...text(tags.TAG_C9_CURRENCY, rule.currency),
    ...text(tags.TAG_CB_MERCHANT, rule.merchant),
    ...bytes(tags.TAG_DC_GROUP_NEVER_TO_USE, rule.never),
    ...bytes(tags.TAG_DD_GROUP_TO_USE, rule.use),
  );
}

function number(tag: number, value: number): DataObject {
  return dataObject(tag, unsignedToBytes(value, value > 0xff ? 2 : 1));
}

function small(tag: number, value: number | undefined): DataObject[] {
  return value === undefined ? [] : [number(tag, value)];
}

/** Amounts n 12; dates n 6, of which the century is not written. */
function decimal(tag: number, value: number | undefined, length: number = AMOUNT_BYTES): DataObject[] {
  return value === undefined ? [] : [dataObject(tag, unsignedToBcd(value % 100 ** length, length))];
}

function bytes(tag: number, value: Uint8Array | undefined): DataObject[] {
  return value === undefined ? [] : [dataObject(tag, value)];
}

function text(tag: number, value: string | undefined): DataObject[] {
  return value === undefined ? [] : [dataObject(tag, latin1ToBytes(value))];
}

function texts(tag: number, values: readonly string[] | undefined): DataObject[] {
  return (values ?? []).map((value) => dataObject(tag, latin1ToBytes(value)));
}
