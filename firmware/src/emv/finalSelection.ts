/**
 * Final selection of one candidate, contact or contactless.
 * Source: EMV 4.4 Book 1 §12.4; Book B §3.3.3.   Floor: emv.
 */
import { equalBytes } from '@comptoir/protocol';
import { selectByName } from '../apdu/commandApdu.js';
import { exchange } from '../apdu/exchange.js';
import type { Kernel } from '../apdu/kernel.js';
import { SW } from '../apdu/responseApdu.js';
import type { Candidate } from './candidateList.js';
import { type FileControlInformation, parseFileControlInformation } from './fileControlInformation.js';

/**
 * The name in the FCI must be the one that was asked for: network, CA keys and kernel all follow from it.
 * @returns undefined when the card does not let this candidate be selected
 */
export function* finalSelection(candidate: Candidate): Kernel<FileControlInformation | undefined> {
  const answer = yield* exchange(selectByName(candidate.aid));
  if (answer.sw !== SW.success) return undefined;
  const fci = parseFileControlInformation(answer.data);
  return fci !== undefined && equalBytes(fci.name, candidate.aid) ? fci : undefined;
}
