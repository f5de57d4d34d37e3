/**
 * What a card holds, as one of a merchant's readers sees it, and what its holder sees.
 * Floor: simulator world.
 */

import { describeListed, describePreferences, printable } from '@comptoir/issuer';
import {
  type DataObject,
  decodeTlv,
  findObject,
  NO_BYTES,
  TAG_9F02_AMOUNT_AUTHORISED,
  unsignedFromBcd,
} from '@comptoir/protocol';
import { TAG_C0_PROFILE_IDENTIFIER, TAG_C9_CURRENCY, TAG_CA_BALANCE } from '@comptoir/protocol/wallet';
import type { Money } from '@comptoir/sdk';
import { listPending, listWallet } from '../dynamic/walletReader.js';
import type { FileCard } from './fileCard.js';

export interface ShownProfile {
  readonly id: string;
  /** Lines of text. */
  readonly says: readonly string[];
  /** What is left on a gift card, as far as the card knows. */
  readonly balance: Money | null;
}

export interface ShownCard {
  readonly display: { readonly label: string; readonly digits: string };
  readonly profiles: readonly ShownProfile[];
  readonly preferences: readonly string[];
  /** Sales of this merchant that took something and have not ended. Minor units. */
  readonly open: readonly { readonly id: string; readonly amount: number }[];
}

export function showCard(card: FileCard, merchant: string): ShownCard {
  card.powerOn('contactless');
  const { profiles, preferences } = listWallet(card, merchant);
  const open = listPending(card);
  card.powerOff();
  return {
    display: card.shown(),
    profiles: profiles.map((bytes) => {
      const objects = childrenOf(bytes);
      return { id: idIn(objects), says: describeListed(objects), balance: balanceIn(objects) };
    }),
    preferences: describePreferences(childrenOf(preferences)),
    open: open.map((bytes) => {
      const objects = childrenOf(bytes);
      const amount = findObject(objects, TAG_9F02_AMOUNT_AUTHORISED)?.value ?? NO_BYTES;
      return { id: idIn(objects), amount: unsignedFromBcd(amount) ?? 0 };
    }),
  };
}

function childrenOf(bytes: Uint8Array): readonly DataObject[] {
  const decoded = decodeTlv(bytes);
  return (decoded.ok ? decoded.objects[0]?.children : undefined) ?? [];
}

function balanceIn(objects: readonly DataObject[]): Money | null {
  const balance = findObject(objects, TAG_CA_BALANCE)?.value;
  const minor = balance && unsignedFromBcd(balance);
  const currency = findObject(objects, TAG_C9_CURRENCY)?.value ?? NO_BYTES;
  return minor === undefined ? null : { minor, currency: printable(currency) };
}

function idIn(objects: readonly DataObject[]): string {
  return printable(findObject(objects, TAG_C0_PROFILE_IDENTIFIER)?.value ?? NO_BYTES);
}
