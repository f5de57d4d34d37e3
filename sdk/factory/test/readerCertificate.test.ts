import { certificateFault, developmentFactoryKey, releaseKey, signReaderCertificate } from '@comptoir/factory';
import { concatBytes } from '@comptoir/protocol';
import { decodeReaderCertificate, READER_CERTIFICATE_BYTES_MAX } from '@comptoir/protocol/link';
import { expect, test } from 'vitest';

const FACTORY = developmentFactoryKey();
const STATIC_KEY = new Uint8Array(32).fill(9);
const READER = {
  staticKey: STATIC_KEY,
  model: 'Comptoir test',
  serial: 'T-0001',
  validFrom: 20260101,
  validThrough: 20261231,
};
const EXPECTED = {
  factories: [FACTORY.publicKey],
  today: 20261231,
  staticKey: STATIC_KEY,
  model: 'Comptoir test',
  serial: 'T-0001',
};
const BYTES = signReaderCertificate(READER, FACTORY);

function faultOf(bytes: Uint8Array, expected: Partial<typeof EXPECTED> = {}): string | undefined {
  const certificate = decodeReaderCertificate(bytes);
  return certificate === undefined ? 'malformed' : certificateFault(certificate, { ...EXPECTED, ...expected });
}

test('a certificate says what the factory signed', () => {
  expect(decodeReaderCertificate(BYTES)).toMatchObject(READER);
  expect(faultOf(BYTES)).toBeUndefined();
});

test('the longest certificate has the length that a provision record keeps', () => {
  const longest = signReaderCertificate({ ...READER, model: 'm'.repeat(24), serial: 's'.repeat(16) }, FACTORY);
  expect(longest.length).toBe(READER_CERTIFICATE_BYTES_MAX);
  expect(decodeReaderCertificate(longest)).toBeDefined();
  expect(() => signReaderCertificate({ ...READER, model: 'm'.repeat(25) }, FACTORY)).toThrow('too long');
});

test.each([
  ['of another factory', { factories: [releaseKey(new Uint8Array(32).fill(1)).publicKey] }, 'untrusted'],
  ['of no factory that is trusted', { factories: [] }, 'untrusted'],
  ['of a factory whose key is no point', { factories: [new Uint8Array(64).fill(1)] }, 'untrusted'],
  ['of another key', { staticKey: new Uint8Array(32) }, 'other'],
  ['of another model', { model: 'Comptoir' }, 'other'],
  ['of another serial number', { serial: 'T-0002' }, 'other'],
  ['of tomorrow', { today: 20251231 }, 'expired'],
  ['of yesterday', { today: 20270101 }, 'expired'],
] as const)('a certificate %s is refused', (_, expected, fault) => {
  expect(faultOf(BYTES, expected as Partial<typeof EXPECTED>)).toBe(fault);
});

test('a certificate without a serial number is that of any reader', () => {
  expect(faultOf(signReaderCertificate({ ...READER, serial: '' }, FACTORY), { serial: 'X' })).toBeUndefined();
});

test('no bit of a certificate can be changed, and no byte be missing or more', () => {
  for (let bit = 0; bit < BYTES.length * 8; bit += 1) {
    const changed = BYTES.slice();
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
    expect(['malformed', 'untrusted'], `bit ${bit}`).toContain(faultOf(changed));
  }
  for (let length = 0; length < BYTES.length; length += 1) expect(faultOf(BYTES.slice(0, length))).toBe('malformed');
  expect(faultOf(concatBytes(BYTES, Uint8Array.of(0)))).toBe('malformed');
});
