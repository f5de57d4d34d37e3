/**
 * A card as the selection sees it: its profiles in card order, whatever they came from.
 * Source: docs/reference/wallet-list.md, binding of a profile to its application.   Floor: selection.
 */
import {
  type DataObject,
  equalBytes,
  findObject,
  NO_BYTES,
  TAG_4F_APPLICATION_IDENTIFIER,
  TAG_9F2A_KERNEL_IDENTIFIER,
  TAG_50_APPLICATION_LABEL,
  TAG_87_APPLICATION_PRIORITY_INDICATOR,
} from '@comptoir/protocol';
import {
  ACTIVATED,
  type CardPreferences,
  KIND_BANK,
  WALLET_PROFILES_MAX,
  type WalletProfile,
} from '@comptoir/protocol/wallet';

/** The position of a profile, or of the first profile of a group. */
export const NONE = -1;
/** Where a position is told: every one that there is. */
export const ALL = -2;
/** Of a profile whose list object and directory entry say different things. */
export const CONTRADICTED = -2;

/** A rule of the card, its group found. */
export interface CardRule {
  readonly categories: readonly number[] | undefined;
  readonly leastAmount: number | undefined;
  readonly largestAmount: number | undefined;
  readonly currency: string | undefined;
  readonly merchant: string | undefined;
  /** Position of the group's first profile, or NONE when the card lists no such group. */
  readonly group: number;
  /** The group may not pay where this matches; otherwise it pays first. */
  readonly isNever: boolean;
}

export interface Card {
  readonly profiles: readonly WalletProfile[];
  /** Of each profile: the position of the first profile of its group. */
  readonly groups: readonly number[];
  /** Of each profile: tag 87 whole, 0 when there is none; CONTRADICTED. */
  readonly priorities: readonly number[];
  readonly selected: number;
  readonly rules: readonly CardRule[];
  readonly fallback: number;
}

const NO_PREFERENCES: CardPreferences = { rules: [] };

/**
 * A card with a wallet.
 * @param profiles  in card order, deactivated ones too
 * @param directory entries 61 of PPSE or PSE; undefined when the card was asked for none
 */
export function walletCard(
  profiles: readonly WalletProfile[],
  preferences: CardPreferences = NO_PREFERENCES,
  directory?: readonly (readonly DataObject[])[],
): Card {
  const names = profiles.map(({ fundingAccount, id }) => fundingAccount ?? id);
  const groupOf = (name: Uint8Array | undefined): number =>
    name === undefined ? NONE : names.findIndex((other) => equalBytes(other, name));
  return {
    profiles,
    groups: names.map(groupOf),
    priorities: boundPriorities(profiles, directory),
    selected: groupOf(preferences.selected),
    rules: preferences.rules.map(({ categories, leastAmount, largestAmount, currency, merchant, use, never }) => ({
      categories,
      leastAmount,
      largestAmount,
      currency,
      merchant,
      group: groupOf(use ?? never),
      isNever: never !== undefined,
    })),
    fallback: groupOf(preferences.fallback),
  };
}

/**
 * A card without a wallet: each entry of its directory is an activated profile, a group of its own.
 * @param isHolderVerified as its EMV data tell
 */
export function ordinaryCard(directory: readonly (readonly DataObject[])[], isHolderVerified: boolean): Card {
  const profiles = directory.slice(0, WALLET_PROFILES_MAX).map((entry, at): WalletProfile => {
    return {
      id: Uint8Array.of(at),
      kind: KIND_BANK,
      activation: ACTIVATED,
      label: findObject(entry, TAG_50_APPLICATION_LABEL)?.value.slice() ?? NO_BYTES,
      aid: findObject(entry, TAG_4F_APPLICATION_IDENTIFIER)?.value.slice(),
      priority: findObject(entry, TAG_87_APPLICATION_PRIORITY_INDICATOR)?.value[0],
      kernel: findObject(entry, TAG_9F2A_KERNEL_IDENTIFIER)?.value[0],
      isHolderVerified,
    };
  });
  return walletCard(profiles);
}

/**
 * The directory's word counts where both name an application: the n-th activated profile of an AID is its n-th entry. A list
 * that gives another priority is not about that application.
 */
function boundPriorities(
  profiles: readonly WalletProfile[],
  directory: readonly (readonly DataObject[])[] = [],
): readonly number[] {
  const taken: number[] = [];
  return profiles.map(({ activation, aid, priority }) => {
    const isThere = (entry: readonly DataObject[], at: number): boolean => {
      const name = findObject(entry, TAG_4F_APPLICATION_IDENTIFIER)?.value;
      return name !== undefined && aid !== undefined && equalBytes(name, aid) && !taken.includes(at);
    };
    const at = activation === ACTIVATED ? directory.findIndex(isThere) : NONE;
    taken.push(at);
    const named = findObject(directory[at] ?? [], TAG_87_APPLICATION_PRIORITY_INDICATOR)?.value[0];
    const said = named ?? priority ?? 0;
    return priority !== undefined && said !== priority ? CONTRADICTED : said;
  });
}
