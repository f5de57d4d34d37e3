/**
 * What a transaction is given, and how it can end.
 * Floor: emv.
 */

import type { CertificationAuthorityKey } from './authentication/certificationAuthorityKeys.js';
import type { AuthenticationFault, Sha1 } from './authentication/recovered.js';
import type { RsaPublicKey } from './authentication/rsa.js';
import type { AcceptedApplication } from './candidateList.js';
import type { DataStore } from './dataStore.js';

export interface TransactionContext {
  readonly sha1: Sha1;
  /** The reader's own data objects, by tag: data object lists are answered from these and from nothing else. */
  readonly terminal: Map<number, Uint8Array>;
  readonly applications: readonly AcceptedApplication[];
  readonly authorityKeys: readonly CertificationAuthorityKey[];
  /** Transaction date, YYMMDD as BCD. */
  readonly date: Uint8Array;
}

export type AuthenticationMethod = 'none' | 'SDA' | 'DDA' | 'CDA' | 'fDDA';

export interface Authentication {
  readonly method: AuthenticationMethod;
  readonly result:
    | 'ok'
    | 'none'
    | AuthenticationFault
    | 'CA_KEY_MISSING'
    | 'ICC_DATA_MISSING'
    | 'SIGNATURE_MISSING'
    | 'RECORD_NOT_SIGNED';
}

export const NOT_AUTHENTICATED: Authentication = { method: 'none', result: 'none' };

/** What is known before the first GENERATE AC. */
export interface OfflineAuthentication {
  readonly authentication: Authentication;
  /** With CDA: the key that the answer of GENERATE AC is checked with. */
  readonly cardKey: RsaPublicKey | undefined;
}

/** One card application, read. The store holds the card number: erase it when what may leave has been made. */
export interface CardRead {
  readonly aid: Uint8Array;
  readonly label: string;
  readonly store: DataStore;
  /** Packed, ten bytes; part of what must be erased. */
  readonly cardNumber: Uint8Array;
  readonly authentication: Authentication;
}

export type CardOutcome =
  /** The card asks for the acquirer's decision: ARQC. */
  | { readonly kind: 'online'; readonly card: CardRead }
  | { readonly kind: 'declined'; readonly card: CardRead; readonly reason: string }
  | {
      readonly kind: 'ended';
      readonly why: 'cardBlocked' | 'notAccepted' | 'tryAnotherInterface' | 'cardError';
      readonly reason: string;
    };

export function ended(
  why: 'cardBlocked' | 'notAccepted' | 'tryAnotherInterface' | 'cardError',
  reason: string,
): CardOutcome {
  return { kind: 'ended', why, reason };
}
