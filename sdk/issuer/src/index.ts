/**
 * The side of those who put something on a dynamic card: what they sign, and the keys that go with it. A till needs none of it.
 * Source: docs/reference/wallet-applet.md, docs/reference/card-commands.md.   Floor: issuer.
 */

export type { Described, FieldFault } from '#files';
export {
  BANK_FILE_BYTES_MAX,
  type BankApplicationFile,
  encodeBankApplicationFile,
  readBankApplicationFile,
  wrapBankKeys,
} from './bankApplicationFile.js';
export { type CardIssuer, type CardIssuerOptions, createCardIssuer } from './cardIssuer.js';
export { type CardFacts, printable, profileName, refusalWords } from './cardRefusal.js';
export { describeListed, describePreferences, describeSignedObject, signedObjectTitle } from './describeSigned.js';
export {
  ISSUER_FILE_BYTES_MAX,
  type IssuerFile,
  issuerFileText,
  type KnownCard,
  newIssuerFile,
  readIssuerFile,
  withCard,
} from './issuerFile.js';
export { type IssuerKeys, issuerPublicKey, issuerWrappingKey, wrapKey } from './issuerKeys.js';
export { readPreferencesDescription } from './preferencesDescription.js';
export { type BankListing, type DescribedProfile, readProfileDescription } from './profileDescription.js';
export { type AuthoriserData, deriveAccountKeys, developmentKeySet, type KeySet } from './profileKeys.js';
export {
  isSignedBy,
  readSignedObjects,
  SIGNED_FILE_BYTES_MAX,
  type SignedFileFault,
  type SignedFileResult,
  type SignedObject,
} from './signedObject.js';
export { SELECT_WALLET, storeData } from './storeData.js';
