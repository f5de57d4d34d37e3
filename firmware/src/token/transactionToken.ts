/**
 * The transaction token: one MAC that ties cryptogram, amount, place, index token and envelope together.
 *
 *   AES-CMAC over "txn" 00 | KSN (12) | merchant … transaction counter (37) | cryptogram 9F26 (8) | CID 9F27 (1)
 *   | index token version (1) | index token (16) | SHA-256 of the envelope (32)
 *
 * Without an index token its 17 bytes are zero.   Floor: token.
 */
import { concatBytes, latin1ToBytes } from '@comptoir/protocol';
import type { Secure } from '../board/board.js';
import { type BoundData, placeAndAmount } from './boundData.js';
import type { TransactionKeys } from './dukpt.js';
import type { IndexToken } from './indexToken.js';
import { Vouched } from './vouched.js';

const LABEL: Uint8Array = latin1ToBytes('txn\0');
const NO_INDEX_TOKEN: Uint8Array = new Uint8Array(17);

/** @param cryptogram tag 9F26, 8 bytes @param cid tag 9F27, 1 byte */
export function makeTransactionToken(
  secure: Secure,
  keys: TransactionKeys,
  bound: BoundData,
  cryptogram: Uint8Array,
  cid: Uint8Array,
  indexToken: IndexToken | undefined,
  envelope: Vouched,
): Vouched {
  const index =
    indexToken === undefined ? NO_INDEX_TOKEN : concatBytes(Uint8Array.of(indexToken.version), indexToken.value);
  const tied = concatBytes(
    LABEL,
    keys.ksn,
    placeAndAmount(bound),
    cryptogram,
    cid,
    index,
    secure.sha256(envelope.value),
  );
  return Vouched.mac(secure, keys.macKey, tied);
}
