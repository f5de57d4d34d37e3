/**
 * What a transaction is given, and how it can end.
 * Source: EMV 4.4 Book 3 §8; Book 4 §6.   Floor: emv.
 */

import type { AcceptedApplication } from './applicationSelection/candidateList.js';
import type { Authorities } from './authentication/authorities.js';
import type { AuthenticationFault } from './authentication/recovered.js';
import type { RsaPublicKey, Verifier } from './authentication/rsa.js';
import type { DataStore } from './data/dataStore.js';
import type { TerminalParameters } from './data/terminalParameters.js';
import type { TornTransactions } from './tornTransactions.js';

export interface TransactionContext {
  readonly secure: Verifier;
  /** The reader's own data objects, by tag: data object lists are answered from these and from nothing else. */
  readonly terminal: Map<number, Uint8Array>;
  readonly applications: readonly AcceptedApplication[];
  readonly authorities: Authorities;
  /** Terminal capabilities (9F33) as they're configured; kernel 2 narrows what it tells the card. */
  readonly capabilities: Uint8Array;
  /** Undefined: what is torn stays torn. */
  readonly torn?: TornTransactions | undefined;
  /** Gives random bytes. */
  readonly random: (length: number) => Uint8Array;
  /** Transaction date, YYMMDD as BCD. */
  readonly date: Uint8Array;
}

type AuthenticationMethod = 'none' | 'SDA' | 'DDA' | 'CDA' | 'fDDA';

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

/** A card application whose records were read. */
export interface ReadApplication {
  /** ADF name; its own bytes. */
  readonly aid: Uint8Array;
  readonly store: DataStore;
  /** Packed, ten bytes. */
  readonly cardNumber: Uint8Array;
  /** Tag 5F2D, or no bytes; a view of the card's answer. */
  readonly languages: Uint8Array;
  /** What is signed of the records. */
  readonly staticData: Uint8Array;
  /** False: a record that should be signed can't be. */
  readonly maybeAuthenticated: boolean;
  /** True: the number is in a signed record. */
  readonly isNumberSigned: boolean;
}

/** What is known before the first GENERATE AC. */
export interface OfflineAuthentication {
  readonly authentication: Authentication;
  /** With CDA: the key that the answer of GENERATE AC is checked with. */
  readonly cardKey: RsaPublicKey | undefined;
}

/** One card application, read and as far as it goes proven. */
export interface CardRead extends Pick<ReadApplication, 'aid' | 'store' | 'cardNumber' | 'languages'> {
  /** As the card wrote it. */
  readonly label: Uint8Array;
  readonly authentication: Authentication;
  /** True: offline data authentication succeeded, and what it proved includes the number. */
  readonly isNumberProven: boolean;
}

/** Dynamic authentication binds the number by the ICC certificate; SDA only when the number is in the signed records. */
export function cardRead(application: ReadApplication, label: Uint8Array, authentication: Authentication): CardRead {
  const { aid, store, cardNumber, languages, isNumberSigned } = application;
  const isNumberProven = authentication.result === 'ok' && (authentication.method !== 'SDA' || isNumberSigned);
  return { aid, label, store, cardNumber, languages, authentication, isNumberProven };
}

/** A contact card that wants to hear what the acquirer says, and what its second cryptogram takes. */
export interface OpenAtCard {
  readonly parameters: TerminalParameters;
  /** With CDA: the key that the answer is checked with. */
  readonly cardKey: RsaPublicKey | undefined;
  /** What the lists so far were answered with, PDOL and CDOL1: CDA signs it again. */
  readonly earlier: Uint8Array;
}

export type CardOutcome =
  /** The acquirer is to be asked. Of a card that approved by itself (TC), and of contactless ones, nothing is open. */
  | { readonly kind: 'online'; readonly card: CardRead; readonly open?: OpenAtCard }
  | { readonly kind: 'declined'; readonly card: CardRead; readonly reason: string }
  /** Nothing is decided: the customer does what `prompt`, a value of PROMPT, says, and the card comes again (start B of Book A). */
  | { readonly kind: 'again'; readonly reason: string; readonly prompt: number }
  | { readonly kind: 'ended'; readonly why: WhyEnded; readonly reason: string };

/** Names of the protocol's OUTCOME. */
type WhyEnded = 'cardBlocked' | 'notAccepted' | 'tryAnotherInterface' | 'cardError';

export function ended(why: WhyEnded, reason: string): CardOutcome {
  return { kind: 'ended', why, reason };
}
