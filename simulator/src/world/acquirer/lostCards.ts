/**
 * Cards that were reported lost: each authoriser blocks its own part, and the bank the numbers. What is on the card's accounts stays
 * there, for its owner's next card.
 * Source: docs/explanation/account-pay.md.   Floor: simulator world.
 * Memory: numbers are bytes, and kept.
 */

import type { CardRecord } from '@comptoir/issuer/authorisers';
import { equalBytes } from '@comptoir/protocol';
import type { Authorisers } from './developmentAuthorisers.js';

export class LostCards {
  readonly #numbers: Uint8Array[] = [];

  add({ references, numbers }: CardRecord, authorisers: Authorisers | undefined): void {
    for (const reference of references) {
      authorisers?.gifts.blockReference(reference);
      authorisers?.accounts.blockReference(reference);
    }
    for (const number of numbers) if (!this.has(number)) this.#numbers.push(number.slice());
  }

  has(number: Uint8Array): boolean {
    return this.#numbers.some((lost) => equalBytes(lost, number));
  }
}
