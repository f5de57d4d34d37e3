/**
 * `comptoir tokens keys`, `merchant`, `rotate` and `finish`: the file of a token service.
 * Floor: cli.
 */

import {
  beginRotation,
  endRotation,
  newTokenServiceFile,
  type RotationFault,
  type TokenMerchant,
  type TokenServiceFile,
  type TokenVersions,
  tokenServiceFileText,
  withMerchant,
  withVersions,
} from '@comptoir/acquirer/tokens';
import { systemRandom } from '@comptoir/sdk';
import { createFile, refusal, replaceFile } from '../files.js';
import { tokenServiceFileFrom } from '../keyFile.js';
import { EXIT, type ExitCode, type Output } from '../session.js';

export interface MerchantOptions {
  readonly keys: string;
  readonly merchant: string;
}

/** Never over a file that is there: with the keys every token is gone. */
export function makeKeys(path: string, { region }: { readonly region: string }, { print }: Output): ExitCode {
  const file = newTokenServiceFile(region, systemRandom);
  named(() => withMerchant(file, 'X'));
  createFile(path, bytesOf(file));
  print({ file: path, region }, [`${path}: a token service's keys, for development only, readable by you alone`]);
  return EXIT.ok;
}

export function addMerchant(merchant: string, { keys }: { readonly keys: string }, output: Output): ExitCode {
  const file = tokenServiceFileFrom(keys);
  const next = named(() => withMerchant(file, merchant));
  if (next !== file) replaceFile(keys, bytesOf(next));
  return tell(merchantIn(next, merchant), output);
}

export function rotate(options: MerchantOptions, output: Output): ExitCode {
  return change(options, beginRotation, output);
}

export function finish(options: MerchantOptions, output: Output): ExitCode {
  return change(options, endRotation, output);
}

export function merchantFrom({ keys, merchant }: MerchantOptions): {
  readonly file: TokenServiceFile;
  readonly merchant: TokenMerchant;
} {
  const file = tokenServiceFileFrom(keys);
  return { file, merchant: merchantIn(file, merchant) };
}

function change(
  options: MerchantOptions,
  next: (versions: TokenVersions) => TokenVersions | RotationFault,
  output: Output,
): ExitCode {
  const { file, merchant } = merchantFrom(options);
  const versions = next(merchant);
  if (typeof versions === 'string') throw refusal(SENTENCES[versions]);
  const changed = withVersions(file, merchant.merchant, versions);
  replaceFile(options.keys, bytesOf(changed));
  return tell(merchantIn(changed, merchant.merchant), output);
}

const SENTENCES: Readonly<Record<RotationFault, string>> = {
  ROTATION_UNDER_WAY: 'A rotation is under way: end it by `comptoir tokens finish` first.',
  NO_ROTATION: 'No rotation is under way.',
  VERSIONS_USED_UP: 'The versions of this root key are used up: make new keys for the region.',
};

function tell({ merchant, current, retiring }: TokenMerchant, { print }: Output): ExitCode {
  print({ merchant, current, ...(retiring !== undefined && { retiring }) }, [
    retiring === undefined
      ? `${merchant}: version ${current}`
      : `${merchant}: new tokens are of version ${current}; those of version ${retiring} are accepted until \`finish\``,
  ]);
  return EXIT.ok;
}

function merchantIn({ merchants }: TokenServiceFile, merchant: string): TokenMerchant {
  const known = merchants.find((one) => one.merchant === merchant);
  if (known === undefined)
    throw refusal(`The keys know no merchant ${merchant}: \`comptoir tokens merchant\` adds one.`);
  return known;
}

function named<T>(make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw cause instanceof RangeError ? refusal(`That is no name: ${cause.message}.`) : cause;
  }
}

function bytesOf(file: TokenServiceFile): Uint8Array {
  return new TextEncoder().encode(tokenServiceFileText(file));
}
