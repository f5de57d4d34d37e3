/**
 * The candidate list: applications that card and reader have in common.
 * Source: EMV 4.4 Book 1 §12.3, §12.4; Book B §3.3.2.5 for the kernel.   Floor: emv.
 */
import {
  type DataObject,
  equalBytes,
  findObject,
  NO_BYTES,
  startsWithBytes,
  TAG_5F2D_LANGUAGE_PREFERENCE,
  TAG_9F11_ISSUER_CODE_TABLE_INDEX,
  TAG_9F12_APPLICATION_PREFERRED_NAME,
  TAG_50_APPLICATION_LABEL,
  TAG_87_APPLICATION_PRIORITY_INDICATOR,
} from '@comptoir/protocol';
import type { ContactlessParameters, TerminalParameters } from '../data/terminalParameters.js';

/** An application that the reader accepts. */
export interface AcceptedApplication {
  readonly aid: Uint8Array;
  /** Application selection indicator: must the name of the card's application be the AID, or may it go on? */
  readonly match: 'exact' | 'partial';
  /** Contactless kernel; 0: contact only. */
  readonly kernel: number;
  /** Undefined: the cautious ones. */
  readonly parameters?: TerminalParameters | undefined;
  /** Undefined: no limits. */
  readonly contactless?: ContactlessParameters | undefined;
}

export interface Candidate {
  /** ADF name, as the card has it; its own bytes. */
  readonly aid: Uint8Array;
  /** Preferred name or label as the card wrote it, or no bytes; a view of its answer. */
  readonly label: Uint8Array;
  /** Tag 5F2D, or no bytes; a view of the card's answer. */
  readonly languages: Uint8Array;
  /** 1..15, 1 first; 0: no priority. */
  readonly priority: number;
  readonly confirmationRequired: boolean;
  readonly accepted: AcceptedApplication;
  /** Tag 9F29 of the entry, when the reader uses it; not copied. */
  readonly extendedSelection?: Uint8Array | undefined;
}

/** More are not kept: a card with more is hostile. */
export const CANDIDATES_MAX = 16;
/** ISO 8859-1, which every reader shows. */
const CODE_TABLE_SUPPORTED = 1;
const AID_BYTES_MIN = 5;
const AID_BYTES_MAX = 16;

/** @see EMV 4.4 Book 1 §12.3.1 */
export function nameMatches(accepted: AcceptedApplication, name: Uint8Array): boolean {
  return accepted.match === 'exact' ? equalBytes(accepted.aid, name) : startsWithBytes(name, accepted.aid);
}

/** The first of the reader's applications that the name matches. */
export function acceptedFor(
  applications: readonly AcceptedApplication[],
  name: Uint8Array,
): AcceptedApplication | undefined {
  return applications.find((accepted) => nameMatches(accepted, name));
}

/** True for a length that an application identifier may have. */
export function isApplicationIdentifier(name: Uint8Array | undefined): name is Uint8Array {
  return name !== undefined && name.length >= AID_BYTES_MIN && name.length <= AID_BYTES_MAX;
}

/**
 * @param aid       name of the card's application
 * @param objects   directory entry or proprietary template that tells about it
 * @param directory proprietary template of the directory: its language and code table hold where `objects` has none
 */
export function createCandidate(
  aid: Uint8Array,
  objects: readonly DataObject[],
  accepted: AcceptedApplication,
  directory: readonly DataObject[] = [],
): Candidate {
  const indicator = findObject(objects, TAG_87_APPLICATION_PRIORITY_INDICATOR)?.value[0] ?? 0;
  return {
    aid: aid.slice(),
    label: labelOf(objects, findObject(directory, TAG_9F11_ISSUER_CODE_TABLE_INDEX)?.value),
    languages: languagesOf(objects) ?? languagesOf(directory) ?? NO_BYTES,
    priority: indicator & 0x0f,
    confirmationRequired: (indicator & 0x80) !== 0,
    accepted,
  };
}

/** The preferred name when its code table is supported, else the label. @see EMV 4.4 Book 1 §12.4 */
export function labelOf(objects: readonly DataObject[], codeTable?: Uint8Array): Uint8Array {
  const table = (findObject(objects, TAG_9F11_ISSUER_CODE_TABLE_INDEX)?.value ?? codeTable)?.[0];
  const preferred = findObject(objects, TAG_9F12_APPLICATION_PREFERRED_NAME)?.value;
  if (preferred !== undefined && table === CODE_TABLE_SUPPORTED) return preferred;
  return findObject(objects, TAG_50_APPLICATION_LABEL)?.value ?? NO_BYTES;
}

/** Tag 5F2D. */
export function languagesOf(objects: readonly DataObject[]): Uint8Array | undefined {
  return findObject(objects, TAG_5F2D_LANGUAGE_PREFERENCE)?.value;
}

/** Priority 1 to 15, then none; ties in order of discovery. @see EMV 4.4 Book 1 §12.4 */
export function sortByPriority(candidates: readonly Candidate[]): readonly Candidate[] {
  const rank = (candidate: Candidate): number => (candidate.priority === 0 ? 16 : candidate.priority);
  return candidates.slice().sort((a, b) => rank(a) - rank(b));
}
