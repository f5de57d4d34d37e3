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
import { prepareCda } from '../authentication/cardKeys.js';
import { concludeWithCryptogram } from '../concludeWithCryptogram.js';
import type { FileControlInformation } from '../fileControlInformation.js';
import { readCard } from '../readCard.js';
import { CAUTIOUS } from '../terminalParameters.js';
import { setTvr, TVR } from '../terminalStatus.js';
import {
  type CardOutcome,
  NOT_AUTHENTICATED,
  type OfflineAuthentication,
  type ReadApplication,
  type TransactionContext,
} from '../transaction.js';

const MANDATORY = [TAG_5F24_APPLICATION_EXPIRATION_DATE, TAG_5A_APPLICATION_PAN, TAG_8C_CDOL1];

/** @returns undefined when the next combination is to be tried @see C-2, states 3 to 9 */
export function* kernel2(
  context: TransactionContext,
  selected: FileControlInformation,
  label: Uint8Array,
): Kernel<CardOutcome | undefined> {
  const read = yield* readCard(context, selected, MANDATORY);
  if (read.kind === 'tryNextApplication') return undefined;
  if (read.kind === 'ended') return read.outcome;
  const offline = authenticateOffline(context, read.application);
  const { application, pdolData } = read;
  const first = yield* concludeWithCryptogram(context, application, label, pdolData, offline, 'ARQC', CAUTIOUS);
  return first.outcome;
}

function authenticateOffline(context: TransactionContext, application: ReadApplication): OfflineAuthentication {
  const profile = application.store.valueOf(TAG_82_APPLICATION_INTERCHANGE_PROFILE);
  if (cardSupports(profile, AIP.cda)) return prepareCda(context, application);
  setTvr(context.terminal, TVR.offlineDataAuthenticationNotPerformed);
  return { authentication: NOT_AUTHENTICATED, cardKey: undefined };
}
