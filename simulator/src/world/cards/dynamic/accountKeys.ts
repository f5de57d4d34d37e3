/**
 * The keys of a development card's profiles that pay without a card number.
 * Floor: simulator world.
 */

import { type AuthoriserData, deriveAccountKeys, developmentKeySet } from '@comptoir/issuer';
import { concatBytes, NO_BYTES, toHex, unsignedToBytes } from '@comptoir/protocol';
import { seededBytes } from '#crypto/seed';

const ACCOUNT_BYTES = 8;

/**
 * @param name of the profile
 * @param account its number at its authoriser
 * @param card 8 bytes, so that each card has serials of its own; none: one card only
 */
export function accountKeys(name: string, account: number, card: Uint8Array = NO_BYTES): AuthoriserData {
  const identity = accountIdentity(name, account, card);
  return deriveAccountKeys(developmentKeySet(), identity.subarray(0, ACCOUNT_BYTES), identity.subarray(ACCOUNT_BYTES));
}

/** The same: account 8 and serial 8, as its authoriser knows the card. */
export function accountIdentity(name: string, account: number, card: Uint8Array = NO_BYTES): Uint8Array {
  const serial = seededBytes(`development serial of ${name}${toHex(card)}`)(8);
  return concatBytes(new Uint8Array(2), unsignedToBytes(account, 6), serial);
}
