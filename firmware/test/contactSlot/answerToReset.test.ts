/** Answers to reset, good and hostile, by the clauses of EMV 4.4 Book 1 §8. */
import { fromHex } from '@comptoir/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerToReset } from '../../src/contactSlot/answerToReset.js';

function bytesOf(hex: string): Uint8Array {
  return fromHex(hex.replaceAll(' ', '')) as Uint8Array;
}
/** Appends the check character. */
function checked(hex: string): string {
  const sum = bytesOf(hex)
    .subarray(1)
    .reduce((total, byte) => total ^ byte, 0);
  return `${hex} ${sum.toString(16).padStart(2, '0')}`;
}
const t0 = {
  protocol: 0,
  rate: 1,
  guardEtu: 12,
  waitingInteger: 10,
  informationFieldSize: 32,
};
const t1 = {
  protocol: 1,
  rate: 1,
  guardEtu: 12,
  informationFieldSize: 254,
  blockWaitingInteger: 4,
  characterWaitingInteger: 5,
};

test.each([
  ['basic, T=0', '3B 60 00 00', t0],
  ['basic, T=0, inverse convention', '3F 60 00 00', t0],
  ['T=0 with 15 historical characters', '3B 6F 00 00 8031E06B04050205AA555555555555', t0],
  ['extra guard time 254', '3B 60 00 FE', { ...t0, guardEtu: 266 }],
  ['no extra guard time, T=0', '3B 60 00 FF', t0],
  ['TC1 absent', '3B 20 00', t0],
  ['an offer of TA1 is left alone', '3B 70 96 00 00', t0],
  ['specific mode, D = 1', '3B F0 11 00 00 10 00', t0],
  ['specific mode, D = 2', '3B F0 12 00 00 10 00', { ...t0, rate: 2 }],
  ['specific mode, D = 4', '3B F0 13 00 00 10 00', { ...t0, rate: 4 }],
  ['specific mode without TA1', '3B E0 00 00 10 00', t0],
  ['TC2 0A', '3B E0 00 00 40 0A', t0],
  ['TC2 FF', '3B E0 00 00 40 FF', { ...t0, waitingInteger: 255 }],
  ['T=0, and T=14 besides', checked('3B E0 00 00 80 1E 05'), { protocol: 0, waitingInteger: 10 }],
  ['basic, T=1', checked('3B E0 00 00 81 31 FE 45'), t1],
  ['T=1, IFSC absent', checked('3B E0 00 00 81 21 45'), { ...t1, informationFieldSize: 32 }],
  ['T=1, no extra guard time', checked('3B E0 00 FF 81 31 20 00'), { guardEtu: 11, characterWaitingInteger: 0 }],
  ['T=1, extra guard time as long as CWI lets', checked('3B E0 00 1E 81 31 20 45'), { guardEtu: 42 }],
  ['T=1, D = 4', checked('3B F0 13 00 00 91 01 31 10 23'), { rate: 4, informationFieldSize: 16 }],
  ['T=1, TC3 00', checked('3B E0 00 00 81 71 FE 45 00'), t1],
  ['T=1 with 15 historical characters', checked('3B EF 00 00 81 31 FE 45 000102030405060708090A0B0C0D0E'), t1],
])('accepted: %s', (_, hex, transmission) => {
  const bytes = bytesOf(hex);
  expect(answerToReset(bytes, false)).toMatchObject({ kind: 'accepted', transmission });
  for (let length = 0; length < bytes.length; length += 1)
    expect(answerToReset(bytes.subarray(0, length), false), `${length}`).toEqual({ kind: 'incomplete' });
});

test.each([
  ['TS', '00'],
  ['TS', '3C 60 00 00'],
  ['TS', '03 60 00 00'],
  ['TA1', '3B F0 10 00 00 10 00'],
  ['TA1', '3B F0 14 00 00 10 00'],
  ['TA1', '3B F0 96 00 00 10 00'],
  ['TB1', '3B 60 25 00'],
  ['TB1', '3B 40 00'],
  ['TB1', '3B 00'],
  ['TD1', checked('3B E0 00 00 0E')],
  ['TD1', checked('3B E0 00 00 8F 00')],
  ['TA2', '3B F0 11 00 00 10 10'],
  ['TA2', '3B F0 11 00 00 10 01'],
  ['TA2', checked('3B F0 11 00 00 91 00 31 FE 45')],
  ['TB2', '3B E0 00 00 20 00'],
  ['TC2', '3B E0 00 00 40 00'],
  ['TD2', checked('3B E0 00 00 80 01')],
  ['TD2', checked('3B E0 00 00 80 1F 05')],
  ['TD2', checked('3B E0 00 00 81 3E FE 45')],
  ['TA3', checked('3B E0 00 00 81 31 0F 45')],
  ['TA3', checked('3B E0 00 00 81 31 00 45')],
  ['TA3', checked('3B E0 00 00 81 31 FF 45')],
  ['TB3', checked('3B E0 00 00 81 11 FE')],
  ['TB3', checked('3B E0 00 00 01')],
  ['TB3', checked('3B E0 00 00 81 31 FE 55')],
  ['TB3', checked('3B E0 00 00 81 31 FE 46')],
  ['TB3', checked('3B E0 00 20 81 31 FE 45')],
  ['TB3', checked('3B E0 00 02 81 31 FE 41')],
  ['TC3', checked('3B E0 00 00 81 71 FE 45 01')],
  ['TCK', '3B E0 00 00 81 31 FE 45 00'],
  ['LENGTH', `3B F0 ${'11 00 00 F0 '.repeat(8)}`],
  ['LENGTH', `3B FF 11 00 00 F0 ${'00 00 0A F0 '.repeat(4)} 11 00 0A 00 ${'00 '.repeat(15)}`],
])('rejected for %s: %s', (fault, hex) => {
  expect(answerToReset(bytesOf(hex), false)).toEqual({ kind: 'rejected', fault });
});

describe('after a warm reset', () => {
  test.each(['3B 60 25 00', '3B 40 00', '3B 00'])('TB1 is looked past: %s', (hex) => {
    expect(answerToReset(bytesOf(hex), true)).toMatchObject({ kind: 'accepted', transmission: t0 });
  });
  test('nothing else is', () => {
    expect(answerToReset(bytesOf('3B E0 00 00 20 00'), true)).toEqual({ kind: 'rejected', fault: 'TB2' });
  });
});

test('any bytes give an answer, and one that is sure of itself by 33 bytes', () => {
  const start = fc.constantFrom([0x3b], [0x3f], []);
  fc.assert(
    fc.property(start, fc.array(fc.nat({ max: 255 }), { maxLength: 40 }), fc.boolean(), (ts, rest, isWarm) => {
      const answer = answerToReset(Uint8Array.from([...ts, ...rest]), isWarm);
      if (ts.length + rest.length >= 33) expect(answer.kind).not.toBe('incomplete');
      if (answer.kind !== 'accepted') return;
      const { transmission } = answer;
      expect([0, 1]).toContain(transmission.protocol);
      expect([1, 2, 4]).toContain(transmission.rate);
      expect(transmission.guardEtu).toBeGreaterThanOrEqual(11);
      expect(transmission.guardEtu).toBeLessThanOrEqual(266);
      expect(transmission.waitingInteger).toBeGreaterThan(0);
      if (transmission.protocol === 0) return;
      expect(transmission.informationFieldSize).toBeGreaterThanOrEqual(16);
      expect(transmission.blockWaitingInteger).toBeLessThanOrEqual(4);
      expect(transmission.characterWaitingInteger).toBeLessThanOrEqual(5);
    }),
    { numRuns: 20_000 },
  );
});
