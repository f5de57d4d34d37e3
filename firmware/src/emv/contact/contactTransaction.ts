/**
 * A transaction with a contact card, up to the first GENERATE AC. An ARQC is asked for, always: the reader is online-first.
 * Source: EMV 4.4 Book 3 §8.   Floor: emv.
 */
import {
  TAG_5A_APPLICATION_PAN,
  TAG_5F24_APPLICATION_EXPIRATION_DATE,
  TAG_8C_CDOL1,
  TAG_8D_CDOL2,
} from '@comptoir/protocol';
import type { Kernel } from '../../apdu/kernel.js';
import { type Candidate, labelOf } from '../candidateList.js';
import { concludeWithCryptogram } from '../concludeWithCryptogram.js';
import { finalSelection } from '../finalSelection.js';
import { readCard } from '../readCard.js';
import { type CardOutcome, ended, type TransactionContext } from '../transaction.js';
import { buildCandidateList } from './buildCandidateList.js';
import { authenticateOffline } from './offlineDataAuthentication.js';

/** Without these a contact card is in error. @see EMV 4.4 Book 3 §7.2 Table 30 */
export const CONTACT_MANDATORY: readonly number[] = [
  TAG_5F24_APPLICATION_EXPIRATION_DATE,
  TAG_5A_APPLICATION_PAN,
  TAG_8C_CDOL1,
  TAG_8D_CDOL2,
];

/** @see EMV 4.4 Book 3 §8.1 Figure 7 */
export function* contactTransaction(context: TransactionContext): Kernel<CardOutcome> {
  const list = yield* buildCandidateList(context.applications);
  if (list.kind === 'cardBlocked') return ended('cardBlocked', 'SELECT_NOT_SUPPORTED');
  for (const candidate of list.candidates) {
    // Nobody confirms here: such an application is not offered. @see EMV 4.4 Book 1 §12.4
    if (candidate.confirmationRequired) continue;
    const outcome = yield* withCandidate(context, candidate);
    if (outcome !== undefined) return outcome;
  }
  return ended('notAccepted', list.candidates.length === 0 ? 'CANDIDATE_LIST_EMPTY' : 'NO_CANDIDATE_USABLE');
}

/** @returns undefined when the next candidate is to be tried */
function* withCandidate(context: TransactionContext, candidate: Candidate): Kernel<CardOutcome | undefined> {
  const selected = yield* finalSelection(candidate);
  if (selected === undefined) return undefined;
  const read = yield* readCard(context, selected, CONTACT_MANDATORY);
  if (read.kind === 'tryNextApplication') return undefined;
  if (read.kind === 'ended') return read.outcome;
  const offline = yield* authenticateOffline(context, read.application);
  const label = candidate.label.length > 0 ? candidate.label : labelOf(selected.proprietary);
  return yield* concludeWithCryptogram(context, read.application, label, read.pdolData, offline);
}
