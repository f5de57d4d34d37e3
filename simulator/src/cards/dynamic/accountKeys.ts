/**
 * The keys of a development card's profiles that pay without a card number.
 * Floor: simulator.
 */
import { concatBytes, unsignedToBytes } from '@comptoir/protocol';
import { type AuthoriserData, deriveAccountKeys, developmentKeySet } from '@comptoir/sdk/issuer';
import { seededBytes } from '../../seed.js';

/** @param name of the profile @param account number of the account at its authoriser */
export function accountKeys(name: string, account: number): AuthoriserData {
  const serial = seededBytes(`development serial of ${name}`)(8);
  return deriveAccountKeys(developmentKeySet(), concatBytes(new Uint8Array(2), unsignedToBytes(account, 6)), serial);
}
