/**
 * The list of AIDs: every application of the reader is tried by name.
 * Source: EMV 4.4 Book 1 §12.3.3.   Floor: emv.
 */
import { equalBytes } from '@comptoir/protocol';
import { selectByName } from '../../apdu/commandApdu.js';
import { exchange } from '../../apdu/exchange.js';
import type { Kernel } from '../../apdu/kernel.js';
import { SW } from '../../apdu/responseApdu.js';
import {
  type AcceptedApplication,
  CANDIDATES_MAX,
  type Candidate,
  createCandidate,
  nameMatches,
} from '../applicationSelection/candidateList.js';
import { parseFileControlInformation } from '../applicationSelection/fileControlInformation.js';
import type { DirectoryOutcome } from './paymentSystemEnvironment.js';

/** @see EMV 4.4 Book 1 §12.3.3, steps 1 to 7 */
export function* tryListOfAids(applications: readonly AcceptedApplication[]): Kernel<DirectoryOutcome> {
  const candidates: Candidate[] = [];
  for (const accepted of applications) {
    let occurrence: 'first' | 'next' = 'first';
    for (let found = 0; found <= CANDIDATES_MAX; found += 1) {
      const answer = yield* exchange(selectByName(accepted.aid, occurrence));
      if (occurrence === 'first' && answer.sw === SW.functionNotSupported) return { kind: 'cardBlocked' };
      if (answer.sw !== SW.success && answer.sw !== SW.blocked) break;
      const fci = parseFileControlInformation(answer.data);
      if (fci === undefined) break;
      const isUsable =
        answer.sw === SW.success && nameMatches(accepted, fci.name) && candidates.length < CANDIDATES_MAX;
      if (isUsable) candidates.push(createCandidate(fci.name, fci.proprietary, accepted));
      if (equalBytes(fci.name, accepted.aid) || accepted.match === 'exact') break;
      occurrence = 'next';
    }
  }
  return { kind: 'directory', candidates };
}
