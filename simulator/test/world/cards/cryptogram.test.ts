/** EMV 4.4 Book 2 Annex A1.2 (MAC), A1.3 (session keys), A1.4 (master keys). The vectors of ac.json and ac-own.json are `replay`'s. */
import * as wire from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { type IccKeyDerivation, iccMasterKey } from '../../../src/world/banks/emv/iccMasterKey.js';
import { visaScriptSessionKey } from '../../../src/world/banks/emv/sessionKey.js';
import { padded, withOddParity } from '../../../src/world/banks/emv/tripleDes.js';

const hex = (text: string): Uint8Array => wire.fromHex(text) ?? wire.NO_BYTES;
const issuerMasterKey = hex('0123456789ABCDEFFEDCBA9876543210');

/** The examples in the documentation of pyemv, `kd.py`. */
test.each<[IccKeyDerivation, string]>([
  ['A', '73AD54688CEF2934B0979857E3C719F1'],
  ['B', 'AD406D7F6D7570916D75E5DCAB8CF737'],
])('the master key of a card whose number has 17 digits, option %s', (derivation, expected) => {
  const card = { number: hex('12345678901234567F'), sequenceNumber: hex('01') };
  expect(wire.toHex(iccMasterKey(derivation, issuerMasterKey, card))).toBe(expected);
  expect(wire.toHex(card.number)).toBe('12345678901234567F');
});

test('a card without a sequence number has number 00; up to 16 digits the options agree', () => {
  const number = hex('4761739001010119');
  const keys = (['A', 'B'] as const).flatMap((derivation) =>
    [wire.NO_BYTES, hex('00')].map((sequenceNumber) =>
      wire.toHex(iccMasterKey(derivation, issuerMasterKey, { number, sequenceNumber })),
    ),
  );
  expect(new Set(keys).size).toBe(1);
});

/** The example in the documentation of pyemv, `kd.py`. */
test('the script session key of Visa', () => {
  const key = visaScriptSessionKey(issuerMasterKey, hex('001C'));
  expect(wire.toHex(key)).toBe('0123456789ABCDF2FEDCBA987654CDF2');
});

test('padding: EMV always adds, VISA only fills up', () => {
  const shown = (length: number, padding: 'EMV' | 'VISA') =>
    wire.toHex(padded(new Uint8Array(length).fill(1), padding));
  expect(shown(8, 'EMV')).toBe('01010101010101018000000000000000');
  expect(shown(8, 'VISA')).toBe('0101010101010101');
  expect(shown(7, 'EMV')).toBe('0101010101010180');
  expect(shown(7, 'VISA')).toBe('0101010101010100');
});

test('parity: every byte has an odd number of bits', () => {
  const every = withOddParity(Uint8Array.from({ length: 256 }, (_, byte) => byte));
  for (const [at, byte] of every.entries()) {
    expect(byte & 0xfe).toBe(at & 0xfe);
    expect(byte.toString(2).replaceAll('0', '').length % 2).toBe(1);
  }
});
