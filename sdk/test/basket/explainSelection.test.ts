/** A selection record in plain words, and what isn't one. */
import {
  CUSTOMER_DECLINED,
  EXPIRED,
  encodeSelectionRecord,
  KIND_BANK,
  KIND_COUPON,
  KIND_GIFT,
  OUTCOME_REJECT,
  OUTCOME_TENDERS,
  REJECT_CHOSEN_UNAVAILABLE,
  RULE_BEST_COUPON_SET,
  RULE_GIFT_CARD_ORDER,
  RULE_PAYER_BRAND,
  RULE_PAYER_CHOICE,
  SELECTION_OUTCOMES,
  SELECTION_REASONS,
  SELECTION_REJECTIONS,
  SELECTION_RULES,
  type SelectionRecord,
} from '@comptoir/protocol/wallet';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { explainSelection } from '../../src/selection/explainSelection.js';

const reference = (first: number): Uint8Array => Uint8Array.of(first, 1, 2, 3, 4, 5, 6, 7);
const record: SelectionRecord = {
  reader: Uint8Array.of(1),
  sequence: 7,
  previous: new Uint8Array(32),
  nonce: new Uint8Array(8),
  date: 20261124,
  region: 'EEA',
  policy: new Uint8Array(32),
  currency: 'EUR',
  outcome: OUTCOME_TENDERS,
  rejection: 0,
  due: 0,
  offered: [{ profile: reference(0xc0), kind: KIND_BANK, aid: Uint8Array.of(0xa0, 0, 0, 0, 0x42, 0x10, 0x10) }],
  excluded: [
    { profile: reference(0xd0), reason: EXPIRED },
    { profile: reference(0xe0), reason: CUSTOMER_DECLINED },
  ],
  chosenBrand: 'cb',
  decision: [
    { profile: reference(0xa0), kind: KIND_COUPON, amount: 500, rules: [RULE_BEST_COUPON_SET] },
    { profile: reference(0xb0), kind: KIND_GIFT, amount: 2000, rules: [RULE_GIFT_CARD_ORDER] },
    { profile: reference(0xc0), kind: KIND_BANK, amount: 2500, rules: [RULE_PAYER_CHOICE, RULE_PAYER_BRAND] },
  ],
};

test('what paid, why, and why not with the rest', () =>
  expect(explainSelection(encodeSelectionRecord(record))).toEqual([
    'Everything is paid.',
    '5.00 EUR by coupon A0010203: it belongs to the coupons that take off most together.',
    '20.00 EUR by gift card B0010203: gift cards pay in the order of their expiry, then their balance.',
    '25.00 EUR by bank card C0010203 (AID A0000000421010): the payer named this account or a brand of it; chosen by you.',
    'Not by D0010203: it has expired.',
    'Not by E0010203: the customer didn’t want it.',
    'The payer named the brand cb.',
    'Due: 0.00 EUR.',
  ]));

test('why nothing was taken', () => {
  const rejected = { outcome: OUTCOME_REJECT, rejection: REJECT_CHOSEN_UNAVAILABLE, due: 900, decision: [] };
  const chosen = { chosenBrand: undefined, chosenProfile: reference(0xc0), excluded: [], offered: [] };
  expect(explainSelection(encodeSelectionRecord({ ...record, ...rejected, ...chosen }))).toEqual([
    'Nothing was taken: what the payer named can’t pay, and nothing takes its place.',
    'The payer named C0010203.',
    'Due: 9.00 EUR.',
  ]);
});

test('every code has words, and one that is not known stays a number', () => {
  const said = (change: Partial<SelectionRecord>): string =>
    explainSelection(encodeSelectionRecord({ ...record, ...change }))?.join('\n') ?? '';
  const profile = reference(1);
  const tender = { profile, kind: KIND_BANK, amount: 1 };
  const texts = [
    ...SELECTION_OUTCOMES.slice(1).map((_name, at) => said({ outcome: at + 1 })),
    ...SELECTION_REJECTIONS.slice(1).map((_name, at) => said({ rejection: at + 1 })),
    ...SELECTION_REASONS.slice(1).map((_name, at) => said({ excluded: [{ profile, reason: at + 1 }] })),
    ...SELECTION_RULES.slice(1).map((_name, at) => said({ decision: [{ ...tender, rules: [at + 1] }] })),
  ];
  for (const text of texts) expect(text).not.toContain('code');
  expect(said({ outcome: 99 })).toContain('code 99');
  expect(said({ excluded: [{ profile, reason: 99 }] })).toContain('code 99');
});

test('what is no record is not explained, and nothing in one is more than text', () => {
  const bytes = encodeSelectionRecord(record);
  expect(explainSelection(new Uint8Array(0))).toBeUndefined();
  expect(explainSelection(bytes.subarray(0, bytes.length - 1))).toBeUndefined();
  expect(explainSelection(encodeSelectionRecord({ ...record, chosenBrand: 'c\u001b[2J' }))).toBeUndefined();
  expect(explainSelection(encodeSelectionRecord({ ...record, currency: 'E\nR' }))).toBeUndefined();
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 4 }), (changes) => {
      const changed = bytes.slice();
      for (const [at, byte] of changes) changed[at] = byte;
      for (const line of explainSelection(changed) ?? []) expect(line).toMatch(/^[ -~’]*$/);
    }),
    { numRuns: 3000 },
  );
});
