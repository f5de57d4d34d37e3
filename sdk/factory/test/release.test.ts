/** Images: signed, taken apart, and refused for every thing that can be wrong with them. */

import {
  developmentReleaseKeys,
  type ReleaseKey,
  releaseKey,
  signImage,
  verifyImage,
  verifySignatures,
} from '@comptoir/factory';
import { equalBytes, toHex } from '@comptoir/protocol';
import {
  BODY_BYTES_MAX,
  decodeImage,
  decodeImageHeader,
  encodeImage,
  encodeImageHeader,
  type Image,
  type RefusalName,
} from '@comptoir/protocol/image';
import { expect, test } from 'vitest';

const keys = developmentReleaseKeys();
const [one, two, three] = keys as [ReleaseKey, ReleaseKey, ReleaseKey];
const stranger = releaseKey(new Uint8Array(32).fill(9));
const body = Uint8Array.from({ length: 10_000 }, (_, index) => (index * 31) >> 3);
const description = { slot: 0, model: 1, version: 0x01020003, loadAddress: 0x10011000 };
const signed = signImage(body, description, [one, two]);

function imageOf(bytes: Uint8Array): Image {
  const result = decodeImage(bytes);
  if (!result.ok) throw new Error(result.refusal);
  return result.image;
}

test('an image comes back as it was made', () => {
  const image = imageOf(signed);
  expect(image.header).toMatchObject({ ...description, imageType: 1, isDevelopment: true, bodyLength: 10_000 });
  expect(image.body).toEqual(body);
  expect(image.chunkTable).toHaveLength(3 * 32);
  expect(image.signatures.map(({ keyId }) => keyId)).toEqual([one.id, two.id]);
  expect(verifyImage(image, keys)).toBeUndefined();
  expect(encodeImageHeader(image.header)).toEqual(image.headerBytes);
});

test('twice signed is the same bytes', () =>
  expect(equalBytes(signImage(body, description, [one, two]), signed)).toBe(true));

test('the development keys are those of the rule', () =>
  expect(keys.map(({ id }) => toHex(id))).toMatchInlineSnapshot(`
    [
      "420586136E83B232",
      "D3FEC3E433193317",
      "331E83992F7C4B72",
    ]
  `));

test.each<[string, readonly ReleaseKey[], RefusalName | undefined]>([
  ['two others', [three, two], undefined],
  ['all three', keys, undefined],
  ['nobody', [], 'tooFewSignatures'],
  ['one', [one], 'tooFewSignatures'],
  ['the same twice', [one, one], 'sameSignerTwice'],
  ['two, one of them twice', [one, two, one], 'sameSignerTwice'],
  ['a stranger', [one, stranger], 'unknownKey'],
  ['two and a stranger', [one, two, stranger], 'unknownKey'],
  ['one twice before a stranger', [one, one, stranger], 'sameSignerTwice'],
])('signed by %s', (_, signers, refusal) =>
  expect(verifyImage(imageOf(signImage(body, description, signers)), keys)).toBe(refusal),
);

test('every bit of header and signatures counts', () => {
  for (let bit = 0; bit < 512 * 8; bit += 1) {
    const flipped = signed.slice();
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
    const decoded = decodeImage(flipped);
    if (!decoded.ok) continue;
    // One in ten on the curve: the rest is the same arithmetic.
    if (bit % 10 !== 0) expect(equalBytes(decoded.image.signedHeader, signed.subarray(0, 512))).toBe(false);
    else
      expect(verifySignatures(decoded.image.headerBytes, decoded.image.signatures, keys), `bit ${bit}`).toBeDefined();
  }
});

test.each<[string, (bytes: Uint8Array) => Uint8Array, RefusalName]>([
  ['a bit of the body', (bytes) => set(bytes, 12_288 + 9_999, 1), 'chunkHashWrong'],
  ['a bit of the table', (bytes) => set(bytes, 4096 + 95, 1), 'chunkTableWrong'],
  [
    'a table that was not signed',
    (bytes) => {
      const { headerBytes, signatures } = imageOf(bytes);
      const other = imageOf(signImage(set(body.slice(), 0, 1), description, []));
      return encodeImage(headerBytes, signatures, other.chunkTable, other.body);
    },
    'chunkTableWrong',
  ],
])('%s changed', (_, change, refusal) => expect(verifyImage(imageOf(change(signed.slice())), keys)).toBe(refusal));

test.each<[string, (bytes: Uint8Array) => Uint8Array, RefusalName]>([
  ['nothing', () => new Uint8Array(0), 'malformedHeader'],
  ['a part of a header', (bytes) => bytes.subarray(0, 255), 'malformedHeader'],
  ['another magic', (bytes) => set(bytes, 3, 1), 'malformedHeader'],
  ['another header version', (bytes) => set(bytes, 4, 2), 'unknownHeaderVersion'],
  ['an unknown flag', (bytes) => set(bytes, 6, 2), 'malformedHeader'],
  ['a third slot', (bytes) => set(bytes, 7, 2), 'malformedHeader'],
  ['another chunk size', (bytes) => set(bytes, 65, 1), 'malformedHeader'],
  ['a reserved byte', (bytes) => set(bytes, 255, 1), 'malformedHeader'],
  ['a byte too few', (bytes) => bytes.subarray(0, -1), 'tooLong'],
  ['a byte too many', (bytes) => Uint8Array.of(...bytes, 0), 'tooLong'],
  ['an unused table entry', (bytes) => set(bytes, 4095, 1), 'chunkTableWrong'],
  ['another algorithm', (bytes) => set(bytes, 256 + 8, 1), 'badSignature'],
  ['a padding byte of a signature', (bytes) => set(bytes, 256 + 15, 1), 'badSignature'],
  ['a byte after the signatures', (bytes) => set(bytes, 511, 1), 'badSignature'],
  ['half a signature', (bytes) => set(bytes, 256 + 160 + 79, 1), 'badSignature'],
])('%s is no image', (_, change, refusal) =>
  expect(decodeImage(change(signed.slice()))).toEqual({ ok: false, refusal }),
);

test.each([0, BODY_BYTES_MAX + 1])('a body of %i bytes does not fit', (length) => {
  const header = { ...imageOf(signed).header, bodyLength: length };
  expect(decodeImageHeader(encodeImageHeader(header))).toEqual({ ok: false, refusal: 'tooLong' });
  expect(() => signImage(new Uint8Array(length), description, [one, two])).toThrow('a body has 1 to');
});

test('the longest body fits', () =>
  expect(
    verifyImage(imageOf(signImage(new Uint8Array(BODY_BYTES_MAX), description, [one, two])), keys),
  ).toBeUndefined());

/** Flips bits of one byte. */
function set(bytes: Uint8Array, at: number, mask: number): Uint8Array {
  bytes[at] = (bytes[at] as number) ^ mask;
  return bytes;
}
