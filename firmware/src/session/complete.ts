/**
 * `complete`: what the acquirer answered, and `decide`: what the till alone decides. They end the payment of their key, when no command
 * waits for them any more. The acquirer's word is believed by its MAC, whoever brings it; the till's by the secret of its payment.
 * Source: docs/explanation/the-word-back.md.   Floor: session.
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
import { decisionOf, isTillsWord } from './command/acquirerDecision.js';
import { inquire } from './command/answers.js';
import { type CommandResult, type HostAnswer, passed, refuse } from './command/command.js';
import { checkedResult, type Ending, resultOfPayment } from './command/paymentResult.js';
import { isOpen, isOwner, type Payment, toldOf } from './command/results.js';
import type { SessionContext } from './command/sessionContext.js';

/**
 * Whoever brings the acquirer's word ends the payment with it; who shows no secret hears `seen`, whatever came of it.
 * @param noteRefused is called when it isn't the acquirer's word on what was asked
 */
export function complete(session: SessionContext, answer: Message<'complete'>, noteRefused: () => void): CommandResult {
  const { key, paymentSecret } = answer;
  const payment = session.results.find(key);
  if (payment === undefined) return { kind: 'neverSeen', key };
  const isTold = isOwner(payment, paymentSecret);
  const result = isOpen(payment) ? endOpen(session, payment, answer, isTold) : toldOf(payment);
  if (result.kind === 'refused' && result.status === STATUS.messageRefused) noteRefused();
  return isTold ? result : { kind: 'seen', key };
}

function endOpen(
  session: SessionContext,
  payment: Payment,
  answer: Message<'complete'>,
  mayInquire: boolean,
): CommandResult {
  const { key, transactionToken } = answer;
  const asked = askedToken(payment);
  if (asked === undefined) return refuse(STATUS.messageRefused);
  const { answers } = session;
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
    const status = session.prepareKeys();
    return status === 0 ? inquire(session, { key, inquiredToken: asked }).question : refuse(status);
  }
  const result = endWith(session, payment, answer);
  if (result.kind === 'refused') return result;
  answers.forget(asked);
  if (pending !== undefined) answers.forget(pending.transactionToken);
  return result;
}

/** @param noteRefused as for `complete` */
export function decide(session: SessionContext, word: Message<'decide'>, noteRefused: () => void): CommandResult {
  const { key, transactionToken, paymentSecret } = word;
  const payment = session.results.find(key);
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
  const result = endWith(session, payment, word);
  session.answers.forget(asked);
  return result;
}

/** `transactionToken` of what the acquirer was asked last. */
function askedToken(payment: Payment): Uint8Array | undefined {
  return payment.kind === 'asked' ? payment.authorise.transactionToken : payment.result.transactionToken;
}

function endWith(session: SessionContext, payment: Payment, answer: HostAnswer): CommandResult {
  if (payment.kind === 'told') return completeBasket(session, payment, answer);
  const { authorise, secret } = payment;
  if (answer.kind === 'complete' && (answer.approvedAmount ?? 0) > authorise.amount)
    return refuse(STATUS.messageRefused);
  const decision = decisionOf(answer, authorise);
  const isTakenBack = decision.isApproved && !payment.isCardDone && needsCard(authorise);
  const ending = isTakenBack ? takenBack(decision.ending) : decision.ending;
  const result = checkedResult(session, resultOfPayment(authorise, ending));
  session.results.rememberDecided(result, secret);
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
