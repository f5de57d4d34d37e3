/**
 * The candidate list of a contact card.
 * Source: EMV 4.4 Book 1 §12.3.   Floor: emv.
 */
import type { Kernel } from '../../apdu/kernel.js';
import { type AcceptedApplication, type Candidate, sortByPriority } from '../applicationSelection/candidateList.js';
import { tryListOfAids } from './listOfAids.js';
import { readPaymentSystemEnvironment } from './paymentSystemEnvironment.js';

type CandidateListOutcome =
  | { readonly kind: 'candidates'; readonly candidates: readonly Candidate[] }
  | { readonly kind: 'cardBlocked' };

/** The directory, and when it gives nothing the list of AIDs; sorted by priority. @see EMV 4.4 Book 1 §12.3.1 */
export function* buildCandidateList(applications: readonly AcceptedApplication[]): Kernel<CandidateListOutcome> {
  let found = yield* readPaymentSystemEnvironment(applications);
  if (found.kind === 'directory' && found.candidates.length === 0) found = yield* tryListOfAids(applications);
  if (found.kind === 'cardBlocked') return found;
  return { kind: 'candidates', candidates: sortByPriority(found.candidates) };
}
