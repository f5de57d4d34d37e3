/**
 * What a payment came to, as data: what paid, what didn't and why.
 * Source: docs/reference/sdk.md; docs/reference/wallet-list.md for the names of rules and reasons.   Floor: sdk payment.
 */
import { type Message, OUTCOME, type TemplateContent, toHex } from '@comptoir/protocol';
import type { Recovery } from '../values/errorTable.js';
import { type PaymentKey, paymentIdOf } from '../values/key.js';
import { type Kind, kindOf, TOKEN_NOT_GIVEN } from '../values/kind.js';
import { LinkFault } from '../values/linkFault.js';
import { currencyOfNumeric, type Money } from '../values/money.js';
import { type ReceiptFields, receiptFieldsOf } from './receiptFields.js';

/** What was taken from one card, or from one instrument of a dynamic card. A coupon's amount is what it took off. */
export interface Tender {
  /** `other`: a kind that this version doesn't know. */
  readonly kind: Kind | 'other';
  readonly label: string;
  /** 0: it was asked for, and refused. */
  readonly amount: Money;
  /** Why this one: names of the wallet list. None when one card pays without a basket. */
  readonly rules: readonly string[];
  /** The same instrument at the same merchant has the same reference. Hexadecimal. */
  readonly reference?: string;
  /** Of a bank application. Hexadecimal. */
  readonly aid?: string;
  readonly masked?: string;
  /** Of a bank card, the index token: the same card at the same merchant gives the same token. */
  readonly token?: string | null;
  /** Why `token` is null. */
  readonly tokenReason?: string;
  /** Payment account reference, as the card gave it. */
  readonly par?: string;
  /** What its authoriser answered. */
  readonly responseCode?: string;
  readonly authorisationCode?: string;
  /** EMV fields of a bank application. */
  readonly receipt?: ReceiptFields;
}

export interface NotUsed {
  readonly kind: Kind | 'other';
  readonly label: string;
  /** A name of the wallet list. */
  readonly reason: string;
  readonly reference?: string;
}

export interface Payment {
  /** Merchant, terminal, and the id of the key: for receipts and books. */
  readonly id: string;
  /** Whole. */
  readonly key: PaymentKey;
  /** What was asked for. */
  readonly total: Money;
  /** What all tenders come to. */
  readonly taken: Money;
  /** In the order in which they were taken. */
  readonly tenders: readonly Tender[];
  /** Of a dynamic card. Only from the tap itself: a `lookup` doesn't know it. */
  readonly notUsed: readonly NotUsed[];
  /** Of a basket: what card and authorisers call the sale, hexadecimal. Missing when no card was asked for anything. */
  readonly sale?: string;
  /** The signed selection record, hexadecimal. Only from the tap itself. */
  readonly record?: string;
  /** False: the card learns how the sale ended at its next tap. Only from the tap itself. */
  readonly cardUpdated?: boolean;
  /** False: the authorisers don't know yet how it ended. `lookup` tells them; the result is the same. */
  readonly settled: boolean;
  /** Of a basket that isn't settled, as far as the acquirer tells: `SaleAtAcquirer.heldUntilMs`. */
  readonly heldUntilMs?: number;
  /** The account that paid, as this merchant knows it. Hexadecimal. */
  readonly accountToken?: string;
}

/** What the authorisers know. */
export type SettledPart = Pick<Payment, 'settled' | 'accountToken'>;

/** What only a basket's result has: a part of the SDK that is loaded when one is taken. */
export interface BasketWords {
  readonly rules: (codes: Uint8Array) => readonly string[];
  readonly more: (result: Message<'result'>) => Pick<Payment, 'notUsed' | 'sale' | 'record' | 'cardUpdated'>;
  /** When a card was the trouble after something was asked: the sale of this key is over. */
  readonly newKey: Recovery;
  readonly rejected: (result: Message<'result'>) => { readonly code: string; readonly recovery: Recovery };
}

/** A basket's, not one card's. */
export function isOfBasket({ rejection }: Message<'result'>): boolean {
  return rejection !== undefined;
}

/** The acquirer had its word in it, or must hear of it. */
export function isAnswered({ tenders, reversalDue, planId }: Message<'result'>): boolean {
  return planId !== undefined || reversalDue === 1 || tenders.some(({ responseCode }) => responseCode !== undefined);
}

/** True when money or value was taken. */
export function stands({ outcome }: Message<'result'>): boolean {
  return outcome === OUTCOME.approved || outcome === OUTCOME.partlyApproved;
}

/** The acquirer owes the answer to the last question. */
export function isOpen({ outcome }: Message<'result'>): boolean {
  return outcome === OUTCOME.waitingForAcquirer;
}

/**
 * @param result untrusted
 * @throws LinkFault `protocol/corrupt` when the amounts don't add up
 */
export function paymentOf(
  result: Message<'result'>,
  key: PaymentKey,
  words: BasketWords | undefined,
  settled: SettledPart,
): Payment {
  const { amount, due, tenders, outcome, merchantIdentifier = '', terminalIdentification = '' } = result;
  const currency = currencyOfNumeric(result.currency)?.code;
  const taken = tenders.reduce((sum, tender) => sum + tender.amount, 0);
  const isPaid = outcome === OUTCOME.approved;
  const addsUp = taken + due === amount && (stands(result) ? taken > 0 && (due === 0) === isPaid : taken === 0);
  if (currency === undefined || (!addsUp && !isOpen(result)))
    throw new LinkFault('protocol/corrupt', 'The amounts that the reader gave do not add up.');
  return {
    id: [merchantIdentifier.trimEnd(), terminalIdentification.trimEnd(), paymentIdOf(key)].join('/'),
    key,
    total: { minor: amount, currency },
    taken: { minor: taken, currency },
    tenders: tenders.map((tender) => tenderOf(tender, result, currency, words)),
    notUsed: [],
    ...words?.more(result),
    ...settled,
  };
}

function tenderOf(
  tender: TemplateContent<'tender'>,
  result: Message<'result'>,
  currency: string,
  words: BasketWords | undefined,
): Tender {
  const { profileKind, label, amount, rules, maskedNumber: masked, indexToken, tokenReason, emvData } = tender;
  const isCard = masked !== undefined;
  return given<Tender>({
    kind: kindOf(profileKind),
    label,
    amount: { minor: amount, currency },
    rules: (rules && words?.rules(rules)) ?? [],
    reference: hexOf(tender.reference),
    aid: hexOf(tender.applicationIdentifier),
    masked,
    token: isCard ? (indexToken ?? null) : undefined,
    tokenReason: isCard && indexToken === undefined ? (tokenReason ?? TOKEN_NOT_GIVEN) : undefined,
    par: tender.paymentAccountReference,
    responseCode: tender.responseCode,
    authorisationCode: tender.authorisationCode,
    receipt: emvData && receiptFieldsOf(result, tender),
  });
}

/** Without the fields that have no value. */
export function given<T extends object>(fields: { readonly [F in keyof T]: T[F] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

export function hexOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && toHex(bytes);
}
