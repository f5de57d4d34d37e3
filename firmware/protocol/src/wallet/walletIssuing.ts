/**
 * What issuers sign for a dynamic card, and how keys are wrapped for it.
 * Source: docs/reference/wallet-applet.md, STORE DATA.   Floor: protocol; imports nothing.
 *
 *   E7 { DF20 card 8 | DF21 issuer 1 | DF22 sequence 4 | DF23 action 1 | … } DF24 signature 64
 */
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
export const TAG_DF2E_SETTLED_THROUGH = 0xdf2e;

/** Tag DF23. */
export const ACTION = { put: 1, balance: 2, block: 3, unblock: 4, remove: 5, order: 6, preferences: 7 } as const;

export const SIGNED_OBJECT_BYTES_MAX = 4096;
export const CARD_IDENTIFIER_BYTES = 8;
/** A card knows no more issuers. */
export const ISSUERS_MAX = 8;
/** Position of the card's operator among the issuers: it alone says in which order the card's profiles are, and its rules. */
export const OPERATOR = 0;
/** Characters of tag DF27. */
export const LAST_DIGITS_MAX = 4;

/** Kinds of key in a wrapped block. */
export const WRAPPED = {
  /** AES-128, 16 bytes. */
  aes: 1,
  /** RSA in CRT form: p | q | d mod p-1 | d mod q-1 | q^-1 mod p, each half as long as the modulus, which has 512..1152 bits. */
  rsa: 2,
} as const;
