/** Each KSN once, beside a model that remembers everything. */

import { isTransactionCounter, REPLAY_WINDOW_BYTES, REPLAY_WINDOW_COUNTERS, takeKsn } from '@comptoir/acquirer';
import { concatBytes, unsignedToBytes } from '@comptoir/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const READER = Uint8Array.of(0x44, 0x45, 0x56, 0x30, 1, 2, 3, 4);
const ksnOf = (counter: number): Uint8Array => concatBytes(READER, unsignedToBytes(counter, 4));

function taken(...counters: readonly number[]): Uint8Array | undefined {
  let window: Uint8Array | undefined;
  for (const counter of counters) {
    const result = takeKsn(window, ksnOf(counter));
    if (!result.ok) throw new Error(result.fault);
    window = result.window;
  }
  return window;
}

test('the first, the next, one that comes late: each once', () => {
  const window = taken(1, 2, 4, 3);
  for (const counter of [1, 2, 3, 4])
    expect(takeKsn(window, ksnOf(counter))).toEqual({ ok: false, fault: 'KSN_REUSED' });
  expect(takeKsn(window, ksnOf(5)).ok).toBe(true);
});

test('at the edge of the window, and one below it', () => {
  const top = 5000;
  const window = taken(top);
  expect(takeKsn(window, ksnOf(top - REPLAY_WINDOW_COUNTERS + 1)).ok).toBe(true);
  expect(takeKsn(window, ksnOf(top - REPLAY_WINDOW_COUNTERS))).toEqual({ ok: false, fault: 'KSN_OLD' });
});

test('far ahead is taken: a reader was long away; what it left behind is old', () => {
  const window = taken(1, 2, 0xffff0000);
  expect(takeKsn(window, ksnOf(2))).toEqual({ ok: false, fault: 'KSN_OLD' });
  expect(takeKsn(window, ksnOf(0xffff0000))).toEqual({ ok: false, fault: 'KSN_REUSED' });
});

test.each([0, 0xffffffff, 0x0001ffff])('the counter %i never occurs', (counter) => {
  expect(takeKsn(undefined, ksnOf(counter))).toEqual({ ok: false, fault: 'KSN_COUNTER' });
});

test('a KSN or a window of another length is refused', () => {
  expect(takeKsn(undefined, ksnOf(1).subarray(0, 11))).toEqual({ ok: false, fault: 'KSN_COUNTER' });
  expect(takeKsn(new Uint8Array(REPLAY_WINDOW_BYTES - 1), ksnOf(1))).toEqual({ ok: false, fault: 'WINDOW_WRONG' });
});

test('nothing that was given is changed', () => {
  const window = taken(7) ?? new Uint8Array(0);
  const before = window.slice();
  takeKsn(window, ksnOf(6));
  takeKsn(window, ksnOf(9));
  expect(window).toEqual(before);
});

test('any order of counters: what the model says, which remembers every one', () => {
  // Most come in order, some late, some far ahead.
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 1, max: 70 }) },
    { weight: 4, arbitrary: fc.integer({ min: -1200, max: 0 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1000, max: 100_000 }) },
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 300 }), (steps) => {
      const seen = new Set<number>();
      let [highest, at] = [0, 1000];
      let window: Uint8Array | undefined;
      for (const by of steps) {
        at = Math.max(1, highest + by);
        if (!isTransactionCounter(at)) continue;
        const isOld = at <= highest - REPLAY_WINDOW_COUNTERS;
        const result = takeKsn(window, ksnOf(at));
        expect(result.ok ? 'taken' : result.fault).toBe(isOld ? 'KSN_OLD' : seen.has(at) ? 'KSN_REUSED' : 'taken');
        if (!result.ok) continue;
        window = result.window;
        seen.add(at);
        highest = Math.max(highest, at);
      }
    }),
    { numRuns: 100 },
  );
});
