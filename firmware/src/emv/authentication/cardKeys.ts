/**
 * The chain from a CA key to the issuer's key, and to the card's own.
 * Source: EMV 4.4 Book 2 §5, §6.   Floor: emv.
 */
import {
  concatBytes,
  NO_BYTES,
  TAG_8F_CA_PUBLIC_KEY_INDEX,
  TAG_9F4A_STATIC_DATA_AUTHENTICATION_TAG_LIST,
  TAG_9F32_ISSUER_PUBLIC_KEY_EXPONENT,
  TAG_9F46_ICC_PUBLIC_KEY_CERTIFICATE,
  TAG_9F47_ICC_PUBLIC_KEY_EXPONENT,
  TAG_9F48_ICC_PUBLIC_KEY_REMAINDER,
  TAG_82_APPLICATION_INTERCHANGE_PROFILE,
  TAG_90_ISSUER_PUBLIC_KEY_CERTIFICATE,
  TAG_92_ISSUER_PUBLIC_KEY_REMAINDER,
} from '@comptoir/protocol';
import type { DataStore } from '../dataStore.js';
import type { Authentication, TransactionContext } from '../transaction.js';
import { findKeys } from './certificationAuthorityKeys.js';
import { recoverIccCertificate } from './iccCertificate.js';
import { recoverIssuerCertificate } from './issuerCertificate.js';
import type { RsaPublicKey } from './rsa.js';

export type KeyFault = Exclude<Authentication['result'], 'ok' | 'none'>;
export type KeyResult =
  | { readonly ok: true; readonly key: RsaPublicKey }
  | { readonly ok: false; readonly fault: KeyFault };

/** A card application whose records were read. */
export interface ReadApplication {
  readonly aid: Uint8Array;
  readonly store: DataStore;
  readonly cardNumber: Uint8Array;
  /** What is signed of the records. */
  readonly staticData: Uint8Array;
  /** False: a record that should be signed can't be. */
  readonly maybeAuthenticated: boolean;
}

/** @see EMV 4.4 Book 2 §6.3 */
export function recoverIssuerKey(context: TransactionContext, application: ReadApplication): KeyResult {
  const { aid, store, cardNumber } = application;
  const certificate = store.get(TAG_90_ISSUER_PUBLIC_KEY_CERTIFICATE);
  const exponent = store.get(TAG_9F32_ISSUER_PUBLIC_KEY_EXPONENT);
  const index = store.get(TAG_8F_CA_PUBLIC_KEY_INDEX)?.[0];
  if (certificate === undefined || exponent === undefined || index === undefined)
    return { ok: false, fault: 'ICC_DATA_MISSING' };
  const remainder = store.valueOf(TAG_92_ISSUER_PUBLIC_KEY_REMAINDER);
  let fault: KeyFault = 'CA_KEY_MISSING';
  for (const authorityKey of findKeys(context.authorityKeys, aid, index)) {
    const input = { authorityKey, certificate, remainder, exponent, cardNumber, date: context.date };
    const result = recoverIssuerCertificate(context.sha1, input);
    if (result.ok) return result;
    fault = result.fault;
  }
  return { ok: false, fault };
}

/** @see EMV 4.4 Book 2 §6.4 */
export function recoverCardKey(context: TransactionContext, application: ReadApplication): KeyResult {
  const { store, cardNumber } = application;
  const certificate = store.get(TAG_9F46_ICC_PUBLIC_KEY_CERTIFICATE);
  const exponent = store.get(TAG_9F47_ICC_PUBLIC_KEY_EXPONENT);
  if (certificate === undefined || exponent === undefined) return { ok: false, fault: 'ICC_DATA_MISSING' };
  const staticData = staticDataToBeAuthenticated(application);
  if (staticData === undefined) return { ok: false, fault: 'RECORD_NOT_SIGNED' };
  const issuer = recoverIssuerKey(context, application);
  if (!issuer.ok) return issuer;
  return recoverIccCertificate(context.sha1, {
    issuerKey: issuer.key,
    certificate,
    remainder: store.valueOf(TAG_9F48_ICC_PUBLIC_KEY_REMAINDER),
    exponent,
    staticData,
    cardNumber,
    date: context.date,
  });
}

/**
 * The signed records, and the AIP when the tag list names it. It may name nothing else.
 * @returns undefined when authentication must fail
 * @see EMV 4.4 Book 3 §10.3
 */
export function staticDataToBeAuthenticated({
  store,
  staticData,
  maybeAuthenticated,
}: ReadApplication): Uint8Array | undefined {
  if (!maybeAuthenticated) return undefined;
  const tagList = store.get(TAG_9F4A_STATIC_DATA_AUTHENTICATION_TAG_LIST);
  if (tagList === undefined) return staticData;
  if (tagList.length !== 1 || tagList[0] !== TAG_82_APPLICATION_INTERCHANGE_PROFILE) return undefined;
  return concatBytes(staticData, store.get(TAG_82_APPLICATION_INTERCHANGE_PROFILE) ?? NO_BYTES);
}
