/**
 * The first GENERATE AC of a contact or kernel 2 transaction, and what its answer means.
 * Source: EMV 4.4 Book 3 §10.8; Book 2 §6.6.   Floor: emv.
 */
import { concatBytes, TAG_8C_CDOL1 } from '@comptoir/protocol';
import type { Kernel } from '../apdu/kernel.js';
import { sensitive } from '../apdu/sensitive.js';
import type { TerminalParameters } from './data/terminalParameters.js';
import { setTvr, TVR } from './data/terminalStatus.js';
import { type GenerateAcOutcome, generateApplicationCryptogram } from './generateAc.js';
import type { AskedCryptogram } from './terminalActionAnalysis.js';
import {
  type CardOutcome,
  cardRead,
  ended,
  type OfflineAuthentication,
  type OpenAtCard,
  type ReadApplication,
  type TransactionContext,
} from './transaction.js';

/** `open`: the card made an ARQC and waits. */
interface FirstCryptogram {
  readonly outcome: CardOutcome;
  readonly open: OpenAtCard | undefined;
}

/**
 * @param offline    what authentication found before the cryptogram
 * @param parameters of a card that is asked a second time
 */
export function* concludeWithCryptogram(
  context: TransactionContext,
  application: ReadApplication,
  label: Uint8Array,
  pdolData: Uint8Array,
  offline: OfflineAuthentication,
  asked: AskedCryptogram,
  parameters: TerminalParameters,
): Kernel<FirstCryptogram> {
  const { store } = application;
  const { cardKey } = offline;
  const request = { asked, list: store.get(TAG_8C_CDOL1), earlier: pdolData, cardKey };
  const answer = yield* generateApplicationCryptogram(context, store, request);
  const outcome = outcomeOfCryptogram(context, application, label, offline, asked, answer);
  if (answer.kind === 'cardError' || answer.cryptogram !== 'ARQC') return { outcome, open: undefined };
  const earlier = sensitive(concatBytes(pdolData, answer.listData));
  return { outcome, open: { parameters, cardKey, earlier } };
}

/** @param asked what the card was asked for @param answer of the first GENERATE AC */
export function outcomeOfCryptogram(
  context: TransactionContext,
  application: ReadApplication,
  label: Uint8Array,
  offline: OfflineAuthentication,
  asked: AskedCryptogram,
  answer: GenerateAcOutcome,
): CardOutcome {
  if (answer.kind === 'cardError') return ended('cardError', answer.reason);
  const card = cardRead(application, label, answer.cda ?? offline.authentication);
  if (answer.cryptogram === 'AAC')
    return { kind: 'declined', card, reason: asked === 'AAC' ? 'DECLINED_BY_RULES' : 'DECLINED_BY_CARD' };
  if (answer.cda !== undefined && answer.cda.result !== 'ok') {
    // The cryptogram is as doubtful as its signature: it isn't sent. @see EMV 4.4 Book 2 §6.6.2
    setTvr(context.terminal, TVR.cdaFailed);
    return { kind: 'declined', card, reason: 'CDA_FAILED' };
  }
  return { kind: 'online', card };
}
