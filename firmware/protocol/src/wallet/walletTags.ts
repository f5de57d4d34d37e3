/**
 * Data objects of the wallet list and of the card's preferences. 50, 4F, 87, 9F2A and 5F24 are EMV's own tags.
 * Source: docs/reference/wallet-list.md.   Floor: protocol; imports nothing.
 */
export const TAG_E1_WALLET_PROFILE = 0xe1;
export const TAG_E2_COUPON_RULE = 0xe2;
export const TAG_E3_CARD_PREFERENCES = 0xe3;
export const TAG_E4_CARD_RULE = 0xe4;
export const TAG_C0_PROFILE_IDENTIFIER = 0xc0;
export const TAG_C1_PROFILE_KIND = 0xc1;
export const TAG_C2_ACTIVATION_STATE = 0xc2;
export const TAG_C3_BRAND = 0xc3;
export const TAG_C4_FUNDING_ACCOUNT = 0xc4;
export const TAG_C5_FUNDING = 0xc5;
export const TAG_C6_ISSUER_REGION = 0xc6;
export const TAG_C7_PROFILE_FLAGS = 0xc7;
export const TAG_C8_VALID_FROM = 0xc8;
export const TAG_C9_CURRENCY = 0xc9;
export const TAG_CA_BALANCE = 0xca;
export const TAG_CB_MERCHANT = 0xcb;
export const TAG_CC_PERCENT = 0xcc;
export const TAG_CD_AMOUNT_OFF = 0xcd;
export const TAG_CE_MINIMUM_SPEND = 0xce;
export const TAG_CF_MINIMUM_QUANTITY = 0xcf;
export const TAG_D0_GTIN = 0xd0;
export const TAG_D1_CATEGORY = 0xd1;
export const TAG_D2_COUPON_SOURCE = 0xd2;
export const TAG_D3_EXCLUSIVE = 0xd3;
export const TAG_D4_COUPON_PRIORITY = 0xd4;
export const TAG_D5_LARGEST_DISCOUNT = 0xd5;
export const TAG_D6_SERIAL = 0xd6;
export const TAG_D7_POINTS_VALUE = 0xd7;
export const TAG_D8_SELECTED_GROUP = 0xd8;
export const TAG_D9_MERCHANT_CATEGORIES = 0xd9;
export const TAG_DA_LEAST_AMOUNT = 0xda;
export const TAG_DB_LARGEST_AMOUNT = 0xdb;
export const TAG_DC_GROUP_NEVER_TO_USE = 0xdc;
export const TAG_DD_GROUP_TO_USE = 0xdd;
export const TAG_DE_FALLBACK_GROUP = 0xde;
