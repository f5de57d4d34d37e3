/**
 * The keys that a development card is made with, and those of its issuers. They follow from the seed, so they protect nothing.
 * Source: docs/reference/wallet-applet.md, keys.   Floor: simulator world.
 */
import { CARD_KEY } from '@comptoir/firmware/cardBoard';
import { concatBytes } from '@comptoir/protocol';
import { type IssuerKeys, issuerPublicKey, issuerWrappingKey } from '@comptoir/sdk/issuer';
import { p256 } from '@noble/curves/nist.js';
import type { ProvisionedCardKey } from '../../../machine/board/keys/softwareKeys.js';
import { seededBytes } from '../../../machine/seed.js';

/** Of the development readers' scheme: the same in every development card and for every development reader. */
export const READER_SCHEME: { readonly keyId: number; readonly key: Uint8Array } = {
  keyId: 1,
  key: seededBytes('comptoir development reader scheme')(16),
};

/** Who issues on a development card, in the order of its list. */
export const ISSUERS = { operator: 0, bank: 1, shop: 2 } as const;

export interface MadeCard {
  /** 8 bytes. */
  readonly identifier: Uint8Array;
  readonly keys: readonly ProvisionedCardKey[];
  /** Public keys of the issuers, 64 bytes each. */
  readonly issuers: Uint8Array;
  /** What this issuer of the card signs and wraps with. @param position a value of ISSUERS */
  issuerKeys(position: number): IssuerKeys;
}

export function makeCard(seed: number | string): MadeCard {
  const transport = seededBytes(`${seed}/card transport key`)(16);
  const positions = Object.values(ISSUERS);
  return {
    identifier: seededBytes(`${seed}/card identifier`)(8),
    keys: cardKeys(transport),
    issuers: concatBytes(...positions.map((position) => issuerPublicKey(signingKey(position)))),
    issuerKeys: (position) => ({
      position,
      signing: signingKey(position),
      wrapping: issuerWrappingKey(transport, position),
    }),
  };
}

/** What a development card is made with. @param transport 16 bytes, the card's own */
export function cardKeys(transport: Uint8Array): readonly ProvisionedCardKey[] {
  return [
    { name: CARD_KEY.transport, key: transport, identifier: new Uint8Array(0) },
    { name: CARD_KEY.readers, key: READER_SCHEME.key, identifier: Uint8Array.of(READER_SCHEME.keyId) },
  ];
}

/** Every development card knows the same issuers. */
function signingKey(position: number): Uint8Array {
  return p256.utils.randomSecretKey(seededBytes(`comptoir development issuer ${position}`)(48));
}
