/**
 * The end of a contact or kernel 2 transaction: first GENERATE AC, and what its answer means.
 * Source: EMV 4.4 Book 3 §10.8; Book 2 §6.6.   Floor: emv.
 */
import type { Kernel } from '../apdu/kernel.js';
import { firstGenerateAc } from './generateAc.js';
import { setTvr, TVR } from './terminalStatus.js';
import {
  type CardOutcome,
  cardRead,
  ended,
  type OfflineAuthentication,
  type ReadApplication,
  type TransactionContext,
} from './transaction.js';

/** @param offline what authentication found before the cryptogram */
export function* concludeWithCryptogram(
  context: TransactionContext,
  application: ReadApplication,
  label: Uint8Array,
  pdolData: Uint8Array,
  offline: OfflineAuthentication,
): Kernel<CardOutcome> {
  const answer = yield* firstGenerateAc(context, application.store, pdolData, offline.cardKey);
  if (answer.kind === 'cardError') return ended('cardError', answer.reason);
  const authentication = answer.cda ?? offline.authentication;
  const card = cardRead(application, label, authentication);
  if (answer.cryptogram === 'AAC') return { kind: 'declined', card, reason: 'DECLINED_BY_CARD' };
  if (answer.cda !== undefined && answer.cda.result !== 'ok') {
    // The ARQC is as doubtful as its signature: it isn't sent. @see EMV 4.4 Book 2 §6.6.2
    setTvr(context.terminal, TVR.cdaFailed);
    return { kind: 'declined', card, reason: 'CDA_FAILED' };
  }
  return { kind: 'online', card };
}
