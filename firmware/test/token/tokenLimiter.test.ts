/** The limit on index tokens: by the second, by the day, and over power cuts at every writing of the flash. */
import { describe, expect, test } from 'vitest';
import { createRecordsInMemory, type RecordsInMemory } from '../../../simulator/src/machine/board/recordsInMemory.js';
import { TokenLimiter } from '../../src/token/tokenLimiter.js';

const SECOND_MS = 1000;
const DAY_MS = 24 * 3600 * SECOND_MS;
const DAY_MAX = 5000;

class Reader {
  nowMs = 0;
  isOn = true;
  readonly limiter: TokenLimiter;

  constructor(records: RecordsInMemory) {
    const powered = records.powerOn(() => {
      this.isOn = false;
    });
    this.limiter = new TokenLimiter({ records: powered, clock: { uptimeMs: () => this.nowMs } });
  }

  /** Asks for tokens, one each `everyMs`. @returns how many it got */
  ask(forMs: number, everyMs: number): number {
    let given = 0;
    for (let asked = 0; asked < forMs && this.isOn; asked += everyMs) {
      if (this.limiter.take()) given += 1;
      this.nowMs += everyMs;
    }
    return given;
  }
}

describe('a reader', () => {
  test('gives five at once and one a second', () => {
    const reader = new Reader(createRecordsInMemory());
    expect(reader.ask(100, 10)).toBe(5);
    expect(reader.ask(10 * SECOND_MS, 100)).toBe(10);
    reader.nowMs += 60 * SECOND_MS;
    expect(reader.ask(100, 10)).toBe(5);
  });

  test('gives 5,000 in a day at most, however it is asked, and half of that each day', () => {
    const reader = new Reader(createRecordsInMemory());
    const first = reader.ask(DAY_MS, SECOND_MS);
    expect(first).toBeLessThanOrEqual(DAY_MAX);
    expect(first).toBeGreaterThan(DAY_MAX - 10);
    const second = reader.ask(DAY_MS, SECOND_MS);
    expect(second).toBeLessThanOrEqual(DAY_MAX / 2 + 1);
    expect(second).toBeGreaterThan(DAY_MAX / 2 - 10);
  });

  test('is not limited in a busy shop', () => {
    const reader = new Reader(createRecordsInMemory());
    for (let day = 0; day < 30; day += 1) {
      expect(reader.ask((DAY_MS * 2) / 3, 48 * SECOND_MS)).toBe(1200);
      reader.nowMs += DAY_MS / 3;
    }
  });

  test('writes its flash once for eight tokens', () => {
    const records = createRecordsInMemory();
    const reader = new Reader(records);
    const given = reader.ask(1000 * SECOND_MS, SECOND_MS);
    expect(records.writes).toBeLessThanOrEqual(given / 8 + 1);
  });
});

test.each(['clean', 'torn'] as const)('no power cut brings tokens back [%s]', (kind) => {
  const records = createRecordsInMemory();
  let given = 0;
  let cuts = 0;
  for (let start = 0; start < 2000; start += 1) {
    records.cutPower({ operation: 1 + (start % 4), kind });
    const reader = new Reader(records);
    given += reader.ask(40 * SECOND_MS, SECOND_MS / 2);
    if (!reader.isOn) cuts += 1;
  }
  expect(cuts).toBeGreaterThan(100);
  // All of it took less than a day.
  expect(given).toBeLessThanOrEqual(DAY_MAX);
  records.cutPower({ operation: Number.POSITIVE_INFINITY, kind });
  const reader = new Reader(records);
  expect(reader.ask(30 * SECOND_MS, SECOND_MS)).toBe(0);
});

test('without power nothing comes back: switching it off and on is no way to get more', () => {
  const records = createRecordsInMemory();
  let given = 0;
  for (let start = 0; start < 6000; start += 1) given += new Reader(records).ask(SECOND_MS * 2, SECOND_MS / 2);
  expect(given).toBeLessThanOrEqual(DAY_MAX);
});
