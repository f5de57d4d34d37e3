/**
 * Kind selection: a scenario through the wallet list and the directory of its card, as bytes. Floor: vectors.
 */
import { type DataObject, fromHex } from '@comptoir/protocol';
import {
  KIND_ACCOUNT,
  KIND_BANK,
  KIND_COUPON,
  KIND_GIFT,
  KIND_LOYALTY,
  OUTCOME_CHOICE_REQUIRED,
  OUTCOME_ENUMERATED,
  OUTCOME_REJECT,
  SELECTION_OUTCOMES,
  SELECTION_REASONS,
  SELECTION_REJECTIONS,
  SELECTION_RULES,
} from '@comptoir/protocol/wallet';
import { directoryEntries } from '../emv/contactless/entryPoint.js';
import { type Card, NONE, walletCard } from '../selection/card.js';
import { DEFAULT_MERCHANT_POLICY, type MerchantPolicy } from '../selection/merchantPolicy.js';
import type { Sale } from '../selection/sale.js';
import type { Selection, SelectionAnswer, SelectionAsk, Tender } from '../selection/selection.js';
import { isPayable, selectTenders } from '../selection/selectTenders.js';
import { readCardPreferences, readWalletProfile, type WalletResult } from '../selection/walletObject.js';
import { type VectorHandler, VectorInput } from './vectorInput.js';

const STATUS_WORD_BYTES = 2;
const SW_SUCCESS = '9000';

export const selectionVectors: { readonly [kind: string]: VectorHandler } = {
  selection: (input) => {
    const card = cardOf(input);
    const scenarioProfiles = input.object('card').list('profiles');
    const names = scenarioProfiles.map((profile) => profile.text('id'));
    const sale = saleOf(input, names);
    if (!isPayable(sale.basket)) throw new Error('the basket can not be paid');
    const auth = input.has('auth') ? input.object('auth') : new VectorInput({});
    const selection = selectTenders(card, policyOf(input.object('merchant')), sale);
    let step = selection.next({ value: 0 });
    while (step.done !== true) step = selection.next(answerTo(step.value, scenarioProfiles, auth));
    return actualOf(step.value, card, names, input.object('field'));
  },
};

/** `wallet` holds what the card lists, `card.ppse` its answer to SELECT PPSE. */
function cardOf(input: VectorInput): Card {
  const wallet = input.object('wallet');
  const profiles = wallet.texts('profiles').map((bytes) => checked(readWalletProfile(bytesOf(bytes))));
  const preferences = checked(readCardPreferences(wallet.hex('preferences')));
  const ppse = input.object('card').optionalHex('ppse');
  const directory: readonly (readonly DataObject[])[] | undefined =
    ppse && directoryEntries(ppse.subarray(0, ppse.length - STATUS_WORD_BYTES));
  return walletCard(profiles, preferences, directory);
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes === undefined) throw new Error('the wallet list is not hexadecimal');
  return bytes;
}

function checked<T>(result: WalletResult<T>): T {
  if (!result.ok) throw new Error(`${result.fault} at tag ${result.tag.toString(16)}`);
  return result.value;
}

function policyOf(merchant: VectorInput): MerchantPolicy {
  const coupons = merchant.optionalText('couponPolicy');
  const costs = merchant.has('costs') ? merchant.members('costs') : [];
  const standard = DEFAULT_MERCHANT_POLICY;
  return {
    merchant: merchant.text('id'),
    region: merchant.text('region'),
    currency: merchant.text('currency'),
    category: wholeNumber(merchant.text('mcc')),
    accepts: merchant.list('accepts').map((accepted) => ({
      aid: accepted.hex('aid'),
      brand: accepted.text('brand'),
      isExact: accepted.optionalText('asi') === 'exact',
      kernel: accepted.optionalHex('kernelId')?.[0],
      contactlessLimit: accepted.optionalNumber('ctlsTxnLimit'),
      verificationLimit: accepted.optionalNumber('cvmLimit'),
    })),
    brandPreference: merchant.texts('brandPreference'),
    isLeastCost: merchant.optionalText('routing') === 'least-cost',
    costs: costs.map(([brand, cost]) => ({ brand, basisPoints: cost.number('bps'), fixed: cost.number('fixed') })),
    mayOverride: merchant.flag('allowOverride', standard.mayOverride),
    honoursNetworkChoice: merchant.flag('honorsNetworkChoice', standard.honoursNetworkChoice),
    takesSplit: merchant.flag('splitTender', standard.takesSplit),
    takesPartialApproval: merchant.flag('partialApproval', standard.takesPartialApproval),
    collectsRest: merchant.has('remainder') ? merchant.text('remainder') === 'collect' : standard.collectsRest,
    takesCoupons: merchant.flag('acceptsCoupons', standard.takesCoupons),
    takesGiftCards: merchant.flag('acceptsGift', standard.takesGiftCards),
    takesLoyalty: merchant.flag('acceptsLoyalty', standard.takesLoyalty),
    couponPolicy: coupons === 'single' || coupons === 'all' ? coupons : standard.couponPolicy,
    giftCardsMax: merchant.optionalNumber('maxGiftCards'),
    redeemedSerials: merchant.texts('redeemedSerials'),
  };
}

function saleOf(input: VectorInput, names: readonly string[]): Sale {
  const field = input.object('field');
  const terminal = input.object('terminal');
  const customer = input.has('customer') ? input.object('customer') : new VectorInput({});
  const choice = customer.has('choose') ? customer.object('choose') : new VectorInput({});
  const redeem = customer.has('redeem') ? customer.object('redeem') : new VectorInput({});
  const now = input.text('now');
  return {
    date: wholeNumber(now.slice(0, 4) + now.slice(5, 7) + now.slice(8, 10)),
    isContactless: terminal.text('interface') === 'contactless',
    canConfirm: terminal.flag('supportsConfirmation', false),
    field: {
      cards: field.number('piccs'),
      isEnumerating: field.text('mode') === 'enumerate',
      cardsLeft: field.optionalNumber('withdrawnTo'),
    },
    basket: input.list('basket').map((line) => ({
      quantity: line.number('qty'),
      unitAmount: line.number('unit'),
      gtin: line.optionalText('gtin'),
      category: line.optionalText('category'),
      isGiftCard: line.flag('giftCardItem', false),
    })),
    payer: {
      profile: positionOf(names, choice, 'profile'),
      brand: choice.optionalText('brand'),
      confirmed: customer.isFalse('confirms') ? false : positionOf(names, customer, 'confirms'),
      declined: customer.texts('decline').map((name) => names.indexOf(name)),
      redeem: names.map((name) => redeem.optionalNumber(name)),
    },
  };
}

/** @returns -1 for a name that no profile has, undefined when the field isn't there */
function positionOf(names: readonly string[], input: VectorInput, field: string): number | undefined {
  return input.has(field) ? names.indexOf(input.text(field)) : undefined;
}

/** Absent answers approve in full. What `auth` says of a gift card without a figure is its balance. */
function answerTo(ask: SelectionAsk, profiles: readonly VectorInput[], auth: VectorInput): SelectionAnswer {
  if (ask.ask === 'reserve') return { value: refusedOf(ask.tenders, profiles, auth) };
  const profile = profiles[ask.profile] ?? new VectorInput({});
  if (ask.ask === 'select') return { value: statusWord(profile) };
  const name = profile.text('id');
  const answer = auth.has(name) ? auth.object(name) : undefined;
  if (ask.ask === 'balance') return { value: answer?.number('approved') ?? Number.MAX_SAFE_INTEGER };
  if (answer === undefined) return { value: ask.amount };
  return { value: answer.number('approved'), isPartial: answer.text('code') === '10' };
}

/** The first that its authoriser doesn't keep whole. */
function refusedOf(tenders: readonly Tender[], profiles: readonly VectorInput[], auth: VectorInput): number {
  const refused = tenders.find(({ profile: at, amount }) => {
    const profile = profiles[at] ?? new VectorInput({});
    const name = profile.text('id');
    const isBalance = profile.optionalText('kind') === 'gift' && profile.optionalNumber('balance') === undefined;
    return !isBalance && auth.has(name) && auth.object(name).number('approved') < amount;
  });
  return refused?.profile ?? NONE;
}

function statusWord(profile: VectorInput): number {
  const bytes = bytesOf(profile.optionalText('selectSw') ?? SW_SUCCESS);
  return ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
}

function actualOf(selection: Selection, { profiles }: Card, names: readonly string[], field: VectorInput): unknown {
  const { outcome, rejection, tenders, due, reads, reasons, offered } = selection;
  const name = (profile: number): string => names[profile] ?? '';
  const excluded: unknown[] = [];
  for (let at = 0; at < reasons.length; at += 1) {
    const reason = reasons[at] ?? 0;
    if (reason !== 0) excluded.push({ profile: name(at), reason: SELECTION_REASONS[reason] });
  }
  return {
    outcome: SELECTION_OUTCOMES[outcome],
    ...(outcome === OUTCOME_REJECT ? { reason: SELECTION_REJECTIONS[rejection] } : {}),
    tenders: tenders.map(({ profile, amount, rules }) => ({
      profile: name(profile),
      kind: KIND_NAMES[profiles[profile]?.kind ?? 0],
      amount,
      rules: rules.map((rule) => SELECTION_RULES[rule]),
    })),
    due,
    reads: reads.map(name),
    excluded,
    ...(outcome === OUTCOME_CHOICE_REQUIRED ? { candidates: offered.map(name) } : {}),
    ...(outcome === OUTCOME_ENUMERATED ? { cards: field.texts('uids') } : {}),
  };
}

const KIND_NAMES: { readonly [kind: number]: string } = {
  [KIND_BANK]: 'bank',
  [KIND_ACCOUNT]: 'account',
  [KIND_GIFT]: 'gift',
  [KIND_COUPON]: 'coupon',
  [KIND_LOYALTY]: 'loyalty',
};

/** Decimal digits. */
function wholeNumber(digits: string): number {
  let number = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = digits.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) throw new Error('not a digit');
    number = number * 10 + digit;
  }
  return number;
}
