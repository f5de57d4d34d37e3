/** Wallet list objects E1 and E3, and the card that they make. */
import {
  encodeCardPreferences,
  encodeWalletProfile,
  WALLET_PROFILES_MAX,
  type WalletProfile,
} from '@comptoir/protocol/wallet';
import { walletCard } from '../../../firmware/src/selection/card.js';
import { readCardPreferences, readWalletProfile } from '../../../firmware/src/selection/walletObject.js';
import { hold, Input } from '../target.js';

/** Objects, each behind its length. */
export function seeds(): readonly Uint8Array[] {
  const id = Uint8Array.of(1);
  const group = Uint8Array.of(7);
  const objects = [
    encodeWalletProfile({
      id,
      kind: 1,
      activation: 1,
      label: Uint8Array.of(0x56),
      aid: Uint8Array.of(0xa0, 0, 0, 0, 3),
      priority: 1,
      fundingAccount: group,
    }),
    encodeWalletProfile({
      id,
      kind: 3,
      activation: 1,
      currency: 'EUR',
      balance: 500,
      merchants: ['a', 'b'],
      validFrom: 20260101,
      validThrough: 20301231,
    }),
    encodeWalletProfile({
      id,
      kind: 4,
      activation: 1,
      rule: { percent: 10, gtins: ['1'], categories: ['x'], minimumSpend: 1, serial: 's' },
    }),
    encodeCardPreferences({
      selected: group,
      fallback: group,
      rules: [{ use: group, categories: [5411], leastAmount: 1, currency: 'EUR', merchant: 'm' }],
    }),
  ].map((bytes) => [bytes.length, ...bytes]);
  return [...objects, objects.flat()].map((bytes) => Uint8Array.from(bytes));
}

export function fuzz(data: Uint8Array): void {
  const input = new Input(data);
  const profiles: WalletProfile[] = [];
  while (!input.isEmpty && profiles.length < WALLET_PROFILES_MAX) {
    const bytes = input.counted();
    const profile = readWalletProfile(bytes);
    if (profile.ok) {
      profiles.push(profile.value);
      hold(
        told(readWalletProfile(encodeWalletProfile(profile.value))) === told(profile),
        'a profile is read as it was written',
      );
    }
    const preferences = readCardPreferences(bytes);
    if (!preferences.ok) continue;
    hold(
      told(readCardPreferences(encodeCardPreferences(preferences.value))) === told(preferences),
      'preferences are read as they were written',
    );
    const card = walletCard(profiles, preferences.value);
    hold(
      card.groups.every((at) => at >= 0 && at < profiles.length),
      'every profile has a group',
    );
    hold(
      card.rules.every(({ group }) => group < profiles.length),
      'a rule leads to a profile of the card, or to none',
    );
  }
}

/** In order of the names: what says no may be left out, and is when it's written. */
function told(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (part === false) return undefined;
    if (part instanceof Uint8Array) return Buffer.from(part).toString('hex');
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
