/**
 * Kernel 3 (Visa), qVSDC: GET PROCESSING OPTIONS gives the cryptogram, the records the proof (fDDA).
 * Source: EMV Contactless Book C-3.   Floor: emv.
 */
import {
  TAG_5F2A_TRANSACTION_CURRENCY_CODE,
  TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA,
  TAG_9F6C_CARD_TRANSACTION_QUALIFIERS,
  TAG_9F02_AMOUNT_AUTHORISED,
  TAG_9F10_ISSUER_APPLICATION_DATA,
  TAG_9F26_APPLICATION_CRYPTOGRAM,
  TAG_9F27_CRYPTOGRAM_INFORMATION_DATA,
  TAG_9F36_APPLICATION_TRANSACTION_COUNTER,
  TAG_9F37_UNPREDICTABLE_NUMBER,
  TAG_9F69_CARD_AUTHENTICATION_RELATED_DATA,
  TAG_57_TRACK_2_EQUIVALENT_DATA,
  TAG_82_APPLICATION_INTERCHANGE_PROFILE,
} from '@comptoir/protocol';
import { CRYPTOGRAM } from '../../apdu/commandApdu.js';
import type { Kernel } from '../../apdu/kernel.js';
import { AIP, cardSupports } from '../applicationInterchangeProfile.js';
import { recoverCardKey } from '../authentication/cardKeys.js';
import { verifyFastDynamicData } from '../authentication/dynamicSignature.js';
import type { DataStore } from '../dataStore.js';
import type { FileControlInformation } from '../fileControlInformation.js';
import { readCard } from '../readCard.js';
import { setTsi, TSI } from '../terminalStatus.js';
import {
  type Authentication,
  type CardOutcome,
  cardRead,
  ended,
  NOT_AUTHENTICATED,
  type ReadApplication,
  type TransactionContext,
} from '../transaction.js';

const MANDATORY = [
  TAG_57_TRACK_2_EQUIVALENT_DATA,
  TAG_9F10_ISSUER_APPLICATION_DATA,
  TAG_9F26_APPLICATION_CRYPTOGRAM,
  TAG_9F36_APPLICATION_TRANSACTION_COUNTER,
];

/** Byte 1 of the CTQ (9F6C): what the card wants when offline data authentication fails. @see C-3 Annex A, CTQ */
const CTQ_GO_ONLINE_IF_AUTHENTICATION_FAILS = 0x20;
const CTQ_SWITCH_INTERFACE_IF_AUTHENTICATION_FAILS = 0x10;

/** @returns undefined when the next combination is to be tried */
export function* kernel3(
  context: TransactionContext,
  selected: FileControlInformation,
  label: Uint8Array,
): Kernel<CardOutcome | undefined> {
  const read = yield* readCard(context, selected, MANDATORY);
  if (read.kind === 'tryNextApplication') return undefined;
  if (read.kind === 'ended') return read.outcome;
  const { store } = read.application;
  const type = cryptogramType(store);
  const authentication = fastDynamicDataAuthentication(context, read.application);
  const card = cardRead(read.application, label, authentication);
  if (type === CRYPTOGRAM.aac) return { kind: 'declined', card, reason: 'DECLINED_BY_CARD' };
  if (type !== CRYPTOGRAM.arqc) return ended('cardError', 'CRYPTOGRAM_NOT_ASKED_FOR');
  if (authentication.result === 'ok' || authentication.result === 'none') return { kind: 'online', card };

  const wishes = store.valueOf(TAG_9F6C_CARD_TRANSACTION_QUALIFIERS)[0] ?? 0;
  if ((wishes & CTQ_GO_ONLINE_IF_AUTHENTICATION_FAILS) !== 0) return { kind: 'online', card };
  if ((wishes & CTQ_SWITCH_INTERFACE_IF_AUTHENTICATION_FAILS) !== 0) return ended('tryAnotherInterface', 'FDDA_FAILED');
  return { kind: 'declined', card, reason: 'FDDA_FAILED' };
}

/** Tag 9F27 when the card gives it, else bits 6 and 5 of the card verification results in 9F10. @see C-3, CVR */
function cryptogramType(store: DataStore): number {
  const given = store.get(TAG_9F27_CRYPTOGRAM_INFORMATION_DATA)?.[0];
  const type = given ?? ((store.valueOf(TAG_9F10_ISSUER_APPLICATION_DATA)[4] ?? 0) << 2) & 0xc0;
  if (given === undefined) store.set(TAG_9F27_CRYPTOGRAM_INFORMATION_DATA, Uint8Array.of(type));
  return type & 0xc0;
}

/**
 * The card's cryptogram covers TVR as GET PROCESSING OPTIONS carried it, so TVR stays as it is: the result goes out beside it.
 * @see C-3, fast dynamic data authentication
 */
function fastDynamicDataAuthentication(context: TransactionContext, application: ReadApplication): Authentication {
  const profile = application.store.valueOf(TAG_82_APPLICATION_INTERCHANGE_PROFILE);
  if (!cardSupports(profile, AIP.dda)) return NOT_AUTHENTICATED;
  setTsi(context.terminal, TSI.offlineDataAuthenticationPerformed);
  return verifyFast(context, application);
}

function verifyFast(context: TransactionContext, application: ReadApplication): Authentication {
  const method = 'fDDA';
  const { store } = application;
  const signed = store.get(TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA);
  const cardAuthenticationRelatedData = store.get(TAG_9F69_CARD_AUTHENTICATION_RELATED_DATA);
  if (signed === undefined || cardAuthenticationRelatedData === undefined)
    return { method, result: 'SIGNATURE_MISSING' };
  const key = recoverCardKey(context, application);
  if (!key.ok) return { method, result: key.fault };
  const verified = verifyFastDynamicData(context.secure, key.key, signed, {
    unpredictableNumber: context.terminal.get(TAG_9F37_UNPREDICTABLE_NUMBER) as Uint8Array,
    amount: context.terminal.get(TAG_9F02_AMOUNT_AUTHORISED) as Uint8Array,
    currency: context.terminal.get(TAG_5F2A_TRANSACTION_CURRENCY_CODE) as Uint8Array,
    cardAuthenticationRelatedData,
  });
  return { method, result: verified.ok ? 'ok' : verified.fault };
}
