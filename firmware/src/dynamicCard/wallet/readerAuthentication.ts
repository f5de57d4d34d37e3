/**
 * Who is asking: a reader proves that its scheme gave it a key for the merchant that it names, the card that it holds the
 * scheme's key. The key guards who may see what is on the card. It guards no money: that is what issuers' keys are for.
 * Source: docs/reference/wallet-applet.md, AUTH READER.   Floor: dynamicCard.
 *
 *   reader key  = AES-CMAC(scheme key, 01 | key id 1 | reader id 8 | merchant 1..32)
 *   reader MAC  = AES-CMAC(reader key, 01 | card nonce 16 | reader nonce 16)
 *   card MAC    = AES-CMAC(reader key, 02 | reader nonce 16 | card nonce 16)
 *   command     = reader id 8 | reader nonce 16 | reader MAC 16 | merchant 1..32
 */
import { concatBytes, equalBytes, latin1FromBytes } from '@comptoir/protocol';
import { CARD_KEY, type CardSecure } from '../../board/cardBoard.js';
import { MERCHANT_MARK_BYTES } from '../profiles/cardMemory.js';

export const NONCE_BYTES = 16;
const READER_ID_BYTES = 8;
const MAC_BYTES = 16;
const MERCHANT_AT: number = READER_ID_BYTES + NONCE_BYTES + MAC_BYTES;
const MERCHANT_BYTES_MAX = 32;

/** A reader that proved itself. */
export interface KnownReader {
  /** As tag CB names it. */
  readonly merchant: string;
  /** First 8 bytes of its SHA-256: what is kept of it. */
  readonly mark: Uint8Array;
}

type AuthenticationAnswer =
  | { readonly ok: true; readonly reader: KnownReader; readonly mac: Uint8Array }
  | { readonly ok: false; readonly fault: 'LENGTH' | 'MERCHANT' | 'KEY' | 'MAC' };

/** @param cardNonce made for this selection, and not used before @param data of the command, untrusted */
export function authenticateReader(
  secure: CardSecure,
  keyId: number,
  cardNonce: Uint8Array,
  data: Uint8Array,
): AuthenticationAnswer {
  const merchant = data.subarray(MERCHANT_AT);
  if (merchant.length === 0 || merchant.length > MERCHANT_BYTES_MAX) return { ok: false, fault: 'LENGTH' };
  if (merchant.some((byte) => byte < 0x20 || byte > 0x7e)) return { ok: false, fault: 'MERCHANT' };
  const schemeKey = secure.findKey(CARD_KEY.readers);
  if (schemeKey === 0 || secure.keyIdentifier(schemeKey)[0] !== keyId) return { ok: false, fault: 'KEY' };
  const readerNonce = data.subarray(READER_ID_BYTES, READER_ID_BYTES + NONCE_BYTES);
  const identity = concatBytes(Uint8Array.of(0x01, keyId), data.subarray(0, READER_ID_BYTES), merchant);
  const key = secure.deriveCmac(schemeKey, identity);
  const expected = secure.cmac(key, concatBytes(Uint8Array.of(0x01), cardNonce, readerNonce));
  const mac = secure.cmac(key, concatBytes(Uint8Array.of(0x02), readerNonce, cardNonce));
  secure.eraseKey(key);
  const isRight = equalBytes(expected, data.subarray(READER_ID_BYTES + NONCE_BYTES, MERCHANT_AT));
  if (!isRight) return { ok: false, fault: 'MAC' };
  const mark = secure.sha256(merchant).slice(0, MERCHANT_MARK_BYTES);
  return { ok: true, reader: { merchant: latin1FromBytes(merchant), mark }, mac };
}
