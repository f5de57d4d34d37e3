/**
 * The keys of profiles that pay without a card number, as their authoriser derives them: no key is kept for an account.
 * Source: docs/reference/wallet-applet.md, DCA-1.   Floor: issuer.
 */
import { concatBytes, latin1ToBytes } from '@comptoir/protocol';
import { ACCOUNT_AID } from '@comptoir/protocol/wallet';
import { cmac, ecb } from '@noble/ciphers/aes.js';
import { sha256 } from '@noble/hashes/sha2.js';

/** Two AES-128 keys a key-set: of cards, and of their references. */
export interface KeySet {
  /** DF61. */
  readonly number: number;
  readonly issuerMasterKey: Uint8Array;
  readonly referenceKey: Uint8Array;
}

/** An account, gift card, coupon or loyalty profile: what its own authoriser knows it by. */
export interface AuthoriserData {
  /** DF61. */
  readonly keySet: number;
  /** DF63, 16 bytes. */
  readonly cardReference: Uint8Array;
  /** K_card of DCA-1, 16 bytes. */
  readonly cardKey: Uint8Array;
}

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

/**
 * What the simulator's authorisers know. Made from sentences, for all to see: it protects nothing. Each key is the start of
 * SHA-256 of "comptoir development issuer master key", "comptoir development reference key".
 */
export function developmentKeySet(): KeySet {
  const key = (name: string): Uint8Array => sha256(latin1ToBytes(`comptoir development ${name}`)).slice(0, 16);
  return { number: 1, issuerMasterKey: key('issuer master key'), referenceKey: key('reference key') };
}
