/**
 * What fields of a configuration must be, for people, where a rule says more than their format.
 * Source: firmware/protocol/src/messages/configurationRules.ts, which asks.   Floor: factory.
 */
import { type ListItem, OBJECT_REFUSAL, toHex } from '@comptoir/protocol';

type AuthorityKey = ListItem<'certificationAuthorityKeys'>;

const LIMIT = 'needs a currency: say in `currency` what the limits are in';

export const FIELD_MUST: Readonly<Record<string, string>> = {
  merchantIdentifier: 'must say more than spaces',
  terminalIdentification: 'must say more than spaces',
  terminalCapabilities:
    'must have no stripe, no key entry (byte 1 without C0) and no PIN (byte 2 is 08 or 28): this reader has none of them',
  terminalTransactionQualifiers: 'must have qVSDC (byte 1 with 20), and neither stripe (80) nor online PIN (04)',
  randomTarget: 'must be at most randomMaximum',
  randomThreshold: 'must be at most floorLimit',
  floorLimit: LIMIT,
  contactlessLimit: LIMIT,
  verificationLimit: LIMIT,
  statusCheckAmount: LIMIT,
};

export const AUTHORITY_KEY_MUST: Readonly<Partial<Record<keyof AuthorityKey, string>>> = {
  sha1: 'does not agree with the key: SHA-1 over RID, index, modulus and exponent is another',
  modulus: 'must begin with another byte than 00, and be odd',
  exponent: 'must be 03 or 010001',
};

/** @param refusal a value of OBJECT_REFUSAL @returns undefined when it isn't one of those keys */
export function publishedWrong(refusal: number, { registeredIdentifier, keyIndex }: AuthorityKey): string | undefined {
  if (refusal !== OBJECT_REFUSAL.authorityKeyHashPublishedWrong) return undefined;
  const name = `${toHex(registeredIdentifier)} ${toHex(Uint8Array.of(keyIndex))}`;
  return `is that of ${name}, one of the three keys that were published with a wrong SHA-1 and exponent 2 (A000000004 FB, FC, FD): leave it out`;
}
