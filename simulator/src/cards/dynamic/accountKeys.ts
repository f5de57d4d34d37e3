/**
 * The keys of a development card's profiles that pay without a card number.
 * Floor: simulator.
 */
import { concatBytes, NO_BYTES, toHex, unsignedToBytes } from '@comptoir/protocol';
import { type AuthoriserData, deriveAccountKeys, developmentKeySet } from '@comptoir/sdk/issuer';
import { seededBytes } from '../../seed.js';

/**
 * @param name of the profile
 * @param account its number at its authoriser
 * @param card 8 bytes, so that each card has serials of its own; none: one card only
 */
export function accountKeys(name: string, account: number, card: Uint8Array = NO_BYTES): AuthoriserData {
  const serial = seededBytes(`development serial of ${name}${toHex(card)}`)(8);
  return deriveAccountKeys(developmentKeySet(), concatBytes(new Uint8Array(2), unsignedToBytes(account, 6)), serial);
}
