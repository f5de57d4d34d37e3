/** Until when value is held, as an acquirer says it: an open sale's, and a time, or nothing is believed. */
import { expect, test } from 'vitest';
import { readSaleAtAcquirer } from '../../src/refund/saleAtAcquirer.js';

const OPEN = { state: 'open', tenders: [], refunds: [] };

test.each([0, 1_795_521_600_000, Number.MAX_SAFE_INTEGER])('held until %i', (heldUntilMs) => {
  expect(readSaleAtAcquirer({ ...OPEN, heldUntilMs })).toEqual({ ...OPEN, heldUntilMs });
});

test('an acquirer that tells no time', () => {
  expect(readSaleAtAcquirer(OPEN)).toEqual(OPEN);
  expect(Object.keys(readSaleAtAcquirer({ ...OPEN, heldUntilMs: undefined }))).not.toContain('heldUntilMs');
});

test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1795521600000', null, {}, 1n])(
  'held until %s is no time',
  (heldUntilMs) => {
    expect(() => readSaleAtAcquirer({ ...OPEN, heldUntilMs })).toThrow('heldUntilMs');
  },
);

test.each(['stands', 'void'])('a sale that is over holds nothing: %s', (state) => {
  expect(() => readSaleAtAcquirer({ ...OPEN, state, heldUntilMs: 1 })).toThrow('heldUntilMs');
});
