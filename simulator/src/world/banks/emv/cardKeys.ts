/**
 * The keys of one application of a card, as the test issuer derives them. Its own keys follow from a seed that everyone has: they
 * protect nothing.
 * Source: EMV 4.4 Book 2 Annex A1.4.   Floor: simulator world.
 */

import { seededBytes } from '#crypto/seed';
import type { Network } from '../../pki/testPki.js';
import { type CryptogramVersion, rulesOf } from './cryptogramVersion.js';
import { type CardIdentity, iccMasterKey } from './iccMasterKey.js';
import { KEY_BYTES, withOddParity } from './tripleDes.js';

export interface CardKeys {
  /** Of cryptograms and of the issuer's answers to them, 16 bytes. */
  readonly cryptogram: Uint8Array;
  /** Of the integrity of scripts, 16 bytes. */
  readonly script: Uint8Array;
}

/** New bytes: a card keeps them, an issuer wipes them. */
export function cardKeysOf(network: Network, version: CryptogramVersion, card: CardIdentity): CardKeys {
  const { iccKeyDerivation } = rulesOf(version);
  const derive = (use: keyof CardKeys): Uint8Array => {
    const seed = `comptoir development issuer master key/${network}/${use}`;
    const issuerMasterKey = withOddParity(seededBytes(seed)(KEY_BYTES));
    const key = iccMasterKey(iccKeyDerivation, issuerMasterKey, card);
    issuerMasterKey.fill(0);
    return key;
  };
  return { cryptogram: derive('cryptogram'), script: derive('script') };
}

export function wipeKeys({ cryptogram, script }: CardKeys): void {
  cryptogram.fill(0);
  script.fill(0);
}
