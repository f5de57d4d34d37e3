/**
 * From a key serial number to the three working keys of its transaction.
 * Source: X9.24-3-2017; docs/reference/tokens.md.   Floor: acquirer.
 */
import { toHex, unsignedFromBytes } from '@comptoir/protocol';
import {
  deriveInitialKey,
  deriveTransactionKey,
  deriveWorkingKey,
  INITIAL_KEY_ID_BYTES,
  isTransactionCounter,
  KEY_USAGE,
  KSN_BYTES,
} from '#crypto/dukpt';

/** The base derivation key, or where to find it by its 4-byte id, upper-case hexadecimal; undefined when there is none. */
export type BaseDerivationKey = Uint8Array | ((bdkId: string) => Uint8Array | undefined);

export interface TransactionKeys {
  readonly data: Uint8Array;
  readonly mac: Uint8Array;
  /** Of what goes back to the reader. */
  readonly answer: Uint8Array;
  wipe(): void;
}

export type KeysResult =
  | { readonly ok: true; readonly keys: TransactionKeys }
  | { readonly ok: false; readonly fault: 'KSN_COUNTER' | 'BDK_UNKNOWN'; readonly at: number };

const BDK_ID_BYTES = 4;

/** @param ksn 12 bytes, untrusted */
export function keysOfKsn(ksn: Uint8Array, bdk: BaseDerivationKey): KeysResult {
  if (!isTransactionCounter(unsignedFromBytes(ksn.subarray(INITIAL_KEY_ID_BYTES, KSN_BYTES)))) {
    return { ok: false, fault: 'KSN_COUNTER', at: INITIAL_KEY_ID_BYTES };
  }
  const base = typeof bdk === 'function' ? bdk(toHex(ksn.subarray(0, BDK_ID_BYTES))) : bdk;
  if (base === undefined) return { ok: false, fault: 'BDK_UNKNOWN', at: 0 };
  const initial = deriveInitialKey(base, ksn.subarray(0, INITIAL_KEY_ID_BYTES));
  const transaction = deriveTransactionKey(initial, ksn);
  const data = deriveWorkingKey(transaction, KEY_USAGE.dataEncrypt, ksn, base.length);
  const mac = deriveWorkingKey(transaction, KEY_USAGE.macGenerate, ksn, base.length);
  const answer = deriveWorkingKey(transaction, KEY_USAGE.macVerify, ksn, base.length);
  initial.fill(0);
  transaction.fill(0);
  return {
    ok: true,
    keys: {
      data,
      mac,
      answer,
      wipe() {
        data.fill(0);
        mac.fill(0);
        answer.fill(0);
      },
    },
  };
}
