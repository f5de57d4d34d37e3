/**
 * All that a stranger can say about somebody else's payment. The one file of the suite that knows how messages look: a change of the
 * wire is a change here.
 */
import { decodeMessage, encodeMessage, type Message } from '@comptoir/protocol';
import { transactionTime } from '../../../sdk/src/values/transactionTime.js';
import { SIMULATED_START_MS } from '../../src/machine/clock.js';

/** A payment as everybody in the shop can know it. */
export interface Order {
  readonly key: string;
  /** Minor units. */
  readonly amount: number;
  /** ISO 4217, numeric. */
  readonly currency: number;
}

type Answer = Message<'complete'>;

const TIMEOUT_MS = 5_000;
/** In the place of a token that nobody told. */
export const NO_TOKEN: Uint8Array = new Uint8Array(16);
/** What a stranger has in the place of a MAC or a secret: a guess. */
const GUESS: Uint8Array = new Uint8Array(16).fill(0x9c);

/** Messages that a stranger may hear: they say nothing about a payment but that its key was used. */
export const SAYS_NOTHING: readonly string[] = ['seen', 'neverSeen'];

export function payAgain({ key, amount, currency }: Order): Uint8Array {
  return encodeMessage({
    kind: 'pay',
    key,
    paymentSecret: GUESS,
    amount,
    currency,
    interfaces: 3,
    timeoutMs: TIMEOUT_MS,
    ...transactionTime(SIMULATED_START_MS, 0),
  });
}

export function checkoutAgain({ key, amount, currency }: Order): Uint8Array {
  return encodeMessage({
    kind: 'pay',
    key,
    paymentSecret: GUESS,
    amount,
    currency,
    interfaces: 3,
    lineCount: 1,
    currencyCode: 'EUR',
    nonce: new Uint8Array(8),
    timeoutMs: TIMEOUT_MS,
    ...transactionTime(SIMULATED_START_MS, 0),
  });
}

export function lookUp(key: string, paymentSecret?: Uint8Array): Uint8Array {
  return encodeMessage({ kind: 'lookup', key, ...(paymentSecret && { paymentSecret }) });
}

/** An answer of the acquirer that the acquirer never gave. @param more whatever else it says */
export function forged(key: string, responseCode: string, more: Partial<Answer> = {}): Uint8Array {
  const forged = { authorisationCode: 'FORGED', transactionToken: NO_TOKEN, answerMac: GUESS, ...more };
  return encodeMessage({ kind: 'complete', key, responseCode, ...forged });
}

/** A true answer with something of it changed; `undefined` leaves a field out. */
export function changed(
  answer: Uint8Array,
  change: { readonly [F in keyof Answer]?: Answer[F] | undefined },
): Uint8Array {
  const { message } = decoded(answer);
  const fields = Object.entries({ ...message, ...change }).filter(([, value]) => value !== undefined);
  return encodeMessage(Object.fromEntries(fields) as unknown as Answer);
}

export function answerIn(answer: Uint8Array): Answer {
  return decoded(answer).message;
}

/** What a till says itself, without an acquirer: Y3, the payment is stored; Z3, it isn't. */
export function wordOfTill(key: string, word: 'Y3' | 'Z3', transactionToken: Uint8Array): Uint8Array {
  return encodeMessage({ kind: 'decide', key, responseCode: word, paymentSecret: GUESS, transactionToken });
}

/** The customer wants the application that the card proposes. */
export function confirmation(key: string): Uint8Array {
  return encodeMessage({ kind: 'decide', key, responseCode: '00', paymentSecret: GUESS });
}

/** The customer declines some of what the card holds, or, with 05, wants nothing. */
export function choice(key: string, responseCode: '00' | '05', declinedReferences: Uint8Array): Uint8Array {
  return encodeMessage({ kind: 'decide', key, responseCode, declinedReferences, paymentSecret: GUESS });
}

/** How an earlier sale ended that the card holds open. */
export function wordOnSale(key: string, transactionToken: Uint8Array, responseCode: '00' | '05'): Uint8Array {
  return encodeMessage({ kind: 'complete', key, responseCode, transactionToken, answerMac: GUESS });
}

function decoded(answer: Uint8Array): { readonly message: Answer } {
  const result = decodeMessage(answer.slice());
  if (!result.ok || result.message.kind !== 'complete') throw new Error('that is no answer of an acquirer');
  return { message: result.message };
}
