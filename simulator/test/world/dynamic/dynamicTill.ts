/**
 * A shop that takes a coupon, a gift card and the rest from an account in one tap, with the ledger of the authoriser behind it. It's torn
 * anywhere, and ends what was left open at the next tap.
 */
import { NO_BYTES, toHex, unsignedFromBytes } from '@comptoir/protocol';
import type { Card } from '../../../src/machine/card.js';
import { bytes, leaves } from '../cards/cardsTerminal.js';
import * as reader from './dynamicTerminal.js';

/** The card didn't answer. */
export class CardGone extends Error {}

export interface Ledger {
  /** What the gift authoriser has, minor units. */
  gift: number;
  readonly giftReserved: Map<string, number>;
  /** Sale that used the coupon. */
  couponSale: string | undefined;
  /** Sales whose funding was approved: they stand, whatever happens to the card. */
  readonly standing: Set<string>;
  /** Every cryptogram that was seen: what it was said about, by profile and counter. */
  readonly cryptograms: Map<string, string>;
}

export function newLedger(gift: number): Ledger {
  return { gift, giftReserved: new Map(), couponSale: undefined, standing: new Set(), cryptograms: new Map() };
}

/** Asks a card that may be gone, and notes the cryptograms that it makes. */
function ask(card: Card, ledger: Ledger, command: string): { readonly sw: number; readonly data: Uint8Array } {
  const response = card.transmit(bytes(command));
  if (response === undefined) throw new CardGone();
  const sw = unsignedFromBytes(response.subarray(-2));
  const data = response.slice(0, -2);
  if (sw === 0x9000 && data[0] === 0x77) {
    const objects = leaves(data);
    const place = `${toHex(objects.get(0xdf63) ?? NO_BYTES)} ${toHex(objects.get(0x9f36) ?? NO_BYTES)}`;
    const said = `${toHex(objects.get(0x9f26) ?? NO_BYTES)} ${command}`;
    const earlier = ledger.cryptograms.get(place);
    if (earlier !== undefined && earlier !== said)
      throw new Error(`counter ${place} was used for something else before`);
    ledger.cryptograms.set(place, said);
  }
  return { sw, data };
}

/** @returns true when the reader is let in */
function open(card: Card, ledger: Ledger): boolean {
  const nonce = leaves(ask(card, ledger, reader.SELECT_WALLET).data).get(0xdf78) ?? NO_BYTES;
  return ask(card, ledger, reader.authentication(nonce).command).sw === 0x9000;
}

/** Ends every sale that this shop left open: commits those that stand, cancels the others. */
export function recover(card: Card, ledger: Ledger): void {
  if (!open(card, ledger)) throw new Error('the card refuses the reader');
  for (;;) {
    const { data, sw } = ask(card, ledger, '80CA030000');
    if (sw === 0x6a83) return;
    const sale = toHex(leaves(data).get(0xdf77) ?? NO_BYTES);
    const phase = ledger.standing.has(sale) ? '80D40200' : '80D40300';
    if (ask(card, ledger, `${phase}13DF7710${sale}00`).sw !== 0x9000) throw new Error('what was left open stays open');
  }
}

export interface Sale {
  readonly sale: string;
  readonly gift: number;
  readonly usesCoupon: boolean;
  readonly isApproved: boolean;
}

/** One tap. Throws CardGone wherever the card goes; the ledger then holds what it held at that moment. */
export function sell(card: Card, ledger: Ledger, { sale, gift, usesCoupon, isApproved }: Sale): void {
  const key = reader.planIdOf(sale);
  recover(card, ledger);
  try {
    if (usesCoupon && ask(card, ledger, reader.prepare({ id: 'coupon-ten', amount: 100, sale })).sw !== 0x9000)
      return void ask(card, ledger, reader.cancel(sale));
    if (gift > 0) {
      if (ask(card, ledger, reader.prepare({ id: 'gift', amount: gift, sale })).sw !== 0x9000)
        return void ask(card, ledger, reader.cancel(sale));
      ledger.giftReserved.set(key, gift);
    }
    ask(card, ledger, reader.SELECT_ACCOUNT);
    const data = reader.orderData({ amount: 2600 });
    ask(card, ledger, `80AE8000${toHex(Uint8Array.of(data.length / 2))}${data}00`);
    if (isApproved) {
      ledger.standing.add(key);
      ledger.gift -= ledger.giftReserved.get(key) ?? 0;
      if (usesCoupon) ledger.couponSale = key;
    }
  } finally {
    ledger.giftReserved.delete(key);
  }
  open(card, ledger);
  const phase = isApproved ? reader.commit(sale) : reader.cancel(sale);
  ask(card, ledger, phase);
}
