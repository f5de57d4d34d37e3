/**
 * Final selection of one candidate, contact or contactless.
 * Source: EMV 4.4 Book 1 §12.4; Book B §3.3.3.   Floor: emv.
 */
import { concatBytes, NO_BYTES, startsWithBytes } from '@comptoir/protocol';
import { selectByName } from '../../apdu/commandApdu.js';
import { exchange } from '../../apdu/exchange.js';
import type { Kernel } from '../../apdu/kernel.js';
import { SW } from '../../apdu/responseApdu.js';
import { type Candidate, nameMatches } from './candidateList.js';
import { type FileControlInformation, parseFileControlInformation } from './fileControlInformation.js';

/**
 * The name in the FCI must be the one that was asked for, or go on from it where the reader takes a partial name: network, CA
 * keys and kernel all follow from it.
 * @returns undefined when the card does not let this candidate be selected
 */
export function* finalSelection(candidate: Candidate): Kernel<FileControlInformation | undefined> {
  const answer = yield* exchange(selectByName(extendedName(candidate)));
  if (answer.sw !== SW.success) return undefined;
  const fci = parseFileControlInformation(answer.data);
  if (fci === undefined || !startsWithBytes(fci.name, candidate.aid)) return undefined;
  return nameMatches(candidate.accepted, fci.name) ? fci : undefined;
}

const NAME_BYTES_MAX = 16;

/** What doesn't fit in a name isn't sent. @see Book B §3.3.3: not verified */
function extendedName({ aid, extendedSelection = NO_BYTES }: Candidate): Uint8Array {
  const isUsable = extendedSelection.length > 0 && aid.length + extendedSelection.length <= NAME_BYTES_MAX;
  return isUsable ? concatBytes(aid, extendedSelection) : aid;
}
