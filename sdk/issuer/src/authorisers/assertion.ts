/**
 * What a card asserted, as its authoriser gets it: the objects that the reader sent to the card and those that the card answered, in
 * any order, each once. A debit (gift card, coupon, points) has the sale's key besides.
 * Source: docs/reference/wallet-applet.md, DCA-1.   Floor: issuer.
 * Memory: values are copies.
 */

import * as tlv from '@comptoir/protocol';
import {
  TAG_DF60_NONCE,
  TAG_DF61_KEY_SET,
  TAG_DF62_CARD_FLAGS,
  TAG_DF63_CARD_REFERENCE,
  TAG_DF77_SALE_KEY,
} from '@comptoir/protocol/wallet';

const CRYPTOGRAM_BYTES = 8;
const SALE_KEY_BYTES = 16;

/** What the cryptogram covers, in its order, with lengths in bytes. */
const COVERED: readonly (readonly [tag: number, length: number])[] = [
  [tlv.TAG_9F02_AMOUNT_AUTHORISED, 6],
  [tlv.TAG_5F2A_TRANSACTION_CURRENCY_CODE, 2],
  [tlv.TAG_9A_TRANSACTION_DATE, 3],
  [tlv.TAG_9F1C_TERMINAL_IDENTIFICATION, 8],
  [TAG_DF60_NONCE, 8],
  [tlv.TAG_9F36_APPLICATION_TRANSACTION_COUNTER, 2],
  [TAG_DF61_KEY_SET, 1],
  [TAG_DF62_CARD_FLAGS, 1],
];
const PROOF: readonly (readonly [tag: number, length: number])[] = [
  [TAG_DF63_CARD_REFERENCE, 16],
  [tlv.TAG_9F26_APPLICATION_CRYPTOGRAM, CRYPTOGRAM_BYTES],
];
const ACCOUNT = [...COVERED, ...PROOF];
const DEBIT = [...COVERED, [TAG_DF77_SALE_KEY, SALE_KEY_BYTES] as const, ...PROOF];

export type AssertionKind = 'account' | 'debit';

export interface Assertion {
  /** What the cryptogram was made over. */
  readonly covered: Uint8Array;
  /** 9F02, minor units. */
  readonly amount: number;
  /** 5F2A, ISO 4217 numeric. */
  readonly currency: number;
  /** 9F1C, hexadecimal. */
  readonly scope: string;
  /** DF60, hexadecimal. */
  readonly nonce: string;
  /** 9F36. */
  readonly counter: number;
  /** DF61. */
  readonly keySet: number;
  /** DF63, 16 bytes. */
  readonly cardReference: Uint8Array;
  /** 9F26, 8 bytes. */
  readonly cryptogram: Uint8Array;
  /** DF77, hexadecimal; no characters for an account. */
  readonly planId: string;
}

/** @param bytes untrusted @returns undefined unless each object is there once, in its length, and nothing else */
export function readAssertion(bytes: Uint8Array, kind: AssertionKind): Assertion | undefined {
  const list = kind === 'account' ? ACCOUNT : DEBIT;
  const decoded = tlv.decodeTlv(bytes);
  if (!decoded.ok || decoded.objects.length !== list.length) return undefined;
  const values: Uint8Array[] = [];
  const ordered: tlv.DataObject[] = [];
  for (const [tag, length] of list) {
    const object = tlv.findObject(decoded.objects, tag);
    if (object === undefined || object.value.length !== length) return undefined;
    ordered.push(object);
    values.push(object.value);
  }
  const valueIn = (tag: number): Uint8Array => values[list.findIndex((one) => one[0] === tag)] ?? tlv.NO_BYTES;
  const amount = tlv.unsignedFromBcd(valueIn(tlv.TAG_9F02_AMOUNT_AUTHORISED));
  const currency = tlv.unsignedFromBcd(valueIn(tlv.TAG_5F2A_TRANSACTION_CURRENCY_CODE));
  if (amount === undefined || amount === 0 || currency === undefined) return undefined;
  return {
    covered: tlv.encodeTlv(...ordered.slice(0, list.length - PROOF.length)),
    amount,
    currency,
    scope: tlv.toHex(valueIn(tlv.TAG_9F1C_TERMINAL_IDENTIFICATION)),
    nonce: tlv.toHex(valueIn(TAG_DF60_NONCE)),
    counter: tlv.unsignedFromBytes(valueIn(tlv.TAG_9F36_APPLICATION_TRANSACTION_COUNTER)),
    keySet: valueIn(TAG_DF61_KEY_SET)[0] ?? 0,
    cardReference: valueIn(TAG_DF63_CARD_REFERENCE).slice(),
    cryptogram: valueIn(tlv.TAG_9F26_APPLICATION_CRYPTOGRAM).slice(),
    planId: tlv.toHex(valueIn(TAG_DF77_SALE_KEY)),
  };
}

/**
 * What a reader forwards of a tap.
 * @param sent   the objects of the command: those of the PDOL, of a debit without C0
 * @param answer the card's 77, untrusted
 */
export function forwardedAssertion(sent: Uint8Array, answer: Uint8Array): Uint8Array {
  const decoded = tlv.decodeTlv(answer);
  const children = decoded.ok ? decoded.objects.flatMap((object) => object.children ?? []) : [];
  return tlv.concatBytes(sent, tlv.encodeTlv(...children));
}
