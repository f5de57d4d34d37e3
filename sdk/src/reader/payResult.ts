/**
 * How a payment ended, as data.
 * Source: docs/reference/sdk.md; docs/reference/protocol.md for the outcomes.   Floor: sdk reader.
 */
import { type Message, OUTCOME } from '@comptoir/protocol';
import { defaultRecovery } from './errors.js';
import type { ErrorCode, Recovery } from './errorTable.js';
import type { Key } from './key.js';
import { LinkFault } from './linkFault.js';
import { currencyOfNumeric, type Money } from './money.js';
import { type ReceiptFields, receiptOf } from './receipt.js';

export interface Payment {
  /** Merchant, terminal and key. */
  readonly id: string;
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

export type CancelledBy = 'clerk' | 'customer' | 'timeout';

export type PayResult =
  | { readonly status: 'approved'; readonly payment: Payment }
  | { readonly status: 'partial'; readonly payment: Payment; readonly remaining: Money }
  /** `code`: the acquirer's response code, or a word when the card or the reader said no. */
  | { readonly status: 'declined'; readonly code: string; readonly recovery: Recovery }
  /** Reserved: payments without connection come later. */
  | {
      readonly status: 'stored';
      readonly queued: { readonly key: Key; readonly amount: Money; readonly storedAt: number };
    }
  | { readonly status: 'cancelled'; readonly by: CancelledBy }
  /** The money may have moved. Never take the amount another way before `lookup` has told. */
  | { readonly status: 'unknown'; readonly key: Key; readonly recovery: Recovery };

/** No card was read and nothing was charged; the code is one of `card/…`. */
export interface CardTrouble {
  readonly status: 'card';
  readonly code: ErrorCode;
}

const DECLINED_WORDS = {
  [OUTCOME.notAccepted]: {
    code: 'not-accepted',
    do: 'ask-other-card',
    message: 'This card is not accepted here: ask for another one.',
  },
  [OUTCOME.cardBlocked]: {
    code: 'card-blocked',
    do: 'ask-other-card',
    message: 'This card is blocked: ask for another one.',
  },
  [OUTCOME.tryAnotherInterface]: {
    code: 'insert-card',
    do: 'insert-instead',
    message: 'Insert the card instead of tapping it.',
  },
} as const;

/** @param cancelledBy who stopped it, when the reader says that it was cancelled */
export function payResultOf(result: Message<'result'>, key: Key, cancelledBy: CancelledBy): PayResult | CardTrouble {
  const { outcome } = result;
  switch (outcome) {
    case OUTCOME.approved:
    case OUTCOME.partlyApproved:
      return approved(result, key);
    case OUTCOME.declined: {
      const recovery: Recovery = {
        do: 'ask-other-card',
        message: 'Declined: ask for another card or another way to pay.',
      };
      return { status: 'declined', code: result.responseCode ?? result.reason ?? 'card-declined', recovery };
    }
    case OUTCOME.notAccepted:
    case OUTCOME.cardBlocked:
    case OUTCOME.tryAnotherInterface: {
      const { code, ...recovery } = DECLINED_WORDS[outcome];
      return { status: 'declined', code, recovery };
    }
    case OUTCOME.cancelled:
      return { status: 'cancelled', by: cancelledBy };
    case OUTCOME.noCard:
      return { status: 'cancelled', by: 'timeout' };
    case OUTCOME.cardError:
      return { status: 'card', code: 'card/unreadable' };
    case OUTCOME.cardRemoved:
      return { status: 'card', code: 'card/torn' };
    case OUTCOME.severalCards:
      return { status: 'card', code: 'card/multiple' };
    case OUTCOME.waitingForAcquirer:
      return unknown(key, {
        do: 'lookup',
        message: 'The acquirer has not answered yet: ask for the result of this key.',
      });
    default:
      // Numbers that this version doesn't know: a newer reader.
      throw new LinkFault('protocol/corrupt', `The reader gave the unknown outcome ${outcome}.`);
  }
}

function approved(result: Message<'result'>, key: Key): PayResult {
  const currency = currencyOfNumeric(result.currency)?.code;
  const minor = result.approvedAmount ?? result.amount;
  if (currency === undefined || minor > result.amount)
    throw new LinkFault('protocol/corrupt', 'The approved amount makes no sense.');
  const {
    merchantIdentifier = '',
    terminalIdentification = '',
    indexToken,
    tokenReason,
    paymentAccountReference,
  } = result;
  const payment: Payment = {
    id: [merchantIdentifier.trimEnd(), terminalIdentification.trimEnd(), key].join('/'),
    key,
    kind: 'bank',
    approved: { minor, currency },
    token: indexToken ?? null,
    ...(indexToken === undefined && { tokenReason: tokenReason ?? 'not-given' }),
    ...(paymentAccountReference !== undefined && { par: paymentAccountReference }),
    label: result.label ?? '',
    masked: result.maskedNumber ?? '',
    receipt: receiptOf(result),
  };
  if (minor === result.amount) return { status: 'approved', payment };
  return { status: 'partial', payment, remaining: { minor: result.amount - minor, currency } };
}

export function unknown(key: Key, recovery: Recovery): PayResult {
  return { status: 'unknown', key, recovery };
}

/** What a lookup says about a payment that ended at the card: nothing was charged. */
export function declinedAtCard({ code }: CardTrouble): PayResult {
  return { status: 'declined', code, recovery: defaultRecovery(code) };
}
