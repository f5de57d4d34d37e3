/**
 * What a wallet card lists, and the codes of a selection: an entry of its own, for a card, a reader and a till may each
 * carry it or not.
 */
export * from './wallet/encodeWallet.js';
export * from './wallet/planId.js';
export * from './wallet/selectionCodes.js';
export * from './wallet/selectionNames.js';
export * from './wallet/selectionRecord.js';
export * from './wallet/walletApplications.js';
export * from './wallet/walletIssuing.js';
export * from './wallet/walletProfile.js';
export * from './wallet/walletTags.js';
