/**
 * The envelope: card data for the acquirer, encrypted under keys of one transaction.
 *
 *   offset   size  envelope
 *   0        12    KSN
 *   12       2     length A of the associated data, big endian
 *   14       A     associated data
 *   14 + A   16    IV
 *   30 + A   16 n  card data: BER-TLV, padded with 80 00…, AES-256-CBC
 *   end - 16 16    AES-CMAC over all of the above
 *
 *   offset  size  associated data
 *   0       1     version 01
 *   1       24    model, filled with 00
 *   25      16    serial number, filled with 00
 *   41      37    merchant, terminal, amount, currency, unpredictable number, transaction counter
 *   78      32    SHA-256 of the EMV data that goes out in clear
 *
 * Worked example: docs/reference/envelope.md.   Floor: token.
 */
import { concatBytes, unsignedToBytes } from '@comptoir/protocol';
import type { Secure } from '../board/board.js';
import { type BoundData, fixedText, placeAndAmount } from './boundData.js';
import type { TransactionKeys } from './dukpt.js';
import { Vouched } from './vouched.js';

const VERSION = 0x01;
const MODEL_BYTES = 24;
const SERIAL_BYTES = 16;
const BLOCK_BYTES = 16;
const PADDING_START = 0x80;

/**
 * @param emvData  what goes out in clear beside the envelope
 * @param plain   card data, BER-TLV; erased
 */
export function sealEnvelope(
  secure: Secure,
  keys: TransactionKeys,
  bound: BoundData,
  emvData: Uint8Array,
  plain: Uint8Array,
): Vouched {
  const associatedData = concatBytes(
    Uint8Array.of(VERSION),
    fixedText(bound.model, MODEL_BYTES, 0x00),
    fixedText(bound.serial, SERIAL_BYTES, 0x00),
    placeAndAmount(bound),
    secure.sha256(emvData),
  );
  const head = concatBytes(keys.ksn, unsignedToBytes(associatedData.length, 2), associatedData);
  return Vouched.sealed(secure, keys, head, secure.random(BLOCK_BYTES), padded(plain));
}

/** Erases what it was given. */
function padded(bytes: Uint8Array): Uint8Array {
  const blocks = new Uint8Array((Math.floor(bytes.length / BLOCK_BYTES) + 1) * BLOCK_BYTES);
  blocks.set(bytes);
  blocks[bytes.length] = PADDING_START;
  bytes.fill(0);
  return blocks;
}
