/**
 * The acquirer's word back: an answer under the response key of the question, which no one between can make or change. What a wallet's
 * authorisers say reaches the reader inside such an answer, too.
 *
 *   answerMac = AES-CMAC(response key of the question's KSN, usage 2001, what `answerToSign` gives)
 *
 * Source: docs/explanation/the-word-back.md; ANSI X9.24-3-2017 Table 2.   Floor: acquirer.
 */
import { answerToSign, encodeMessage, equalBytes, inquiryToSign, type Message, NO_BYTES } from '@comptoir/protocol';
import { cmac } from '@noble/ciphers/aes.js';
import { KSN_BYTES } from '#crypto/dukpt';
import { type BaseDerivationKey, keysOfKsn } from './keysOfKsn.js';

/** What a reader asks an acquirer, `authorise` or `inquire`, or what must be kept of it to answer it again. */
export interface AcquirerQuestion {
  readonly key: string;
  readonly transactionToken: Uint8Array;
  /** Of `authorise`: its first 12 bytes are the key serial number. */
  readonly envelope?: Uint8Array;
  /** Of `inquire`. */
  readonly keySerialNumber?: Uint8Array;
}

/** What the acquirer says to it. */
export type AcquirerAnswer = Omit<Message<'complete'>, 'kind' | 'key' | 'transactionToken' | 'answerMac'>;

export type InquiryFault = 'KSN_COUNTER' | 'BDK_UNKNOWN' | 'TRANSACTION_TOKEN_WRONG';

/**
 * @param question that was verified: `verifyAuthorisation`, `verifyInquiry`
 * @returns an encoded `complete` message, for the till to carry to the reader
 * @throws Error when the key serial number is none of `bdk`: then the question wasn't verified with it
 */
export function signAnswer(
  question: AcquirerQuestion,
  answer: AcquirerAnswer,
  { bdk }: { readonly bdk: BaseDerivationKey },
): Uint8Array {
  const derived = keysOfKsn(ksnOf(question), bdk);
  if (!derived.ok) throw new Error(`the question has no key: ${derived.fault}`);
  const { key, transactionToken } = question;
  const unsigned: Message<'complete'> = { kind: 'complete', ...answer, key, transactionToken, answerMac: NO_BYTES };
  const answerMac = cmac(answerToSign(unsigned), derived.keys.answer);
  derived.keys.wipe();
  return encodeMessage({ ...unsigned, answerMac });
}

/**
 * Whether a reader of ours asks. It doesn't look for replays: `takeKsn` does, with the KSNs of envelopes.
 * @param inquiry untrusted
 */
export function verifyInquiry(
  inquiry: Message<'inquire'>,
  { bdk }: { readonly bdk: BaseDerivationKey },
): { readonly ok: true } | { readonly ok: false; readonly fault: InquiryFault } {
  const derived = keysOfKsn(inquiry.keySerialNumber, bdk);
  if (!derived.ok) return { ok: false, fault: derived.fault };
  const isGenuine = equalBytes(cmac(inquiryToSign(inquiry), derived.keys.mac), inquiry.transactionToken);
  derived.keys.wipe();
  return isGenuine ? { ok: true } : { ok: false, fault: 'TRANSACTION_TOKEN_WRONG' };
}

/** What must be kept of a question, so that the same answer can be signed again. */
export function keptQuestion(question: AcquirerQuestion): AcquirerQuestion {
  const { key, transactionToken } = question;
  return { key, transactionToken: transactionToken.slice(), keySerialNumber: ksnOf(question) };
}

function ksnOf({ envelope = NO_BYTES, keySerialNumber }: AcquirerQuestion): Uint8Array {
  return keySerialNumber ?? envelope.slice(0, KSN_BYTES);
}
