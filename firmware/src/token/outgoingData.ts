/**
 * What leaves of one card in clear: label, AID, mask, token, PAR, languages, and how it proved itself.
 * Source: docs/reference/clear-fields.md.   Floor: token.
 */
import { NO_BYTES, TAG_9F24_PAYMENT_ACCOUNT_REFERENCE } from '@comptoir/protocol';
import { KEY, type Secure } from '../board/board.js';
import { maskCardNumber } from '../emv/data/cardNumber.js';
import type { CardRead, TransactionContext } from '../emv/transaction.js';
import { clearAccountReference, clearLabel, clearLanguages } from './clearFields.js';
import type { TokenLimiter } from './tokenLimiter.js';
import { type MadeIndexToken, Vouched } from './vouched.js';

/** Fields of the messages `authorise`, `result` and `instrument` that describe the card. */
export interface CardDescription {
  readonly label: string;
  readonly applicationIdentifier: Vouched | Uint8Array;
  readonly maskedNumber: string;
  readonly authenticationMethod: string;
  readonly authenticationResult: string;
  readonly indexToken?: Vouched<string>;
  readonly tokenReason?: string;
  readonly paymentAccountReference?: string;
  readonly languagePreference?: string;
}

/** The card in the words of the messages, without its token. @param applications that the reader accepts */
export function describeCard(card: CardRead, applications: TransactionContext['applications']): CardDescription {
  const { cardNumber, authentication, store } = card;
  const reference = clearAccountReference(store.get(TAG_9F24_PAYMENT_ACCOUNT_REFERENCE));
  const languages = clearLanguages(card.languages);
  return {
    label: clearLabel(card.label),
    applicationIdentifier: Vouched.acceptedName(applications, card.aid) ?? NO_BYTES,
    maskedNumber: maskCardNumber(cardNumber),
    authenticationMethod: authentication.method,
    authenticationResult: authentication.result,
    ...(reference === undefined ? {} : { paymentAccountReference: reference }),
    ...(languages === undefined ? {} : { languagePreference: languages }),
  };
}

export type IndexTokenResult =
  | { readonly kind: 'token'; readonly token: MadeIndexToken }
  | { readonly kind: 'withheld'; readonly reason: 'not-authenticated' | 'no-merchant-key' | 'too-many' };

/** Only when offline authentication proved the number, and not too many: an emulated card must not make the reader a token oracle. */
export function indexTokenOf(secure: Secure, limiter: TokenLimiter, card: CardRead): IndexTokenResult {
  if (!card.isNumberProven) return { kind: 'withheld', reason: 'not-authenticated' };
  const merchantKey = secure.findKey(KEY.indexToken);
  if (merchantKey === 0) return { kind: 'withheld', reason: 'no-merchant-key' };
  if (!limiter.take()) return { kind: 'withheld', reason: 'too-many' };
  return { kind: 'token', token: Vouched.indexToken(secure, merchantKey, card.cardNumber) };
}
