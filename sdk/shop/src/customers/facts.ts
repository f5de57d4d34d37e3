/**
 * What a shop keeps of a customer: only for a purpose that the customer agreed to, and only as long.
 * Source: docs/explanation/give-and-take.md.   Floor: shop customers.
 */
import type { ConsentPurpose, SaleRequest } from '../api.js';
import type { Work } from '../database/work.js';
import { mayKeep } from './consents.js';
import { customerOf } from './pairwise.js';

export interface Fact {
  readonly purpose: ConsentPurpose;
  readonly atMs: number;
  readonly detail: unknown;
}

/** Keeps it if the customer of the sale agreed; a stranger is not made known by it. */
export async function noteFact(
  work: Work,
  purpose: ConsentPurpose,
  { accountToken, tenders }: Pick<SaleRequest, 'accountToken' | 'tenders'>,
  detail: unknown,
): Promise<void> {
  const references = tenders.flatMap(({ kind, reference }) =>
    kind === 'account' && reference !== undefined ? [reference] : [],
  );
  const customer = await customerOf(work, { accountToken, references });
  if (customer === undefined || !(await mayKeep(work, customer, purpose))) return;
  await work.query(
    'insert into customer_fact (shop_id, customer_id, purpose, at_ms, detail) values ($1, $2, $3, $4, $5)',
    [work.shop.shop_id, customer, purpose, work.nowMs, JSON.stringify(detail)],
  );
}

export async function factsOf(work: Work, customer: string): Promise<readonly Fact[]> {
  const rows = await work.query(
    'select purpose, at_ms, detail from customer_fact where shop_id = $1 and customer_id = $2 order by fact_id',
    [work.shop.shop_id, customer],
  );
  return rows.map(({ purpose, at_ms, detail }) => ({
    purpose: purpose as ConsentPurpose,
    atMs: Number(at_ms),
    detail,
  }));
}
