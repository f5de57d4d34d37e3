/**
 * Kernel 3 (Visa), qVSDC: GET PROCESSING OPTIONS gives the cryptogram, the records the proof (fDDA), the qualifiers say what follows.
 * Source: EMV Contactless Book C-3.   Floor: emv.
 */
import {
  PROMPT,
  TAG_5F24_APPLICATION_EXPIRATION_DATE,
  TAG_5F25_APPLICATION_EFFECTIVE_DATE,
  TAG_9C_TRANSACTION_TYPE,
  TAG_9F6C_CARD_TRANSACTION_QUALIFIERS,
  TAG_9F10_ISSUER_APPLICATION_DATA,
  TAG_9F26_APPLICATION_CRYPTOGRAM,
  TAG_9F27_CRYPTOGRAM_INFORMATION_DATA,
  TAG_9F34_CVM_RESULTS,
  TAG_9F36_APPLICATION_TRANSACTION_COUNTER,
  TAG_9F66_TERMINAL_TRANSACTION_QUALIFIERS,
  TAG_9F69_CARD_AUTHENTICATION_RELATED_DATA,
  TAG_57_TRACK_2_EQUIVALENT_DATA,
  unsignedFromBcd,
} from '@comptoir/protocol';
import type { Kernel } from '../../apdu/kernel.js';
import type { FileControlInformation } from '../applicationSelection/fileControlInformation.js';
import type { DataStore } from '../data/dataStore.js';
import { cryptogramOf } from '../generateAc.js';
import { isBefore } from '../processingRestrictions.js';
import { readCard } from '../readCard.js';
import { type CardOutcome, cardRead, ended, NOT_AUTHENTICATED, type TransactionContext } from '../transaction.js';
import { decideByQualifiers, type Verification } from './cardTransactionQualifiers.js';
import { fastDynamicDataAuthentication } from './fastDynamicData.js';

const MANDATORY = [
  TAG_57_TRACK_2_EQUIVALENT_DATA,
  TAG_9F10_ISSUER_APPLICATION_DATA,
  TAG_9F26_APPLICATION_CRYPTOGRAM,
  TAG_9F36_APPLICATION_TRANSACTION_COUNTER,
];

/** Status words of GET PROCESSING OPTIONS beside 9000 and 6985. @see C-3 §5.2.2.2 */
const SW_TRY_ANOTHER_INTERFACE = 0x6984;
const SW_TRY_AGAIN = 0x6986;

/** As kernel 2 writes what its books have no CVM list for. What the acquirer makes of them is not verified. */
const CVM_RESULTS: Readonly<Record<Exclude<Verification, 'none'>, Uint8Array>> = {
  onDevice: Uint8Array.of(0x01, 0x00, 0x02),
  signature: Uint8Array.of(0x1e, 0x00, 0x00),
};

/** @returns undefined when the next combination is to be tried */
export function* kernel3(
  context: TransactionContext,
  selected: FileControlInformation,
  label: Uint8Array,
): Kernel<CardOutcome | undefined> {
  const read = yield* readCard(context, selected, MANDATORY);
  if (read.kind === 'tryNextApplication') return undefined;
  if (read.kind === 'ended') return afterProcessingOptions(read.sw) ?? read.outcome;
  const { store } = read.application;
  const { terminal } = context;
  const cryptogram = cryptogramOf(cryptogramType(store));
  if (cryptogram === undefined) return ended('cardError', 'CRYPTOGRAM_NOT_ASKED_FOR');
  const authentication =
    cryptogram === 'AAC' ? NOT_AUTHENTICATED : fastDynamicDataAuthentication(context, read.application, cryptogram);
  const { result } = authentication;
  const decision = decideByQualifiers({
    cryptogram,
    cardQualifiers: store.valueOf(TAG_9F6C_CARD_TRANSACTION_QUALIFIERS),
    relatedData: store.valueOf(TAG_9F69_CARD_AUTHENTICATION_RELATED_DATA),
    terminalQualifiers: terminal.get(TAG_9F66_TERMINAL_TRANSACTION_QUALIFIERS) as Uint8Array,
    authentication: result === 'ok' || result === 'none' ? result : 'failed',
    isExpired: isBefore(store.get(TAG_5F24_APPLICATION_EXPIRATION_DATE), context.date),
    isNotYetEffective: isBefore(context.date, store.get(TAG_5F25_APPLICATION_EFFECTIVE_DATE)),
    transactionType: unsignedFromBcd(terminal.get(TAG_9C_TRANSACTION_TYPE) as Uint8Array) ?? 0,
  });
  const card = cardRead(read.application, label, authentication);
  switch (decision.kind) {
    case 'online':
      if (decision.verification !== 'none') terminal.set(TAG_9F34_CVM_RESULTS, CVM_RESULTS[decision.verification]);
      return { kind: 'online', card };
    case 'declined':
      return { kind: 'declined', card, reason: decision.reason };
    case 'tryAnotherInterface':
    case 'cardError':
      return ended(decision.kind, decision.reason);
  }
}

/** @param sw of GET PROCESSING OPTIONS; undefined when that wasn't it */
function afterProcessingOptions(sw: number | undefined): CardOutcome | undefined {
  if (sw === SW_TRY_ANOTHER_INTERFACE) return ended('tryAnotherInterface', 'WANTS_CONTACT');
  return sw === SW_TRY_AGAIN ? { kind: 'again', reason: 'SEE_PHONE', prompt: PROMPT.seePhone } : undefined;
}

/** Tag 9F27 when the card gives it, else bits 6 and 5 of the card verification results in 9F10. @see C-3, CVR */
function cryptogramType(store: DataStore): number {
  const given = store.get(TAG_9F27_CRYPTOGRAM_INFORMATION_DATA)?.[0];
  if (given !== undefined) return given;
  const type = ((store.valueOf(TAG_9F10_ISSUER_APPLICATION_DATA)[4] ?? 0) << 2) & 0xc0;
  store.set(TAG_9F27_CRYPTOGRAM_INFORMATION_DATA, Uint8Array.of(type));
  return type;
}
