/**
 * What the reader asks in the middle of a sale, and what the acquirer answers; neither is trusted to speak of this sale.
 * Source: docs/reference/protocol.md, `authorise`, `inquire`, `complete`.   Floor: sdk basket.
 */
import { ASKS, equalBytes, type Message } from '@comptoir/protocol';
import type { Answer } from '../link/channel.js';
import type { CallOptions } from '../link/transport.js';
import type { Operation } from '../operation/operation.js';
import type { BasketAcquirer } from '../payment/acquirer.js';
import { type AcquirerWord, readWord } from '../payment/complete.js';
import { type PaymentKey, paymentIdOf } from '../values/key.js';
import { type Kind, kindOf } from '../values/kind.js';
import { LinkFault } from '../values/linkFault.js';
import type { Money } from '../values/money.js';
import type { CheckedRequest } from './basketRequest.js';

/** What an authoriser was asked, and what it said. */
export interface TenderEvent {
  readonly type: 'tender';
  readonly kind: Kind | 'other';
  readonly label: string;
  /** Pay, keep until the sale ends, or tell the balance. */
  readonly asks: keyof typeof ASKS;
  /** 0 for a balance. */
  readonly amount: Money;
  /** 0: refused. Of a balance: what is there. */
  readonly approved: Money;
  readonly responseCode: string;
}

type Question = Message<'authorise' | 'inquire'>;
type MoneyQuestion = Message<'authorise'>;

const APPROVED = '00';
const PARTLY_APPROVED = '10';

/** From then on the sale may have been taken. */
export function isAboutMoney(question: Question): question is MoneyQuestion {
  return question.kind === 'authorise' && question.asks !== ASKS.balance;
}

/** @throws LinkFault `protocol/corrupt` for what is no question about this sale */
export function questionIn({ message }: Answer, key: PaymentKey, { total, currency }: CheckedRequest): Question {
  if (message === undefined) throw new LinkFault('aborted');
  if (message.kind !== 'authorise' && message.kind !== 'inquire')
    throw new LinkFault('protocol/corrupt', `The reader answered with ${message.kind}.`);
  const isSame =
    message.key === paymentIdOf(key) &&
    (message.kind === 'inquire' || (message.amount <= total.minor && message.currency === currency));
  if (!isSame) throw new LinkFault('protocol/corrupt', 'The reader asked about another sale.');
  return message;
}

/** @throws LinkFault when the acquirer answered nothing, or something else */
export async function acquirersAnswer(
  operation: Operation,
  acquirer: BasketAcquirer,
  key: PaymentKey,
  bytes: Uint8Array,
  question: Question,
): Promise<AcquirerWord> {
  const answer = await askAcquirer(operation, (options) => acquirer.authorise(bytes, paymentIdOf(key), options));
  const word = readWord(answer, key);
  checkAnswers(word.message, question);
  return word;
}

/** Whatever the acquirer throws is its fault. */
export async function askAcquirer<T>(operation: Operation, ask: (options: CallOptions) => Promise<T>): Promise<T> {
  return operation.outside((options) =>
    ask(options).catch((cause: unknown) => {
      throw new LinkFault('acquirer/failed', undefined, { cause });
    }),
  );
}

function checkAnswers({ transactionToken }: AcquirerWord['message'], question: Question): void {
  if (transactionToken === undefined || !equalBytes(transactionToken, question.transactionToken))
    throw new LinkFault('protocol/corrupt', 'The acquirer answered another question.');
}

export function tenderEvent(
  { profileKind = 1, label, asks, amount, partial }: Message<'authorise'>,
  answer: AcquirerWord['message'],
  currency: string,
): TenderEvent {
  const { responseCode } = answer;
  const { approvedAmount } = answer.kind === 'complete' ? answer : {};
  let approved = 0;
  if (responseCode === APPROVED) approved = approvedAmount ?? amount;
  if (responseCode === PARTLY_APPROVED) approved = approvedAmount ?? 0;
  // A part that nobody asked for is nothing. Of a balance it's what is there.
  if (asks !== ASKS.balance && approved < amount && partial !== 1) approved = 0;
  const name = (Object.entries(ASKS).find(([, value]) => value === asks)?.[0] ?? 'authorise') as keyof typeof ASKS;
  return {
    type: 'tender',
    kind: kindOf(profileKind),
    label,
    asks: name,
    amount: { minor: amount, currency },
    approved: { minor: approved, currency },
    responseCode,
  };
}
