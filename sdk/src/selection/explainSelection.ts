/**
 * A selection record in plain words: what was paid with what, why, and why not with the rest.
 * Source: docs/reference/wallet-list.md.   Floor: sdk.
 */
import { toHex } from '@comptoir/protocol';
import {
  decodeSelectionRecord,
  KIND_ACCOUNT,
  KIND_BANK,
  KIND_COUPON,
  KIND_GIFT,
  KIND_LOYALTY,
  type ProfileReference,
  SELECTION_OUTCOMES,
  SELECTION_REASONS,
  SELECTION_REJECTIONS,
  SELECTION_RULES,
  type SelectionRecord,
} from '@comptoir/protocol/wallet';
import { formatMoney } from '../values/money.js';

const KINDS: Readonly<Record<number, string>> = {
  [KIND_BANK]: 'bank card',
  [KIND_ACCOUNT]: 'account',
  [KIND_GIFT]: 'gift card',
  [KIND_COUPON]: 'coupon',
  [KIND_LOYALTY]: 'points',
};

const OUTCOMES: Readonly<Record<string, string>> = {
  TENDERS: 'Everything is paid.',
  PARTIAL: 'A part is paid; the rest is collected in another way.',
  REJECT: 'Nothing was taken',
  CHOICE_REQUIRED: 'Nothing was taken: the payer is to choose.',
  ENUMERATED: 'Nothing was taken: the cards in the field were listed.',
};

const REJECTIONS: Readonly<Record<string, string>> = {
  COLLISION: 'more than one card was in the field',
  TRY_ANOTHER_INTERFACE: 'the amount is above every contactless limit',
  CANDIDATE_LIST_EMPTY: 'no application of the card can pay here',
  CHOSEN_UNAVAILABLE: 'what the payer named can’t pay, and nothing takes its place',
  CONFIRMATION_REFUSED: 'the payer refused the only application',
  DECLINED: 'no application approved anything',
  INSUFFICIENT_TENDER: 'less than the whole was approved',
};

const REASONS: Readonly<Record<string, string>> = {
  NOT_ACTIVATED: 'it is not activated on the card',
  NOT_ACCEPTED: 'the merchant doesn’t accept it',
  MALFORMED_ADF: 'its application has no proper name, or not the one that the card lists',
  OVER_CTLS_LIMIT: 'the amount is above its contactless limit',
  CVM_REQUIRED: 'from this amount on the holder must be verified',
  CONFIRMATION_UNAVAILABLE: 'it asks for a confirmation that can’t be given here',
  EXPIRED: 'it has expired',
  CURRENCY_MISMATCH: 'it is in another currency',
  SELECT_FAILED: 'the card refused to select it',
  DECLINED: 'it was declined',
  CUSTOMER_DECLINED: 'the customer didn’t want it',
  SPLIT_NOT_ALLOWED: 'it doesn’t cover the whole amount, and the merchant doesn’t split',
  GIFT_LIMIT: 'as many gift cards as the merchant takes were used',
  COUPON_NOT_ACCEPTED: 'the merchant doesn’t take coupons',
  COUPON_EXPIRED: 'the coupon has expired',
  COUPON_NOT_YET_VALID: 'the coupon isn’t valid yet',
  COUPON_WRONG_MERCHANT: 'the coupon is for another merchant',
  COUPON_MIN_SPEND: 'less is bought than the coupon asks for',
  COUPON_NO_MATCHING_ITEM: 'nothing that the coupon is for is bought, or not enough of it',
  COUPON_ALREADY_REDEEMED: 'the coupon was used before',
  COUPON_COMBINATION_DISALLOWED: 'other coupons take off more, and it can’t join them',
  CARD_RULE_FORBIDS: 'a rule of the card says never to use it here, or for this amount',
};

const RULES: Readonly<Record<string, string>> = {
  BEST_COUPON_SET: 'it belongs to the coupons that take off most together',
  POINTS_ASKED_FOR: 'the payer asked for it',
  GIFT_CARD_ORDER: 'gift cards pay in the order of their expiry, then their balance',
  PAYER_CHOICE: 'the payer named this account or a brand of it',
  CARD_RULE: 'a rule of the card uses this account',
  CARD_SELECTION: 'this account was selected on the card',
  CARD_PRIORITY: 'the card puts it first',
  FALLBACK: 'the card falls back on this account',
  PAYER_BRAND: 'chosen by you',
  LEAST_COST: 'the cheapest brand of this account for the shop',
  MERCHANT_PREFERENCE: 'shop default',
};

/** @param name a rule of the wallet list, as tenders have it @returns why this one: `shop default`; the name itself when it's not known */
export function ruleInWords(name: string): string {
  return RULES[name] ?? name;
}

/** @param name a reason of the wallet list @returns why not this one: `it has expired`; the name itself when it's not known */
export function reasonInWords(name: string): string {
  return REASONS[name] ?? name;
}

/**
 * What a record says. Whether a reader signed it is another question: this answers what it says.
 * @param bytes of a selection record, untrusted
 * @returns one sentence a line; undefined when the bytes are no record
 */
export function explainSelection(bytes: Uint8Array): readonly string[] | undefined {
  const record = decodeSelectionRecord(bytes);
  return record && sentencesOf(record);
}

function sentencesOf(record: SelectionRecord): readonly string[] {
  const amount = (minor: number): string => formatMoney({ minor, currency: record.currency });
  const rejection = SELECTION_REJECTIONS[record.rejection];
  const outcome = wordsFor(OUTCOMES, SELECTION_OUTCOMES[record.outcome], record.outcome);
  const lines = [rejection ? `${outcome}: ${wordsFor(REJECTIONS, rejection, record.rejection)}.` : outcome];
  for (const { profile, kind, amount: minor, rules } of record.decision) {
    const aid = record.offered.find((candidate) => toHex(candidate.profile) === toHex(profile))?.aid;
    const reasons = rules.map((rule) => wordsFor(RULES, SELECTION_RULES[rule], rule));
    const name = `${KINDS[kind] ?? `kind ${kind}`} ${shortly(profile)}${aid === undefined ? '' : ` (AID ${toHex(aid)})`}`;
    lines.push(`${amount(minor)} by ${name}: ${reasons.join('; ')}.`);
  }
  for (const { profile, reason } of record.excluded) {
    lines.push(`Not by ${shortly(profile)}: ${wordsFor(REASONS, SELECTION_REASONS[reason], reason)}.`);
  }
  if (record.chosenProfile !== undefined) lines.push(`The payer named ${shortly(record.chosenProfile)}.`);
  if (record.chosenBrand !== undefined) lines.push(`The payer named the brand ${record.chosenBrand}.`);
  lines.push(`Due: ${amount(record.due)}.`);
  return lines;
}

/** Codes that this version doesn't know stay numbers. */
function wordsFor(words: Readonly<Record<string, string>>, name: string | undefined, code: number): string {
  return (name && words[name]) ?? `code ${code}`;
}

function shortly(profile: ProfileReference): string {
  return toHex(profile.subarray(0, 4));
}
