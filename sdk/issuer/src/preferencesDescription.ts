/**
 * The card's preferences, as its operator describes them.
 * Source: docs/reference/card-commands.md, preferences; docs/reference/wallet-list.md, E3.   Floor: issuer.
 */
import { latin1ToBytes } from '@comptoir/protocol';
import type { CardPreferences, CardRule } from '@comptoir/protocol/wallet';
import { type Described, Fields } from '#files';

const GROUP_MAX = 16;
const MERCHANT_MAX = 32;
const CATEGORY_MAX = 9999;
const RULES_MAX = 8;

/** @param value of JSON, untrusted */
export function readPreferencesDescription(value: unknown): Described<CardPreferences> {
  const fields = new Fields(value);
  const group = (of: Fields, name: string): Uint8Array | undefined => {
    const text = of.text(name, GROUP_MAX);
    return text === undefined ? undefined : latin1ToBytes(text);
  };
  const rules = fields.list('rules', RULES_MAX).map((inside): CardRule => {
    const use = group(inside, 'use');
    const never = group(inside, 'never');
    if (use !== undefined && never !== undefined) inside.note('never', 'can not be there beside use');
    if (use === undefined && never === undefined) inside.note('use', 'must be there, or never');
    const rule = {
      categories: inside.wholes('categories', 0, CATEGORY_MAX),
      leastAmount: inside.amount('leastAmount'),
      largestAmount: inside.amount('largestAmount'),
      currency: inside.currency('currency'),
      merchant: inside.text('merchant', MERCHANT_MAX),
      use,
      never,
    };
    inside.close();
    return rule;
  });
  const preferences = { selected: group(fields, 'selected'), rules, fallback: group(fields, 'fallback') };
  return fields.finish(() => preferences);
}
