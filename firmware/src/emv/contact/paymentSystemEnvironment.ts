/**
 * Payment System Environment: the directory of a contact card.
 * Source: EMV 4.4 Book 1 §12.2, §12.3.2.   Floor: emv.
 */
import {
  CARD_TLV_LIMITS,
  decodeTlv,
  findObject,
  latin1ToBytes,
  TAG_4F_APPLICATION_IDENTIFIER,
  TAG_61_APPLICATION_TEMPLATE,
  TAG_70_READ_RECORD_TEMPLATE,
  TAG_88_SHORT_FILE_IDENTIFIER,
} from '@comptoir/protocol';
import { readRecord, selectByName } from '../../apdu/commandApdu.js';
import { exchange } from '../../apdu/exchange.js';
import type { Kernel } from '../../apdu/kernel.js';
import { SW } from '../../apdu/responseApdu.js';
import {
  type AcceptedApplication,
  acceptedFor,
  CANDIDATES_MAX,
  type Candidate,
  createCandidate,
  isApplicationIdentifier,
} from '../applicationSelection/candidateList.js';
import { parseFileControlInformation } from '../applicationSelection/fileControlInformation.js';

const PSE_NAME: Uint8Array = latin1ToBytes('1PAY.SYS.DDF01');
const SFI_MAX = 10;
const DIRECTORY_RECORDS_MAX = 32;

export type DirectoryOutcome =
  | { readonly kind: 'directory'; readonly candidates: readonly Candidate[] }
  | { readonly kind: 'cardBlocked' };

/**
 * Candidates from the directory. None when there is no directory, or it's blocked, or it can't be read: then the list of
 * AIDs is tried.
 * @see EMV 4.4 Book 1 §12.3.2
 */
export function* readPaymentSystemEnvironment(applications: readonly AcceptedApplication[]): Kernel<DirectoryOutcome> {
  const none: DirectoryOutcome = { kind: 'directory', candidates: [] };
  const selected = yield* exchange(selectByName(PSE_NAME));
  if (selected.sw === SW.functionNotSupported) return { kind: 'cardBlocked' };
  if (selected.sw !== SW.success) return none;
  const fci = parseFileControlInformation(selected.data);
  const sfi = fci === undefined ? undefined : findObject(fci.proprietary, TAG_88_SHORT_FILE_IDENTIFIER)?.value[0];
  if (fci === undefined || sfi === undefined || sfi < 1 || sfi > SFI_MAX) return none;

  const candidates: Candidate[] = [];
  for (let record = 1; record <= DIRECTORY_RECORDS_MAX; record += 1) {
    const answer = yield* exchange(readRecord(sfi, record));
    if (answer.sw === SW.recordNotFound) break;
    if (answer.sw !== SW.success) return none;
    const tlv = decodeTlv(answer.data, CARD_TLV_LIMITS);
    const directory = tlv.ok ? findObject(tlv.objects, TAG_70_READ_RECORD_TEMPLATE)?.children : undefined;
    if (directory === undefined) return none;
    for (const entry of directory) {
      if (entry.tag !== TAG_61_APPLICATION_TEMPLATE) continue;
      const objects = entry.children ?? [];
      const aid = findObject(objects, TAG_4F_APPLICATION_IDENTIFIER)?.value;
      if (!isApplicationIdentifier(aid) || candidates.length === CANDIDATES_MAX) continue;
      const accepted = acceptedFor(applications, aid);
      if (accepted !== undefined) candidates.push(createCandidate(aid, objects, accepted, fci.proprietary));
    }
  }
  return { kind: 'directory', candidates };
}
