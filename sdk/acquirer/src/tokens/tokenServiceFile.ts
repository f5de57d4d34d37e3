/**
 * A token service's own file: the root key of its region, and which versions each merchant's keys have. A secret. Development only: a
 * root key of anything of value never leaves a hardware security module.
 * Source: docs/reference/tokens.md, files.   Floor: acquirer.
 */
import { toHex } from '@comptoir/protocol';
import { type Described, describedFile } from '#files';
import { deriveTokenKey, KEY_VERSION_MAX, ROOT_KEY_BYTES, type TokenRoot } from './tokenKey.js';
import type { TokenVersions } from './tokenService.js';

/** Larger ones are refused before anything is read in them. */
export const TOKEN_SERVICE_FILE_BYTES_MAX = 1_048_576;

export interface TokenServiceFile extends TokenRoot {
  readonly merchants: readonly TokenMerchant[];
}

export interface TokenMerchant extends TokenVersions {
  readonly merchant: string;
}

export type RotationFault =
  /** A rotation is under way: it ends before the next begins. */
  | 'ROTATION_UNDER_WAY'
  /** There is none to end. */
  | 'NO_ROTATION'
  /** Versions are five bits: the region needs a new root key. */
  | 'VERSIONS_USED_UP';

const WHAT = 'comptoir token service, development only';
const MERCHANTS_MAX = 10_000;
const FIRST_VERSION = 1;

/** @param region 1 to 8 printable ASCII characters @param random 32 bytes are taken */
export function newTokenServiceFile(region: string, random: (length: number) => Uint8Array): TokenServiceFile {
  return { region, rootKey: random(ROOT_KEY_BYTES), merchants: [] };
}

/** @param text untrusted */
export function readTokenServiceFile(text: string): Described<TokenServiceFile> {
  return describedFile(text, WHAT, (fields) => {
    const region = fields.need('region', fields.text('region', 8), 'X');
    const none = new Uint8Array(ROOT_KEY_BYTES);
    const rootKey = fields.need('rootKey', fields.bytes('rootKey', ROOT_KEY_BYTES, ROOT_KEY_BYTES), none);
    const merchants = fields.list('merchants', MERCHANTS_MAX).map((one): TokenMerchant => {
      const merchant = one.need('merchant', one.text('merchant', 15), 'X');
      const current = one.need('current', one.whole('current', 0, KEY_VERSION_MAX), 0);
      const retiring = one.whole('retiring', 0, KEY_VERSION_MAX);
      if (retiring === current) one.note('retiring', 'must be another version than the current one');
      if (!isName({ rootKey, region }, merchant)) one.note('merchant', 'must have no space at its ends');
      one.close();
      return { merchant, current, ...(retiring !== undefined && { retiring }) };
    });
    return fields.finish(() => ({ region, rootKey, merchants }));
  });
}

function isName(root: TokenRoot, merchant: string): boolean {
  try {
    deriveTokenKey(root, 'index', merchant, 0).fill(0);
    return true;
  } catch {
    return false;
  }
}

export function tokenServiceFileText({ region, rootKey, merchants }: TokenServiceFile): string {
  return `${JSON.stringify({ what: WHAT, region, rootKey: toHex(rootKey), merchants }, null, 2)}\n`;
}

/** The file with a merchant in it, at version 1; the same file when it's there already. @throws RangeError for a name that can't be */
export function withMerchant(file: TokenServiceFile, merchant: string): TokenServiceFile {
  if (file.merchants.some((one) => one.merchant === merchant)) return file;
  deriveTokenKey(file, 'index', merchant, FIRST_VERSION).fill(0);
  return { ...file, merchants: [...file.merchants, { merchant, current: FIRST_VERSION }] };
}

/** From v to v + 1: both are accepted from now on. */
export function beginRotation({ current, retiring }: TokenVersions): TokenVersions | RotationFault {
  if (retiring !== undefined) return 'ROTATION_UNDER_WAY';
  return current >= KEY_VERSION_MAX ? 'VERSIONS_USED_UP' : { current: current + 1, retiring: current };
}

/** Tokens of the old version don't open any more. */
export function endRotation({ current, retiring }: TokenVersions): TokenVersions | RotationFault {
  return retiring === undefined ? 'NO_ROTATION' : { current };
}

/** The file with a merchant's versions changed. */
export function withVersions(file: TokenServiceFile, merchant: string, versions: TokenVersions): TokenServiceFile {
  const merchants = file.merchants.map((one) => (one.merchant === merchant ? { merchant, ...versions } : one));
  return { ...file, merchants };
}
