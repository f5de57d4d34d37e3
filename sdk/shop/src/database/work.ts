/**
 * Work for one shop in one transaction: row security shows this shop's rows alone; what writes holds the shop's row, so that the writes of
 * one shop come one after the other and those of two shops never wait; and every write has an idempotency key.
 * Source: docs/reference/shop.md, idempotency; decision 65.   Floor: shop database.
 */
import { createHash } from 'node:crypto';
import type { Clock, RandomBytes } from '@comptoir/sdk';
import { canonical } from '../names.js';
import { isPaymentId } from '../paymentId.js';
import { ShopError } from '../shopError.js';
import type { Database, Queryable, Row } from './database.js';

/** What everything here needs from outside. */
export interface Surroundings {
  readonly database: Database;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: RandomBytes;
}

export interface ShopRow extends Row {
  readonly shop_id: string;
  readonly name: string;
  readonly address: readonly string[];
  readonly contact: string;
  readonly jurisdiction: string;
  /** Millionths of a degree. */
  readonly latitude: number;
  readonly longitude: number;
  readonly currency: string;
  readonly time_zone: string;
  readonly merchant: string;
  readonly vat_number: string | null;
  readonly coupon_policy: 'single' | 'perSource' | 'all';
  readonly revision: number;
  readonly signing_key: Uint8Array;
  readonly pairwise_key: Uint8Array;
}

/** One transaction of one shop. */
export interface Work extends Queryable {
  readonly shop: ShopRow;
  readonly nowMs: number;
  readonly random: RandomBytes;
}

export interface Write {
  readonly shop: string;
  /** Whose key it is: two customers may have the same one. All tills are one, since any of them may forward a sale. */
  readonly actor: string;
  readonly operation: string;
  readonly key: string;
  /** What the key is for: plain data. */
  readonly body: unknown;
}

/** @throws ShopError `not-found` */
export function read<Result>(
  around: Surroundings,
  shop: string,
  work: (work: Work) => Promise<Result>,
): Promise<Result> {
  return inShop(around, shop, '', work);
}

/**
 * Does `work` once for a key, or tells again what it answered.
 * @throws ShopError `key-reused`, `invalid`, `not-found`; what `work` throws leaves no trace, the key included
 */
export function write<Result>(
  around: Surroundings,
  write: Write,
  work: (work: Work) => Promise<Result>,
): Promise<Result> {
  if (!isPaymentId(write.key))
    throw new ShopError('invalid', 'An idempotency key is 1 to 64 printable ASCII characters without ~.');
  const hash = createHash('sha256').update(canonical(write.body)).digest('hex');
  return inShop(around, write.shop, 'for update', async (one) => {
    const of = [write.shop, write.actor, write.operation, write.key];
    const where = 'where shop_id = $1 and actor = $2 and operation = $3 and key = $4';
    const [known] = await one.query(`select body_hash, answer from idempotency ${where}`, of);
    if (known !== undefined && known['body_hash'] !== hash)
      throw new ShopError('key-reused', 'This idempotency key came before, with something else: make a new one.');
    if (known !== undefined) return known['answer'] as Result;
    const answer = await work(one);
    await one.query('insert into idempotency values ($1, $2, $3, $4, $5, $6, $7)', [
      ...of,
      hash,
      JSON.stringify(answer ?? null),
      one.nowMs,
    ]);
    return answer;
  });
}

/** Writes of our own making, which can't come twice: sweeps, sessions. */
export function change<Result>(
  around: Surroundings,
  shop: string,
  work: (work: Work) => Promise<Result>,
): Promise<Result> {
  return inShop(around, shop, 'for update', work);
}

function inShop<Result>(
  { database, clock, random }: Surroundings,
  shop: string,
  lock: '' | 'for update',
  work: (work: Work) => Promise<Result>,
): Promise<Result> {
  return database.transaction(async (tx) => {
    await tx.query("select set_config('comptoir.shop', $1, true), set_config('role', 'comptoir_shop', true)", [shop]);
    const [row] = await tx.query<ShopRow>(`select * from shop where shop_id = $1 ${lock}`, [shop]);
    if (row === undefined) throw new ShopError('not-found', 'There is no such shop.');
    return work({ query: (sql, values) => tx.query(sql, values), shop: row, nowMs: clock.now(), random });
  });
}
