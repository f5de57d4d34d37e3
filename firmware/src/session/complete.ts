/**
 * `complete`: what the acquirer answered. It ends the payment of its key, when no command waits for it any more.
 * Floor: session.
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
import { decisionOf } from './acquirerDecision.js';
import { completeCheckout } from './checkout/completeCheckout.js';
import { type CommandResult, passed, refuse } from './command.js';
import { type Ending, resultOfPayment } from './resultOfPayment.js';
import type { SessionContext } from './sessionContext.js';

export function complete(session: SessionContext, request: Message<'complete'>): CommandResult {
  const { key, approvedAmount } = request;
  const payment = session.results.find(key);
  if (payment === undefined) return { kind: 'neverSeen', key };
  if (payment.kind === 'finished') return payment.result;
  if (payment.kind === 'checkout') return completeCheckout(session, payment, request);
  const { authorise } = payment;
  const { amount } = authorise;
  // The acquirer decided on an earlier tap under this key, maybe of another card: that is no answer to this one.
  const decided = request.transactionToken;
  if (decided !== undefined && !equalBytes(decided, authorise.transactionToken)) return refuse(STATUS.messageRefused);
  if (approvedAmount !== undefined && approvedAmount > amount) return refuse(STATUS.messageRefused);
  const decision = decisionOf(request, authorise);
  const isTakenBack = decision.isApproved && !payment.isCardDone && needsCard(authorise);
  const ending = isTakenBack ? takenBack(decision.ending) : decision.ending;
  const result = session.door.checkOneOf<'result'>(resultOfPayment(authorise, ending));
  session.results.rememberDecided(result);
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
