/**
 * Data objects of the card's own applets and of what issuers sign.
 * Source: docs/reference/wallet-applet.md.   Floor: dynamicCard.
 */
export {
  TAG_DF60_NONCE,
  TAG_DF61_KEY_SET,
  TAG_DF62_CARD_FLAGS,
  TAG_DF63_CARD_REFERENCE,
  TAG_DF77_SALE_KEY,
  TAG_DF78_CARD_NONCE,
  TAG_DF79_READER_KEY_ID,
} from '@comptoir/protocol/wallet';

export const TAG_E5_PENDING = 0xe5;
export const TAG_E7_SIGNED_OBJECT = 0xe7;
export const TAG_E8_BANK_APPLICATION = 0xe8;
export const TAG_E9_CONTACT = 0xe9;
export const TAG_EA_CONTACTLESS = 0xea;
export const TAG_DF20_CARD_IDENTIFIER = 0xdf20;
export const TAG_DF21_ISSUER = 0xdf21;
export const TAG_DF22_SEQUENCE = 0xdf22;
export const TAG_DF23_ACTION = 0xdf23;
export const TAG_DF24_SIGNATURE = 0xdf24;
export const TAG_DF25_WRAPPED_KEY = 0xdf25;
export const TAG_DF26_WRAPPED_RSA_KEY = 0xdf26;
export const TAG_DF27_LAST_DIGITS = 0xdf27;
export const TAG_DF28_CRYPTOGRAM_VERSION = 0xdf28;
export const TAG_DF29_SHAPE = 0xdf29;
export const TAG_DF2A_RECORD = 0xdf2a;
export const TAG_DF2B_RESPONSE_FORMAT = 0xdf2b;
export const TAG_DF2C_RELATED_DATA_RECORD = 0xdf2c;
export const TAG_DF2D_ORDER = 0xdf2d;
export const TAG_DF2E_SETTLED_THROUGH = 0xdf2e;
export const TAG_9F70_LIFE_CYCLE = 0x9f70;
