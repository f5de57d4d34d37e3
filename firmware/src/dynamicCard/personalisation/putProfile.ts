/**
 * A profile that an issuer puts on the card, or replaces. It's written to a free slot and checked there as a tap will use it; the
 * memory's one write makes it the card's. Until then nothing has changed.
 * Source: docs/reference/wallet-applet.md, action 01.   Floor: dynamicCard.
 */
import * as tlv from '@comptoir/protocol';
import {
  KIND_ACCOUNT,
  KIND_BANK,
  LAST_DIGITS_MAX,
  TAG_E1_WALLET_PROFILE,
  WALLET_AID,
  type WalletProfile,
  WRAPPED,
} from '@comptoir/protocol/wallet';
import type { KeyHandle } from '../../board/board.js';
import type { CardSecure } from '../../board/cardBoard.js';
import { readWalletProfile } from '../../selection/walletObject.js';
import { readBankApplication } from '../bank/bankData.js';
import { SW } from '../command/cardCommand.js';
import * as tags from '../command/cardTags.js';
import { unwrapKey } from '../profiles/assertion.js';
import type { MemoryContent, ProfileEntry } from '../profiles/cardMemory.js';
import { CRS_AID, fitsDirectory, PPSE_NAME, PSE_NAME } from '../profiles/directory.js';
import {
  BANK_DATA_BYTES_MAX,
  listedBytes,
  SLOTS,
  type StoredProfile,
  storedProfile,
  writeProfile,
} from '../profiles/profileStore.js';
import type { Wallet } from '../profiles/wallet.js';
import type { SignedObject } from './signedObject.js';

const PROFILES_MAX: number = SLOTS - 1;
const AID_BYTES_MIN = 5;
const AID_BYTES_MAX = 16;
const REFERENCE_BYTES = 16;
/** First byte of every block that is signed. @see EMV 4.4 Book 2 Annex A2.1 */
const SIGNED_HEADER = 0x6a;
/** What part 0 of a slot keeps. */
const KEPT_TAGS: readonly number[] = [
  tags.TAG_DF21_ISSUER,
  tags.TAG_DF27_LAST_DIGITS,
  tags.TAG_DF61_KEY_SET,
  tags.TAG_DF63_CARD_REFERENCE,
  tags.TAG_DF25_WRAPPED_KEY,
  TAG_E1_WALLET_PROFILE,
];
const RESERVED_NAMES: readonly Uint8Array[] = [PSE_NAME, PPSE_NAME, WALLET_AID, CRS_AID];

/** @returns the status word */
export function putProfile(
  wallet: Wallet,
  { issuer, objects }: SignedObject,
  counted: Pick<MemoryContent, 'sequences'>,
): number {
  const listed = readWalletProfile(listedBytes(objects));
  if (!listed.ok || listed.value.label === undefined) return SW.wrongData;
  const kept = objects.filter(({ tag }) => KEPT_TAGS.includes(tag));
  const bankObject = tlv.findObject(objects, tags.TAG_E8_BANK_APPLICATION);
  const candidate = storedProfile(0, kept, listed.value);
  if (!isUsable(wallet, issuer, candidate, bankObject)) return SW.wrongData;

  const earlier = wallet.find(listed.value.id);
  const { profiles, removedCounter } = wallet.memory.content;
  if (earlier !== undefined && earlier.stored.issuer !== issuer) return SW.securityStatusNotSatisfied;
  if (earlier !== undefined && wallet.memory.isPending(earlier.entry.slot)) return SW.conditionsNotSatisfied;
  if (earlier === undefined && profiles.length >= PROFILES_MAX) return SW.noRoom;

  const slot = freeSlot(profiles);
  const entry: ProfileEntry = {
    slot,
    activation: listed.value.activation,
    isBlocked: false,
    isRedeemed: false,
    counter: earlier?.entry.counter ?? removedCounter,
    onlineCounter: earlier?.entry.onlineCounter ?? 0,
    amount: listed.value.balance ?? listed.value.pointsValue,
  };
  const next =
    earlier === undefined ? [...profiles, entry] : profiles.map((one) => (one === earlier.entry ? entry : one));
  if (!fitsDirectory(wallet.payingOf(next, { ...candidate, slot }))) return SW.noRoom;

  if (!writeProfile(wallet.board.records, slot, kept, bankObject?.value ?? tlv.NO_BYTES)) return SW.memoryFailure;
  if (!wallet.memory.keep({ ...counted, profiles: next })) return SW.memoryFailure;
  wallet.reload(slot);
  return SW.success;
}

function freeSlot(profiles: readonly ProfileEntry[]): number {
  let slot = 0;
  while (profiles.some((entry) => entry.slot === slot)) slot += 1;
  return slot;
}

/** Every key opens, every list can be read: what would fail at a till fails at the issuer. */
function isUsable(
  { board }: Wallet,
  issuer: number,
  { listed, digits, keySet, cardReference, wrappedKey }: StoredProfile,
  bankObject: tlv.DataObject | undefined,
): boolean {
  if (digits.length > LAST_DIGITS_MAX || digits.some((byte) => byte < 0x20 || byte > 0x7e)) return false;
  const opens = (kind: number, block: Uint8Array): boolean => {
    const key = unwrapKey(board.secure, issuer, kind, block);
    if (key === 0) return false;
    const isKey = kind !== WRAPPED.rsa || signsAll(board.secure, key);
    board.secure.eraseKey(key);
    return isKey;
  };
  if (listed.kind !== KIND_BANK) {
    const hasName = listed.kind !== KIND_ACCOUNT || isAidUsable(listed);
    const isComplete = keySet.length === 1 && cardReference.length === REFERENCE_BYTES;
    return hasName && bankObject === undefined && isComplete && opens(WRAPPED.aes, wrappedKey);
  }
  if (!isAidUsable(listed) || bankObject === undefined || bankObject.value.length > BANK_DATA_BYTES_MAX) return false;
  const application = readBankApplication(bankObject.children ?? []);
  if (application === undefined || !opens(WRAPPED.aes, application.cryptogramKey)) return false;
  return application.signatureKey.length === 0 || opens(WRAPPED.rsa, application.signatureKey);
}

/** Whether the largest block that is ever signed gets a signature: five numbers needn't be a key. */
function signsAll(secure: CardSecure, key: KeyHandle): boolean {
  const block = new Uint8Array(secure.rsaSize(key)).fill(0xff);
  block[0] = SIGNED_HEADER;
  return secure.rsaSign(key, block).length > 0;
}

function isAidUsable({ aid }: WalletProfile): boolean {
  if (aid === undefined || aid.length < AID_BYTES_MIN || aid.length > AID_BYTES_MAX) return false;
  return !RESERVED_NAMES.some((name) => tlv.startsWithBytes(name, aid) || tlv.startsWithBytes(aid, name));
}
