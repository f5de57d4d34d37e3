/**
 * A contact payment from the acquirer's question to its end: the card stays, hears the answer, and has the last word.
 * One rule: it went through when the acquirer approved and the card gave its TC. However else it ends, what the acquirer approved
 * or may have approved is to be reversed, and the result says so (docs/decisions/0030).
 * Floor: commands.
 */
import { type Message, OUTCOME, TAG_72_ISSUER_SCRIPT_TEMPLATE_2 } from '@comptoir/protocol';
import { type Completion, completeTransaction, type OnlineAnswer } from '../../emv/contact/completeTransaction.js';
import { runIssuerScripts } from '../../emv/contact/issuerScripts.js';
import type { CardRead, OpenAtCard, TransactionContext } from '../../emv/transaction.js';
import type { CheckedMessage } from '../../token/door.js';
import { Vouched } from '../../token/vouched.js';
import { decisionOf } from '../shared/acquirerDecision.js';
import {
  askHost,
  type Command,
  type CommandResult,
  type HostAnswer,
  passed,
  untilInterrupted,
} from '../shared/command.js';
import { checkedResult, type Ending, resultOfPayment } from '../shared/paymentResult.js';
import type { ReaderState } from '../shared/readerState.js';
import { REASON_OF } from './presentCard.js';

interface PaymentAtCard {
  readonly context: TransactionContext;
  readonly card: CardRead;
  readonly open: OpenAtCard;
  /** What the acquirer is asked with; it's remembered already. */
  readonly authorise: CheckedMessage<'authorise'>;
  readonly paymentSecret: Uint8Array;
}

export function* finishAtCard(reader: ReaderState, payment: PaymentAtCard): Command {
  const { context, card, open, authorise } = payment;
  const heard = yield* askHost(authorise);
  const answer = typeof heard === 'string' ? undefined : heard;
  // Cancelled: there is no time for the card any more. It takes the loss of its power for a no.
  const completion: Completion =
    heard === 'cancelled'
      ? { kind: 'declined', reason: 'CANCELLED' }
      : yield* hearCard(
          completeTransaction(context, card, open, answer && onlineAnswer(answer, authorise.message)),
          runIssuerScripts(context.terminal, scriptsIn(answer), TAG_72_ISSUER_SCRIPT_TEMPLATE_2),
        );
  if (answer === undefined && completion.kind === 'approved') {
    // The card approved by itself; the acquirer's word is still owed, and needs no card any more.
    reader.results.rememberOpen(authorise, payment.paymentSecret, true);
    return resultOfPayment(authorise.leaving, { outcome: OUTCOME.waitingForAcquirer });
  }
  const reason = answer === undefined && heard !== 'cancelled' ? 'ACQUIRER_SILENT' : undefined;
  return end(reader, payment, endingOf(authorise.message, answer, completion, reason));
}

function* hearCard(
  kernel: ReturnType<typeof completeTransaction>,
  scripts: ReturnType<typeof runIssuerScripts>,
): Command<Completion> {
  const completion = yield* untilInterrupted(kernel);
  if (typeof completion !== 'string') {
    // The card has had its last word: a card that leaves now takes nothing of it back.
    yield* untilInterrupted(scripts);
    return completion;
  }
  return {
    kind: 'declined',
    reason: REASON_OF[completion] ?? (completion === 'cancelled' ? 'CANCELLED' : 'CARD_REMOVED'),
  };
}

function scriptsIn(answer: HostAnswer | undefined): Uint8Array | undefined {
  return answer?.kind === 'complete' ? answer.issuerScripts : undefined;
}

/** Only the acquirer has something of the issuer for the card. */
function onlineAnswer(answer: HostAnswer, authorise: Message<'authorise'>): OnlineAnswer {
  const fromIssuer = answer.kind === 'complete' ? answer : undefined;
  return {
    isApproved: decisionOf(answer, authorise).isApproved,
    responseCode: answer.responseCode,
    authorisationCode: fromIssuer?.authorisationCode,
    issuerAuthenticationData: fromIssuer?.issuerAuthenticationData,
    issuerScripts: fromIssuer?.issuerScripts,
  };
}

/** @param reason instead of the card's, when the acquirer was silent */
function endingOf(
  authorise: Message<'authorise'>,
  answer: HostAnswer | undefined,
  completion: Completion,
  reason: string | undefined,
): Ending {
  const decision = answer && decisionOf(answer, authorise);
  if (decision?.isApproved === true && completion.kind === 'approved') return decision.ending;
  if (decision?.isApproved === false) return decision.ending;
  const why = completion.kind === 'declined' ? completion.reason : '';
  const { responseCode, authorisationCode } = decision?.ending ?? {};
  return {
    outcome: OUTCOME.declined,
    reason: reason ?? why,
    reversalDue: 1,
    ...(responseCode !== undefined && { responseCode }),
    ...(authorisationCode !== undefined && { authorisationCode }),
  };
}

/** What the card said last takes the place of what it said first. */
function end(reader: ReaderState, payment: PaymentAtCard, ending: Ending): CommandResult {
  const { context, card, authorise, paymentSecret } = payment;
  const { results, answers } = reader;
  const emvData = Vouched.emvData(card.store, context.terminal);
  const result = checkedResult(reader, resultOfPayment({ ...authorise.leaving, emvData }, ending));
  answers.forget(authorise.message.transactionToken);
  results.rememberDecided(result, paymentSecret);
  return passed(result);
}
