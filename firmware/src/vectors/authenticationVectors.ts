/**
 * Kinds oda.* and capk.check: certificates and signatures.
 * Floor: vectors.
 */
import {
  concatBytes,
  decodeTlv,
  findObject,
  NO_BYTES,
  TAG_9F27_CRYPTOGRAM_INFORMATION_DATA,
  TAG_77_RESPONSE_FORMAT_2,
  toHex,
} from '@comptoir/protocol';
import { type CertificationAuthorityKey, hashAgrees } from '../emv/authentication/certificationAuthorityKeys.js';
import {
  checkCombinedData,
  verifyCombinedData,
  verifyDynamicData,
  verifyFastDynamicData,
} from '../emv/authentication/dynamicSignature.js';
import { recoverIccCertificate } from '../emv/authentication/iccCertificate.js';
import { recoverIssuerCertificate } from '../emv/authentication/issuerCertificate.js';
import { ALGORITHM_RSA, type AuthenticationFailed, HASH_SHA1 } from '../emv/authentication/recovered.js';
import type { RsaPublicKey } from '../emv/authentication/rsa.js';
import { verifyStaticData } from '../emv/authentication/staticDataAuthentication.js';
import { unsignedObjects } from '../emv/generateAc.js';
import { digitsOf, packDigits } from './digits.js';
import type { VectorHandler, VectorInput } from './vectorInput.js';

const CARD_NUMBER_BYTES = 10;

function keyOf(input: VectorInput): RsaPublicKey {
  return { modulus: input.hex('modulus'), exponent: input.hex('exponent') };
}

export function authorityKeyOf(input: VectorInput): CertificationAuthorityKey {
  return {
    ...keyOf(input),
    rid: input.hex('rid'),
    index: input.hex('index')[0] ?? 0,
    sha1: input.optionalHex('sha1') ?? NO_BYTES,
  };
}

function refused({ fault }: AuthenticationFailed): unknown {
  return { ok: false, reason: fault };
}

export const authenticationVectors: { readonly [kind: string]: VectorHandler } = {
  'capk.check': (input, secure) => ({ ok: hashAgrees(secure, authorityKeyOf(input)) }),
  'oda.issuer': (input, secure) => {
    const authorityKey = authorityKeyOf(input.object('capk'));
    if (authorityKey.sha1.length > 0 && !hashAgrees(secure, authorityKey)) return { ok: false, reason: 'CAPK_HASH' };
    const result = recoverIssuerCertificate(secure, {
      authorityKey,
      certificate: input.hex('issuerCert'),
      remainder: input.optionalHex('issuerRemainder') ?? NO_BYTES,
      exponent: input.hex('issuerExponent'),
      cardNumber: input.has('pan') ? packDigits(input.text('pan'), CARD_NUMBER_BYTES) : undefined,
      date: input.optionalHex('transactionDate'),
    });
    if (!result.ok) return refused(result);
    const { key, issuerIdentifier, expiry, serial } = result;
    return {
      ok: true,
      issuerId: digitsOf(issuerIdentifier),
      expiry: toHex(expiry),
      serial: toHex(serial),
      hashAlg: toHex(Uint8Array.of(HASH_SHA1)),
      pkAlg: toHex(Uint8Array.of(ALGORITHM_RSA)),
      modulus: toHex(key.modulus),
      exponent: toHex(key.exponent),
    };
  },
  'oda.sda': (input, secure) => {
    const result = verifyStaticData(
      secure,
      keyOf(input.object('issuerKey')),
      input.hex('ssad'),
      input.hex('staticData'),
    );
    return result.ok ? { ok: true, dataAuthCode: toHex(result.dataAuthenticationCode) } : refused(result);
  },
  'oda.icc': (input, secure) => {
    const pan = input.text('pan');
    const result = recoverIccCertificate(secure, {
      issuerKey: keyOf(input.object('issuerKey')),
      certificate: input.hex('iccCert'),
      remainder: input.optionalHex('iccRemainder') ?? NO_BYTES,
      exponent: input.hex('iccExponent'),
      staticData: input.hex('staticData'),
      cardNumber: packDigits(pan, CARD_NUMBER_BYTES),
      date: input.optionalHex('transactionDate'),
    });
    if (!result.ok) return refused(result);
    const { key, expiry, serial } = result;
    return {
      ok: true,
      pan,
      expiry: toHex(expiry),
      serial: toHex(serial),
      modulus: toHex(key.modulus),
      exponent: toHex(key.exponent),
    };
  },
  'oda.dda': (input, secure) => {
    const result = verifyDynamicData(secure, keyOf(input.object('iccKey')), input.hex('sdad'), input.hex('ddolData'));
    return result.ok ? { ok: true, iccDynamicNumber: toHex(result.iccDynamicNumber) } : refused(result);
  },
  'oda.fdda': (input, secure) => {
    const result = verifyFastDynamicData(secure, keyOf(input.object('iccKey')), input.hex('sdad'), {
      unpredictableNumber: input.hex('unpredictableNumber'),
      amount: input.hex('amount'),
      currency: input.hex('currency'),
      cardAuthenticationRelatedData: input.hex('tag9F69'),
    });
    return result.ok ? { ok: true, iccDynamicNumber: toHex(result.iccDynamicNumber) } : refused(result);
  },
  'oda.cda': (input, secure) => {
    const iccKey = keyOf(input.object('iccKey'));
    let result = verifyCombinedData(secure, iccKey, input.hex('sdad'), input.hex('unpredictableNumber'));
    const response = input.optionalHex('genacResponse');
    if (response !== undefined) {
      const tlv = decodeTlv(response);
      const answer = tlv.ok ? findObject(tlv.objects, TAG_77_RESPONSE_FORMAT_2) : undefined;
      const cid = findObject(answer?.children ?? [], TAG_9F27_CRYPTOGRAM_INFORMATION_DATA)?.value[0];
      const pdolData = input.optionalHex('pdolData') ?? NO_BYTES;
      const cdol1Data = input.optionalHex('cdol1Data') ?? NO_BYTES;
      const transactionData = concatBytes(pdolData, cdol1Data, unsignedObjects(answer?.value ?? NO_BYTES));
      result = checkCombinedData(secure, result, transactionData, cid);
    }
    if (!result.ok) return refused(result);
    return {
      ok: true,
      iccDynamicNumber: toHex(result.iccDynamicNumber),
      cid: toHex(Uint8Array.of(result.cryptogramInformationData)),
      ac: toHex(result.cryptogram),
      txHash: toHex(result.transactionDataHash),
    };
  },
};
