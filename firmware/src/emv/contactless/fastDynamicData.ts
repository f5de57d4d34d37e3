/**
 * Fast dynamic data authentication of kernel 3: the proof comes with the answer to GET PROCESSING OPTIONS and the records.
 * Source: EMV Contactless Book C-3, fast dynamic data authentication.   Floor: emv.
 */
import {
  TAG_5F2A_TRANSACTION_CURRENCY_CODE,
  TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA,
  TAG_9F02_AMOUNT_AUTHORISED,
  TAG_9F37_UNPREDICTABLE_NUMBER,
  TAG_9F66_TERMINAL_TRANSACTION_QUALIFIERS,
  TAG_9F69_CARD_AUTHENTICATION_RELATED_DATA,
  TAG_82_APPLICATION_INTERCHANGE_PROFILE,
  TAG_94_APPLICATION_FILE_LOCATOR,
} from '@comptoir/protocol';
import { verifyFastDynamicData } from '../authentication/dynamicSignature.js';
import { recoverCardKey } from '../cardKeys.js';
import { AIP, cardSupports } from '../data/applicationInterchangeProfile.js';
import { setTsi, TSI } from '../data/terminalStatus.js';
import {
  type Authentication,
  NOT_AUTHENTICATED,
  type ReadApplication,
  type TransactionContext,
} from '../transaction.js';
import { isSetIn, TTQ } from './preProcessing.js';

/**
 * The card's cryptogram covers TVR as GET PROCESSING OPTIONS carried it, so TVR stays as it is: the result goes out beside it. A card
 * that asks its issuer proves itself only where both sides do that, and one that gave no records and no signature doesn't.
 */
export function fastDynamicDataAuthentication(
  context: TransactionContext,
  application: ReadApplication,
  cryptogram: 'TC' | 'ARQC',
): Authentication {
  const { store } = application;
  if (!cardSupports(store.valueOf(TAG_82_APPLICATION_INTERCHANGE_PROFILE), AIP.dda)) return NOT_AUTHENTICATED;
  if (cryptogram === 'ARQC') {
    const qualifiers = context.terminal.get(TAG_9F66_TERMINAL_TRANSACTION_QUALIFIERS) as Uint8Array;
    const hasNoProof =
      store.valueOf(TAG_94_APPLICATION_FILE_LOCATOR).length === 0 &&
      !store.has(TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA);
    if (hasNoProof || !isSetIn(qualifiers, TTQ.authenticationForOnline)) return NOT_AUTHENTICATED;
  }
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
