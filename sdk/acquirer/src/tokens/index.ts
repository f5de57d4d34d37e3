/**
 * The token service's side: tokens that need no table, their keys and the rotation of these. It holds keys: it never runs at a till.
 * Source: docs/reference/tokens.md.   Floor: acquirer.
 */
export { digitsOfPacked, packDigits, packedNumberIn } from '../packedNumber.js';
export { createDigitTokens, type DigitTokenFault, type DigitTokens, type OpenDigitsResult } from './digitToken.js';
export { createFf1, DOMAIN_DIGITS_MAX, DOMAIN_DIGITS_MIN, type EncryptBlock, type Ff1 } from './ff1.js';
export {
  type OpenToken,
  type OpenTokenResult,
  openToken,
  SEALED_TOKEN_BYTES,
  SEALED_TOKEN_WITH_EXPIRY_BYTES,
  type SealedTokenFault,
  type SealingKey,
  sealToken,
} from './sealedToken.js';
export { deriveTokenKey, KEY_VERSION_MAX, ROOT_KEY_BYTES, type TokenPurpose, type TokenRoot } from './tokenKey.js';
export { type MerchantTokens, type TokenVersions, type TranslateResult, tokensOfMerchant } from './tokenService.js';
export {
  beginRotation,
  endRotation,
  newTokenServiceFile,
  type RotationFault,
  readTokenServiceFile,
  TOKEN_SERVICE_FILE_BYTES_MAX,
  type TokenMerchant,
  type TokenServiceFile,
  tokenServiceFileText,
  withMerchant,
  withVersions,
} from './tokenServiceFile.js';
