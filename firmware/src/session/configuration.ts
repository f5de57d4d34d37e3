/**
 * The reader's configuration, from the board.
 * Floor: session.
 */
import { decodeMessage, type Message } from '@comptoir/protocol';
import type { Board } from '../board/board.js';
import { type CertificationAuthorityKey, loadableKeys } from '../emv/authentication/certificationAuthorityKeys.js';
import type { AcceptedApplication } from '../emv/candidateList.js';

export interface Configuration {
  readonly message: Message<'configuration'>;
  readonly applications: readonly AcceptedApplication[];
  /** Only keys whose SHA-1 agrees and that the books allow. */
  readonly authorityKeys: readonly CertificationAuthorityKey[];
}

/** @returns undefined when the board has none, or it can't be read */
export function loadConfiguration(board: Board): Configuration | undefined {
  const result = decodeMessage(board.configuration());
  if (!result.ok || result.message.kind !== 'configuration') return undefined;
  const { message } = result;
  const keys = message.certificationAuthorityKeys.map(
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
    applications: message.applications.map(({ terminalApplicationIdentifier, exactMatch, kernel }) => ({
      aid: terminalApplicationIdentifier,
      match: exactMatch === 1 ? 'exact' : 'partial',
      kernel,
    })),
    authorityKeys: loadableKeys(board.secure, keys),
  };
}
