import type { Card } from '../src/cards/card.js';
export declare const SELECT_WALLET = '00A4040006F044594E430100';
export declare const SELECT_ACCOUNT = '00A4040006F0414343540100';
export declare const SELECT_CRS = '00A4040009A0000001514352530000';
export declare const SELECT_PPSE = '00A404000E325041592E5359532E444446303100';
export declare const SHOP = 'COMPTOIR-DEV-01';
export declare const swOf: (card: Card, command: string) => string;
export interface Authentication {
  readonly command: string;
  /** What the card must answer. */
  readonly cardMac: string;
}
/** AUTH READER for the card nonce that SELECT gave. */
export declare function authentication(
  cardNonce: Uint8Array,
  merchant?: string,
  scheme?: {
    readonly keyId: number;
    readonly key: Uint8Array;
  },
): Authentication;
/** SELECT. @returns the card's nonce */
export declare function selectWallet(card: Card): Uint8Array;
/** SELECT and AUTH READER; the card must prove itself, too. */
export declare function openWallet(card: Card, merchant?: string): void;
/** Every E1 in card order. */
export declare function listProfiles(card: Card): readonly Uint8Array[];
/** The objects of a profile by tag, from its E1. @param id as text */
export declare function profileOf(card: Card, id: string): ReadonlyMap<number, Uint8Array>;
export interface DebitOrder {
  readonly id: string;
  readonly amount: number;
  /** 16 characters at most. */
  readonly sale: string;
  readonly nonce?: string;
}
export declare const saleKeyOf: (sale: string) => string;
/** What the cryptogram covers of an order, in its order. */
export declare function orderData({ amount, nonce }: Omit<DebitOrder, 'id' | 'sale'>): string;
export declare function prepare(order: DebitOrder): string;
export declare const commit: (sale: string) => string;
export declare const cancel: (sale: string) => string;
/** What this merchant left open: sale keys, hexadecimal. */
export declare function pendingSales(card: Card): readonly string[];
export declare const numberIn: (value: Uint8Array | undefined) => number;
