/**
 * What a development card is made with.
 * Source: docs/reference/wallet-applet.md, keys.   Floor: factory.
 */
import { concatBytes } from '@comptoir/protocol';
import { p256 } from '@noble/curves/nist.js';
import { seededBytes } from '#crypto/seed';
import { signingPublicKey } from '#crypto/signing';
import { CARD_KEY, type ProvisionedCardKey } from '../provision/provisionRecord.js';

/** Of the development readers' scheme: the same in every development card and for every development reader. */
export const READER_SCHEME: { readonly keyId: number; readonly key: Uint8Array } = {
  keyId: 1,
  key: seededBytes('comptoir development reader scheme')(16),
};

/** Who issues on a development card: its operator, a bank and a shop. */
const ISSUERS = 3;

export interface DevelopmentCard {
  /** 8 bytes. */
  readonly identifier: Uint8Array;
  readonly keys: readonly ProvisionedCardKey[];
  /** Public keys of the issuers, 64 bytes each. */
  readonly issuers: Uint8Array;
  /** Scalars of P-256, in the same order. Every development card knows the same issuers. */
  readonly issuerSigningKeys: readonly Uint8Array[];
  /** AES-128, the card's own: wrapping keys derive from it. */
  readonly transportKey: Uint8Array;
}

type Issuers = Pick<DevelopmentCard, 'issuers' | 'issuerSigningKeys'>;
/** Made once: public keys take a while. */
let made: Issuers | undefined;

function developmentIssuers(): Issuers {
  if (made !== undefined) return made;
  const issuerSigningKeys = Array.from({ length: ISSUERS }, (_, position) =>
    p256.utils.randomSecretKey(seededBytes(`comptoir development issuer ${position}`)(48)),
  );
  made = { issuers: concatBytes(...issuerSigningKeys.map(signingPublicKey)), issuerSigningKeys };
  return made;
}

export function developmentCard(seed: number | string): DevelopmentCard {
  const transportKey = seededBytes(`${seed}/card transport key`)(16);
  return {
    identifier: seededBytes(`${seed}/card identifier`)(8),
    keys: cardKeys(transportKey),
    ...developmentIssuers(),
    transportKey,
  };
}

/** @param transportKey 16 bytes, the card's own */
export function cardKeys(transportKey: Uint8Array): readonly ProvisionedCardKey[] {
  return [
    { name: CARD_KEY.transport, key: transportKey, identifier: new Uint8Array(0) },
    { name: CARD_KEY.readers, key: READER_SCHEME.key, identifier: Uint8Array.of(READER_SCHEME.keyId) },
  ];
}
