/**
 * Entry point: the directory of a contactless card, and which application goes to which kernel.
 * Source: EMV Contactless Book B §3.3.2.   Floor: emv.
 */
import {
  CARD_TLV_LIMITS,
  type DataObject,
  decodeTlv,
  findObject,
  latin1ToBytes,
  TAG_4F_APPLICATION_IDENTIFIER,
  TAG_6F_FCI_TEMPLATE,
  TAG_9F2A_KERNEL_IDENTIFIER,
  TAG_9F29_EXTENDED_SELECTION,
  TAG_61_APPLICATION_TEMPLATE,
  TAG_A5_FCI_PROPRIETARY_TEMPLATE,
  TAG_BF0C_FCI_ISSUER_DISCRETIONARY_DATA,
} from '@comptoir/protocol';
import {
  type AcceptedApplication,
  CANDIDATES_MAX,
  type Candidate,
  createCandidate,
  isApplicationIdentifier,
  nameMatches,
  sortByPriority,
} from '../applicationSelection/candidateList.js';
import { ANY_KERNEL, requestedKernel } from './kernelIdentifier.js';

export const PPSE_NAME: Uint8Array = latin1ToBytes('2PAY.SYS.DDF01');

export interface Combination extends Candidate {
  /** Tag 9F2A, when the entry holds it. */
  readonly kernelIdentifier: Uint8Array | undefined;
}

/**
 * Combinations of a directory entry and a kernel, best first.
 * @param ppse response data of SELECT PPSE, untrusted
 * @see Book B §3.3.2.4 to §3.3.2.6
 */
export function findCombinations(
  ppse: Uint8Array,
  applications: readonly AcceptedApplication[],
): readonly Combination[] {
  const combinations: Combination[] = [];
  for (const entry of directoryEntries(ppse)) {
    const aid = findObject(entry, TAG_4F_APPLICATION_IDENTIFIER)?.value;
    if (!isApplicationIdentifier(aid) || combinations.length === CANDIDATES_MAX) continue;
    const kernelIdentifier = findObject(entry, TAG_9F2A_KERNEL_IDENTIFIER)?.value;
    const asked = requestedKernel(kernelIdentifier, aid);
    const accepted = applications.find(
      (application) =>
        application.kernel !== 0 &&
        nameMatches(application, aid) &&
        (asked === ANY_KERNEL || asked === application.kernel),
    );
    if (accepted === undefined) continue;
    const hasExtendedSelection = accepted.contactless?.hasExtendedSelection === true;
    const extendedSelection = hasExtendedSelection ? findObject(entry, TAG_9F29_EXTENDED_SELECTION)?.value : undefined;
    combinations.push({ ...createCandidate(aid, entry, accepted), kernelIdentifier, extendedSelection });
  }
  return sortByPriority(combinations) as readonly Combination[];
}

/** Entries 61 of the directory. @param ppse response data of SELECT PPSE, untrusted */
export function directoryEntries(ppse: Uint8Array): readonly (readonly DataObject[])[] {
  const tlv = decodeTlv(ppse, CARD_TLV_LIMITS);
  if (!tlv.ok) return [];
  const fci = findObject(tlv.objects, TAG_6F_FCI_TEMPLATE)?.children ?? [];
  const proprietary = findObject(fci, TAG_A5_FCI_PROPRIETARY_TEMPLATE)?.children ?? [];
  const discretionary = findObject(proprietary, TAG_BF0C_FCI_ISSUER_DISCRETIONARY_DATA)?.children ?? [];
  return discretionary.filter(({ tag }) => tag === TAG_61_APPLICATION_TEMPLATE).map(({ children }) => children ?? []);
}
