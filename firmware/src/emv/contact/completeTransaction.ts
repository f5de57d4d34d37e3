/**
 * The end of a contact transaction: the acquirer's answer, or its silence, goes to the card, and the card has the last word.
 * Source: EMV 4.4 Book 3 §8 and §10.11, not verified; Book 3 §10.9, §10.10.   Floor: emv.
 */
import {
  latin1ToBytes,
  TAG_8A_AUTHORISATION_RESPONSE_CODE,
  TAG_8D_CDOL2,
  TAG_9F10_ISSUER_APPLICATION_DATA,
  TAG_9F26_APPLICATION_CRYPTOGRAM,
  TAG_9F27_CRYPTOGRAM_INFORMATION_DATA,
  TAG_71_ISSUER_SCRIPT_TEMPLATE_1,
  TAG_89_AUTHORISATION_CODE,
  TAG_91_ISSUER_AUTHENTICATION_DATA,
  TAG_95_TERMINAL_VERIFICATION_RESULTS,
} from '@comptoir/protocol';
import type { Kernel } from '../../apdu/kernel.js';
import { DataStore } from '../data/dataStore.js';
import { setTvr, TVR } from '../data/terminalStatus.js';
import { generateApplicationCryptogram } from '../generateAc.js';
import { actionByDefault, issuerActionCodes } from '../terminalActionAnalysis.js';
import type { CardRead, OpenAtCard, TransactionContext } from '../transaction.js';
import { authenticateIssuer } from './issuerAuthentication.js';
import { runIssuerScripts } from './issuerScripts.js';

/** What the acquirer said. */
export interface OnlineAnswer {
  readonly isApproved: boolean;
  /** Tag 8A, two characters. */
  readonly responseCode: string;
  /** Tag 89. */
  readonly authorisationCode: string | undefined;
  /** Tag 91, untrusted. */
  readonly issuerAuthenticationData: Uint8Array | undefined;
  /** Templates 71 and 72, untrusted. */
  readonly issuerScripts: Uint8Array | undefined;
}

/** `approved`: the card gave a TC, and signed it right where CDA was asked for. */
export type Completion = { readonly kind: 'approved' } | { readonly kind: 'declined'; readonly reason: string };

/** What of the second answer takes the place of the first one. */
const KEPT = [
  TAG_9F26_APPLICATION_CRYPTOGRAM,
  TAG_9F27_CRYPTOGRAM_INFORMATION_DATA,
  TAG_9F10_ISSUER_APPLICATION_DATA,
] as const;

/** Response codes of the reader itself when nobody answers. @see EMV 4.4 Book 4 Annex A6 */
const UNABLE_TO_GO_ONLINE = { TC: 'Y3', AAC: 'Z3' } as const;

/**
 * Up to the card's last word. The scripts that follow it (72) are the caller's to run: nothing of them may change that word.
 * @param answer undefined: the acquirer can't be reached. Sets bits of TVR and TSI.
 * @see EMV 4.4 Book 3 §10.9
 */
export function* completeTransaction(
  context: TransactionContext,
  card: CardRead,
  open: OpenAtCard,
  answer: OnlineAnswer | undefined,
): Kernel<Completion> {
  if (answer === undefined) {
    const tvr = context.terminal.get(TAG_95_TERMINAL_VERIFICATION_RESULTS) as Uint8Array;
    const asked = actionByDefault(tvr, open.parameters.actionCodes, issuerActionCodes(card.store));
    return yield* secondCryptogram(context, card, open, asked, UNABLE_TO_GO_ONLINE[asked]);
  }
  const { issuerAuthenticationData, issuerScripts, authorisationCode, isApproved, responseCode } = answer;
  if (authorisationCode !== undefined)
    context.terminal.set(TAG_89_AUTHORISATION_CODE, latin1ToBytes(authorisationCode));
  if (issuerAuthenticationData !== undefined && issuerAuthenticationData.length > 0) {
    context.terminal.set(TAG_91_ISSUER_AUTHENTICATION_DATA, issuerAuthenticationData);
    yield* authenticateIssuer(context.terminal, card.store, issuerAuthenticationData);
  }
  yield* runIssuerScripts(context.terminal, issuerScripts, TAG_71_ISSUER_SCRIPT_TEMPLATE_1);
  return yield* secondCryptogram(context, card, open, isApproved ? 'TC' : 'AAC', responseCode);
}

/** The card is told that it's over. What it says to that changes nothing. @see EMV 4.4 Book 2 §6.6.2 */
export function* refuseAtCard(context: TransactionContext, card: CardRead, open: OpenAtCard): Kernel<void> {
  yield* secondCryptogram(context, card, open, 'AAC', 'Z1');
}

/** @see EMV 4.4 Book 3 §10.11 */
function* secondCryptogram(
  context: TransactionContext,
  card: CardRead,
  { cardKey, earlier }: OpenAtCard,
  asked: 'TC' | 'AAC',
  responseCode: string,
): Kernel<Completion> {
  context.terminal.set(TAG_8A_AUTHORISATION_RESPONSE_CODE, latin1ToBytes(responseCode));
  // In a store of its own: data objects that are there already would be an error.
  const answers = new DataStore();
  const request = { asked, list: card.store.get(TAG_8D_CDOL2), earlier, cardKey };
  const second = yield* generateApplicationCryptogram(context, answers, request);
  if (second.kind === 'cardError') return { kind: 'declined', reason: second.reason };
  // An ARQC is no answer here.
  if (second.cryptogram === 'ARQC') return { kind: 'declined', reason: 'CRYPTOGRAM_NOT_ASKED_FOR' };
  for (const tag of KEPT) {
    const value = answers.get(tag);
    if (value !== undefined) card.store.set(tag, value);
  }
  if (second.cryptogram === 'AAC') return { kind: 'declined', reason: 'DECLINED_BY_CARD' };
  if (second.cda === undefined || second.cda.result === 'ok') return { kind: 'approved' };
  setTvr(context.terminal, TVR.cdaFailed);
  return { kind: 'declined', reason: 'CDA_FAILED' };
}
