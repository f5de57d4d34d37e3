/**
 * Certificates and signatures as they are after RSA: whoever holds the key may sign anything. RSA gives here what it's given, and
 * every hash is zeros, so that an input gets behind both.
 */
import { NO_BYTES } from '@comptoir/protocol';
import {
  verifyCombinedData,
  verifyDynamicData,
  verifyFastDynamicData,
} from '../../../firmware/src/emv/authentication/dynamicSignature.js';
import { recoverIccCertificate } from '../../../firmware/src/emv/authentication/iccCertificate.js';
import { recoverIssuerCertificate } from '../../../firmware/src/emv/authentication/issuerCertificate.js';
import type { RsaPublicKey } from '../../../firmware/src/emv/authentication/rsa.js';
import { verifyStaticData } from '../../../firmware/src/emv/authentication/staticDataAuthentication.js';
import { hold, Input } from '../target.js';

const HASH = new Uint8Array(20);
const DATE = Uint8Array.of(0x26, 0x11, 0x24);
/** Of no card: a number has no such digits. */
const NUMBER = new Uint8Array(10).fill(0x99);
const KINDS = 6;
const EXPONENTS: readonly (readonly number[])[] = [[3], [1, 0, 1], [5], [0, 3], [], [1, 0, 0, 1]];

const recovered: Uint8Array[] = [];
const secure = {
  sha1: () => HASH,
  rsaRecover(modulus: Uint8Array, exponent: number, data: Uint8Array) {
    if (exponent === 0 || data.length !== modulus.length) return undefined;
    const copy = data.slice();
    recovered.push(copy);
    return copy;
  },
};

/** What is signed, the exponent and the length of the remainder; then the recovered bytes between 6A and the hash. */
export function seeds(): readonly Uint8Array[] {
  const issuer = [2, 0x99, 0x99, 0x99, 0xff, 0x12, 0x30, 1, 2, 3, 1, 1];
  const icc = [4, ...NUMBER, 0x12, 0x30, 1, 2, 3, 1, 1];
  const modulus = (length: number) => Array.from({ length }, () => 0xc1);
  return [
    [0, 0, 0, ...issuer, 64, 1, ...modulus(64)],
    [0, 1, 16, ...issuer, 96, 3, ...modulus(80)],
    [1, 0, 0, ...icc, 64, 1, ...modulus(64)],
    [1, 1, 20, ...icc, 104, 3, ...modulus(84)],
    [2, 0, 0, 3, 1, 0xda, 0xc1, ...modulus(40)],
    [3, 0, 0, 5, 1, 9, 8, ...modulus(8), ...modulus(30)],
    [4, 0, 0, 5, 1, 38, 8, ...modulus(37), ...modulus(30)],
    [5, 0, 0, 5, 1, 9, 8, ...modulus(8), ...modulus(30)],
  ].map((bytes) => Uint8Array.from(bytes));
}

export function fuzz(data: Uint8Array): void {
  const input = new Input(data);
  const kind = input.byte() % KINDS;
  const exponent = Uint8Array.from(EXPONENTS[input.byte() % EXPONENTS.length] ?? []);
  const remainder = new Uint8Array(input.byte() % 64).fill(0xc1);
  const signed = Uint8Array.of(0x6a, ...input.rest(), ...HASH, 0xbc);
  const key = { modulus: new Uint8Array(signed.length).fill(0xc1), exponent: Uint8Array.of(3) };
  recovered.length = 0;
  if (kind === 0) {
    const result = recoverIssuerCertificate(secure, {
      authorityKey: key,
      certificate: signed,
      remainder,
      exponent,
      cardNumber: NUMBER,
      date: DATE,
    });
    if (result.ok) checkKey(result.key);
  } else if (kind === 1) {
    const result = recoverIccCertificate(secure, {
      issuerKey: key,
      certificate: signed,
      remainder,
      exponent,
      staticData: NO_BYTES,
      cardNumber: NUMBER,
      date: DATE,
    });
    if (result.ok) checkKey(result.key);
  } else if (kind === 2) {
    const result = verifyStaticData(secure, key, signed, NO_BYTES);
    hold(!result.ok || result.dataAuthenticationCode.length === 2, 'a data authentication code has two bytes');
  } else if (kind === 3) {
    checkNumber(verifyDynamicData(secure, key, signed, NO_BYTES));
  } else if (kind === 4) {
    const result = verifyCombinedData(secure, key, signed, DATE);
    checkNumber(result);
    if (result.ok)
      hold(result.cryptogram.length === 8 && result.transactionDataHash.length === 20, 'cryptogram and hash are whole');
  } else {
    const related = Uint8Array.of(exponent[0] ?? 0, 0, 0, 0, 0);
    const result = verifyFastDynamicData(secure, key, signed, {
      unpredictableNumber: DATE,
      amount: DATE,
      currency: DATE,
      cardAuthenticationRelatedData: related,
    });
    checkNumber(result);
    hold(!result.ok || related[0] === 1, 'only version 1 of 9F69 is known');
  }
  hold(
    recovered.every((bytes) => bytes.every((byte) => byte === 0)),
    'what was recovered is erased',
  );
}

function checkKey({ modulus, exponent }: RsaPublicKey): void {
  hold(modulus.length >= 64 && modulus.length <= 248, 'a modulus has 512 to 1984 bit');
  hold(((modulus.at(-1) ?? 0) & 1) === 1 && modulus[0] !== 0, 'a modulus is odd and begins where it begins');
  hold(
    ['3', '65537'].includes(BigInt(`0x${Buffer.from(exponent).toString('hex') || '0'}`).toString()),
    'an exponent is 3 or 65537',
  );
}

function checkNumber(result: { readonly ok: boolean; readonly iccDynamicNumber?: Uint8Array }): void {
  const length = result.iccDynamicNumber?.length ?? 0;
  hold(!result.ok || (length >= 2 && length <= 8), 'an ICC dynamic number has 2 to 8 bytes');
}
