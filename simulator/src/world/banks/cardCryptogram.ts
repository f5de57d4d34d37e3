/**
 * Cryptograms of version C1, as the issuer of a dynamic card's bank applications verifies them. Keys derive from the card number and
 * the application, so the issuer keeps none.
 * Source: docs/reference/wallet-applet.md, bank applications; EMV 4.4 Book 2 Annex A1.4 (the idea).   Floor: simulator world.
 */

import * as tlv from '@comptoir/protocol';
import { cmac, ecb } from '@noble/ciphers/aes.js';
import { seededBytes } from '#crypto/seed';
import type { CardInterface } from '../../machine/card.js';
import type { DolEntry } from '../cards/personalisation/dataObjectList.js';
import { MCHIP_CDOL1, QVSDC_PDOL, VISA_CDOL1 } from '../cards/personalisation/dataObjectLists.js';
import { RID } from '../pki/testPki.js';

/** In 9F10: derivation key index 1; version C1, AES and our own. */
export const CRYPTOGRAM_VERSION: Uint8Array = Uint8Array.of(0x01, 0xc1);

const MASTER_KEY = seededBytes('comptoir development cryptogram master key')(16);
const VERSION_AT = 1;
const CRYPTOGRAM_BYTES = 8;

/** The key of an application's cryptograms, 16 new bytes, which the caller wipes. @param number as tag 5A holds it */
export function cryptogramKeyOf(number: Uint8Array, aid: Uint8Array): Uint8Array {
  return cmac(tlv.concatBytes(Uint8Array.of(0x01, number.length), number, aid), MASTER_KEY);
}

/** Whether 9F10 says that the cryptogram is one of these. */
export function isOurCryptogram(emvData: readonly tlv.DataObject[]): boolean {
  const issuerData = valueIn(emvData, tlv.TAG_9F10_ISSUER_APPLICATION_DATA);
  return tlv.equalBytes(issuerData.subarray(VERSION_AT, VERSION_AT + CRYPTOGRAM_VERSION.length), CRYPTOGRAM_VERSION);
}

/** @param emvData of a first cryptogram @param number as tag 5A holds it */
export function verifyCardCryptogram(
  emvData: readonly tlv.DataObject[],
  number: Uint8Array,
  aid: Uint8Array,
  usedInterface: CardInterface,
): boolean {
  const value = (tag: number): Uint8Array => valueIn(emvData, tag);
  const counter = value(tlv.TAG_9F36_APPLICATION_TRANSACTION_COUNTER);
  if (counter.length !== 2) return false;
  const key = cryptogramKeyOf(number, aid);
  const session = ecb(key, { disablePadding: true }).encrypt(tlv.concatBytes(counter, new Uint8Array(14)));
  const said = tlv.concatBytes(
    value(tlv.TAG_9F27_CRYPTOGRAM_INFORMATION_DATA),
    counter,
    value(tlv.TAG_82_APPLICATION_INTERCHANGE_PROFILE),
    value(tlv.TAG_9F10_ISSUER_APPLICATION_DATA),
    ...askedList(aid, usedInterface).map(({ tag, length }) => fieldOf(value(tag), length)),
  );
  const expected = cmac(said, session).subarray(0, CRYPTOGRAM_BYTES);
  key.fill(0);
  session.fill(0);
  return tlv.equalBytes(expected, value(tlv.TAG_9F26_APPLICATION_CRYPTOGRAM));
}

/** What the issuer had the application ask the terminal for. */
function askedList(aid: Uint8Array, usedInterface: CardInterface): readonly DolEntry[] {
  const rid = tlv.toHex(aid.subarray(0, 5));
  if (rid !== RID.visa && rid !== RID.cartesBancaires) return MCHIP_CDOL1;
  return usedInterface === 'contact' ? VISA_CDOL1 : QVSDC_PDOL;
}

/** What a terminal doesn't have, it fills with zeros. */
function fieldOf(value: Uint8Array, length: number): Uint8Array {
  return value.length === length ? value : new Uint8Array(length);
}

function valueIn(objects: readonly tlv.DataObject[], tag: number): Uint8Array {
  return tlv.findObject(objects, tag)?.value ?? tlv.NO_BYTES;
}
