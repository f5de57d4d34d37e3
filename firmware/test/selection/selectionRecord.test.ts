/** The record of a selection: everything that decided, nothing that shows the wallet. */
import { createHash } from 'node:crypto';
import { toHex } from '@comptoir/protocol';
import {
  ACTIVATED,
  decodeSelectionRecord,
  EXPIRED,
  encodeSelectionRecord,
  KIND_BANK,
  KIND_GIFT,
  OUTCOME_TENDERS,
  RULE_GIFT_CARD_ORDER,
  RULE_PAYER_CHOICE,
  type WalletProfile,
} from '@comptoir/protocol/wallet';
import { expect, test } from 'vitest';
import { NONE, walletCard } from '../../src/selection/card.js';
import { DEFAULT_MERCHANT_POLICY, type MerchantPolicy } from '../../src/selection/merchantPolicy.js';
import { type RecordHead, recordSelection } from '../../src/selection/recordSelection.js';
import type { Sale } from '../../src/selection/sale.js';
import type { SelectionAnswer } from '../../src/selection/selection.js';
import { selectTenders } from '../../src/selection/selectTenders.js';

const AID = Uint8Array.of(0xa0, 0, 0, 0, 3, 0x10, 0x10);
const named = (id: number, kind: number, more: Partial<WalletProfile>): WalletProfile => ({
  id: Uint8Array.of(0x77, 0x61, 0x6c, 0x6c, 0x65, 0x74, id),
  kind,
  activation: ACTIVATED,
  label: Uint8Array.of(0x53, 0x45, 0x43, 0x52, 0x45, 0x54),
  ...more,
});
const card = walletCard([
  named(1, KIND_GIFT, { currency: 'EUR', balance: 300 }),
  named(2, KIND_GIFT, { currency: 'EUR', balance: 300, validThrough: 20260101 }),
  named(3, KIND_BANK, { aid: AID, priority: 1, brand: 'visa' }),
]);
const policy: MerchantPolicy = {
  ...DEFAULT_MERCHANT_POLICY,
  merchant: 'm1',
  region: 'EEA',
  currency: 'EUR',
  category: 5411,
  accepts: [{ aid: AID, brand: 'visa' }],
};
const sale: Sale = {
  date: 20261124,
  isContactless: true,
  canConfirm: false,
  field: { cards: 1, isEnumerating: false },
  basket: [{ quantity: 1, unitAmount: 1000 }],
  payer: { brand: 'visa', declined: [], redeem: [] },
};
const head: RecordHead = {
  reader: Uint8Array.of(1, 2, 3),
  sequence: 4_000_000_000,
  previous: new Uint8Array(32).fill(9),
  nonce: new Uint8Array(8).fill(8),
  policy: new Uint8Array(32).fill(7),
};
const reference = (id: Uint8Array): Uint8Array =>
  createHash('sha256').update('salt').update(id).digest().subarray(0, 8);

test('says what was decided, and is read back as it was written', () => {
  const steps = selectTenders(card, policy, sale);
  let step = steps.next({ value: 0 });
  while (step.done !== true) {
    const ask = step.value;
    const answer: SelectionAnswer = { value: ask.ask === 'authorise' ? ask.amount : 0x9000 };
    step = steps.next(ask.ask === 'reserve' ? { value: NONE } : answer);
  }
  const record = recordSelection(step.value, card, policy, sale, head, reference, (aid = new Uint8Array()) => aid);
  const refs = card.profiles.map(({ id }) => new Uint8Array(reference(id)));
  const bytes = encodeSelectionRecord(record);
  expect(decodeSelectionRecord(bytes)).toEqual({
    ...head,
    date: 20261124,
    region: 'EEA',
    currency: 'EUR',
    outcome: OUTCOME_TENDERS,
    rejection: 0,
    due: 0,
    offered: [{ profile: refs[2], kind: KIND_BANK, aid: AID }],
    excluded: [{ profile: refs[1], reason: EXPIRED }],
    chosenProfile: undefined,
    chosenBrand: 'visa',
    decision: [
      { profile: refs[0], kind: KIND_GIFT, amount: 300, rules: [RULE_GIFT_CARD_ORDER] },
      { profile: refs[2], kind: KIND_BANK, amount: 700, rules: [RULE_PAYER_CHOICE] },
    ],
  });
  for (const { id, label } of card.profiles) {
    expect(toHex(bytes)).not.toContain(toHex(id));
    expect(toHex(bytes)).not.toContain(toHex(label ?? id));
  }
});
