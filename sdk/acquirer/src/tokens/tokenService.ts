/**
 * The token service of a region: it makes a merchant's tokens and opens them again, by keys alone. There is no table of card numbers.
 *
 * Keys have versions. In a rotation from v to v + 1 the new version is `current` and the old one `retiring`: new tokens are of v + 1,
 * tokens of both are accepted, and each old one is translated when it's met, or all of them by `comptoir tokens translate`. When
 * `retiring` is left out, the old ones don't open any more.
 * Source: docs/reference/tokens.md, docs/how-to/rotate-token-keys.md.   Floor: acquirer.
 */
import { type IndexToken, indexTokenOf } from '../indexToken.js';
import { createDigitTokens, type DigitTokens } from './digitToken.js';
import { type OpenTokenResult, openToken, type SealedTokenFault, type SealingKey, sealToken } from './sealedToken.js';
import { deriveTokenKey, type TokenRoot } from './tokenKey.js';

export interface TokenVersions {
  /** Of new tokens, 0..31. */
  readonly current: number;
  /** Accepted until the rotation is over. */
  readonly retiring?: number;
}

export type TranslateResult =
  /** `isNew` is false for a token of the current version: it stays as it is. */
  | { readonly ok: true; readonly token: Uint8Array; readonly isNew: boolean }
  | { readonly ok: false; readonly fault: SealedTokenFault; readonly at: number };

export interface MerchantTokens {
  /** Under each accepted key, the current one first: what a merchant may have stored for this card. @param number packed, 10 bytes */
  indexTokens(number: Uint8Array): readonly IndexToken[];
  /** @param number packed, 10 bytes @param expiry YYMM, packed, 2 bytes @returns undefined when it's no card number */
  seal(number: Uint8Array, expiry?: Uint8Array): Uint8Array | undefined;
  /** @param token untrusted */
  open(token: Uint8Array): OpenTokenResult;
  /** To the current version. @param token untrusted, of an accepted version */
  translate(token: Uint8Array): TranslateResult;
  /** Tokens of digits; they name no version, so whoever stores one stores its version, too. @throws RangeError for a version that isn't accepted */
  digits(version?: number): DigitTokens;
  /** Forgets all keys. Whatever is called afterwards throws. */
  wipe(): void;
}

interface Keys extends SealingKey {
  readonly index: Uint8Array;
  readonly digits: DigitTokens;
}

/** @throws RangeError for a key, region, merchant or version that can't be */
export function tokensOfMerchant(root: TokenRoot, merchant: string, versions: TokenVersions): MerchantTokens {
  const { current, retiring } = versions;
  if (retiring === current) throw new RangeError('a version can not retire while it is the current one');
  const keysOf = (version: number): Keys => {
    const digitsKey = deriveTokenKey(root, 'digits', merchant, version);
    const digits = createDigitTokens(digitsKey, merchant);
    digitsKey.fill(0);
    const key = deriveTokenKey(root, 'sealed', merchant, version);
    return { merchant, version, key, index: deriveTokenKey(root, 'index', merchant, version), digits };
  };
  const newest = keysOf(current);
  const all = retiring === undefined ? [newest] : [newest, keysOf(retiring)];
  let isWiped = false;
  const accepted = (): readonly Keys[] => {
    // Zeros are keys, too: everybody's.
    if (isWiped) throw new Error('the keys of these tokens are wiped');
    return all;
  };
  const keyFor = (version: number | undefined): Keys | undefined => accepted().find((keys) => keys.version === version);
  const seal = (number: Uint8Array, expiry?: Uint8Array): Uint8Array | undefined =>
    sealToken(keyFor(current) ?? newest, number, expiry);

  const open = (token: Uint8Array): OpenTokenResult => {
    const keys = keyFor(token[0]);
    return keys === undefined ? { ok: false, fault: 'VERSION_NOT_ACCEPTED', at: 0 } : openToken(keys, token);
  };
  return {
    indexTokens: (number) => accepted().map(({ index, version }) => indexTokenOf(index, version, number)),
    seal,
    open,
    translate(token) {
      const opened = open(token);
      if (!opened.ok) return opened;
      const made = token[0] === current ? token.slice() : seal(opened.number, opened.expiry);
      opened.number.fill(0);
      opened.expiry?.fill(0);
      return made === undefined
        ? { ok: false, fault: 'TOKEN_WRONG', at: 1 }
        : { ok: true, token: made, isNew: token[0] !== current };
    },
    digits(version = current) {
      const keys = keyFor(version);
      if (keys === undefined) throw new RangeError(`version ${version} is not accepted`);
      return keys.digits;
    },
    wipe() {
      isWiped = true;
      for (const { key, index, digits } of all) {
        key.fill(0);
        index.fill(0);
        digits.wipe();
      }
    },
  };
}
