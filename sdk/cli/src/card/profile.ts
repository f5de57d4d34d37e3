/**
 * `comptoir card profile`: what descriptions say, as signed objects that put it on a card.
 * Source: docs/reference/card-commands.md, descriptions.   Floor: cli.
 */
import { dirname, resolve } from 'node:path';
import {
  BANK_FILE_BYTES_MAX,
  type BankApplicationFile,
  type BankListing,
  type CardIssuer,
  type Described,
  type DescribedProfile,
  deriveAccountKeys,
  type KeySet,
  readBankApplicationFile,
  readPreferencesDescription,
  readProfileDescription,
  wrapBankKeys,
} from '@comptoir/issuer';
import { concatBytes, unsignedToBytes } from '@comptoir/protocol';
import { encodeWalletProfile, KIND_BANK, WALLET_OBJECT_BYTES_MAX, type WalletProfile } from '@comptoir/protocol/wallet';
import { systemRandom } from '@comptoir/sdk';
import { readShortFile, refusal } from '../files.js';
import type { ExitCode, Output } from '../session.js';
import { type IssueOptions, issue } from './issue.js';

const DESCRIPTION_BYTES_MAX = 65_536;
const SERIAL_BYTES = 8;

/** Every description is read before anything is signed. */
export function putProfiles(paths: readonly string[], options: IssueOptions, output: Output): ExitCode {
  const described = paths.map((path) => {
    const profile = descriptionIn(path, readProfileDescription);
    const bank = profile.kind === 'bank' ? bankFileBeside(path, profile.application) : undefined;
    return { path, profile, bank };
  });
  return issue(options, output, (issuer, { keySet }) =>
    described.map(({ path, profile, bank }) =>
      profile.kind === 'bank' && bank !== undefined
        ? putBank(path, issuer, profile.profile, bank)
        : putOwn(issuer, keySet, profile),
    ),
  );
}

export function setPreferences(path: string, options: IssueOptions, output: Output): ExitCode {
  const preferences = descriptionIn(path, readPreferencesDescription);
  return issue(options, output, (issuer) => [issuer.setPreferences(preferences)]);
}

function putOwn(issuer: CardIssuer, keySet: KeySet, described: DescribedProfile): Uint8Array {
  if (described.kind === 'bank') throw new Error('a bank profile has an application file');
  const high = Math.floor(described.account / 0x1_0000_0000);
  const account = concatBytes(unsignedToBytes(high, 4), unsignedToBytes(described.account % 0x1_0000_0000, 4));
  const keys = deriveAccountKeys(keySet, account, systemRandom(SERIAL_BYTES));
  return issuer.putProfile(described.profile, keys, described.lastDigits);
}

/** What the description doesn't say, the bank's file does. */
function putBank(path: string, issuer: CardIssuer, listing: BankListing, bank: BankApplicationFile): Uint8Array {
  const profile: WalletProfile = {
    ...listing,
    kind: KIND_BANK,
    label: listing.label ?? bank.label,
    aid: bank.aid,
    priority: listing.priority ?? bank.priority,
    kernel: bank.kernel,
    brand: listing.brand ?? bank.brand,
    validThrough: listing.validThrough ?? bank.validThrough,
  };
  if (encodeWalletProfile(profile).length > WALLET_OBJECT_BYTES_MAX)
    throw refusal(
      `${path}: merchants and all other texts are more than the ${WALLET_OBJECT_BYTES_MAX} bytes that a card lists at once.`,
    );
  return issuer.putBank(profile, wrapBankKeys(issuer, bank.objects), bank.lastDigits);
}

function bankFileBeside(path: string, application: string): BankApplicationFile {
  const place = resolve(dirname(path), application);
  const bank = readBankApplicationFile(readShortFile(place, BANK_FILE_BYTES_MAX));
  if (bank === undefined) throw refusal(`${place} is no bank's application file.`);
  return bank;
}

function descriptionIn<T>(path: string, read: (value: unknown) => Described<T>): T {
  const bytes = readShortFile(path, DESCRIPTION_BYTES_MAX);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // A parser's own words would show a part of the file.
    throw refusal(`${path} is no JSON.`);
  }
  const described = read(value);
  if (!described.ok) throw refusal(`${path}: ${described.field || 'it'} ${described.rule}.`);
  return described.value;
}
