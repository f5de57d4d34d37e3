/** A payment of 12.50 EUR as a till sends it, the answer that came in frames, and the EMV data in it. */
import { createHash } from 'node:crypto';
import {
  answerToSign,
  COMMAND,
  decodeMessage,
  decodeTlv,
  type Frame,
  findObject,
  fromHex,
  type Message,
  NO_BYTES,
  type TemplateContent,
  toHex,
} from '@comptoir/protocol';
import type { FakeBoard } from './fakeBoard.js';

/** Of the till that pays. */
export const SECRET: Uint8Array = new Uint8Array(16).fill(0x5e);

export const PAYMENT: Message<'pay'> = {
  kind: 'pay',
  key: 'order-1',
  paymentSecret: SECRET,
  amount: 1250,
  currency: 978,
  interfaces: 1,
  timeoutMs: 1000,
  date: Uint8Array.of(0x26, 0x11, 0x24),
  time: new Uint8Array(3),
};

/** What the acquirer says to a question, under the made-up keys of `FakeBoard`, as the till brings it. */
export function acquirersWord(
  { key, transactionToken }: { readonly key: string; readonly transactionToken: Uint8Array },
  answer: Partial<Message<'complete'>> & { readonly responseCode: string },
): Message<'complete'> {
  const unsigned: Message<'complete'> = { key, transactionToken, answerMac: NO_BYTES, ...answer, kind: 'complete' };
  const mac = createHash('sha256').update(answerToSign(unsigned)).digest().subarray(0, 16);
  return { paymentSecret: SECRET, ...unsigned, answerMac: new Uint8Array(mac) };
}

/** What the acquirer is asked, in an answer of the reader. */
export function questionIn(answer: Message | number | undefined): Message<'authorise' | 'inquire'> {
  if (typeof answer === 'object' && (answer.kind === 'authorise' || answer.kind === 'inquire')) return answer;
  throw new Error(`no question: ${typeof answer === 'object' ? answer.kind : answer}`);
}

/** What one card paid, or was asked for. */
export function tenderOf({ tenders }: Message<'result'>): Partial<TemplateContent<'tender'>> {
  return tenders[0] ?? {};
}

/** The message of the answer, or the status of the error; undefined: neither has come. */
export function answerOf(frames: readonly Frame[]): Message | number | undefined {
  const error = frames.find(({ command }) => command === COMMAND.error);
  if (error !== undefined) return error.payload[0];
  const decoded = decodeMessage(frames.find(({ command }) => command === COMMAND.message)?.payload ?? NO_BYTES);
  return decoded.ok ? decoded.message : undefined;
}

/** In hexadecimal. @param emvData of a question or a result */
export function valueIn(emvData: Uint8Array | undefined, tag: number): string | undefined {
  const tlv = decodeTlv(emvData ?? NO_BYTES);
  const value = tlv.ok ? findObject(tlv.objects, tag)?.value : undefined;
  return value && toHex(value);
}

/** The data objects of the last envelope, without their padding. */
export function sealedIn({ sealed }: FakeBoard): Uint8Array {
  const padded = fromHex((sealed.at(-1) ?? '').toUpperCase()) ?? NO_BYTES;
  return padded.subarray(0, Math.max(padded.lastIndexOf(0x80), 0));
}
