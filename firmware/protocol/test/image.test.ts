/** Images and packages as bytes: what was encoded comes back, and no bytes make the decoders throw. */
import { equalBytes } from '@comptoir/protocol';
import {
  BODY_BYTES_MAX,
  decodeImage,
  decodeImageHeader,
  decodeSlotStatus,
  decodeUpdatePackage,
  encodeImage,
  encodeImageHeader,
  encodeSlotStatus,
  encodeUpdatePackage,
  type ImageHeader,
  PACKAGE_IMAGES_MAX,
  refusalOfHeader,
  versionText,
} from '@comptoir/protocol/image';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const sized = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });

function anyHeader(bodyLength: fc.Arbitrary<number>): fc.Arbitrary<ImageHeader> {
  return fc.record({
    imageType: fc.integer({ min: 0, max: 255 }),
    isDevelopment: fc.boolean(),
    slot: fc.constantFrom(0, 1),
    model: u32,
    hardwareMask: u32,
    version: u32,
    securityVersion: u32,
    keyEpoch: u32,
    bodyLength,
    bodySha256: sized(32),
    chunkTableSha256: sized(32),
    buildDate: u32,
    gitHash: sized(20),
    loadAddress: u32,
  });
}

interface AnyImage {
  readonly header: ImageHeader;
  readonly bytes: Uint8Array;
}

const anyImage: fc.Arbitrary<AnyImage> = fc
  .integer({ min: 1, max: 9000 })
  .chain((length) =>
    fc.tuple(
      anyHeader(fc.constant(length)),
      fc.array(fc.record({ keyId: sized(8), signature: sized(64) }), { maxLength: 3 }),
      sized(Math.ceil(length / 4096) * 32),
      fc.integer({ min: 0, max: 255 }),
    ),
  )
  .map(([header, signatures, table, fill]) => {
    const body = new Uint8Array(header.bodyLength).fill(fill);
    return { header, bytes: encodeImage(encodeImageHeader(header), signatures, table, body) };
  });

describe('what was encoded comes back', () => {
  test('a header', () =>
    fc.assert(
      fc.property(anyHeader(fc.integer({ min: 1, max: BODY_BYTES_MAX })), (header) => {
        expect(decodeImageHeader(encodeImageHeader(header))).toEqual({ ok: true, header });
      }),
    ));

  test('an image, whose parts give its bytes again', () =>
    fc.assert(
      fc.property(anyImage, ({ header, bytes }) => {
        const decoded = decodeImage(bytes);
        if (!decoded.ok) throw new Error(decoded.refusal);
        const { headerBytes, signatures, chunkTable, body } = decoded.image;
        expect(decoded.image.header).toEqual(header);
        expect(equalBytes(encodeImage(headerBytes, signatures, chunkTable, body), bytes)).toBe(true);
      }),
      { numRuns: 50 },
    ));

  test('a package', () =>
    fc.assert(
      fc.property(fc.array(anyImage, { minLength: 1, maxLength: PACKAGE_IMAGES_MAX }), (images) => {
        const decoded = decodeUpdatePackage(encodeUpdatePackage(images.map(({ bytes }) => bytes)));
        expect(decoded.ok && decoded.images.map(({ header }) => header)).toEqual(images.map(({ header }) => header));
      }),
      { numRuns: 20 },
    ));

  test('the status of the slots', () =>
    fc.assert(
      fc.property(fc.constantFrom(0, 1), fc.boolean(), fc.integer({ min: 0, max: 255 }), u32, (slot, on, left, min) => {
        const status = { slot, isOnTrial: on, trialStartsLeft: left, minSecurityVersion: min };
        expect(decodeSlotStatus(encodeSlotStatus(status))).toEqual(status);
      }),
    ));

  test('a version, as people write it', () =>
    expect([0, 0x00010002, 0xffffffff].map(versionText)).toEqual(['0.0.0', '0.1.2', '255.255.65535']));
});

describe('hostile bytes give a value', () => {
  test('any bytes', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        expect([decodeImage(bytes).ok, decodeImageHeader(bytes).ok, decodeUpdatePackage(bytes).ok]).toEqual([
          false,
          false,
          false,
        ]);
        decodeSlotStatus(bytes);
      }),
    ));

  test('a package, changed, cut or with more behind it', () =>
    fc.assert(
      fc.property(
        anyImage,
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }),
        fc.nat(),
        fc.uint8Array({ maxLength: 9 }),
        ({ bytes }, changes, cut, more) => {
          const sound = encodeUpdatePackage([bytes, bytes]);
          const hostile = Uint8Array.from([...sound.subarray(0, sound.length - (cut % sound.length)), ...more]);
          // Where something is decided: the start, and each header.
          for (const [at, value] of changes) hostile[at % Math.min(hostile.length, 300)] = value;
          const decoded = decodeUpdatePackage(hostile);
          if (!decoded.ok) expect(decoded.at).toBeLessThanOrEqual(hostile.length);
          else expect(decoded.images.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 100 },
    ));

  test.each<[string, readonly number[], string, number]>([
    ['nothing', [], 'NOT_A_PACKAGE', 0],
    ['an image alone', [...'RDRF'].map((letter) => letter.charCodeAt(0)), 'NOT_A_PACKAGE', 0],
    ['a start alone', [0x52, 0x44, 0x52, 0x50, 1], 'TRUNCATED', 5],
    ['another version', [0x52, 0x44, 0x52, 0x50, 2, 1, 0, 0], 'UNKNOWN_PACKAGE_VERSION', 4],
    ['reserved bytes that are set', [0x52, 0x44, 0x52, 0x50, 1, 1, 0, 1], 'UNKNOWN_PACKAGE_VERSION', 4],
    ['no images', [0x52, 0x44, 0x52, 0x50, 1, 0, 0, 0], 'NO_IMAGES', 5],
    ['too many images', [0x52, 0x44, 0x52, 0x50, 1, 9, 0, 0], 'NO_IMAGES', 5],
    ['no length', [0x52, 0x44, 0x52, 0x50, 1, 1, 0, 0, 1, 0], 'TRUNCATED', 10],
    ['a length beyond the end', [0x52, 0x44, 0x52, 0x50, 1, 1, 0, 0, 255, 255, 255, 255], 'TRUNCATED', 12],
    ['an image that is none', [0x52, 0x44, 0x52, 0x50, 1, 1, 0, 0, 0, 0, 0, 0], 'malformedHeader', 12],
  ])('%s', (_, bytes, fault, at) =>
    expect(decodeUpdatePackage(Uint8Array.from(bytes))).toEqual({ ok: false, fault, at }),
  );

  test('bytes behind the last image', () => {
    const header = encodeImageHeader({
      ...(fc.sample(anyHeader(fc.constant(1)), { seed: 1, numRuns: 1 })[0] as ImageHeader),
    });
    const image = encodeImage(header, [], new Uint8Array(32), new Uint8Array(1));
    const bytes = Uint8Array.from([...encodeUpdatePackage([image]), 0]);
    expect(decodeUpdatePackage(bytes)).toEqual({ ok: false, fault: 'BYTES_LEFT_OVER', at: bytes.length - 1 });
  });
});

test('rules are asked in their order: each change alone, and with all that come after it', () => {
  const running = fc.sample(anyHeader(fc.constant(1)), { seed: 2, numRuns: 1 })[0] as ImageHeader;
  const runs: ImageHeader = {
    ...running,
    slot: 0,
    version: 7,
    securityVersion: 3,
    isDevelopment: false,
    hardwareMask: 1,
  };
  const good: ImageHeader = { ...runs, slot: 1, version: 8 };
  const status = { slot: 0, isOnTrial: false, trialStartsLeft: 0, minSecurityVersion: 3 };
  const changes: readonly [Partial<ImageHeader>, string][] = [
    [{ imageType: runs.imageType ^ 1 }, 'wrongImageType'],
    [{ model: (runs.model ^ 1) >>> 0 }, 'wrongModel'],
    [{ hardwareMask: 2 }, 'wrongHardware'],
    [{ slot: 0 }, 'wrongSlot'],
    [{ keyEpoch: (runs.keyEpoch ^ 1) >>> 0 }, 'wrongKeyEpoch'],
    [{ isDevelopment: true }, 'developmentImage'],
    [{ securityVersion: 2 }, 'securityVersionTooOld'],
    [{ version: 6 }, 'olderVersion'],
  ];
  expect(refusalOfHeader(good, runs, status)).toBeUndefined();
  expect(refusalOfHeader({ ...good, version: 7 }, runs, status)).toBe('sameVersion');
  for (const [index, [change, refusal]] of changes.entries()) {
    const andAllAfter = Object.assign({}, ...changes.slice(index).map(([one]) => one)) as Partial<ImageHeader>;
    expect(refusalOfHeader({ ...good, ...change }, runs, status, 0)).toBe(refusal);
    expect(refusalOfHeader({ ...good, ...andAllAfter }, runs, status, 0)).toBe(refusal);
  }
  // The highest revision is a negative number to the engine.
  expect(refusalOfHeader({ ...good, hardwareMask: 0x80000000 }, runs, status, 31)).toBeUndefined();
});
