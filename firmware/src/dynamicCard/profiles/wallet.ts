/**
 * The card's profiles in order, with what changed since they were put there.
 * Floor: dynamicCard.
 */
import { equalBytes, NO_BYTES } from '@comptoir/protocol';
import {
  ACTIVATED,
  type CardPreferences,
  encodeCardPreferences,
  KIND_ACCOUNT,
  KIND_BANK,
  KIND_COUPON,
  LOCKED,
} from '@comptoir/protocol/wallet';
import type { CardBoard } from '../../board/cardBoard.js';
import { readCardPreferences } from '../../selection/walletObject.js';
import { CardMemory, type ProfileEntry } from './cardMemory.js';
import { readProfile, type StoredProfile } from './profileStore.js';

const PREFERENCES_RECORD = 1;
const CHOICE_RECORD = 2;

/** A profile and what changes about it. */
export interface HeldProfile {
  readonly stored: StoredProfile;
  readonly entry: ProfileEntry;
}

export class Wallet {
  readonly board: CardBoard;
  readonly memory: CardMemory;
  readonly #stored = new Map<number, StoredProfile>();
  #preferences: CardPreferences = { rules: [] };
  #choice: Uint8Array;
  #volatileChoice: Uint8Array = NO_BYTES;

  constructor(board: CardBoard) {
    this.board = board;
    this.memory = new CardMemory(board.records);
    for (const { slot } of this.memory.content.profiles) this.reload(slot);
    this.#choice = board.records.read(CHOICE_RECORD);
    const kept = readCardPreferences(board.records.read(PREFERENCES_RECORD));
    if (kept.ok) this.#preferences = kept.value;
  }

  /** In card order. */
  held(): readonly HeldProfile[] {
    return this.memory.content.profiles.flatMap((entry) => {
      const stored = this.#stored.get(entry.slot);
      return stored === undefined ? [] : [{ stored, entry }];
    });
  }

  find(id: Uint8Array): HeldProfile | undefined {
    return this.held().find(({ stored }) => equalBytes(stored.listed.id, id));
  }

  /** Activated bank and account applications, in card order: what pays. */
  paying(): readonly HeldProfile[] {
    return this.payingOf(this.memory.content.profiles);
  }

  /** What would pay with these entries. @param replacing a profile whose slot isn't read yet */
  payingOf(profiles: readonly ProfileEntry[], replacing?: StoredProfile): readonly HeldProfile[] {
    return profiles.flatMap((entry) => {
      const stored = entry.slot === replacing?.slot ? replacing : this.#stored.get(entry.slot);
      const held = stored && { stored, entry };
      return held !== undefined && isFunding(held) && activationOf(this, held) === ACTIVATED ? [held] : [];
    });
  }

  /** Takes a slot's profile as its records have it now. */
  reload(slot: number): void {
    const stored = readProfile(this.board.records, slot);
    if (stored === undefined) this.#stored.delete(slot);
    else this.#stored.set(slot, stored);
  }

  /** Group that the holder chose; no bytes: none, or it's no group that pays any more. */
  choice(): Uint8Array {
    const chosen = this.#volatileChoice.length > 0 ? this.#volatileChoice : this.#choice;
    return this.paying().some((held) => equalBytes(groupOf(held), chosen)) ? chosen : NO_BYTES;
  }

  /** Until the power fails or the button chooses. @param group no bytes: none any more */
  setVolatileChoice(group: Uint8Array): void {
    this.#volatileChoice = group;
  }

  /** @returns false when it could not be kept; the choice before stays */
  choose(group: Uint8Array): boolean {
    if (!this.board.records.write(CHOICE_RECORD, group)) return false;
    this.#choice = group;
    this.#volatileChoice = NO_BYTES;
    return true;
  }

  /** With the button's choice before the one that was put there. */
  preferences(): CardPreferences {
    const choice = this.choice();
    return choice.length === 0 ? this.#preferences : { ...this.#preferences, selected: choice };
  }

  /** @returns false when it could not be kept */
  setPreferences(preferences: CardPreferences): boolean {
    if (!this.board.records.write(PREFERENCES_RECORD, encodeCardPreferences(preferences))) return false;
    this.#preferences = preferences;
    return true;
  }
}

export function isFunding({ stored }: HeldProfile): boolean {
  const { kind, aid } = stored.listed;
  return (kind === KIND_BANK || kind === KIND_ACCOUNT) && aid !== undefined;
}

/** C4, or C0 of a profile without it. */
export function groupOf({ stored }: HeldProfile): Uint8Array {
  return stored.listed.fundingAccount ?? stored.listed.id;
}

/** What tag C2 says: a coupon that is used or being used, and what its issuer blocked, is locked. */
export function activationOf({ memory }: Wallet, { stored, entry }: HeldProfile): number {
  const isUsed = entry.isRedeemed || (stored.listed.kind === KIND_COUPON && memory.isPending(entry.slot));
  return entry.isBlocked || isUsed ? LOCKED : entry.activation;
}
