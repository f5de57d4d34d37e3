/**
 * How a sale with a basket ended, as data: what paid, what didn't and why.
 * Source: docs/reference/sdk.md; docs/reference/wallet-list.md for the names of rules, reasons and rejections.
 * Floor: sdk checkout.
 */
import { type Message, NO_BYTES, OUTCOME, type TemplateContent, toHex } from '@comptoir/protocol';
import { SELECTION_REASONS, SELECTION_REJECTIONS, SELECTION_RULES } from '@comptoir/protocol/wallet';
import { cardWordOf } from '../reader/cardWords.js';
import { defaultRecovery } from '../reader/errors.js';
import type { Recovery } from '../reader/errorTable.js';
import type { Key } from '../reader/key.js';
import { LinkFault } from '../reader/linkFault.js';
import { currencyOfNumeric, type Money } from '../reader/money.js';
import {
  type CancelledBy,
  type CardTrouble,
  DECLINED_RECOVERY,
  INSERT_RECOVERY,
  type Unknown,
  unknown,
} from '../reader/payResult.js';
import { KINDS, type Kind } from '../reader/read.js';
import { type ReceiptFields, receiptOf } from '../reader/receipt.js';

/** What was taken from one instrument of the card. A coupon's amount is what it took off. */
export interface Tender {
  /** `other`: a kind that this version doesn't know. */
  readonly kind: Kind | 'other';
  readonly label: string;
  readonly amount: Money;
  /** Why this one: names of the wallet list. */
  readonly rules: readonly string[];
  /** The same instrument at the same merchant has the same reference. Hexadecimal. */
  readonly reference?: string;
  /** Of a bank application. Hexadecimal. */
  readonly aid?: string;
  readonly masked?: string;
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

/** What every sale tells that a card was chosen for. */
export interface Told {
  readonly key: Key;
  /** What the basket comes to. */
  readonly total: Money;
  /** In the order in which they were taken. */
  readonly tenders: readonly Tender[];
  /** Only from the tap itself: a `lookup` doesn't know it. */
  readonly notUsed: readonly NotUsed[];
  /** What card and authorisers call the sale, hexadecimal. Missing when no card was asked for anything. */
  readonly sale?: string;
  /** The signed selection record, hexadecimal. Only from the tap itself. */
  readonly record?: string;
  /** False: the card learns how the sale ended at its next tap. Only from the tap itself. */
  readonly cardUpdated?: boolean;
  /** False: the authorisers don't know yet how the sale ended. `lookup` tells them; the result is the same. */
  readonly settled: boolean;
  /** The account that paid, as this merchant knows it. Hexadecimal. */
  readonly accountToken?: string;
}

export type CheckoutResult =
  | ({ readonly status: 'paid' } & Told)
  /** A part is paid, and the rest is to be collected in another way. */
  | ({ readonly status: 'due'; readonly remaining: Money } & Told)
  /** Nothing was taken. `code`: a rejection of the wallet list, or a word of the table of `pay`. */
  | ({ readonly status: 'declined'; readonly code: string; readonly recovery: Recovery } & Told)
  /** Nothing was taken. */
  | ({ readonly status: 'cancelled'; readonly by: CancelledBy } & Told)
  | Unknown;

/** @param kind of a profile, from 1 */
export function kindOf(kind: number): Kind | 'other' {
  return KINDS[kind - 1] ?? 'other';
}

/** True when money or value was taken: the sale stands. */
export function stands({ outcome }: Message<'result'>): boolean {
  return outcome === OUTCOME.approved || outcome === OUTCOME.partlyApproved;
}

/** The host owes the answer to the last question. */
export function isOpen({ outcome }: Message<'result'>): boolean {
  return outcome === OUTCOME.waitingForAcquirer;
}

/**
 * @param tenders      untrusted
 * @param cancelledBy  who stopped it, when the reader says that it was cancelled
 * @param settled      what the authorisers know
 * @throws LinkFault `protocol/corrupt` when the amounts don't add up or the outcome isn't known
 */
export function checkoutResultOf(
  tenders: Message<'result'>,
  key: Key,
  cancelledBy: CancelledBy,
  settled: Pick<Told, 'settled' | 'accountToken'>,
): CheckoutResult | CardTrouble {
  const told = { ...toldOf(tenders, key), ...settled };
  const { outcome, reason, saleKey } = tenders;
  const trouble = { reason, ...(saleKey !== undefined && { recovery: NEW_KEY_RECOVERY }) };
  switch (outcome) {
    case OUTCOME.approved:
      return { status: 'paid', ...told };
    case OUTCOME.partlyApproved:
      return { status: 'due', remaining: { minor: tenders.due, currency: told.total.currency }, ...told };
    case OUTCOME.declined:
      return { status: 'declined', ...rejectionOf(tenders), ...told };
    case OUTCOME.cancelled:
      return { status: 'cancelled', by: cancelledBy, ...told };
    case OUTCOME.noCard:
      return { status: 'cancelled', by: 'timeout', ...told };
    case OUTCOME.cardError:
      return { status: 'card', code: 'card/unreadable', ...trouble };
    case OUTCOME.cardRemoved:
      return { status: 'card', code: 'card/torn', ...trouble };
    case OUTCOME.severalCards:
      return { status: 'card', code: 'card/multiple', ...trouble };
    case OUTCOME.waitingForAcquirer:
      return unknown(key, 'maybe', { do: 'lookup', message: 'The sale is open: ask for the result of this key.' });
    default:
      throw new LinkFault('protocol/corrupt', `The reader gave the unknown outcome ${outcome}.`);
  }
}

/** Of a sale that met a card's trouble: what a lookup says. */
export function declinedAtCard(
  tenders: Message<'result'>,
  key: Key,
  settled: boolean,
  { code, recovery = defaultRecovery(code) }: CardTrouble,
): CheckoutResult {
  return { status: 'declined', code, recovery, ...toldOf(tenders, key), settled };
}

function toldOf(tenders: Message<'result'>, key: Key): Omit<Told, 'settled' | 'accountToken'> {
  const { amount, due, saleKey, selectionRecord, cardUpdated } = tenders;
  const currency = currencyOfNumeric(tenders.currency)?.code;
  const taken = tenders.tenders.reduce((sum, tender) => sum + tender.amount, 0);
  const isPaid = tenders.outcome === OUTCOME.approved;
  const addsUp = taken + due === amount && (stands(tenders) ? taken > 0 && (due === 0) === isPaid : taken === 0);
  if (currency === undefined || (!addsUp && !isOpen(tenders)))
    throw new LinkFault('protocol/corrupt', 'The amounts that the reader gave do not add up.');
  return {
    key,
    total: { minor: amount, currency },
    // What was asked and refused isn't in it.
    tenders: tenders.tenders
      .filter(({ amount: part }) => part > 0)
      .map((tender) => tenderOf(tender, tenders, currency)),
    notUsed: (tenders.notUsed ?? []).map(({ profileKind, label, reasonCode, reference }) => ({
      kind: kindOf(profileKind),
      label,
      reason: nameOf(SELECTION_REASONS, reasonCode),
      ...(reference !== undefined && { reference: toHex(reference) }),
    })),
    ...(saleKey !== undefined && { sale: toHex(saleKey) }),
    ...(selectionRecord !== undefined && { record: toHex(selectionRecord) }),
    ...(cardUpdated !== undefined && { cardUpdated: cardUpdated === 1 }),
  };
}

function tenderOf(tender: TemplateContent<'tender'>, result: Message<'result'>, currency: string): Tender {
  const { profileKind, label, amount, rules = NO_BYTES, reference, applicationIdentifier, maskedNumber } = tender;
  const { responseCode, authorisationCode } = tender;
  return {
    kind: kindOf(profileKind),
    label,
    amount: { minor: amount, currency },
    rules: [...rules].map((rule) => nameOf(SELECTION_RULES, rule)),
    ...(reference !== undefined && { reference: toHex(reference) }),
    ...(applicationIdentifier !== undefined && { aid: toHex(applicationIdentifier) }),
    ...(maskedNumber !== undefined && { masked: maskedNumber }),
    ...(responseCode !== undefined && { responseCode }),
    ...(authorisationCode !== undefined && { authorisationCode }),
    ...(tender.emvData !== undefined && { receipt: receiptOf(result, tender) }),
  };
}

/** The sale of this key is over. */
const NEW_KEY_RECOVERY: Recovery = {
  do: 'ask-other-card',
  message: 'Nothing was taken: present the card again, with a new key.',
};

const CHOSEN_RECOVERY: Recovery = {
  do: 'ask-other-card',
  message: 'What the customer chose cannot pay here: ask for another choice, with a new key.',
};

function rejectionOf({ rejection, reason }: Message<'result'>): {
  readonly code: string;
  readonly recovery: Recovery;
} {
  if (rejection === undefined || rejection === 0)
    return { code: cardWordOf(reason) ?? 'DECLINED', recovery: DECLINED_RECOVERY };
  const code = nameOf(SELECTION_REJECTIONS, rejection);
  if (code === 'TRY_ANOTHER_INTERFACE') return { code, recovery: INSERT_RECOVERY };
  return { code, recovery: code === 'CHOSEN_UNAVAILABLE' ? CHOSEN_RECOVERY : DECLINED_RECOVERY };
}

/** A code that this version doesn't know stays a number. */
function nameOf(names: readonly string[], code: number): string {
  return names[code] || String(code);
}
