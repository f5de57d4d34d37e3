/**
 * How a payment ended, as data.
 * Source: docs/reference/sdk.md; docs/reference/protocol.md for the outcomes.   Floor: sdk payment.
 */
import { type Message, OUTCOME } from '@comptoir/protocol';
import type { CancelledBy } from '../operation/operation.js';
import { defaultRecovery } from '../values/errors.js';
import type { ErrorCode, Recovery } from '../values/errorTable.js';
import type { PaymentKey } from '../values/key.js';
import { LinkFault } from '../values/linkFault.js';
import type { Money } from '../values/money.js';
import { cardWordOf } from './cardWords.js';
import { type BasketWords, type Payment, paymentOf, type SettledPart } from './payment.js';

export type PayResult =
  /** All of it is paid. */
  | { readonly status: 'approved'; readonly payment: Payment }
  /** A part is paid, and the rest is to be collected in another way. */
  | { readonly status: 'partial'; readonly payment: Payment; readonly remaining: Money }
  /** Taken without the acquirer, at the till's risk, by an offline queue: see there what becomes of it. */
  | { readonly status: 'stored'; readonly payment: Payment }
  /**
   * Nothing was taken. `code`: the acquirer's response code, a rejection of the wallet list, or a word when the card or the reader said no.
   * `payment`: as far as it's known what was asked, refused tenders among it.
   */
  | {
      readonly status: 'declined';
      readonly code: string;
      readonly recovery: Recovery;
      readonly payment?: Payment;
      /** The acquirer approved, or may have: `done`, it was taken back; `due`, it must be. */
      readonly reversal?: 'done' | 'due';
    }
  /** Nothing was taken. `payment`: of a basket, when a card was asked for something meanwhile. */
  | { readonly status: 'cancelled'; readonly by: CancelledBy; readonly payment?: Payment }
  | Unknown;

/** It isn't known how the payment ends. Unless `charged` is `no`: never take the amount another way. */
export interface Unknown {
  readonly status: 'unknown';
  readonly key: PaymentKey;
  /** `maybe`: `lookup` tells. `yes`: the acquirer approved, and the reader can't end the payment with it. */
  readonly charged: 'no' | 'yes' | 'maybe';
  readonly recovery: Recovery;
  /** Of a basket, as far as the acquirer tells: `SaleAtAcquirer.heldUntilMs`. */
  readonly heldUntilMs?: number;
  /** What was behind it. Not enumerable: it stays out of JSON. */
  readonly cause?: unknown;
}

/** Nothing was taken; the code is one of `card/…`. */
export interface CardTrouble {
  readonly status: 'card';
  readonly code: ErrorCode;
  /** The reader's own. */
  readonly reason: string | undefined;
  readonly payment: Payment;
  /** Where it isn't that of the code. */
  readonly recovery?: Recovery;
}

/** EMV 4.4 Book 4 Annex A6: unable to go online. What a till's own queue answers in the acquirer's place. */
export const RESPONSE_STORED = 'Y3';
export const RESPONSE_NOT_STORED = 'Z3';

export const DECLINED_RECOVERY: Recovery = {
  do: 'ask-other-card',
  message: 'Declined: ask for another card or another way to pay.',
};

/** What the acquirer approved could not be taken back, or nobody knows whether there is anything to take back. */
const REVERSAL_RECOVERY: Recovery = {
  do: 'lookup',
  message: 'Declined. An approval of the acquirer may stand: ask for the result of this key, so that it is reversed.',
};

export const INSERT_RECOVERY: Recovery = { do: 'insert-instead', message: 'Insert the card instead of tapping it.' };

/**
 * @param result      untrusted
 * @param cancelledBy who stopped it, when the reader says that it was cancelled
 * @param words       of a basket
 * @param settled     whether the acquirer knows how it ended
 * @throws LinkFault `protocol/corrupt` when the amounts don't add up or the outcome isn't known
 */
export function payResultOf(
  result: Message<'result'>,
  key: PaymentKey,
  cancelledBy: CancelledBy,
  words: BasketWords | undefined,
  settled: SettledPart,
): PayResult | CardTrouble {
  const { outcome, reason, due, planId, reversalDue } = result;
  const payment = paymentOf(result, key, words, settled);
  const responseCode = result.tenders[0]?.responseCode;
  const declined = (code: string, recovery: Recovery): PayResult => ({ status: 'declined', code, recovery, payment });
  const cancelled = (by: CancelledBy): PayResult => ({ status: 'cancelled', by, ...(planId && { payment }) });
  const trouble = (code: ErrorCode): CardTrouble => {
    return { status: 'card', code, reason, payment, ...(planId && words && { recovery: words.newKey }) };
  };
  switch (outcome) {
    case OUTCOME.approved:
      return { status: responseCode === RESPONSE_STORED ? 'stored' : 'approved', payment };
    case OUTCOME.partlyApproved:
      return { status: 'partial', payment, remaining: { minor: due, currency: payment.total.currency } };
    case OUTCOME.declined: {
      if (words !== undefined) return { status: 'declined', ...words.rejected(result), payment };
      if (responseCode === RESPONSE_NOT_STORED) return trouble('offline/limit');
      const word = cardWordOf(reason) ?? 'card-declined';
      if (reversalDue !== 1) return declined(responseCode ?? word, DECLINED_RECOVERY);
      return settled.settled
        ? { status: 'declined', code: word, recovery: DECLINED_RECOVERY, payment, reversal: 'done' }
        : { status: 'declined', code: word, recovery: REVERSAL_RECOVERY, payment, reversal: 'due' };
    }
    case OUTCOME.notAccepted:
      return declined('not-accepted', DECLINED_RECOVERY);
    case OUTCOME.cardBlocked:
      return declined('card-blocked', DECLINED_RECOVERY);
    case OUTCOME.tryAnotherInterface:
      return declined('insert-card', INSERT_RECOVERY);
    case OUTCOME.cancelled:
      return cancelled(cancelledBy);
    case OUTCOME.noCard:
      return cancelled('timeout');
    case OUTCOME.cardError:
      return trouble('card/unreadable');
    case OUTCOME.cardRemoved:
      return trouble('card/torn');
    case OUTCOME.severalCards:
      return trouble('card/multiple');
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

export function unknown(key: PaymentKey, charged: Unknown['charged'], recovery: Recovery, cause?: unknown): Unknown {
  const result: Unknown = { status: 'unknown', key, charged, recovery };
  return cause === undefined ? result : Object.defineProperty(result, 'cause', { value: cause });
}

/** Nothing is left to be asked or told. */
export function isOver(result: PayResult | { readonly status: 'never-seen' }): boolean {
  return result.status !== 'unknown' && (!('payment' in result) || result.payment?.settled !== false);
}

/** What a lookup says about a payment that ended at the card: nothing was charged. */
export function declinedAtCard({ code, payment, recovery = defaultRecovery(code) }: CardTrouble): PayResult {
  return { status: 'declined', code, recovery, payment };
}
