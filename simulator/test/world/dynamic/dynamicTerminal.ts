/**
 * A small reader for the tests of the dynamic card, from docs/reference/wallet-applet.md and apart from the firmware.
 */

import { READER_SCHEME } from '@comptoir/factory/development';
import * as tlv from '@comptoir/protocol';
import type { Card } from '../../../src/machine/card.js';
import { authenticateReader } from '../../../src/world/cards/dynamic/walletReader.js';
import { bytes, leaves, send, withLength } from '../cards/cardsTerminal.js';

export const SELECT_WALLET = '00A4040006F044594E430100';
export const SELECT_ACCOUNT = '00A4040006F0414343540100';
export const SELECT_CRS = '00A4040009A0000001514352530000';
export const SELECT_PPSE = '00A404000E325041592E5359532E444446303100';
export const SHOP = 'COMPTOIR-DEV-01';

const READER_NONCE = bytes('101112131415161718191A1B1C1D1E1F');

export const swOf = (card: Card, command: string): string =>
  send(card, command).sw.toString(16).toUpperCase().padStart(4, '0');

export interface Authentication {
  readonly command: string;
  /** What the card must answer. */
  readonly cardMac: string;
}

/** AUTH READER for the card nonce that SELECT gave. */
export function authentication(cardNonce: Uint8Array, merchant = SHOP, scheme = READER_SCHEME): Authentication {
  const { command, cardMac } = authenticateReader(cardNonce, READER_NONCE, merchant, scheme);
  return { command: tlv.toHex(command), cardMac: tlv.toHex(cardMac) };
}

/** SELECT. @returns the card's nonce */
export function selectWallet(card: Card): Uint8Array {
  return leaves(send(card, SELECT_WALLET).data).get(0xdf78) ?? tlv.NO_BYTES;
}

/** SELECT and AUTH READER; the card must prove itself, too. */
export function openWallet(card: Card, merchant = SHOP): void {
  const { command, cardMac } = authentication(selectWallet(card), merchant);
  const answer = send(card, command);
  if (answer.sw !== 0x9000) throw new Error(`the card refused the reader: ${answer.sw.toString(16)}`);
  if (tlv.toHex(answer.data) !== cardMac) throw new Error('a card without the keys of the scheme');
}

/** Every E1 in card order. */
export function listProfiles(card: Card): readonly Uint8Array[] {
  const listed: Uint8Array[] = [];
  for (let at = 0; at < 256; at += 1) {
    const { data, sw } = send(card, `80CA01${tlv.toHex(Uint8Array.of(at))}00`);
    if (sw === 0x6a83) return listed;
    if (sw !== 0x9000) throw new Error(`LIST answered ${sw.toString(16)}`);
    listed.push(data);
  }
  throw new Error('a list without an end');
}

/** The objects of a profile by tag, from its E1. @param id as text */
export function profileOf(card: Card, id: string): ReadonlyMap<number, Uint8Array> {
  const found = listProfiles(card)
    .map((object) => tlv.decodeTlv(object))
    .map((decoded) => (decoded.ok ? (decoded.objects[0]?.children ?? []) : []))
    .find((objects) => tlv.latin1FromBytes(tlv.findObject(objects, 0xc0)?.value ?? tlv.NO_BYTES) === id);
  return new Map((found ?? []).map(({ tag, value }) => [tag, value]));
}

export interface DebitOrder {
  readonly id: string;
  readonly amount: number;
  /** 16 characters at most. */
  readonly sale: string;
  readonly nonce?: string;
}

export const planIdOf = (sale: string): string => tlv.toHex(tlv.latin1ToBytes(sale.padEnd(16, '.')));

/** What the cryptogram covers of an order, in its order. */
export function orderData({ amount, nonce = '1122334455667788' }: Omit<DebitOrder, 'id' | 'sale'>): string {
  return `9F0206${tlv.toHex(tlv.unsignedToBcd(amount, 6))}5F2A0209789A032611249F1C084445563030303031DF6008${nonce}`;
}

export function prepare(order: DebitOrder): string {
  const data = `${orderData(order)}DF7710${planIdOf(order.sale)}C0${withLength(tlv.latin1ToBytes(order.id))}`;
  return `80D40100${withLength(bytes(data))}00`;
}
export const commit = (sale: string): string => `80D4020013DF7710${planIdOf(sale)}00`;
export const cancel = (sale: string): string => `80D4030013DF7710${planIdOf(sale)}00`;

/** What this merchant left open: sale keys, hexadecimal. */
export function pendingSales(card: Card): readonly string[] {
  const sales: string[] = [];
  for (;;) {
    const { data, sw } = send(card, `80CA03${tlv.toHex(Uint8Array.of(sales.length))}00`);
    if (sw !== 0x9000) return sales;
    sales.push(tlv.toHex(leaves(data).get(0xdf77) ?? tlv.NO_BYTES));
  }
}

export const numberIn = (value: Uint8Array | undefined): number => tlv.unsignedFromBcd(value ?? tlv.NO_BYTES) ?? -1;
