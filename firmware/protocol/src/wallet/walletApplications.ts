/**
 * The card's own applications, and the data objects that readers, cards, issuers and authorisers exchange about them.
 * Source: docs/reference/wallet-applet.md; DCA-1 for DF60 to DF63.   Floor: protocol; imports nothing.
 */
export const WALLET_AID: Uint8Array = Uint8Array.of(0xf0, 0x44, 0x59, 0x4e, 0x43, 0x01);
/** The online account. */
export const ACCOUNT_AID: Uint8Array = Uint8Array.of(0xf0, 0x41, 0x43, 0x43, 0x54, 0x01);

export const TAG_DF60_NONCE = 0xdf60;
export const TAG_DF61_KEY_SET = 0xdf61;
export const TAG_DF62_CARD_FLAGS = 0xdf62;
export const TAG_DF63_CARD_REFERENCE = 0xdf63;
export const TAG_DF77_SALE_KEY = 0xdf77;
export const TAG_DF78_CARD_NONCE = 0xdf78;
export const TAG_DF79_READER_KEY_ID = 0xdf79;
export const SALE_KEY_BYTES = 16;
