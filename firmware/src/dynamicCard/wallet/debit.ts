/**
 * Gift cards, coupons and points in two phases. PREPARE reserves the value on the card and gives the cryptogram for the authoriser
 * that owns the balance. COMMIT and CANCEL only bring the card up to date: one that got lost is delivered at the next tap, by any
 * reader of that merchant. All of a sale are committed together, in one write.
 * Source: docs/reference/wallet-applet.md, 80 D4.   Floor: dynamicCard.
 */
import * as tlv from '@comptoir/protocol';
import { ACTIVATED, KIND_COUPON, KIND_GIFT, KIND_LOYALTY, TAG_C0_PROFILE_IDENTIFIER } from '@comptoir/protocol/wallet';
import { SW, status, success } from '../command/cardCommand.js';
import * as tags from '../command/cardTags.js';
import { ASSERTED, assertion, exactObjects, LABEL_DEBIT, type Wanted } from '../profiles/assertion.js';
import {
  COUNTER_MAX,
  changedProfiles,
  PENDING_MAX,
  type PendingDebit,
  SALE_KEY_BYTES,
  SETTLED_MAX,
} from '../profiles/cardMemory.js';
import { activationOf, type HeldProfile, type Wallet } from '../profiles/wallet.js';
import type { KnownReader } from './readerAuthentication.js';

const PREPARE = 0x01;
const COMMIT = 0x02;
const CANCEL = 0x03;

/** @param data untrusted @returns the response APDU */
export function debitCommand(
  wallet: Wallet,
  reader: KnownReader,
  p1: number,
  p2: number,
  data: Uint8Array,
): Uint8Array {
  if (p2 !== 0) return status(SW.wrongParameters);
  switch (p1) {
    case PREPARE:
      return prepare(wallet, reader, data);
    case COMMIT:
      return settle(wallet, reader, data, true);
    case CANCEL:
      return settle(wallet, reader, data, false);
    default:
      return status(SW.wrongParameters);
  }
}

interface Order {
  readonly id: Uint8Array;
  readonly planId: Uint8Array;
  readonly amount: number;
  /** ASSERTED. */
  readonly objects: readonly tlv.DataObject[];
}

const ORDERED: readonly Wanted[] = [
  ...ASSERTED,
  { tag: tags.TAG_DF77_SALE_KEY, length: SALE_KEY_BYTES },
  { tag: TAG_C0_PROFILE_IDENTIFIER, length: undefined },
];
const SALE: readonly Wanted[] = [{ tag: tags.TAG_DF77_SALE_KEY, length: SALE_KEY_BYTES }];

function readOrder(data: Uint8Array): Order | undefined {
  const objects = exactObjects(data, ORDERED);
  if (objects === undefined) return undefined;
  const amount = tlv.unsignedFromBcd(valueIn(objects, tlv.TAG_9F02_AMOUNT_AUTHORISED));
  return amount === undefined || amount === 0
    ? undefined
    : {
        id: valueIn(objects, TAG_C0_PROFILE_IDENTIFIER),
        planId: valueIn(objects, tags.TAG_DF77_SALE_KEY),
        amount,
        objects: objects.slice(0, ASSERTED.length),
      };
}

function prepare(wallet: Wallet, reader: KnownReader, data: Uint8Array): Uint8Array {
  const { memory } = wallet;
  const order = readOrder(data);
  if (order === undefined) return status(SW.wrongData);
  const held = wallet.find(order.id);
  if (held === undefined || !isStoredValue(held) || !isForMerchant(held, reader)) return status(SW.dataNotFound);
  const { slot } = held.entry;
  const earlier = memory.content.pending.find(
    (debit) => debit.slot === slot && tlv.equalBytes(debit.planId, order.planId),
  );
  // The answer before got lost: the same order gets the same answer.
  if (earlier !== undefined) {
    return isSameOrder(earlier, order, reader) ? answer(wallet, held, order, earlier.counter) : status(SW.usedBefore);
  }
  if (memory.isSettled(order.planId, reader.mark)) return status(SW.usedBefore);
  if (activationOf(wallet, held) !== ACTIVATED) return status(SW.conditionsNotSatisfied);
  const available = memory.available(slot);
  if (available !== undefined && order.amount > available) return status(SW.conditionsNotSatisfied);
  if (memory.content.pending.length >= PENDING_MAX) return status(SW.noRoom);
  const counter = held.entry.counter + 1;
  if (counter > COUNTER_MAX || held.stored.wrappedKey.length === 0) return status(SW.conditionsNotSatisfied);
  const kept = memory.keepProfile(
    slot,
    { counter },
    { pending: [...memory.content.pending, pendingOf(slot, order, reader, counter)] },
  );
  return kept ? answer(wallet, held, order, counter) : status(SW.memoryFailure);
}

function answer(wallet: Wallet, { stored }: HeldProfile, { objects, planId }: Order, counter: number): Uint8Array {
  const made = assertion(wallet.board.secure, stored, LABEL_DEBIT, objects, counter, planId);
  return made === undefined ? status(SW.conditionsNotSatisfied) : success(made);
}

/** @param data DF77, untrusted */
function settle(wallet: Wallet, reader: KnownReader, data: Uint8Array, isCommit: boolean): Uint8Array {
  const objects = exactObjects(data, SALE);
  if (objects === undefined) return status(SW.wrongData);
  const planId = valueIn(objects, tags.TAG_DF77_SALE_KEY);
  const { memory } = wallet;
  const { pending, settled } = memory.content;
  const isOfSale = (debit: PendingDebit): boolean =>
    tlv.equalBytes(debit.planId, planId) && tlv.equalBytes(debit.merchant, reader.mark);
  const ended = pending.filter(isOfSale);
  if (ended.length === 0) return status(memory.isSettled(planId, reader.mark) ? SW.success : SW.dataNotFound);
  let profiles = memory.content.profiles;
  if (isCommit) {
    for (const { slot, amount } of ended) {
      const before = profiles.find((entry) => entry.slot === slot)?.amount;
      const isCoupon = wallet.held().some(({ stored }) => stored.slot === slot && stored.listed.kind === KIND_COUPON);
      profiles = changedProfiles(profiles, slot, {
        ...(before !== undefined && { amount: Math.max(0, before - amount) }),
        ...(isCoupon && { isRedeemed: true }),
      });
    }
  }
  const kept = memory.keep({
    profiles,
    pending: pending.filter((debit) => !isOfSale(debit)),
    settled: [...settled, { planId, merchant: reader.mark }].slice(-SETTLED_MAX),
  });
  return status(kept ? SW.success : SW.memoryFailure);
}

/** What this merchant prepared and didn't end: E5 each. */
export function pendingObjects(wallet: Wallet, reader: KnownReader): readonly tlv.DataObject[] {
  return wallet.memory.content.pending
    .filter((debit) => tlv.equalBytes(debit.merchant, reader.mark))
    .map((debit) =>
      tlv.template(
        tags.TAG_E5_PENDING,
        tlv.dataObject(TAG_C0_PROFILE_IDENTIFIER, idOf(wallet, debit.slot)),
        tlv.dataObject(tags.TAG_DF77_SALE_KEY, debit.planId),
        tlv.dataObject(tlv.TAG_9F02_AMOUNT_AUTHORISED, tlv.unsignedToBcd(debit.amount, 6)),
        tlv.dataObject(tlv.TAG_9F36_APPLICATION_TRANSACTION_COUNTER, tlv.unsignedToBytes(debit.counter, 2)),
      ),
    );
}

/** Objects that are limited to other merchants are, to this one, not there. */
export function isForMerchant({ stored }: HeldProfile, { merchant }: KnownReader): boolean {
  return stored.listed.merchants?.includes(merchant) ?? true;
}

function idOf(wallet: Wallet, slot: number): Uint8Array {
  return wallet.held().find(({ entry }) => entry.slot === slot)?.stored.listed.id ?? tlv.NO_BYTES;
}

function isStoredValue({ stored }: HeldProfile): boolean {
  const { kind } = stored.listed;
  return kind === KIND_GIFT || kind === KIND_COUPON || kind === KIND_LOYALTY;
}

/** A copy. */
function valueIn(objects: readonly tlv.DataObject[], tag: number): Uint8Array {
  return tlv.findObject(objects, tag)?.value.slice() ?? tlv.NO_BYTES;
}

function pendingOf(slot: number, order: Order, reader: KnownReader, counter: number): PendingDebit {
  return {
    slot,
    planId: order.planId,
    merchant: reader.mark,
    counter,
    amount: order.amount,
    currency: valueIn(order.objects, tlv.TAG_5F2A_TRANSACTION_CURRENCY_CODE),
    date: valueIn(order.objects, tlv.TAG_9A_TRANSACTION_DATE),
    scope: valueIn(order.objects, tlv.TAG_9F1C_TERMINAL_IDENTIFICATION),
    nonce: valueIn(order.objects, tags.TAG_DF60_NONCE),
  };
}

function isSameOrder(earlier: PendingDebit, order: Order, reader: KnownReader): boolean {
  const again = pendingOf(earlier.slot, order, reader, earlier.counter);
  return (
    again.amount === earlier.amount &&
    tlv.equalBytes(again.merchant, earlier.merchant) &&
    tlv.equalBytes(again.currency, earlier.currency) &&
    tlv.equalBytes(again.date, earlier.date) &&
    tlv.equalBytes(again.scope, earlier.scope) &&
    tlv.equalBytes(again.nonce, earlier.nonce)
  );
}
