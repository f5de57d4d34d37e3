/**
 * Who a customer is at one shop: a name drawn from what a tap or the account says, under a key of that shop. Two shops never have the same
 * name for anybody, and what a tap says is kept as its MAC alone.
 * Source: docs/explanation/give-and-take.md.   Floor: shop customers.
 */
import type { Work } from '../database/work.js';
import { macOf } from '../names.js';

export interface Identity {
  /** Of the account's authoriser, for this merchant: hexadecimal. */
  readonly accountToken?: string | undefined;
  /** Of the reader, for this merchant: hexadecimal. */
  readonly references?: readonly string[] | undefined;
}

type Kind = 'account' | 'reference';

/** @returns undefined for somebody who was never seen, or said nothing */
export async function customerOf(work: Work, identity: Identity): Promise<string | undefined> {
  for (const [kind, value] of valuesOf(identity)) {
    const [row] = await work.query(
      'select customer_id from pairwise_id where shop_id = $1 and kind = $2 and value_hash = $3',
      [work.shop.shop_id, kind, hashed(work, kind, value)],
    );
    if (row !== undefined) return String(row['customer_id']);
  }
  return undefined;
}

/** The same; whoever is new gets a name. What of the identity is new is remembered. */
export async function knowCustomer(work: Work, identity: Identity): Promise<string> {
  const values = valuesOf(identity);
  const [first] = values;
  if (first === undefined) throw new Error('a customer is known by something');
  const customer = (await customerOf(work, identity)) ?? `c${hashed(work, ...first).slice(0, 24)}`;
  for (const [kind, value] of values)
    await work.query('insert into pairwise_id values ($1, $2, $3, $4) on conflict do nothing', [
      work.shop.shop_id,
      kind,
      hashed(work, kind, value),
      customer,
    ]);
  return customer;
}

function valuesOf({ accountToken, references = [] }: Identity): readonly (readonly [Kind, string])[] {
  return [
    ...(accountToken === undefined ? [] : [['account', accountToken] as const]),
    ...references.map((reference) => ['reference', reference] as const),
  ];
}

function hashed({ shop }: Work, kind: Kind, value: string): string {
  return macOf(shop.pairwise_key, `${shop.shop_id}\0${kind}\0${value.toUpperCase()}`);
}
