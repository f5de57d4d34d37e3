/**
 * Kernel 2 (Mastercard), EMV mode: records, CDA, first GENERATE AC.
 * Source: EMV Contactless Book C-2.   Floor: emv.
 */
import {
  TAG_5A_APPLICATION_PAN,
  TAG_5F24_APPLICATION_EXPIRATION_DATE,
  TAG_8C_CDOL1,
  TAG_82_APPLICATION_INTERCHANGE_PROFILE,
} from '@comptoir/protocol';
import type { Kernel } from '../../apdu/kernel.js';
import { AIP, cardSupports } from '../applicationInterchangeProfile.js';
import type { ReadApplication } from '../authentication/cardKeys.js';
import { recoverCardKey } from '../authentication/cardKeys.js';
import { concludeWithCryptogram } from '../concludeWithCryptogram.js';
import type { FileControlInformation } from '../fileControlInformation.js';
import { readCard } from '../readCard.js';
import { setTvr, TVR } from '../terminalStatus.js';
import {
  type CardOutcome,
  NOT_AUTHENTICATED,
  type OfflineAuthentication,
  type TransactionContext,
} from '../transaction.js';

const MANDATORY = [TAG_5F24_APPLICATION_EXPIRATION_DATE, TAG_5A_APPLICATION_PAN, TAG_8C_CDOL1];

/** @returns undefined when the next combination is to be tried @see C-2, states 3 to 9 */
export function* kernel2(
  context: TransactionContext,
  selected: FileControlInformation,
  label: string,
): Kernel<CardOutcome | undefined> {
  const read = yield* readCard(context, selected, MANDATORY);
  if (read.kind === 'tryNextApplication') return undefined;
  if (read.kind === 'ended') return read.outcome;
  const offline = prepareCda(context, read.application);
  return yield* concludeWithCryptogram(context, read.application, label, read.pdolData, offline);
}

function prepareCda(context: TransactionContext, application: ReadApplication): OfflineAuthentication {
  if (!cardSupports(application.store.valueOf(TAG_82_APPLICATION_INTERCHANGE_PROFILE), AIP.cda)) {
    setTvr(context.terminal, TVR.offlineDataAuthenticationNotPerformed);
    return { authentication: NOT_AUTHENTICATED, cardKey: undefined };
  }
  const key = recoverCardKey(context, application);
  if (key.ok) return { authentication: { method: 'CDA', result: 'SIGNATURE_MISSING' }, cardKey: key.key };
  setTvr(context.terminal, TVR.cdaFailed);
  return { authentication: { method: 'CDA', result: key.fault }, cardKey: undefined };
}
