/**
 * Application selection of a contact card: the candidate list, and which candidate is taken.
 * Source: EMV 4.4 Book 1 §12.3, §12.4.   Floor: emv.
 */
import { selectByName } from '../../apdu/commandApdu.js';
import { exchange } from '../../apdu/exchange.js';
import type { Kernel } from '../../apdu/kernel.js';
import { SW } from '../../apdu/responseApdu.js';
import { type AcceptedApplication, type Candidate, sortByPriority } from '../candidateList.js';
import { type FileControlInformation, parseFileControlInformation } from '../fileControlInformation.js';
import { tryListOfAids } from './listOfAids.js';
import { readPaymentSystemEnvironment } from './paymentSystemEnvironment.js';

export type CandidateListOutcome =
  | { readonly kind: 'candidates'; readonly candidates: readonly Candidate[] }
  | { readonly kind: 'cardBlocked' };

/** The directory, and when it gives nothing the list of AIDs; sorted by priority. @see EMV 4.4 Book 1 §12.3.1 */
export function* buildCandidateList(applications: readonly AcceptedApplication[]): Kernel<CandidateListOutcome> {
  let found = yield* readPaymentSystemEnvironment(applications);
  if (found.kind === 'directory' && found.candidates.length === 0) found = yield* tryListOfAids(applications);
  if (found.kind === 'cardBlocked') return found;
  return { kind: 'candidates', candidates: sortByPriority(found.candidates) };
}

/** @returns the FCI; undefined when the card does not let this candidate be selected @see EMV 4.4 Book 1 §12.4 */
export function* finalSelection(candidate: Candidate): Kernel<FileControlInformation | undefined> {
  const answer = yield* exchange(selectByName(candidate.aid));
  return answer.sw === SW.success ? parseFileControlInformation(answer.data) : undefined;
}
