/**
 * GENERATE AC of a card that can tell its answer again: where an earlier one was torn, RECOVER AC comes first.
 * Source: EMV Contactless Book C-2 §5.6 (RECOVER AC), §7.6 (GENERATE AC); nobody looked up what leads to them.   Floor: emv.
 */
import {
  TAG_5F2A_TRANSACTION_CURRENCY_CODE,
  TAG_5F34_PAN_SEQUENCE_NUMBER,
  TAG_9C_TRANSACTION_TYPE,
  TAG_9F02_AMOUNT_AUTHORISED,
  TAG_9F03_AMOUNT_OTHER,
  TAG_9F51_DRDOL,
} from '@comptoir/protocol';
import { recoverAc } from '../../apdu/commandApdu.js';
import { exchange } from '../../apdu/exchange.js';
import type { Kernel } from '../../apdu/kernel.js';
import { SW } from '../../apdu/responseApdu.js';
import { answerDataObjectList } from '../data/dataObjectList.js';
import {
  askForCryptogram,
  type CryptogramRequest,
  type GenerateAcOutcome,
  generateApplicationCryptogram,
  readCryptogram,
} from '../generateAc.js';
import type { TornTransaction } from '../tornTransactions.js';
import type { ReadApplication, TransactionContext } from '../transaction.js';

/**
 * DEVIATION: the book goes by the card alone; here amount, currency and type must be those of the torn payment, too: an answer for
 * another amount is no answer to this one. docs/decisions/0036.
 */
const SAME_PAYMENT = [
  TAG_9F02_AMOUNT_AUTHORISED,
  TAG_9F03_AMOUNT_OTHER,
  TAG_5F2A_TRANSACTION_CURRENCY_CODE,
  TAG_9C_TRANSACTION_TYPE,
];

/** A recovered answer brings the reader's data objects of then with it: `context.terminal` holds those afterwards. */
export function* recoverableCryptogram(
  context: TransactionContext,
  { store, cardNumber }: ReadApplication,
  request: CryptogramRequest,
): Kernel<GenerateAcOutcome> {
  const { terminal, torn: log } = context;
  const list = store.get(TAG_9F51_DRDOL);
  if (log === undefined || list === undefined) return yield* generateApplicationCryptogram(context, store, request);
  const own = (tag: number): Uint8Array | undefined => terminal.get(tag);
  const card = log.fingerprint(cardNumber, store.valueOf(TAG_5F34_PAN_SEQUENCE_NUMBER));
  const earlier = log.find(card, terminal, SAME_PAYMENT);
  if (earlier !== undefined) {
    log.resume(earlier);
    const { data, sw } = yield* exchange(recoverAc(earlier.recoveryData));
    log.end(earlier);
    if (sw === SW.success) return recovered(context, store, request, earlier, data);
  }
  const cdol = answerDataObjectList(request.list, own);
  if (!cdol.ok) return { kind: 'cardError', reason: cdol.fault };
  const recovery = answerDataObjectList(list, own);
  if (!recovery.ok) return { kind: 'cardError', reason: recovery.fault };
  const torn: TornTransaction = {
    card,
    terminal: new Map(terminal),
    pdolData: request.earlier.slice(),
    cdol1Data: cdol.data,
    recoveryData: recovery.data,
    asked: request.asked,
    isSigned: request.cardKey !== undefined,
    relay: request.relay,
  };
  log.begin(torn);
  const answer = yield* askForCryptogram(context, store, request, cdol.data);
  log.end(torn);
  return answer;
}

/** @param data response data of RECOVER AC, untrusted */
function recovered(
  context: TransactionContext,
  store: ReadApplication['store'],
  { list, cardKey }: CryptogramRequest,
  torn: TornTransaction,
  data: Uint8Array,
): GenerateAcOutcome {
  for (const [tag, value] of torn.terminal) context.terminal.set(tag, value);
  const { asked, pdolData, isSigned, relay, cdol1Data } = torn;
  // Signed then, and now the key is not to be had: there is nothing to check it with.
  if (isSigned && cardKey === undefined) return { kind: 'cardError', reason: 'CRYPTOGRAM_NOT_PROVEN' };
  const request = { asked, list, earlier: pdolData, cardKey: isSigned ? cardKey : undefined, relay };
  return readCryptogram(context, store, request, cdol1Data, data);
}
