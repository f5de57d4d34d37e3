/** A counter of the dynamic card is used once and never comes again: after the last one, the profile pays no more. */

import { seededBytes } from '@comptoir/crypto/seed';
import * as tlv from '@comptoir/protocol';
import {
  ACTIVATED,
  KIND_GIFT,
  TAG_C0_PROFILE_IDENTIFIER,
  TAG_DF60_NONCE,
  TAG_DF77_SALE_KEY,
} from '@comptoir/protocol/wallet';
import { expect, test } from 'vitest';
import { createRecordsInMemory } from '../../../simulator/src/machine/board/recordsInMemory.js';
import { accountKeys } from '../../../simulator/src/world/cards/dynamic/accountKeys.js';
import { createCardIssuer } from '../../../simulator/src/world/cards/dynamic/cardIssuer.js';
import { ISSUERS, makeCard } from '../../../simulator/src/world/cards/dynamic/cardMaking.js';
import { cardSecure } from '../../../simulator/src/world/cards/dynamic/cardSecure.js';
import { type CardBoard, FIELD } from '../../src/board/cardBoard.js';
import { personalise } from '../../src/dynamicCard/personalisation/personalisation.js';
import { Wallet } from '../../src/dynamicCard/profiles/wallet.js';
import { debitCommand } from '../../src/dynamicCard/wallet/debit.js';

const made = makeCard('counters');
const id = tlv.latin1ToBytes('gift');
const PREPARE = 0x01;
const LAST = 0xffff;

function cardBoard(): CardBoard {
  return {
    field: { power: () => FIELD.contactless, receive: () => undefined, send: () => {} },
    nfc: undefined,
    secure: cardSecure(made.keys, seededBytes('counters')),
    records: createRecordsInMemory(128).powerOn(() => {}),
    clock: { uptimeMs: () => 0 },
    button: { isPressed: () => false },
    display: { show: () => {} },
    identifier: () => made.identifier,
    issuers: () => made.issuers,
    start: () => {},
  };
}

/** A card whose gift card has one counter left. */
function walletAtTheEnd(): { readonly wallet: Wallet; readonly slot: number } {
  const wallet = new Wallet(cardBoard());
  const shop = createCardIssuer(made, made.issuerKeys(ISSUERS.shop));
  const gift = { id, kind: KIND_GIFT, activation: ACTIVATED, label: id, currency: 'EUR', balance: 2500 };
  expect(personalise(wallet, shop.putProfile(gift, accountKeys('gift', 1)))).toBe(0x9000);
  const slot = wallet.find(id)?.entry.slot ?? -1;
  expect(wallet.memory.keepProfile(slot, { counter: LAST - 1 })).toBe(true);
  return { wallet, slot };
}

/** @param sale of one byte, sixteen times @returns status word, and 9F36 */
function prepare(wallet: Wallet, sale: number, nonce = 0): readonly [sw: number, counter: number | undefined] {
  const order = tlv.encodeTlv(
    tlv.dataObject(tlv.TAG_9F02_AMOUNT_AUTHORISED, tlv.unsignedToBcd(100, 6)),
    tlv.dataObject(tlv.TAG_5F2A_TRANSACTION_CURRENCY_CODE, Uint8Array.of(0x09, 0x78)),
    tlv.dataObject(tlv.TAG_9A_TRANSACTION_DATE, Uint8Array.of(0x26, 0x11, 0x24)),
    tlv.dataObject(tlv.TAG_9F1C_TERMINAL_IDENTIFICATION, new Uint8Array(8).fill(0x30)),
    tlv.dataObject(TAG_DF60_NONCE, new Uint8Array(8).fill(nonce)),
    tlv.dataObject(TAG_DF77_SALE_KEY, new Uint8Array(16).fill(sale)),
    tlv.dataObject(TAG_C0_PROFILE_IDENTIFIER, id),
  );
  const reader = { merchant: 'SHOP', mark: new Uint8Array(8) };
  const answer = debitCommand(wallet, reader, PREPARE, 0, order);
  const said = tlv.decodeTlv(answer.subarray(0, -2));
  const objects = (said.ok && said.objects[0]?.children) || [];
  const counter = tlv.findObject(objects, tlv.TAG_9F36_APPLICATION_TRANSACTION_COUNTER)?.value;
  return [tlv.unsignedFromBytes(answer.subarray(-2)), counter && tlv.unsignedFromBytes(counter)];
}

test('of a debit: the last is prepared, and again when its answer got lost; the next is not', () => {
  const { wallet } = walletAtTheEnd();
  expect(prepare(wallet, 1)).toEqual([0x9000, LAST]);
  expect(prepare(wallet, 2)).toEqual([0x6985, undefined]);
  expect(prepare(wallet, 1)).toEqual([0x9000, LAST]);
});

test('of a debit: its sale’s key with another nonce is another order, and gets no cryptogram under the same counter', () => {
  const { wallet } = walletAtTheEnd();
  expect(prepare(wallet, 1)).toEqual([0x9000, LAST]);
  expect(prepare(wallet, 1, 1)).toEqual([0x6a89, undefined]);
});

test('of an account or a bank application', () => {
  const { wallet, slot } = walletAtTheEnd();
  expect(wallet.memory.nextCounter(slot)).toBe(LAST);
  expect(wallet.memory.nextCounter(slot)).toBeUndefined();
  expect(wallet.memory.profile(slot)?.counter).toBe(LAST);
});

test('a counter that can not be kept is not given away', () => {
  const { wallet, slot } = walletAtTheEnd();
  Object.assign(wallet.board.records, { write: () => false });
  expect(wallet.memory.nextCounter(slot)).toBeUndefined();
  expect(prepare(wallet, 1)).toEqual([0x6581, undefined]);
});
