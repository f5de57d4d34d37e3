/**
 * The acquirer's word: what its MAC is over. Every field of the message counts, also those that a later version adds to the table.
 *
 *   AES-CMAC(DUKPT response key of the question, usage 2001, "ans" 00 | the `complete` message, encoded by the table with an `answerMac` of zeros
 *   and without `paymentSecret`)
 *
 * The key is that of one question alone, so the MAC needs no key serial number: an answer to another question has another key.
 * Source: docs/explanation/the-word-back.md.   Floor: protocol.
 */
import { concatBytes, latin1ToBytes } from '../bytes/bytes.js';
import { encodeMessage, type Message } from './message.js';

const LABEL: Uint8Array = latin1ToBytes('ans\0');
const INQUIRY_LABEL: Uint8Array = latin1ToBytes('inq\0');
const MAC_BYTES = 16;
const OF_SALE = 1;
const OF_QUESTION = 2;

/** @param answer its own MAC is left out, and the secret that the till adds on its way */
export function answerToSign({ paymentSecret: _secret, ...answer }: Message<'complete'>): Uint8Array {
  return concatBytes(LABEL, encodeMessage({ ...answer, answerMac: new Uint8Array(MAC_BYTES) }));
}

/**
 * What the token of an `inquire` is over, under the DUKPT request key (usage 2000) of its key serial number:
 * "inq" 00 | KSN 12 | 01 a sale, 02 a question | its sale key or token, 16 | the payment's key.
 */
export function inquiryToSign({
  key,
  keySerialNumber,
  planId,
  inquiredToken,
}: Pick<Message<'inquire'>, 'key' | 'keySerialNumber' | 'planId' | 'inquiredToken'>): Uint8Array {
  const about = planId ?? inquiredToken ?? new Uint8Array(0);
  const kind = Uint8Array.of(planId === undefined ? OF_QUESTION : OF_SALE);
  return concatBytes(INQUIRY_LABEL, keySerialNumber, kind, about, latin1ToBytes(key));
}

/** Compares MACs and secrets in a time that tells nothing of where they differ. */
export function isSameSecret(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length;
  for (let at = 0; at < one.length; at += 1) difference |= (one[at] as number) ^ (other[at] ?? 0);
  return difference === 0;
}
