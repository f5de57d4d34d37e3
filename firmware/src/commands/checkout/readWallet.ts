/**
 * Opens a card's wallet: the reader proves itself, the card does, and lists what it holds.
 * Source: docs/reference/wallet-applet.md, AUTH READER and LIST.   Floor: commands.
 */
import { CARD_TLV_LIMITS, concatBytes, decodeTlv, equalBytes, findObject, latin1ToBytes } from '@comptoir/protocol';
import {
  type CardPreferences,
  SALE_KEY_BYTES,
  TAG_C0_PROFILE_IDENTIFIER,
  TAG_DF77_SALE_KEY,
  TAG_DF78_CARD_NONCE,
  TAG_DF79_READER_KEY_ID,
  WALLET_AID,
  WALLET_PROFILES_MAX,
  type WalletProfile,
} from '@comptoir/protocol/wallet';
import { authenticateReader, listWallet, selectByName, WALLET_LIST } from '../../apdu/commandApdu.js';
import { exchange } from '../../apdu/exchange.js';
import type { Kernel } from '../../apdu/kernel.js';
import { SW } from '../../apdu/responseApdu.js';
import { KEY, type Secure } from '../../board/board.js';
import { parseFileControlInformation } from '../../emv/applicationSelection/fileControlInformation.js';
import { readCardPreferences, readWalletProfile } from '../../selection/walletObject.js';

const NONCE_BYTES = 16;
/** A card holds no more prepared debits; what lists more is hostile. With no more than these, the record of a sale fits, too. */
export const DEBITS_MAX = 8;

export interface Wallet {
  /** In card order. */
  readonly profiles: readonly WalletProfile[];
  readonly preferences: CardPreferences;
}

export interface WalletRefused {
  readonly kind: 'refused';
  readonly reason: string;
}

type WalletOpened =
  /** No wallet, or not one of this reader's scheme. */
  { readonly kind: 'none' } | WalletRefused | ({ readonly kind: 'open' } & Unsettled);

/** What this merchant prepared and didn't end. */
interface Unsettled {
  /** Sale keys, each once. */
  readonly unsettled: readonly Uint8Array[];
  /** C0 of the profiles: the figures that they show lack what was prepared, which may never be taken. */
  readonly held: readonly Uint8Array[];
}

const NONE: WalletOpened = { kind: 'none' };

/** @param merchant as tag CB names it */
export function* openWallet(secure: Secure, merchant: string): Kernel<WalletOpened> {
  const key = secure.findKey(KEY.walletReader);
  if (key === 0) return NONE;
  const selected = yield* exchange(selectByName(WALLET_AID));
  if (selected.sw !== SW.success) return NONE;
  const objects = parseFileControlInformation(selected.data)?.proprietary ?? [];
  const cardNonce = findObject(objects, TAG_DF78_CARD_NONCE)?.value;
  const keyId = findObject(objects, TAG_DF79_READER_KEY_ID)?.value[0];
  if (cardNonce?.length !== NONCE_BYTES || keyId === undefined) return refused('WALLET_MALFORMED');
  const identifier = secure.keyIdentifier(key);
  if (identifier[0] !== keyId) return NONE;

  const readerNonce = secure.random(NONCE_BYTES);
  const mac = secure.cmac(key, concatBytes(Uint8Array.of(0x01), cardNonce, readerNonce));
  const proof = concatBytes(identifier.subarray(1), readerNonce, mac, latin1ToBytes(merchant));
  const answer = yield* exchange(authenticateReader(keyId, proof));
  if (answer.sw !== SW.success) return refused('WALLET_REFUSES_READER');
  const expected = secure.cmac(key, concatBytes(Uint8Array.of(0x02), readerNonce, cardNonce));
  if (!equalBytes(answer.data, expected)) return refused('WALLET_NOT_GENUINE');
  return { kind: 'open', ...(yield* listUnsettled()) };
}

/** The wallet is open, and selected. */
export function* readWallet(): Kernel<WalletRefused | { readonly kind: 'wallet'; readonly wallet: Wallet }> {
  const profiles: WalletProfile[] = [];
  for (;;) {
    const listed = yield* exchange(listWallet(WALLET_LIST.profiles, profiles.length));
    if (listed.sw === SW.recordNotFound) break;
    if (listed.sw !== SW.success) return refused('WALLET_LIST_BROKEN');
    if (profiles.length === WALLET_PROFILES_MAX) return refused('WALLET_TOO_MANY_PROFILES');
    const read = readWalletProfile(listed.data);
    if (!read.ok) return refused(read.fault);
    if (profiles.some(({ id }) => equalBytes(id, read.value.id))) return refused('WALLET_PROFILE_TWICE');
    profiles.push(read.value);
  }
  const preferences = yield* exchange(listWallet(WALLET_LIST.preferences, 0));
  if (preferences.sw !== SW.success) return refused('WALLET_LIST_BROKEN');
  const read = readCardPreferences(preferences.data);
  if (!read.ok) return refused(read.fault);
  return { kind: 'wallet', wallet: { profiles, preferences: read.value } };
}

/** Best effort: what can't be read stays reserved on the card, and is found at another tap. */
function* listUnsettled(): Kernel<Unsettled> {
  const unsettled: Uint8Array[] = [];
  const held: Uint8Array[] = [];
  for (let at = 0; at < DEBITS_MAX; at += 1) {
    const listed = yield* exchange(listWallet(WALLET_LIST.unsettled, at));
    const tlv = decodeTlv(listed.data, CARD_TLV_LIMITS);
    if (listed.sw !== SW.success || !tlv.ok) break;
    const debit = tlv.objects[0]?.children ?? [];
    const sale = findObject(debit, TAG_DF77_SALE_KEY)?.value;
    if (sale?.length !== SALE_KEY_BYTES) break;
    if (!unsettled.some((other) => equalBytes(other, sale))) unsettled.push(sale.slice());
    const profile = findObject(debit, TAG_C0_PROFILE_IDENTIFIER)?.value;
    if (profile !== undefined) held.push(profile.slice());
  }
  return { unsettled, held };
}

function refused(reason: string): WalletRefused {
  return { kind: 'refused', reason };
}
