/**
 * The chain from a CA key to the issuer's key, and to the card's own.
 * Source: EMV 4.4 Book 2 §5, §6.   Floor: emv.
 */
import {
  concatBytes,
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
import { sensitive } from '../apdu/sensitive.js';
import type { CertificationAuthorityKey } from './authentication/certificationAuthorityKeys.js';
import { recoverIccCertificate } from './authentication/iccCertificate.js';
import { recoverIssuerCertificate } from './authentication/issuerCertificate.js';
import type { RsaPublicKey } from './authentication/rsa.js';
import { setTsi, setTvr, type TerminalBit, TSI, TVR } from './data/terminalStatus.js';
import type { Authentication, OfflineAuthentication, ReadApplication, TransactionContext } from './transaction.js';

const RID_BYTES = 5;

/** What to expect of CDA before the cryptogram has come: the card's key, or why CDA has failed already. Sets TVR and TSI. */
export function prepareCda(context: TransactionContext, application: ReadApplication): OfflineAuthentication {
  const key = recoverCardKey(context, application);
  // The signature comes with the cryptogram: the result then replaces this one.
  if (key.ok) return { authentication: { method: 'CDA', result: 'SIGNATURE_MISSING' }, cardKey: key.key };
  return failedAuthentication(context, { method: 'CDA', result: key.fault }, TVR.cdaFailed);
}

/** @param bit of the TVR, for the method that failed */
export function failedAuthentication(
  context: TransactionContext,
  authentication: Authentication,
  bit: TerminalBit,
): OfflineAuthentication {
  setTvr(context.terminal, bit);
  setTsi(context.terminal, TSI.offlineDataAuthenticationPerformed);
  if (authentication.result === 'ICC_DATA_MISSING') setTvr(context.terminal, TVR.iccDataMissing);
  return { authentication, cardKey: undefined };
}

type KeyFault = Exclude<Authentication['result'], 'ok' | 'none'>;
type KeyResult = { readonly ok: true; readonly key: RsaPublicKey } | { readonly ok: false; readonly fault: KeyFault };

/** `authorityKey`: the CA key that recovered the certificate. */
type IssuerKeyResult =
  | { readonly ok: true; readonly key: RsaPublicKey; readonly authorityKey: CertificationAuthorityKey }
  | { readonly ok: false; readonly fault: KeyFault };

/** @see EMV 4.4 Book 2 §6.3 */
export function recoverIssuerKey(context: TransactionContext, application: ReadApplication): IssuerKeyResult {
  const { aid, store, cardNumber } = application;
  const certificate = store.get(TAG_90_ISSUER_PUBLIC_KEY_CERTIFICATE);
  const exponent = store.get(TAG_9F32_ISSUER_PUBLIC_KEY_EXPONENT);
  const index = store.get(TAG_8F_CA_PUBLIC_KEY_INDEX)?.[0];
  if (certificate === undefined || exponent === undefined || index === undefined)
    return { ok: false, fault: 'ICC_DATA_MISSING' };
  const remainder = store.valueOf(TAG_92_ISSUER_PUBLIC_KEY_REMAINDER);
  let fault: KeyFault = 'CA_KEY_MISSING';
  for (const authorityKey of context.authorities.findKeys(aid.subarray(0, RID_BYTES), index)) {
    const input = { authorityKey, certificate, remainder, exponent, cardNumber, date: context.date };
    const result = recoverIssuerCertificate(context.secure, input);
    if (result.ok) {
      if (context.authorities.isRevoked(authorityKey, result.serial)) return { ok: false, fault: 'ODA_REVOKED' };
      return { ok: true, key: result.key, authorityKey };
    }
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
  return recoverIccCertificate(context.secure, {
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
  return sensitive(concatBytes(staticData, store.valueOf(TAG_82_APPLICATION_INTERCHANGE_PROFILE)));
}
