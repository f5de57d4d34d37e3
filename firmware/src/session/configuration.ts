/**
 * The reader's configuration, from the board. The signed object of later versions holds the same message: only where its bytes come
 * from changes.
 * Floor: session.
 */
import { decodeMessage, type Message, type TemplateContent } from '@comptoir/protocol';
import type { Board } from '../board/board.js';
import { type CertificationAuthorityKey, loadableKeys } from '../emv/authentication/certificationAuthorityKeys.js';
import type { RevokedCertificate } from '../emv/authentication/revocation.js';
import type { AcceptedApplication } from '../emv/candidateList.js';
import { CAUTIOUS, type ContactlessParameters, type TerminalParameters } from '../emv/terminalParameters.js';

export interface Configuration {
  readonly message: Message<'configuration'>;
  readonly applications: readonly AcceptedApplication[];
  /** Only keys whose SHA-1 agrees and that the books allow. */
  readonly authorityKeys: readonly CertificationAuthorityKey[];
  readonly revoked: readonly RevokedCertificate[];
}

/** @returns undefined when the board has none, or it can't be read */
export function loadConfiguration(board: Board): Configuration | undefined {
  const result = decodeMessage(board.configuration());
  if (!result.ok || result.message.kind !== 'configuration') return undefined;
  const { message } = result;
  const keys = (message.certificationAuthorityKeys ?? []).map(
    ({ registeredIdentifier, keyIndex, modulus, exponent, sha1 }) => ({
      rid: registeredIdentifier,
      index: keyIndex,
      modulus,
      exponent,
      sha1,
    }),
  );
  return {
    message,
    applications: message.applications.map((application) => ({
      aid: application.terminalApplicationIdentifier,
      match: application.exactMatch === 1 ? 'exact' : 'partial',
      kernel: application.kernel,
      parameters: parametersOf(application),
      contactless: contactlessParametersOf(application),
    })),
    authorityKeys: loadableKeys(board.secure, keys),
    revoked: (message.revokedCertificates ?? []).map(({ registeredIdentifier, keyIndex, certificateSerial }) => ({
      rid: registeredIdentifier,
      index: keyIndex,
      serial: certificateSerial,
    })),
  };
}

/** What isn't there is as cautious as can be: see TerminalParameters. */
function parametersOf(application: TemplateContent<'acceptedApplication'>): TerminalParameters {
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

function contactlessParametersOf(application: TemplateContent<'acceptedApplication'>): ContactlessParameters {
  const { contactlessLimit, verificationLimit, statusCheckAmount, contactlessOptions = 0 } = application;
  return {
    transactionLimit: contactlessLimit,
    verificationLimit,
    statusCheckAmount,
    isZeroAmountAllowed: (contactlessOptions & OPTION.noZeroAmount) === 0,
    hasExtendedSelection: (contactlessOptions & OPTION.extendedSelection) !== 0,
  };
}
