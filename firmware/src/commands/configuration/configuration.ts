/**
 * What the reader is set up with: a signed object in flash. Its plain fields and the applications are in memory; CA public keys and
 * revoked certificates stay where they are.
 * Source: docs/decisions/0041-a-configuration-is-a-signed-object.md.   Floor: commands.
 */
import {
  equalBytes,
  type ListItem,
  type Message,
  OBJECT_REFUSAL,
  OBJECT_SIGNATURE_BYTES,
  SIGNED_OBJECT,
  signedHeadLength,
} from '@comptoir/protocol';
import { type Board, PLACE } from '../../board/board.js';
import type { AcceptedApplication } from '../../emv/applicationSelection/candidateList.js';
import type { Authorities } from '../../emv/authentication/authorities.js';
import {
  CAUTIOUS,
  type ContactlessParameters,
  type TerminalParameters,
  UNLIMITED,
} from '../../emv/data/terminalParameters.js';
import { keepSequence, sequenceOf } from './sequences.js';
import { openSignedHead } from './signedObject.js';
import { storedAuthorities } from './storedAuthorities.js';
import { type ContentFault, readContent } from './storedConfiguration.js';

export interface Configuration {
  readonly ok: true;
  /** Of the signed object. */
  readonly sequence: number;
  /** SHA-256 of its content. */
  readonly hash: Uint8Array;
  /** Without the lists. */
  readonly message: Message<'configuration'>;
  readonly applications: readonly AcceptedApplication[];
  readonly authorities: Authorities;
}

/** The longest head, and the signature. */
const HEAD_BYTES_MAX = 192;

/**
 * At the start. An older one than was in force once isn't taken: that's what is left when the flash has lost the head of the later one.
 * @returns undefined when there is none in force, or it isn't right: the reader takes no card then
 */
export function loadConfiguration(board: Board): Configuration | undefined {
  const opened = openConfiguration(board, PLACE.inForce, sequenceOf(board, SIGNED_OBJECT.configuration) - 1);
  if (!opened.ok) return undefined;
  keepConfigurationSequence(board, opened);
  return opened;
}

/** Once it's in force: with power cut in between, the next start does it. */
export function keepConfigurationSequence(board: Board, { sequence }: Configuration): void {
  const kind = SIGNED_OBJECT.configuration;
  if (sequence > sequenceOf(board, kind)) keepSequence(board, kind, sequence);
}

/**
 * Checks the object in that place wholly: who signed it, for which reader, that it's all there, and every field.
 * @param place a value of PLACE
 * @param above see `openSignedHead`
 * @returns the configuration as it is once the object is in force
 */
export function openConfiguration(
  board: Pick<Board, 'configuration' | 'identity' | 'roleKey' | 'secure'>,
  place: number,
  above: number = NO_SEQUENCE,
): Configuration | ContentFault {
  const { configuration: store, secure } = board;
  const start = store.read(place, 0, HEAD_BYTES_MAX);
  const contentAt = signedHeadLength(start) + OBJECT_SIGNATURE_BYTES;
  const opened = openSignedHead(board, start.subarray(0, contentAt), SIGNED_OBJECT.configuration, above);
  if (!opened.ok) return { ...opened, at: '' };
  const { contentLength, contentHash, objectSequence } = opened.head;
  const end = contentAt + contentLength;
  if (!equalBytes(store.sha256(place, contentAt, contentLength), contentHash))
    return { ok: false, refusal: OBJECT_REFUSAL.contentHashWrong, at: '' };
  const content = readContent({ store, place, end }, secure, contentAt);
  if (!content.ok) return content;
  return {
    ok: true,
    sequence: objectSequence,
    hash: contentHash,
    message: content.message,
    applications: content.applications.map(acceptedApplication),
    authorities: storedAuthorities({ store, place: PLACE.inForce, end }, content.keysAt, content.revokedAt),
  };
}

/** Limits are in the configuration's currency: in any other the acquirer is always asked, and the holder always verified. */
export function applicationsIn(
  { applications, message }: Configuration,
  currency: number,
): readonly AcceptedApplication[] {
  if (message.currency === undefined || message.currency === currency) return applications;
  return applications.map((application) => ({
    ...application,
    parameters: { ...CAUTIOUS, ...application.parameters, floorLimit: 0, randomThreshold: 0 },
    contactless: {
      ...UNLIMITED,
      ...application.contactless,
      transactionLimit: undefined,
      verificationLimit: 0,
      statusCheckAmount: undefined,
    },
  }));
}

/** Below that of any object. */
export const NO_SEQUENCE = -1;

/**
 * What the sequence of the next one must be above when the one in force can't be used: the highest that was in force, or that is there and
 * one of ours, may come again. NO_SEQUENCE: there never was one.
 */
export function sequenceBefore(board: Board): number {
  const start = board.configuration.read(PLACE.inForce, 0, HEAD_BYTES_MAX);
  const head = start.subarray(0, signedHeadLength(start) + OBJECT_SIGNATURE_BYTES);
  const opened = openSignedHead(board, head, SIGNED_OBJECT.configuration, NO_SEQUENCE);
  const there = opened.ok ? opened.head.objectSequence : 0;
  return Math.max(there, sequenceOf(board, SIGNED_OBJECT.configuration)) - 1;
}

function acceptedApplication(application: ListItem<'applications'>): AcceptedApplication {
  return {
    aid: application.terminalApplicationIdentifier,
    match: application.exactMatch === 1 ? 'exact' : 'partial',
    kernel: application.kernel,
    parameters: parametersOf(application),
    contactless: contactlessParametersOf(application),
  };
}

/** What isn't there is as cautious as can be: see TerminalParameters. */
function parametersOf(application: ListItem<'applications'>): TerminalParameters {
  const { denial, online, byDefault } = CAUTIOUS.actionCodes;
  return {
    actionCodes: {
      denial: application.actionCodeDenial ?? denial,
      online: application.actionCodeOnline ?? online,
      byDefault: application.actionCodeDefault ?? byDefault,
    },
    version: application.terminalApplicationVersion,
    floorLimit: application.floorLimit ?? CAUTIOUS.floorLimit,
    randomThreshold: application.randomThreshold ?? CAUTIOUS.randomThreshold,
    randomTarget: application.randomTarget ?? CAUTIOUS.randomTarget,
    randomMaximum: application.randomMaximum ?? CAUTIOUS.randomMaximum,
  };
}

/** Bits of `contactlessOptions`. */
const OPTION = { noZeroAmount: 0x01, extendedSelection: 0x02 } as const;

function contactlessParametersOf(application: ListItem<'applications'>): ContactlessParameters {
  const { contactlessLimit, verificationLimit, statusCheckAmount, contactlessOptions = 0 } = application;
  return {
    transactionLimit: contactlessLimit,
    verificationLimit,
    statusCheckAmount,
    isZeroAmountAllowed: (contactlessOptions & OPTION.noZeroAmount) === 0,
    hasExtendedSelection: (contactlessOptions & OPTION.extendedSelection) !== 0,
  };
}
