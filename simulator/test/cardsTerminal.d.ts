import type { Card, CardInterface } from '../src/cards/card.js';
export declare const TERMINAL_DATA: ReadonlyMap<number, string>;
export interface Reading {
  readonly values: ReadonlyMap<number, Uint8Array>;
  readonly staticData: Uint8Array;
  readonly rid: Uint8Array;
  readonly pdolData: Uint8Array;
}
export declare function send(
  card: Card,
  hex: string,
): {
  readonly data: Uint8Array;
  readonly sw: number;
};
/** As a terminal over T=0 does it: 61xx and 6Cxx are followed up. */
export declare function exchange(card: Card, hex: string): Uint8Array;
export declare function bytes(hex: string): Uint8Array;
export declare function leaves(data: Uint8Array, into?: Map<number, Uint8Array>): Map<number, Uint8Array>;
export declare function dol(list: Uint8Array, replaced?: ReadonlyMap<number, string>): Uint8Array;
export declare function withLength(data: Uint8Array): string;
/** SELECT to READ RECORD. @param aid hex */
export declare function readApplication(
  card: Card,
  on: CardInterface,
  aid: string,
  replaced?: ReadonlyMap<number, string>,
): Reading;
export interface PublicKey {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}
export declare function sha1(...parts: readonly Uint8Array[]): string;
/** Recovers and checks header, format, hash and trailer. @returns the content from the format byte to the hash, or the fault */
export declare function recover(
  key: PublicKey,
  signature: Uint8Array,
  format: number,
  hashed: Uint8Array,
): Uint8Array | string;
export declare function authorityKey({ rid, values }: Reading): PublicKey | undefined;
/** The issuer's key, or the fault. The date of the transaction is the 24th of November 2026. */
export declare function issuerKeyOf(reading: Reading): PublicKey | string;
/** The card's key, or the fault. */
export declare function iccKeyOf(reading: Reading): PublicKey | string;
/** Test numbers only. */
export declare function cardNumber({ values }: Reading): string;
