import { expect, test } from 'vitest';
import { airNanos } from '../../../bench/pico/airTime.js';
import { grown } from '../../../bench/pico/baseline.js';
import { answerRow } from '../../../bench/pico/picoRows.js';

test('a figure may grow by a twentieth, and no further without a new baseline', () => {
  const baseline = { heapPeakBytes: 100_000, tapFddaCycles: 1_000_000 };
  expect(grown({ heapPeakBytes: 105_000, tapFddaCycles: 900_000 }, baseline)).toEqual([]);
  expect(grown({ heapPeakBytes: 105_001, tapFddaCycles: 1_000_000 }, baseline)).toEqual([
    'heapPeakBytes has grown by 5.0 %, from 100000 to 105001',
  ]);
  expect(grown({ imageBytes: 1 }, baseline)).toEqual(['imageBytes is 1, and not in the baseline']);
});

test('time in the air: bits of each frame and the pauses between, blocks that chain included', () => {
  const bit = (128 / 13.56e6) * 1e9;
  const pause = (1172 / 13.56e6) * 1e9;
  const activation = airNanos([]);
  // Four round trips: 3, 7, 12 and 12 bytes of nine bits, and four bits around each pair of frames.
  expect(activation).toBeCloseTo((34 * 9 + 4 * 4) * bit + 8 * pause, 3);
  const bytes = (length: number): Uint8Array => new Uint8Array(length);
  const short = airNanos([{ command: bytes(5), response: bytes(100) }]) - activation;
  expect(short).toBeCloseTo(((8 + 103) * 9 + 4) * bit + 2 * pause, 3);
  // 258 bytes are a block of 253 and one of 5, with an R-block between.
  const long = airNanos([{ command: bytes(5), response: bytes(258) }]) - activation;
  expect(long).toBeCloseTo(((8 + 256) * 9 + 4 + (3 + 8) * 9 + 4) * bit + 4 * pause, 3);
});

test("the check of the acquirer's answer is told with its share of the whole tap", () => {
  const tapFdda = { instructions: 20_000_000, cycles: 0, apdus: 7, airNanos: 0 };
  const answer = { deriveInstructions: 80_000, checkInstructions: 370_000 };
  expect(answerRow({ answer, tapFdda })).toMatchObject({
    value: 0.45,
    detail: '80 k and 370 k, script included; 2.3 % of the tap with fDDA, e = 3',
  });
});
