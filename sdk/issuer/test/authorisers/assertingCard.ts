/** A card that asserts, in a few lines, written from docs/reference/wallet-applet.md and apart from firmware and authoriser. */
import {
  concatBytes,
  dataObject,
  encodeTlv,
  fromHex,
  NO_BYTES,
  unsignedToBcd,
  unsignedToBytes,
} from '@comptoir/protocol';
import { cmac, ecb } from '@noble/ciphers/aes.js';

const hex = (text: string): Uint8Array => fromHex(text) ?? NO_BYTES;

export const KEYS = {
  number: 1,
  issuerMasterKey: hex('000102030405060708090A0B0C0D0E0F'),
  referenceKey: hex('F0E1D2C3B4A5968778695A4B3C2D1E0F'),
};

/** Of each merchant's readers: 9F1C, hexadecimal. */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  'SHOP-1': ['4D31303030303030', '4D31303030303031'],
  'SHOP-2': ['4D32303030303030'],
};
export const scopesOf = (merchant: string): readonly string[] => SCOPES[merchant] ?? [];

export interface Tap {
  readonly amount: number;
  readonly nonce: Uint8Array;
  readonly counter: number;
  readonly currency?: number;
  /** 9F1C. */
  readonly scope?: string;
  readonly keySet?: number;
  /** DF77 of a debit. */
  readonly planId?: Uint8Array;
}

export interface AssertingCard {
  /** Account and serial. */
  readonly identity: Uint8Array;
  /** What the reader forwards. */
  assert(tap: Tap): Uint8Array;
}

export function assertingCard(account: number, serial: number, keys: typeof KEYS = KEYS): AssertingCard {
  const serialBytes = unsignedToBytes(serial, 6);
  const identity = concatBytes(new Uint8Array(2), unsignedToBytes(account, 6), new Uint8Array(2), serialBytes);
  const cardKey = cmac(concatBytes(hex('010000'), serialBytes, hex('F04143435401')), keys.issuerMasterKey);
  return {
    identity,
    assert({ amount, nonce, counter, currency = 978, scope = '4D31303030303030', keySet = 1, planId }) {
      const atc = unsignedToBytes(counter, 2);
      const covered = encodeTlv(
        dataObject(0x9f02, unsignedToBcd(amount, 6)),
        dataObject(0x5f2a, unsignedToBcd(currency, 2)),
        dataObject(0x9a, hex('261124')),
        dataObject(0x9f1c, hex(scope)),
        dataObject(0xdf60, nonce),
        dataObject(0x9f36, atc),
        dataObject(0xdf61, Uint8Array.of(keySet)),
        dataObject(0xdf62, Uint8Array.of(0)),
        ...(planId === undefined ? [] : [dataObject(0xdf77, planId)]),
      );
      const label = Uint8Array.of(planId === undefined ? 2 : 3);
      const sessionKey = cmac(concatBytes(label, atc, new Uint8Array(7)), cardKey);
      const reference = ecb(keys.referenceKey, { disablePadding: true }).encrypt(identity);
      const proof = [dataObject(0xdf63, reference), dataObject(0x9f26, cmac(covered, sessionKey).slice(0, 8))];
      return concatBytes(covered, encodeTlv(...proof));
    },
  };
}
