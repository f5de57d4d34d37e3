/**
 * An issuer of a development card: the same seed gives the same objects.
 * Floor: simulator world.
 */

import { type CardIssuer, createCardIssuer as createIssuer, type IssuerKeys } from '@comptoir/issuer';
import { toHex } from '@comptoir/protocol';
import { seededBytes } from '#crypto/seed';
import type { MadeCard } from './cardMaking.js';

/** @param sequence of the object before the first */
export function createCardIssuer({ identifier }: MadeCard, keys: IssuerKeys, sequence = 0): CardIssuer {
  const random = seededBytes(`${toHex(identifier)}/issuer ${keys.position}/nonces`);
  return createIssuer({ card: identifier, keys, sequence, random });
}
