/**
 * The reader's side of the wallet applet: who asks proves itself, and reads what the card lists.
 * Source: docs/reference/wallet-applet.md, AUTH READER and LIST.   Floor: simulator world.
 */

import { READER_SCHEME } from '@comptoir/factory/development';
import { SELECT_WALLET } from '@comptoir/issuer';
import { concatBytes, decodeTlv, findObject, latin1ToBytes, NO_BYTES, unsignedFromBytes } from '@comptoir/protocol';
import { TAG_DF78_CARD_NONCE } from '@comptoir/protocol/wallet';
import { cmac } from '@noble/ciphers/aes.js';
import type { Card } from '../../../machine/card.js';
import { SW } from '../../../machine/commandApdu.js';

const TAG_6F = 0x6f;
const TAG_A5 = 0xa5;
const PROFILES_MAX = 32;
const PENDING_MAX = 8;
const LIST_PROFILES = 0x01;
const LIST_PENDING = 0x03;
/** Of readers that are no particular one. */
const READER_ID = latin1ToBytes('RDR00001');

export interface ReaderScheme {
  readonly keyId: number;
  readonly key: Uint8Array;
}

/** @param merchant 1..32 printable characters @returns the command, and what a card that holds the scheme's key answers */
export function authenticateReader(
  cardNonce: Uint8Array,
  readerNonce: Uint8Array,
  merchant: string,
  scheme: ReaderScheme = READER_SCHEME,
): { readonly command: Uint8Array; readonly cardMac: Uint8Array } {
  const name = latin1ToBytes(merchant);
  const key = cmac(concatBytes(Uint8Array.of(0x01, scheme.keyId), READER_ID, name), scheme.key);
  const mac = cmac(concatBytes(Uint8Array.of(0x01), cardNonce, readerNonce), key);
  const data = concatBytes(READER_ID, readerNonce, mac, name);
  return {
    command: concatBytes(Uint8Array.of(0x80, 0x82, 0x00, scheme.keyId, data.length), data, Uint8Array.of(0x00)),
    cardMac: cmac(concatBytes(Uint8Array.of(0x02), readerNonce, cardNonce), key),
  };
}

export interface ListedWallet {
  /** E1 each, in card order. */
  readonly profiles: readonly Uint8Array[];
  /** E3. */
  readonly preferences: Uint8Array;
}

/** Selects the wallet, proves itself as that merchant's reader, and reads it. @param card with power @throws Error when it isn't let in */
export function listWallet(card: Card, merchant: string): ListedWallet {
  const fci = decodeTlv(ask(card, SELECT_WALLET).data);
  const outer = fci.ok ? findObject(fci.objects, TAG_6F)?.children : undefined;
  const inner = outer && findObject(outer, TAG_A5)?.children;
  const nonce = (inner && findObject(inner, TAG_DF78_CARD_NONCE)?.value) ?? NO_BYTES;
  if (ask(card, authenticateReader(nonce, new Uint8Array(16), merchant).command).sw !== SW.success)
    throw new Error('the card does not let the reader in');
  const preferences = ask(card, Uint8Array.of(0x80, 0xca, 0x02, 0x00, 0x00)).data;
  return { profiles: list(card, LIST_PROFILES, PROFILES_MAX), preferences };
}

/** E5 each: what this merchant prepared and didn't end. @param card that let the reader in */
export function listPending(card: Card): readonly Uint8Array[] {
  return list(card, LIST_PENDING, PENDING_MAX);
}

function list(card: Card, what: number, most: number): readonly Uint8Array[] {
  const objects: Uint8Array[] = [];
  while (objects.length < most) {
    const answer = ask(card, Uint8Array.of(0x80, 0xca, what, objects.length, 0x00));
    if (answer.sw !== SW.success) break;
    objects.push(answer.data);
  }
  return objects;
}

function ask(card: Card, command: Uint8Array): { readonly data: Uint8Array; readonly sw: number } {
  const response = card.transmit(command) ?? NO_BYTES;
  return { data: response.slice(0, -2), sw: unsignedFromBytes(response.subarray(-2)) };
}
