/**
 * The keys of profiles that pay without a card number, as their authoriser derives them: no key is kept for an account.
 * Source: docs/reference/wallet-applet.md, DCA-1.   Floor: simulator.
 */

import { concatBytes, unsignedToBytes } from '@comptoir/protocol';
import { ACCOUNT_AID } from '@comptoir/protocol/wallet';
import { cmac, ecb } from '@noble/ciphers/aes.js';
import { seededBytes } from '../../seed.js';
import type { AuthoriserData } from './cardIssuer.js';

/** Two keys a key-set: of cards, and of their references. */
export interface KeySet {
  readonly number: number;
  readonly issuerMasterKey: Uint8Array;
  readonly referenceKey: Uint8Array;
}

const DEVELOPMENT_KEY_SET: KeySet = {
  number: 1,
  issuerMasterKey: seededBytes('comptoir development issuer master key')(16),
  referenceKey: seededBytes('comptoir development reference key')(16),
};

/** Diversifies every card key, whatever the kind of profile. */

/**
 * @param account 8 bytes @param serial 8 bytes
 * cardRef = AES(K_ref, account | serial) · K_card = CMAC(IMK, 01 | serial | AID)
 */
export function deriveAccountKeys(keySet: KeySet, account: Uint8Array, serial: Uint8Array): AuthoriserData {
  return {
    keySet: keySet.number,
    cardReference: ecb(keySet.referenceKey, { disablePadding: true }).encrypt(concatBytes(account, serial)),
    cardKey: cmac(concatBytes(Uint8Array.of(0x01), serial, ACCOUNT_AID), keySet.issuerMasterKey),
  };
}

/** Of a development card. @param name of the profile @param account number of the account at its authoriser */
export function accountKeys(name: string, account: number): AuthoriserData {
  const serial = seededBytes(`development serial of ${name}`)(8);
  return deriveAccountKeys(DEVELOPMENT_KEY_SET, concatBytes(new Uint8Array(2), unsignedToBytes(account, 6)), serial);
}
