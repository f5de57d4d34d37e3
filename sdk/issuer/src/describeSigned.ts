/**
 * What a signed object says, and what a card lists, as lines for people. Keys and the data of bank applications are never shown: they hold
 * a card number.
 * Source: docs/reference/wallet-applet.md, docs/reference/wallet-list.md.   Floor: issuer.
 */
import * as tlv from '@comptoir/protocol';
import * as wallet from '@comptoir/protocol/wallet';
import { formatMoney } from '@comptoir/sdk';
import { printable, profileName } from './cardRefusal.js';
import type { SignedObject } from './signedObject.js';

const KINDS: readonly string[] = ['', 'bank', 'account', 'gift card', 'coupon', 'loyalty'];
const FUNDINGS: readonly string[] = ['', 'debit', 'credit', 'prepaid'];

/** One line: what it does, to what. */
export function signedObjectTitle(object: SignedObject): string {
  const { action } = object;
  switch (action) {
    case wallet.ACTION.put:
      return `put ${profileName(object)}`;
    case wallet.ACTION.balance:
      return `balance of ${profileName(object)}`;
    case wallet.ACTION.block:
      return `block ${profileName(object)}`;
    case wallet.ACTION.unblock:
      return `unblock ${profileName(object)}`;
    case wallet.ACTION.remove:
      return `remove ${profileName(object)}`;
    case wallet.ACTION.order:
      return 'order of the profiles';
    case wallet.ACTION.preferences:
      return 'preferences of the card';
    default:
      return `action ${action}, which no card knows`;
  }
}

/** What is in it besides its title. */
export function describeSignedObject({ action, objects }: SignedObject): readonly string[] {
  const find = (tag: number): tlv.DataObject | undefined => tlv.findObject(objects, tag);
  switch (action) {
    case wallet.ACTION.put: {
      const digits = find(wallet.TAG_DF27_LAST_DIGITS)?.value ?? tlv.NO_BYTES;
      return [
        ...describeListed(find(wallet.TAG_E1_WALLET_PROFILE)?.children ?? []),
        ...(digits.length > 0 ? [`last digits: ${printable(digits)}`] : []),
        ...describeApplication(find(wallet.TAG_E8_BANK_APPLICATION)?.children),
      ];
    }
    case wallet.ACTION.balance:
      return [
        `balance: ${amount(find(tlv.TAG_9F02_AMOUNT_AUTHORISED)?.value)}`,
        `settled through counter: ${number(find(wallet.TAG_DF2E_SETTLED_THROUGH)?.value)}`,
      ];
    case wallet.ACTION.order:
      return objects
        .filter(({ tag }) => tag === wallet.TAG_C0_PROFILE_IDENTIFIER)
        .map(({ value }, at) => `${at + 1}. ${printable(value)}`);
    case wallet.ACTION.preferences:
      return describePreferences(find(wallet.TAG_E3_CARD_PREFERENCES)?.children ?? []);
    default:
      return [];
  }
}

/** @param objects inside E1, untrusted; what isn't as its tag says is shown as bytes */
export function describeListed(objects: readonly tlv.DataObject[]): readonly string[] {
  const currency = tlv.findObject(objects, wallet.TAG_C9_CURRENCY)?.value;
  return objects.flatMap(({ tag, value, children = [] }) => {
    switch (tag) {
      case wallet.TAG_C1_PROFILE_KIND:
        return [`kind: ${KINDS[number(value)] || number(value)}`];
      case wallet.TAG_C2_ACTIVATION_STATE:
        return [`state: ${stateWord(number(value))}`];
      case tlv.TAG_50_APPLICATION_LABEL:
        return [`label: ${printable(value)}`];
      case tlv.TAG_4F_APPLICATION_IDENTIFIER:
        return [`AID: ${tlv.toHex(value)}`];
      case tlv.TAG_87_APPLICATION_PRIORITY_INDICATOR:
        return [`priority: ${number(value) & 0x0f}`];
      case tlv.TAG_9F2A_KERNEL_IDENTIFIER:
        return [`kernel: ${number(value)}`];
      case wallet.TAG_C3_BRAND:
        return [`brand: ${printable(value)}`];
      case wallet.TAG_C4_FUNDING_ACCOUNT:
        return [`group: ${printable(value)}`];
      case wallet.TAG_C5_FUNDING:
        return [`funding: ${FUNDINGS[number(value)] || number(value)}`];
      case wallet.TAG_C6_ISSUER_REGION:
        return [`region: ${printable(value)}`];
      case tlv.TAG_5F24_APPLICATION_EXPIRATION_DATE:
        return [`valid through: ${date(value)}`];
      case wallet.TAG_C8_VALID_FROM:
        return [`valid from: ${date(value)}`];
      case wallet.TAG_C9_CURRENCY:
        return tlv.findObject(objects, wallet.TAG_CA_BALANCE) === undefined ? [`currency: ${printable(value)}`] : [];
      case wallet.TAG_CA_BALANCE:
        return [`balance: ${amount(value, currency)}`];
      case wallet.TAG_CB_MERCHANT:
        return [`merchant: ${printable(value)}`];
      case wallet.TAG_D7_POINTS_VALUE:
        return [`points are worth: ${amount(value)}`];
      case wallet.TAG_E2_COUPON_RULE:
        return describeRule(children, currency);
      default:
        return [];
    }
  });
}

function describeRule(objects: readonly tlv.DataObject[], currency: Uint8Array | undefined): readonly string[] {
  return objects.flatMap(({ tag, value }) => {
    switch (tag) {
      case wallet.TAG_CC_PERCENT:
        return [`takes off: ${number(value)} %`];
      case wallet.TAG_CD_AMOUNT_OFF:
        return [`takes off: ${amount(value, currency)}`];
      case wallet.TAG_CE_MINIMUM_SPEND:
        return [`from: ${amount(value, currency)}`];
      case wallet.TAG_CF_MINIMUM_QUANTITY:
        return [`from: ${number(value)} items`];
      case wallet.TAG_D0_GTIN:
        return [`of GTIN: ${printable(value)}`];
      case wallet.TAG_D1_CATEGORY:
        return [`of category: ${printable(value)}`];
      case wallet.TAG_D2_COUPON_SOURCE:
        return [`given by: ${number(value) === 2 ? 'manufacturer' : 'store'}`];
      case wallet.TAG_D3_EXCLUSIVE:
        return ['with no other coupon'];
      case wallet.TAG_D5_LARGEST_DISCOUNT:
        return [`at most: ${amount(value, currency)}`];
      case wallet.TAG_D6_SERIAL:
        return [`serial: ${printable(value)}`];
      default:
        return [];
    }
  });
}

/** @param objects inside E3 */
export function describePreferences(objects: readonly tlv.DataObject[]): readonly string[] {
  return objects.flatMap(({ tag, value, children = [] }) => {
    if (tag === wallet.TAG_D8_SELECTED_GROUP) return [`chosen: ${printable(value)}`];
    if (tag === wallet.TAG_DE_FALLBACK_GROUP) return [`falls back on: ${printable(value)}`];
    if (tag !== wallet.TAG_E4_CARD_RULE) return [];
    return [`rule: ${children.map(describeCardRule).join(', ')}`];
  });
}

function describeCardRule({ tag, value }: tlv.DataObject): string {
  switch (tag) {
    case wallet.TAG_D9_MERCHANT_CATEGORIES:
      return `in ${
        tlv
          .toHex(value)
          .match(/.{1,4}/g)
          ?.join(' ') ?? 'no category'
      }`;
    case wallet.TAG_DA_LEAST_AMOUNT:
      return `from ${amount(value)}`;
    case wallet.TAG_DB_LARGEST_AMOUNT:
      return `up to ${amount(value)}`;
    case wallet.TAG_C9_CURRENCY:
      return `for ${printable(value)}`;
    case wallet.TAG_CB_MERCHANT:
      return `at ${printable(value)}`;
    case wallet.TAG_DC_GROUP_NEVER_TO_USE:
      return `never ${printable(value)}`;
    case wallet.TAG_DD_GROUP_TO_USE:
      return `use ${printable(value)}`;
    default:
      return 'what this version does not know';
  }
}

function describeApplication(objects: readonly tlv.DataObject[] | undefined): readonly string[] {
  if (objects === undefined) return [];
  const has = (tag: number): boolean => tlv.findObject(objects, tag) !== undefined;
  const faces = [
    ...(has(wallet.TAG_E9_CONTACT) ? ['contact'] : []),
    ...(has(wallet.TAG_EA_CONTACTLESS) ? ['contactless'] : []),
  ];
  const keys = has(wallet.TAG_DF26_WRAPPED_RSA_KEY) ? 'two wrapped keys' : 'a wrapped key';
  return [`bank application: ${faces.join(' and ')}, ${keys}; its records are not shown`];
}

function stateWord(state: number): string {
  if (state === wallet.ACTIVATED) return 'activated';
  return state === wallet.DEACTIVATED ? 'deactivated' : 'locked';
}

function number(value: Uint8Array = tlv.NO_BYTES): number {
  return tlv.unsignedFromBytes(value.subarray(0, 4));
}

function amount(value: Uint8Array = tlv.NO_BYTES, currency?: Uint8Array): string {
  const minor = tlv.unsignedFromBcd(value);
  if (minor === undefined) return tlv.toHex(value);
  return currency === undefined ? `${minor} minor units` : formatMoney({ minor, currency: printable(currency) });
}

function date(value: Uint8Array): string {
  const text = tlv.toHex(value);
  return text.length === 6 ? `20${text.slice(0, 2)}-${text.slice(2, 4)}-${text.slice(4)}` : text;
}
