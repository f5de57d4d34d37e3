/**
 * `complete`: what the acquirer answered, and `decide`: what the till alone decides. They end the payment of their key, when no command
 * waits for them any more. The acquirer's word is believed by its MAC, whoever brings it; the till's by the secret of its payment.
 * Source: docs/explanation/the-word-back.md.   Floor: commands.
 */
import {
  decodeTlv,
  equalBytes,
  findObject,
  INTERFACE,
  type Message,
  OUTCOME,
  STATUS,
  TAG_9F27_CRYPTOGRAM_INFORMATION_DATA,
} from '@comptoir/protocol';
import { CRYPTOGRAM } from '../apdu/commandApdu.js';
import { completeBasket } from './checkout/completeBasket.js';
import { decisionOf, isTillsWord } from './shared/acquirerDecision.js';
import { inquire } from './shared/answers.js';
import { type CommandResult, type HostAnswer, passed, refuse } from './shared/command.js';
import { checkedResult, type Ending, resultOfPayment } from './shared/paymentResult.js';
import type { ReaderState } from './shared/readerState.js';
import { isOpen, isOwner, type Payment, toldOf } from './shared/results.js';

/**
 * Whoever brings the acquirer's word ends the payment with it; who shows no secret hears `seen`, whatever came of it.
 * @param noteRefused is called when it isn't the acquirer's word on what was asked
 */
export function complete(reader: ReaderState, answer: Message<'complete'>, noteRefused: () => void): CommandResult {
  const { key, paymentSecret } = answer;
  const payment = reader.results.find(key);
  if (payment === undefined) return { kind: 'neverSeen', key };
  const isTold = isOwner(payment, paymentSecret);
  const result = isOpen(payment) ? endOpen(reader, payment, answer, isTold) : toldOf(payment);
  if (result.kind === 'refused' && result.status === STATUS.messageRefused) noteRefused();
  return isTold ? result : { kind: 'seen', key };
}

function endOpen(
  reader: ReaderState,
  payment: Payment,
  answer: Message<'complete'>,
  mayInquire: boolean,
): CommandResult {
  const { key, transactionToken } = answer;
  const asked = askedToken(payment);
  if (asked === undefined) return refuse(STATUS.messageRefused);
  const { answers } = reader;
  const pending = answers.inquiryAbout(asked);
  const isForThis = equalBytes(transactionToken, asked);
  const isForInquiry = pending !== undefined && equalBytes(transactionToken, pending.transactionToken);
  // The acquirer decided on an earlier tap under this key, maybe of another card: that is no answer to this one.
  if (!isForThis && !isForInquiry) return refuse(STATUS.messageRefused);
  const check = answers.check(answer);
  if (check === 'forged') return refuse(STATUS.messageRefused);
  if (check === 'lost') {
    // A stranger's guess costs no key serial number.
    if (!mayInquire || pending !== undefined) return pending?.question ?? { kind: 'seen', key };
    const status = reader.prepareKeys();
    return status === 0 ? inquire(reader, { key, inquiredToken: asked }).question : refuse(status);
  }
  const result = endWith(reader, payment, answer);
  if (result.kind === 'refused') return result;
  answers.forget(asked);
  if (pending !== undefined) answers.forget(pending.transactionToken);
  return result;
}

/** @param noteRefused as for `complete` */
export function decide(reader: ReaderState, word: Message<'decide'>, noteRefused: () => void): CommandResult {
  const { key, transactionToken, paymentSecret } = word;
  const payment = reader.results.find(key);
  if (payment === undefined) return { kind: 'neverSeen', key };
  if (!isOwner(payment, paymentSecret)) {
    noteRefused();
    return { kind: 'seen', key };
  }
  if (!isOpen(payment)) return toldOf(payment);
  const asked = askedToken(payment);
  const isForThis = asked !== undefined && transactionToken !== undefined && equalBytes(transactionToken, asked);
  if (!isForThis || !isTillsWord(word)) {
    noteRefused();
    return refuse(STATUS.messageRefused);
  }
  const result = endWith(reader, payment, word);
  reader.answers.forget(asked);
  return result;
}

/** `transactionToken` of what the acquirer was asked last. */
function askedToken(payment: Payment): Uint8Array | undefined {
  return payment.kind === 'asked' ? payment.authorise.transactionToken : payment.result.transactionToken;
}

function endWith(reader: ReaderState, payment: Payment, answer: HostAnswer): CommandResult {
  if (payment.kind === 'told') return completeBasket(reader, payment, answer);
  const { authorise, secret } = payment;
  if (answer.kind === 'complete' && (answer.approvedAmount ?? 0) > authorise.amount)
    return refuse(STATUS.messageRefused);
  const decision = decisionOf(answer, authorise);
  const isTakenBack = decision.isApproved && !payment.isCardDone && needsCard(authorise);
  const ending = isTakenBack ? takenBack(decision.ending) : decision.ending;
  const result = checkedResult(reader, resultOfPayment(authorise, ending));
  reader.results.rememberDecided(result, secret);
  return passed(result);
}

/** A contact card that made an ARQC had to hear the answer, and it's gone: the reader lost its power, say. */
function needsCard({ usedInterface, emvData }: Message<'authorise'>): boolean {
  if (usedInterface !== INTERFACE.contact) return false;
  const data = decodeTlv(emvData);
  const cid = data.ok ? findObject(data.objects, TAG_9F27_CRYPTOGRAM_INFORMATION_DATA)?.value[0] : undefined;
  return cid === undefined || (cid & CRYPTOGRAM.arqc) !== 0;
}

function takenBack({ approvedAmount, ...ending }: Ending): Ending {
  return { ...ending, outcome: OUTCOME.declined, reason: 'CARD_REMOVED', reversalDue: 1 };
}
