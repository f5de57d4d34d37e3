/**
 * How a payment ended, as data.
 * Source: docs/reference/sdk.md; docs/reference/protocol.md for the outcomes.   Floor: sdk reader.
 */
import { type Message, OUTCOME, type TemplateContent } from '@comptoir/protocol';
import { cardWordOf } from './cardWords.js';
import { defaultRecovery } from './errors.js';
import type { ErrorCode, Recovery } from './errorTable.js';
import { type Key, paymentIdOf } from './key.js';
import { LinkFault } from './linkFault.js';
import { currencyOfNumeric, type Money } from './money.js';
import { type ReceiptFields, receiptOf } from './receipt.js';

export interface Payment {
  /** Merchant, terminal, and the id of the key: for receipts and books. */
  readonly id: string;
  /** Whole. */
  readonly key: Key;
  readonly kind: 'bank';
  readonly approved: Money;
  /** The index token: the same card at the same merchant gives the same token. */
  readonly token: string | null;
  /** Why `token` is null. */
  readonly tokenReason?: string;
  /** Payment account reference, as the card gave it. */
  readonly par?: string;
  readonly label: string;
  readonly masked: string;
  readonly receipt: ReceiptFields;
}

/** It is not approved: the acquirer was not asked yet, and may say no. */
export type StoredPayment = Omit<Payment, 'approved'> & { readonly amount: Money };

export type CancelledBy = 'clerk' | 'customer' | 'timeout';

export type PayResult =
  | { readonly status: 'approved'; readonly payment: Payment }
  | { readonly status: 'partial'; readonly payment: Payment; readonly remaining: Money }
  /** `code`: the acquirer's response code, or a word when the card or the reader said no. The rest: as far as it's known. */
  | {
      readonly status: 'declined';
      readonly code: string;
      readonly recovery: Recovery;
      readonly label?: string;
      readonly masked?: string;
      readonly receipt?: ReceiptFields;
      /** The acquirer approved, or may have: `done`, it was taken back; `due`, it must be. */
      readonly reversal?: 'done' | 'due';
    }
  /** Taken without the acquirer, at the till's risk, by the host of an offline queue: see there what becomes of it. */
  | { readonly status: 'stored'; readonly stored: StoredPayment }
  | { readonly status: 'cancelled'; readonly by: CancelledBy }
  | Unknown;

/** It isn't known how the payment ends. Unless `charged` is `no`: never take the amount another way. */
export interface Unknown {
  readonly status: 'unknown';
  readonly key: Key;
  /** `maybe`: `lookup` tells. `yes`: the acquirer approved, and the reader can't end the payment with it. */
  readonly charged: 'no' | 'yes' | 'maybe';
  readonly recovery: Recovery;
  /** What was behind it. Not enumerable: it stays out of JSON. */
  readonly cause?: unknown;
}

/** No card was read and nothing was charged; the code is one of `card/…`. */
export interface CardTrouble {
  readonly status: 'card';
  readonly code: ErrorCode;
  /** The reader's own. */
  readonly reason: string | undefined;
  /** Where it isn't that of the code. */
  readonly recovery?: Recovery;
}

/** EMV 4.4 Book 4 Annex A6: unable to go online. What a till's own queue answers in the acquirer's place. */
export const RESPONSE_STORED = 'Y3';
export const RESPONSE_NOT_STORED = 'Z3';

/** The reader gave neither a token nor a reason why not. That must not hide an approval. */
export const TOKEN_NOT_GIVEN = 'not-given';

export const DECLINED_RECOVERY: Recovery = {
  do: 'ask-other-card',
  message: 'Declined: ask for another card or another way to pay.',
};

/** What the acquirer approved could not be taken back, or nobody knows whether there is anything to take back. */
export const REVERSAL_RECOVERY: Recovery = {
  do: 'lookup',
  message: 'Declined. An approval of the acquirer may stand: ask for the result of this key, so that it is reversed.',
};

export const INSERT_RECOVERY: Recovery = { do: 'insert-instead', message: 'Insert the card instead of tapping it.' };

/** A basket's, not one card's. */
export function isOfBasket({ rejection }: Message<'result'>): boolean {
  return rejection !== undefined;
}

/** The acquirer had its word in it, or must hear of it. */
export function isAnswered({ tenders, reversalDue }: Message<'result'>): boolean {
  return tenders.some(({ responseCode }) => responseCode !== undefined) || reversalDue === 1;
}

/** @param cancelledBy who stopped it, when the reader says that it was cancelled */
export function payResultOf(result: Message<'result'>, key: Key, cancelledBy: CancelledBy): PayResult | CardTrouble {
  const { outcome, reason } = result;
  const { responseCode } = tenderIn(result);
  switch (outcome) {
    case OUTCOME.approved:
    case OUTCOME.partlyApproved:
      return approved(result, key);
    case OUTCOME.declined:
      if (responseCode === RESPONSE_NOT_STORED) return { status: 'card', code: 'offline/limit', reason };
      if (result.reversalDue === 1) return declined(result, cardWordOf(reason) ?? 'card-declined', REVERSAL_RECOVERY);
      return declined(result, responseCode ?? cardWordOf(reason) ?? 'card-declined', DECLINED_RECOVERY);
    case OUTCOME.notAccepted:
      return declined(result, 'not-accepted', DECLINED_RECOVERY);
    case OUTCOME.cardBlocked:
      return declined(result, 'card-blocked', DECLINED_RECOVERY);
    case OUTCOME.tryAnotherInterface:
      return declined(result, 'insert-card', INSERT_RECOVERY);
    case OUTCOME.cancelled:
      return { status: 'cancelled', by: cancelledBy };
    case OUTCOME.noCard:
      return { status: 'cancelled', by: 'timeout' };
    case OUTCOME.cardError:
      return { status: 'card', code: 'card/unreadable', reason };
    case OUTCOME.cardRemoved:
      return { status: 'card', code: 'card/torn', reason };
    case OUTCOME.severalCards:
      return { status: 'card', code: 'card/multiple', reason };
    case OUTCOME.waitingForAcquirer:
      return unknown(key, 'maybe', {
        do: 'lookup',
        message: 'The acquirer has not answered yet: ask for the result of this key.',
      });
    default:
      // Numbers that this version doesn't know: a newer reader.
      throw new LinkFault('protocol/corrupt', `The reader gave the unknown outcome ${outcome}.`);
  }
}

/** What one card paid, or was asked for. */
function tenderIn({ tenders }: Message<'result'>): Partial<TemplateContent<'tender'>> {
  return tenders[0] ?? {};
}

function approved(result: Message<'result'>, key: Key): PayResult {
  const currency = currencyOfNumeric(result.currency)?.code;
  const tender = tenderIn(result);
  const { amount: minor = 0 } = tender;
  if (currency === undefined || minor === 0 || minor + result.due !== result.amount)
    throw new LinkFault('protocol/corrupt', 'The approved amount makes no sense.');
  const { merchantIdentifier = '', terminalIdentification = '' } = result;
  const { indexToken, tokenReason, paymentAccountReference, responseCode, label = '', maskedNumber = '' } = tender;
  const payment: Omit<Payment, 'approved'> = {
    id: [merchantIdentifier.trimEnd(), terminalIdentification.trimEnd(), paymentIdOf(key)].join('/'),
    key,
    kind: 'bank',
    token: indexToken ?? null,
    ...(indexToken === undefined && { tokenReason: tokenReason ?? TOKEN_NOT_GIVEN }),
    ...(paymentAccountReference !== undefined && { par: paymentAccountReference }),
    label,
    masked: maskedNumber,
    receipt: receiptOf(result, tender),
  };
  const amount: Money = { minor, currency };
  if (responseCode === RESPONSE_STORED) return { status: 'stored', stored: { ...payment, amount } };
  if (minor === result.amount) return { status: 'approved', payment: { ...payment, approved: amount } };
  const remaining: Money = { minor: result.amount - minor, currency };
  return { status: 'partial', payment: { ...payment, approved: amount }, remaining };
}

function declined(result: Message<'result'>, code: string, recovery: Recovery): PayResult {
  const tender = tenderIn(result);
  const { label, maskedNumber } = tender;
  const receipt = receiptOf(result, tender);
  return {
    status: 'declined',
    code,
    recovery,
    ...(label !== undefined && { label }),
    ...(maskedNumber !== undefined && { masked: maskedNumber }),
    ...(Object.keys(receipt).length > 0 && { receipt }),
    ...(result.reversalDue === 1 && { reversal: 'due' as const }),
  };
}

export function unknown(key: Key, charged: Unknown['charged'], recovery: Recovery, cause?: unknown): Unknown {
  const result: Unknown = { status: 'unknown', key, charged, recovery };
  return cause === undefined ? result : Object.defineProperty(result, 'cause', { value: cause });
}

/** What a lookup says about a payment that ended at the card: nothing was charged. */
export function declinedAtCard({ code }: CardTrouble): PayResult {
  return { status: 'declined', code, recovery: defaultRecovery(code) };
}
