/**
 * Whether a card made an assertion, from two keys a key-set and nothing kept for the card.
 *
 *   account 8 | serial 8 = AES⁻¹(K_ref, DF63)
 *   K_card = CMAC(IMK, 01 | serial | AID)      SK = CMAC(K_card, label | 9F36 | 00 x 7)      9F26 = CMAC(SK, objects), 8 bytes
 *
 * Source: docs/reference/wallet-applet.md, DCA-1, with a worked example; test-vectors/dca1.json.   Floor: issuer.
 */

import * as tlv from '@comptoir/protocol';
import { ACCOUNT_AID } from '@comptoir/protocol/wallet';
import { cmac, ecb } from '@noble/ciphers/aes.js';
import type { KeySet } from '../profileKeys.js';
import type { Assertion, AssertionKind } from './assertion.js';
import type { Refusal } from './reasons.js';

const LABELS: Readonly<Record<AssertionKind, number>> = { account: 0x02, debit: 0x03 };

/** Account numbers that exist, both ends included. */
export interface NumberRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** Whoever made the assertion: this card of this account. */
export interface ProvenCard<Range extends NumberRange> {
  readonly account: bigint;
  /** Account and serial, 16 bytes: what state of a card is kept under. */
  readonly identity: Uint8Array;
  readonly range: Range;
}

export type ProofResult<Range extends NumberRange> =
  | { readonly ok: true; readonly card: ProvenCard<Range> }
  | { readonly ok: false; readonly reason: Extract<Refusal, 'KEY_SET_NOT_LIVE' | 'CARD_UNKNOWN' | 'MAC_WRONG'> };

/** As a card says it, and as its issuers know it. */
export interface CardReference {
  /** DF61. */
  readonly keySet: number;
  /** DF63, 16 bytes. */
  readonly cardReference: Uint8Array;
}

/** What issuers put on a card. */
export interface CardRecord {
  /** Of its account, gift cards, coupons and points. */
  readonly references: readonly CardReference[];
  /** Of its bank applications, as tag 5A holds them. */
  readonly numbers: readonly Uint8Array[];
}

/** @returns account and serial; undefined when the reference is of no account in these ranges */
export function identityOf<Range extends NumberRange>(
  keys: KeySet,
  ranges: readonly Range[],
  cardReference: Uint8Array,
): ProvenCard<Range> | undefined {
  const identity = ecb(keys.referenceKey, { disablePadding: true }).decrypt(cardReference);
  const account = new DataView(identity.buffer, identity.byteOffset).getBigUint64(0);
  const range = ranges.find(({ first, last }) => first <= account && account <= last);
  return range && { account, identity, range };
}

/** The first three checks of DCA-1, in its order. @param live key-sets that cards may still use */
export function proveCard<Range extends NumberRange>(
  live: ReadonlyMap<number, KeySet>,
  ranges: readonly Range[],
  kind: AssertionKind,
  assertion: Assertion,
): ProofResult<Range> {
  const keys = live.get(assertion.keySet);
  if (keys === undefined) return { ok: false, reason: 'KEY_SET_NOT_LIVE' };
  const card = identityOf(keys, ranges, assertion.cardReference);
  if (card === undefined) return { ok: false, reason: 'CARD_UNKNOWN' };
  const { cardKey, sessionKey } = keysOfCard(keys, kind, card.identity.subarray(8), assertion.counter);
  const mac = cmac(assertion.covered, sessionKey);
  cardKey.fill(0);
  sessionKey.fill(0);
  const isRight = tlv.equalBytes(mac.subarray(0, assertion.cryptogram.length), assertion.cryptogram);
  return isRight ? { ok: true, card } : { ok: false, reason: 'MAC_WRONG' };
}

/** New bytes: the caller wipes them. @param serial 8 bytes @param counter 9F36 */
export function keysOfCard(
  { issuerMasterKey }: KeySet,
  kind: AssertionKind,
  serial: Uint8Array,
  counter: number,
): { readonly cardKey: Uint8Array; readonly sessionKey: Uint8Array } {
  const cardKey = cmac(tlv.concatBytes(Uint8Array.of(0x01), serial, ACCOUNT_AID), issuerMasterKey);
  const derivation = tlv.concatBytes(Uint8Array.of(LABELS[kind]), tlv.unsignedToBytes(counter, 2), new Uint8Array(7));
  return { cardKey, sessionKey: cmac(derivation, cardKey) };
}
