/** What a certificate or a signature holds when whoever has the key signs something else than the books say. Book 2 Tables 6, 7, 14, 17. */
import { constants, createHash, generateKeyPairSync, privateEncrypt } from 'node:crypto';
import { concatBytes, fromHex, NO_BYTES } from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';
import { softwareRsaRecover } from '../../../simulator/src/machine/board/keys/softwareRsa.js';
import {
  checkCombinedData,
  verifyCombinedData,
  verifyDynamicData,
  verifyFastDynamicData,
} from '../../src/emv/authentication/dynamicSignature.js';
import { recoverIccCertificate } from '../../src/emv/authentication/iccCertificate.js';
import { recoverIssuerCertificate } from '../../src/emv/authentication/issuerCertificate.js';
import type { Verifier } from '../../src/emv/authentication/rsa.js';
import { verifyStaticData } from '../../src/emv/authentication/staticDataAuthentication.js';

const hex = (text: string): Uint8Array => fromHex(text) as Uint8Array;
const sha1 = (data: Uint8Array): Uint8Array => new Uint8Array(createHash('sha1').update(data).digest());
const secure: Verifier = { sha1, rsaRecover: softwareRsaRecover };
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024, publicExponent: 3 });
const modulus = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).n as string, 'base64url'));
const key = { modulus, exponent: Uint8Array.of(3) };
const DATE = hex('261124');
/** Of no card. */
const NUMBER = hex('9999999999999999FFFF');
const BODY_BYTES = 106;

/** 6A, the content padded with BB, the hash over it and what is appended, BC; signed. */
function signed(content: Uint8Array, appended: Uint8Array = NO_BYTES): Uint8Array {
  const body = new Uint8Array(BODY_BYTES).fill(0xbb);
  body.set(content);
  const whole = concatBytes(hex('6A'), body, sha1(concatBytes(body, appended)), hex('BC'));
  return new Uint8Array(privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, whole));
}

/** An odd number of so many bytes. */
const modulusOf = (length: number): Uint8Array => new Uint8Array(length).fill(0xc1);
const faultOf = (result: { readonly ok: boolean; readonly fault?: string }): string | undefined =>
  result.ok ? 'ok' : result.fault;

interface Content {
  readonly hash?: number;
  readonly algorithm?: number;
  readonly expiry?: string;
  /** As the certificate says it. */
  readonly length?: number;
  readonly exponentLength?: number;
  readonly exponent?: Uint8Array;
  readonly key?: Uint8Array;
  readonly remainder?: Uint8Array;
  readonly number?: Uint8Array;
}

const CASES: readonly (readonly [string, Content, string])[] = [
  ['right', {}, 'ok'],
  ['another hash algorithm', { hash: 2 }, 'ODA_FORMAT'],
  ['another key algorithm', { algorithm: 2 }, 'ODA_FORMAT'],
  ['expired', { expiry: '1026' }, 'ODA_EXPIRED'],
  ['a month that is none', { expiry: '0030' }, 'ODA_EXPIRED'],
  ['a remainder though the key fits', { remainder: modulusOf(1) }, 'ODA_REMAINDER'],
  ['no remainder though the key does not fit', { length: 128 }, 'ODA_REMAINDER'],
  ['an exponent of another length', { exponentLength: 3 }, 'ODA_REMAINDER'],
  ['a key of 504 bit', { length: 63, key: modulusOf(63) }, 'ODA_LENGTH'],
  ['an even key', { key: modulusOf(64).fill(0xc0) }, 'ODA_LENGTH'],
  ['a key that begins with zero', { key: modulusOf(64).fill(0, 0, 1) }, 'ODA_LENGTH'],
  ['exponent 5', { exponent: Uint8Array.of(5) }, 'ODA_LENGTH'],
  ['an exponent of four bytes', { exponent: hex('00000003'), exponentLength: 4 }, 'ODA_LENGTH'],
];

function fieldsOf(content: Content): {
  readonly tail: Uint8Array;
  readonly exponent: Uint8Array;
  readonly remainder: Uint8Array;
} {
  const { hash = 1, algorithm = 1, expiry = '1230', length = 64, exponentLength = 1 } = content;
  const { exponent = Uint8Array.of(3), remainder = NO_BYTES, key: inside = modulusOf(64) } = content;
  const tail = concatBytes(hex(`${expiry}000001`), Uint8Array.of(hash, algorithm, length, exponentLength), inside);
  return { tail, exponent, remainder };
}

describe('an ICC certificate', () => {
  const recover = (content: Content): string | undefined => {
    const { tail, exponent, remainder } = fieldsOf(content);
    const certificate = signed(
      concatBytes(hex('04'), content.number ?? NUMBER, tail),
      concatBytes(remainder, exponent),
    );
    const input = {
      issuerKey: key,
      certificate,
      remainder,
      exponent,
      staticData: NO_BYTES,
      cardNumber: NUMBER,
      date: DATE,
    };
    return faultOf(recoverIccCertificate(secure, input));
  };
  test.each([...CASES, ['of another number', { number: hex('9999999999999998FFFF') }, 'ODA_PAN'] as const])(
    '%s: %s',
    (_, content, result) => expect(recover(content)).toBe(result),
  );

  test('signed over other records', () => {
    const { tail, exponent, remainder } = fieldsOf({});
    const certificate = signed(concatBytes(hex('04'), NUMBER, tail), exponent);
    const input = {
      issuerKey: key,
      certificate,
      remainder,
      exponent,
      staticData: hex('01'),
      cardNumber: NUMBER,
      date: DATE,
    };
    expect(faultOf(recoverIccCertificate(secure, input))).toBe('ODA_HASH');
  });
});

describe('an issuer certificate', () => {
  const recover = (content: Content): string | undefined => {
    const { tail, exponent, remainder } = fieldsOf(content);
    const certificate = signed(concatBytes(hex('02999999FF'), tail), concatBytes(remainder, exponent));
    const input = { authorityKey: key, certificate, remainder, exponent, cardNumber: NUMBER, date: DATE };
    return faultOf(recoverIssuerCertificate(secure, input));
  };
  test.each(CASES)('%s: %s', (_, content, result) => expect(recover(content)).toBe(result));
});

test.each([
  ['right', '0301DAC1', 'ok'],
  ['another hash algorithm', '0302DAC1', 'ODA_FORMAT'],
  ['the format of a dynamic signature', '0501DAC1', 'ODA_FORMAT'],
])('static data, %s: %s', (_, content, result) => {
  expect(faultOf(verifyStaticData(secure, key, signed(hex(content)), NO_BYTES))).toBe(result);
});

describe('a dynamic signature', () => {
  test.each([
    ['a number of 2 bytes', '050103021122', 'ok'],
    ['a number of 8 bytes', '050109081122334455667788', 'ok'],
    ['another hash algorithm', '050203021122', 'ODA_FORMAT'],
    ['no dynamic data', '050100', 'ODA_FORMAT'],
    ['more dynamic data than there is room', '050168021122', 'ODA_FORMAT'],
    ['a number of 1 byte', '05010201AA', 'ODA_FORMAT'],
    ['a number of 9 bytes', '05010A09112233445566778899', 'ODA_FORMAT'],
    ['a number longer than the dynamic data', '050103031122', 'ODA_FORMAT'],
  ])('%s: %s', (_, content, result) => {
    expect(faultOf(verifyDynamicData(secure, key, signed(hex(content), DATE), DATE))).toBe(result);
  });

  test('fDDA knows version 1 of 9F69, and no other', () => {
    const verify = (related: Uint8Array): string | undefined => {
      const input = { unpredictableNumber: DATE, amount: DATE, currency: DATE, cardAuthenticationRelatedData: related };
      const content = signed(hex('050103021122'), concatBytes(DATE, DATE, DATE, related));
      return faultOf(verifyFastDynamicData(secure, key, content, input));
    };
    expect(verify(hex('01000000000000'))).toBe('ok');
    expect(verify(hex('02000000000000'))).toBe('ODA_FORMAT');
    expect(verify(NO_BYTES)).toBe('ODA_FORMAT');
  });
});

describe('CDA', () => {
  const data = hex('0102');
  /** ICC dynamic number, CID, cryptogram, hash; what follows. */
  const content = (rest: Uint8Array): Uint8Array =>
    concatBytes(hex('0501'), Uint8Array.of(3 + rest.length), hex('021122'), rest);
  const whole = concatBytes(hex('801122334455667788'), sha1(data));

  test.each([
    ['whole', whole, 'ok'],
    ['a byte less', whole.subarray(1), 'ODA_FORMAT'],
    ['with more behind it', concatBytes(whole, hex('00')), 'ok'],
  ])('%s: %s', (_, rest, result) => {
    expect(faultOf(verifyCombinedData(secure, key, signed(content(rest), DATE), DATE))).toBe(result);
  });

  test.each([
    ['what came in clear', data, 0x80, 'ok'],
    ['another CID in clear', data, 0x40, 'ODA_CID'],
    ['no CID in clear', data, undefined, 'ODA_CID'],
    ['other data in clear', DATE, 0x80, 'ODA_TX_HASH'],
  ])('%s: %s', (_, clear, cid, result) => {
    const combined = verifyCombinedData(secure, key, signed(content(whole), DATE), DATE);
    expect(faultOf(checkCombinedData(secure, combined, clear, cid))).toBe(result);
  });

  test('a signature that was wrong stays so', () => {
    const combined = verifyCombinedData(secure, key, signed(content(whole), DATE), data);
    expect(checkCombinedData(secure, combined, data, 0x80)).toEqual({ ok: false, fault: 'ODA_HASH' });
  });
});
