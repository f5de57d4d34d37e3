/**
 * RSA recovery of the simulated board (targets node and quickjs) with the longest key that EMV allows, e = 3.
 * The chip's own is in C, and counted in instructions: docs/decisions/0008-rsa-below-the-script.md.
 * Source of the goals: issue and performance reference, G4.
 */
import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import { _TEST as microRsa } from 'micro-rsa-dsa-dh/rsa.js';
import { I2OSP, OS2IP } from 'micro-rsa-dsa-dh/utils.js';
import { softwareRsaRecover } from '../../src/machine/board/keys/softwareRsa.js';
import { compare } from '../stopwatch.js';
import { detailOf, ratioRow } from './ratioRow.js';
import type { Row } from './row.js';

const BYTES = 248;
const EXPONENT = 3;

/** An odd number of 1984 bits; recovery doesn't ask whether it has factors. */
function modulus(): Uint8Array {
  const bytes = new Uint8Array(BYTES).map((_, at) => (at * 167 + 91) & 0xff);
  bytes[0] = 0xc3;
  bytes[BYTES - 1] = 0x5b;
  return bytes;
}

export function rsaRows(): Row[] {
  const n = modulus();
  const signature = new Uint8Array(BYTES).map((_, at) => (at * 29 + 7) & 0xff);
  const jwk = { kty: 'RSA', n: Buffer.from(n).toString('base64url'), e: 'Aw' };
  const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), padding: constants.RSA_NO_PADDING };

  const ours = (): Uint8Array | undefined => softwareRsaRecover(n, EXPONENT, signature);
  const micro = (): Uint8Array => I2OSP(microRsa.RSAEP({ n: OS2IP(n), e: 3n }, OS2IP(signature)), BYTES);
  const native = (): Buffer => publicEncrypt(key, signature);
  const expected = native();
  for (const recover of [ours, micro])
    if (!expected.equals(recover() ?? Uint8Array.of())) throw new Error('the recoveries differ');

  const beside = compare(ours, native);
  const timeRatio = { median: 1 / beside.ratio.median, min: 1 / beside.ratio.max, max: 1 / beside.ratio.min };
  return [
    ratioRow('RSA-1984 recovery, e = 3 / micro-rsa-dsa-dh', ours, micro, 3.5),
    {
      name: 'RSA-1984 recovery, e = 3, time of node:crypto',
      unit: '× its time',
      value: timeRatio.median,
      min: timeRatio.min,
      max: timeRatio.max,
      goal: { kind: 'atMost', value: 1.25 },
      detail: detailOf(beside),
    },
  ];
}
