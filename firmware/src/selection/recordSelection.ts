/**
 * A selection as its record: proof of the choice that doesn't show the wallet. It is signed and chained elsewhere.
 * Source: docs/reference/wallet-list.md, selection record.   Floor: selection.
 */
import { concatBytes } from '@comptoir/protocol';
import { PROFILE_REFERENCE_BYTES, type ProfileReference, type SelectionRecord } from '@comptoir/protocol/wallet';
import type { Card } from './card.js';
import type { MerchantPolicy } from './merchantPolicy.js';
import type { Sale } from './sale.js';
import type { Selection } from './selection.js';

/** What the reader itself adds. */
export type RecordHead = Pick<SelectionRecord, 'reader' | 'sequence' | 'previous' | 'nonce' | 'policy'>;

/**
 * @param reference salted hash of a profile's id, 8 bytes; the salt is of this transaction only
 * @param shownName what the record says of an application's name
 */
export function recordSelection(
  selection: Selection,
  { profiles }: Card,
  policy: MerchantPolicy,
  { date, payer }: Sale,
  head: RecordHead,
  reference: (id: Uint8Array) => Uint8Array,
  shownName: (aid: Uint8Array | undefined) => Uint8Array,
): SelectionRecord {
  // One block, and views of it: half the memory of as many arrays.
  const references = concatBytes(...profiles.map(({ id }) => reference(id)));
  const of = (profile: number): ProfileReference =>
    references.subarray(profile * PROFILE_REFERENCE_BYTES, (profile + 1) * PROFILE_REFERENCE_BYTES);
  const excluded: SelectionRecord['excluded'][number][] = [];
  for (let at = 0; at < profiles.length; at += 1) {
    const reason = selection.reasons[at] ?? 0;
    if (reason !== 0) excluded.push({ profile: of(at), reason });
  }
  return {
    ...head,
    date,
    region: policy.region,
    currency: policy.currency,
    outcome: selection.outcome,
    rejection: selection.rejection,
    due: selection.due,
    offered: selection.offered.map((at) => ({
      profile: of(at),
      kind: profiles[at]?.kind ?? 0,
      aid: shownName(profiles[at]?.aid),
    })),
    excluded,
    chosenProfile: payer.profile === undefined || payer.profile >= profiles.length ? undefined : of(payer.profile),
    chosenBrand: payer.brand,
    decision: selection.tenders.map(({ profile, amount, rules }) => ({
      profile: of(profile),
      kind: profiles[profile]?.kind ?? 0,
      amount,
      rules,
    })),
  };
}
