/**
 * What an issuer put on the card and no tap changes: the listed object, keys under wrapping, the data of a bank application.
 * Three records a slot. A new profile goes to a slot that is free, and is there when the card's memory names the slot.
 * Floor: dynamicCard.
 *
 *   part 0: objects DF21, DF27, DF61, DF63, DF25 and E1         parts 1, 2: the value of E8, cut after 1,344 bytes
 */
import { concatBytes, type DataObject, decodeTlv, encodeTlv, findObject, NO_BYTES } from '@comptoir/protocol';
import { TAG_E1_WALLET_PROFILE, WALLET_PROFILES_MAX, type WalletProfile } from '@comptoir/protocol/wallet';
import type { Records } from '../../board/board.js';
import { readWalletProfile } from '../../selection/walletObject.js';
import * as tags from '../command/cardTags.js';

/** One more than profiles: a profile is replaced by writing it elsewhere. */
export const SLOTS: number = WALLET_PROFILES_MAX + 1;
export const RECORD_BYTES_MAX = 1344;
export const BANK_DATA_BYTES_MAX: number = 2 * RECORD_BYTES_MAX;

const FIRST_RECORD = 8;
const PARTS = 3;

export interface StoredProfile {
  readonly slot: number;
  /** Position in the card's list of issuers. */
  readonly issuer: number;
  /** As the issuer gave it: activation and amounts in it are those of the start. */
  readonly listed: WalletProfile;
  /** Up to 4 characters. */
  readonly digits: Uint8Array;
  /** DCA-1 key-set, 1 byte, and reference, 16 bytes; none: the profile makes no cryptograms of its own. */
  readonly keySet: Uint8Array;
  readonly cardReference: Uint8Array;
  readonly wrappedKey: Uint8Array;
}

/** @param objects of part 0, checked before @param bankData value of E8; no bytes when there is none @returns false when it could not be kept */
export function writeProfile(
  records: Records,
  slot: number,
  objects: readonly DataObject[],
  bankData: Uint8Array,
): boolean {
  const first = FIRST_RECORD + slot * PARTS;
  return (
    records.write(first + 1, bankData.subarray(0, RECORD_BYTES_MAX)) &&
    records.write(first + 2, bankData.subarray(RECORD_BYTES_MAX)) &&
    records.write(first, encodeTlv(...objects))
  );
}

/** @returns undefined when the slot holds none */
export function readProfile(records: Records, slot: number): StoredProfile | undefined {
  const objects = partObjects(records, slot);
  const listed = readWalletProfile(listedBytes(objects));
  return listed.ok ? storedProfile(slot, objects, listed.value) : undefined;
}

/** @param objects of part 0 */
export function storedProfile(slot: number, objects: readonly DataObject[], listed: WalletProfile): StoredProfile {
  const value = (tag: number): Uint8Array => findObject(objects, tag)?.value.slice() ?? NO_BYTES;
  return {
    slot,
    issuer: value(tags.TAG_DF21_ISSUER)[0] ?? 0,
    listed,
    digits: value(tags.TAG_DF27_LAST_DIGITS),
    keySet: value(tags.TAG_DF61_KEY_SET),
    cardReference: value(tags.TAG_DF63_CARD_REFERENCE),
    wrappedKey: value(tags.TAG_DF25_WRAPPED_KEY),
  };
}

/** The objects inside E1, as the issuer put them in order. */
export function readListedObjects(records: Records, slot: number): readonly DataObject[] {
  return findObject(partObjects(records, slot), TAG_E1_WALLET_PROFILE)?.children ?? [];
}

/** The objects inside E8; none when the profile is no bank application. */
export function readBankData(records: Records, slot: number): readonly DataObject[] {
  const first = FIRST_RECORD + slot * PARTS;
  const decoded = decodeTlv(concatBytes(records.read(first + 1), records.read(first + 2)));
  return decoded.ok ? decoded.objects : [];
}

function partObjects(records: Records, slot: number): readonly DataObject[] {
  const decoded = decodeTlv(records.read(FIRST_RECORD + slot * PARTS));
  return decoded.ok ? decoded.objects : [];
}

export function listedBytes(objects: readonly DataObject[]): Uint8Array {
  const listed = findObject(objects, TAG_E1_WALLET_PROFILE);
  return listed === undefined ? NO_BYTES : encodeTlv(listed);
}
