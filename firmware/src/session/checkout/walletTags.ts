/**
 * Data objects between a reader and a card's own applets.
 * Source: docs/reference/wallet-applet.md; DCA-1 for DF60 to DF63.   Floor: session; imports nothing.
 */
export const TAG_DF60_NONCE = 0xdf60;
export const TAG_DF61_KEY_SET = 0xdf61;
export const TAG_DF62_CARD_FLAGS = 0xdf62;
export const TAG_DF63_CARD_REFERENCE = 0xdf63;
export const TAG_DF77_SALE_KEY = 0xdf77;
export const TAG_DF78_CARD_NONCE = 0xdf78;
export const TAG_DF79_READER_KEY_ID = 0xdf79;
export const SALE_KEY_BYTES = 16;
