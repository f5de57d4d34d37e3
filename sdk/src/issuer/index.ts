/**
 * The side of those who put something on a dynamic card: what they sign, and the keys that go with it. A till needs none of it.
 * Source: docs/reference/wallet-applet.md, docs/reference/card-commands.md.
 */
export { type CardIssuer, type CardIssuerOptions, createCardIssuer } from './cardIssuer.js';
export { type IssuerKeys, issuerPublicKey, issuerWrappingKey, wrapKey } from './issuerKeys.js';
export { type AuthoriserData, deriveAccountKeys, developmentKeySet, type KeySet } from './profileKeys.js';
export { SELECT_WALLET, storeData } from './storeData.js';
