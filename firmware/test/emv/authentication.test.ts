import { constants, createHash, generateKeyPairSync, privateEncrypt } from 'node:crypto';
import { authorityKeyFault, concatBytes, fromHex } from '@comptoir/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { softwareRsaRecover } from '../../../simulator/src/machine/board/keys/softwareRsa.js';
import { type CertificationAuthorityKey, hashAgrees } from '../../src/emv/authentication/certificationAuthorityKeys.js';
import { verifyDynamicData } from '../../src/emv/authentication/dynamicSignature.js';
import { recoverIccCertificate } from '../../src/emv/authentication/iccCertificate.js';
import { recoverIssuerCertificate } from '../../src/emv/authentication/issuerCertificate.js';
import { hasExpired } from '../../src/emv/authentication/recovered.js';
import { recoverRsa, type Verifier } from '../../src/emv/authentication/rsa.js';

const hex = (text: string): Uint8Array => fromHex(text) as Uint8Array;
const sha1 = (data: Uint8Array): Uint8Array => new Uint8Array(createHash('sha1').update(data).digest());
const secure: Verifier = { sha1, rsaRecover: softwareRsaRecover };

function makeKey(bits: number, publicExponent: number) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: bits, publicExponent });
  const { n, e } = publicKey.export({ format: 'jwk' });
  const modulus = new Uint8Array(Buffer.from(n as string, 'base64url'));
  const exponent = new Uint8Array(Buffer.from(e as string, 'base64url'));
  const sign = (data: Uint8Array) =>
    new Uint8Array(privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, data));
  return { modulus, exponent, sign };
}

describe('RSA recovery agrees with OpenSSL', () => {
  test.each([
    [1984, 3],
    [1408, 65537],
    [1048, 3],
    [512, 65537],
  ])('%i bit, e = %i', (bits, publicExponent) => {
    const { modulus, exponent, sign } = makeKey(bits, publicExponent);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: modulus.length, maxLength: modulus.length }), (data) => {
        data[0] = 0;
        expect(recoverRsa(secure, { modulus, exponent }, sign(data))).toEqual(data);
      }),
      { numRuns: 20 },
    );
  });

  test('keys that the books do not allow are refused', () => {
    const { modulus, exponent, sign } = makeKey(1024, 3);
    const signature = sign(new Uint8Array(128));
    const recover = (n: Uint8Array, e: Uint8Array, signed: Uint8Array) =>
      recoverRsa(secure, { modulus: n, exponent: e }, signed);
    expect(recover(modulus, exponent, signature)).toBeDefined();
    expect(recover(modulus, Uint8Array.of(2), signature)).toBeUndefined();
    expect(recover(modulus, Uint8Array.of(1), signature)).toBeUndefined();
    expect(recover(modulus, Uint8Array.of(1, 0, 3), signature)).toBeUndefined();
    expect(recover(modulus, exponent, signature.subarray(1))).toBeUndefined();
    expect(recover(modulus, exponent, modulus)).toBeUndefined();
    expect(recover(new Uint8Array(128), exponent, signature)).toBeUndefined();
    expect(recover(new Uint8Array(63).fill(0xff), exponent, new Uint8Array(63))).toBeUndefined();
    expect(recover(new Uint8Array(249).fill(0xff), exponent, new Uint8Array(249))).toBeUndefined();
  });
});

test('any certificate and signature is refused, never thrown at', () => {
  const { modulus, exponent, sign } = makeKey(1024, 3);
  const key = { modulus, exponent };
  const cardNumber = hex('4761739001010119FFFF');
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 128, maxLength: 128 }),
      fc.uint8Array({ maxLength: 40 }),
      fc.nat({ max: 5 }),
      (body, remainder, format) => {
        // Well-formed outside, so that the content is reached: header, format, hash and trailer are right.
        body.set([0x6a, format]);
        body.set(sha1(concatBytes(body.subarray(1, 107), remainder, exponent)), 107);
        body[127] = 0xbc;
        const signed = sign(body);
        const input = { certificate: signed, remainder, exponent, cardNumber, date: hex('261124') };
        recoverIssuerCertificate(secure, { ...input, authorityKey: key });
        recoverIccCertificate(secure, { ...input, issuerKey: key, staticData: new Uint8Array(0) });
        verifyDynamicData(secure, key, signed, concatBytes(remainder, exponent));
      },
    ),
    { numRuns: 200 },
  );
});

test.each([
  ['1226', '261231', false],
  ['1126', '261201', true],
  ['1249', '491231', false],
  ['1250', '261124', true],
  ['0026', '250101', true],
  ['1326', '250101', true],
])('a certificate of %s on %s', (expiry, date, expired) => {
  expect(hasExpired(hex(expiry), hex(date))).toBe(expired);
});

describe('the issuer of a certificate must be that of the number', () => {
  const authority = makeKey(1152, 3);
  const issuer = makeKey(864, 3);

  /** An issuer certificate, well formed but for the identifier. @see issuerCertificate.ts */
  function recover(identifier: string) {
    const body = new Uint8Array(authority.modulus.length).fill(0xbb);
    body.set(
      concatBytes(hex(`6A02${identifier}1230000001`), Uint8Array.of(1, 1, issuer.modulus.length, 1), issuer.modulus),
    );
    body.set(sha1(concatBytes(body.subarray(1, -21), issuer.exponent)), body.length - 21);
    body[body.length - 1] = 0xbc;
    const result = recoverIssuerCertificate(secure, {
      authorityKey: authority,
      certificate: authority.sign(body),
      remainder: hex(''),
      exponent: issuer.exponent,
      cardNumber: hex('4761739001010119FFFF'),
      date: hex('261124'),
    });
    return result.ok ? 'ok' : result.fault;
  }

  test.each([
    ['476173FF', 'ok'],
    ['47617390', 'ok'],
    ['476FFFFF', 'ok'],
    ['47FFFFFF', 'ODA_ISSUER_ID'],
    ['476174FF', 'ODA_ISSUER_ID'],
    ['4761F3FF', 'ODA_ISSUER_ID'],
    ['FFFFFFFF', 'ODA_ISSUER_ID'],
  ])('%s: %s', (identifier, result) => {
    expect(recover(identifier)).toBe(result);
  });
});

describe('CA keys that are loaded', () => {
  const { modulus, exponent } = makeKey(1152, 3);
  const rid = hex('A000000003');
  const key = (more: Partial<CertificationAuthorityKey> = {}): CertificationAuthorityKey => {
    const whole = { rid, index: 0x92, modulus, exponent, ...more };
    return { sha1: sha1(concatBytes(whole.rid, Uint8Array.of(whole.index), whole.modulus, whole.exponent)), ...whole };
  };

  test.each([
    ['right', key(), 1],
    ['with the hash of another index', { ...key(), index: 0x93 }, 0],
    [
      'with one bit of the modulus changed',
      { ...key(), modulus: modulus.map((byte, at) => (at === 9 ? byte ^ 1 : byte)) },
      0,
    ],
    ['with exponent 2', key({ exponent: Uint8Array.of(2) }), 0],
    ['of 2048 bit', key({ modulus: new Uint8Array(256).fill(0xff) }), 0],
  ])('%s', (_, candidate, loaded) => {
    const { rid, index, ...rest } = candidate;
    const fault = authorityKeyFault(
      { registeredIdentifier: rid, keyIndex: index, ...rest },
      hashAgrees(secure, candidate),
    );
    expect(fault === undefined).toBe(loaded === 1);
  });
});
