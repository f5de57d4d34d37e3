/**
 * A development card, and what its issuers sign and wrap with.
 * Source: docs/reference/wallet-applet.md, keys.   Floor: simulator world.
 */

import type { ProvisionedCardKey } from '@comptoir/factory';
import { developmentCard } from '@comptoir/factory/development';
import { type IssuerKeys, issuerWrappingKey } from '@comptoir/issuer';

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
  const { identifier, keys, issuers, issuerSigningKeys, transportKey } = developmentCard(seed);
  return {
    identifier,
    keys,
    issuers,
    issuerKeys(position) {
      const signing = issuerSigningKeys[position];
      if (signing === undefined) throw new RangeError(`a development card has no issuer ${position}`);
      return { position, signing, wrapping: issuerWrappingKey(transportKey, position) };
    },
  };
}
