/**
 * What a wallet card lists, and the codes of a selection: an entry of its own, for a card, a reader and a till may each
 * carry it or not.
 */
export * from './encodeWallet.js';
export * from './saleKey.js';
export * from './selectionCodes.js';
export * from './selectionNames.js';
export * from './selectionRecord.js';
export * from './walletApplications.js';
export * from './walletIssuing.js';
export * from './walletProfile.js';
export * from './walletTags.js';
