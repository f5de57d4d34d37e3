/**
 * A transaction with a contact card, up to the first GENERATE AC. The rest, when the acquirer has spoken: completeTransaction.ts.
 * Source: EMV 4.4 Book 3 §8.   Floor: emv.
 */
import {
  latin1ToBytes,
  TAG_5A_APPLICATION_PAN,
  TAG_5F24_APPLICATION_EXPIRATION_DATE,
  TAG_8A_AUTHORISATION_RESPONSE_CODE,
  TAG_8C_CDOL1,
  TAG_8D_CDOL2,
  TAG_9F35_TERMINAL_TYPE,
  TAG_95_TERMINAL_VERIFICATION_RESULTS,
  unsignedFromBcd,
} from '@comptoir/protocol';
import type { Kernel } from '../../apdu/kernel.js';
import { beginApplication } from '../applicationSelection/beginApplication.js';
import { type Candidate, labelOf } from '../applicationSelection/candidateList.js';
import { finalSelection } from '../applicationSelection/finalSelection.js';
import { cardholderVerification } from '../cardholderVerification.js';
import { concludeWithCryptogram } from '../concludeWithCryptogram.js';
import type { TerminalParameters } from '../data/terminalParameters.js';
import { processingRestrictions } from '../processingRestrictions.js';
import { readCard } from '../readCard.js';
import { type AskedCryptogram, issuerActionCodes, terminalActionAnalysis } from '../terminalActionAnalysis.js';
import { terminalRiskManagement } from '../terminalRiskManagement.js';
import { type CardOutcome, ended, type ReadApplication, type TransactionContext } from '../transaction.js';
import { buildCandidateList } from './buildCandidateList.js';
import { refuseAtCard } from './completeTransaction.js';
import { authenticateOffline } from './offlineDataAuthentication.js';

/** Without these a contact card is in error. @see EMV 4.4 Book 3 §7.2 Table 30 */
export const CONTACT_MANDATORY: readonly number[] = [
  TAG_5F24_APPLICATION_EXPIRATION_DATE,
  TAG_5A_APPLICATION_PAN,
  TAG_8C_CDOL1,
  TAG_8D_CDOL2,
];

/** Authorisation response codes of the reader itself, before the first cryptogram. @see EMV 4.4 Book 4 Annex A6 */
const RESPONSE_OF: Readonly<Partial<Record<AskedCryptogram, string>>> = { TC: 'Y1', AAC: 'Z1' };

/** @see EMV 4.4 Book 3 §8.1 Figure 7 */
export function* contactTransaction(context: TransactionContext): Kernel<CardOutcome> {
  const list = yield* buildCandidateList(context.applications);
  if (list.kind === 'cardBlocked') return ended('cardBlocked', 'SELECT_NOT_SUPPORTED');
  for (const candidate of list.candidates) {
    const outcome = yield* withCandidate(context, candidate);
    if (outcome !== undefined) return outcome;
  }
  return ended('notAccepted', list.candidates.length === 0 ? 'CANDIDATE_LIST_EMPTY' : 'NO_CANDIDATE_USABLE');
}

/**
 * DEVIATION: the book asks before the application is selected. What a card writes leaves only where it's known not to show its
 * number, and the number is known when the records are read (docs/decisions/0031).
 * @see EMV 4.4 Book 1 §12.4
 */
function* isConfirmed({ aid, cardNumber, languages }: ReadApplication, label: Uint8Array): Kernel<boolean> {
  const answer = yield { kind: 'confirm', aid, label, languages, cardNumber };
  return answer.length > 0;
}

/** @returns undefined when the next candidate is to be tried */
function* withCandidate(context: TransactionContext, candidate: Candidate): Kernel<CardOutcome | undefined> {
  const { accepted } = candidate;
  const parameters = beginApplication(context.terminal, accepted);
  const selected = yield* finalSelection(candidate);
  if (selected === undefined) return undefined;
  const read = yield* readCard(context, selected, CONTACT_MANDATORY);
  if (read.kind === 'tryNextApplication') return undefined;
  if (read.kind === 'ended') return read.outcome;
  const { pdolData } = read;
  const languages = read.application.languages.length > 0 ? read.application.languages : candidate.languages;
  const application = { ...read.application, languages };
  const label = candidate.label.length > 0 ? candidate.label : labelOf(selected.proprietary);
  if (candidate.confirmationRequired && !(yield* isConfirmed(application, label))) return undefined;
  const offline = yield* authenticateOffline(context, application);
  const asked = yield* decide(context, application, parameters);
  if (asked === undefined) return ended('cardError', 'CVM_LIST_INVALID');
  const first = yield* concludeWithCryptogram(context, application, label, pdolData, offline, asked, parameters);
  const { outcome, open } = first;
  if (outcome.kind === 'online') return open === undefined ? outcome : { ...outcome, open };
  // A card whose signature is wrong is told that it ends here.
  if (outcome.kind === 'declined' && open !== undefined) yield* refuseAtCard(context, outcome.card, open);
  return outcome;
}

/**
 * Restrictions, cardholder verification, risk management, action analysis: what is asked of the card.
 * @returns undefined for a card in error
 */
function* decide(
  { terminal, random }: TransactionContext,
  { store }: ReadApplication,
  parameters: TerminalParameters,
): Kernel<AskedCryptogram | undefined> {
  processingRestrictions(terminal, store);
  if (!cardholderVerification(terminal, store)) return undefined;
  yield* terminalRiskManagement(terminal, store, parameters, random);
  const tvr = terminal.get(TAG_95_TERMINAL_VERIFICATION_RESULTS) as Uint8Array;
  const type = unsignedFromBcd(terminal.get(TAG_9F35_TERMINAL_TYPE) as Uint8Array) ?? 0;
  const asked = terminalActionAnalysis(tvr, type, parameters.actionCodes, issuerActionCodes(store));
  const response = RESPONSE_OF[asked];
  if (response !== undefined) terminal.set(TAG_8A_AUTHORISATION_RESPONSE_CODE, latin1ToBytes(response));
  return asked;
}
