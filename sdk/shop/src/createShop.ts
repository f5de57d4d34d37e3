/**
 * The shop as a program has it: everything that till, site and feeds do, with time, randomness and the database passed in.
 * Source: docs/reference/shop.md.   Floor: shop.
 */
import { type Clock, type RandomBytes, systemClock, systemRandom } from '@comptoir/sdk';
import type { OnlineAccounts } from './accounts.js';
import type { Order } from './api.js';
import { forgetExpired } from './customers/consents.js';
import type { Database } from './database/database.js';
import { change, read, type Surroundings, type Work, type Write, write } from './database/work.js';
import { expireGiftHolds } from './gifts/gifts.js';
import { expireHolds } from './goods/stock.js';
import { deliverOutbox, forgetDelivered } from './market/outbox.js';
import { expireOrders } from './orders/orders.js';
import {
  type AlsoOrdered,
  type Customer,
  type OrderRequest,
  placeOrder,
  recoverPayments,
} from './orders/placeOrder.js';
import { ROUND_MS, tellPlatforms } from './ucp/tellPlatforms.js';

export interface ShopOptions {
  readonly database: Database;
  readonly clock?: Pick<Clock, 'now'>;
  readonly random?: RandomBytes;
  /** None: orders are paid at the counter. */
  readonly accounts?: OnlineAccounts;
  /** Origins of platforms that are told of the orders that they bring by UCP: `https://platform.example`. Nothing else is ever called. */
  readonly platforms?: readonly string[];
}

export interface Shop extends Surroundings {
  readonly accounts: OnlineAccounts | undefined;
  readonly platforms: readonly string[];
  read<Result>(shop: string, work: (work: Work) => Promise<Result>): Promise<Result>;
  change<Result>(shop: string, work: (work: Work) => Promise<Result>): Promise<Result>;
  write<Result>(one: Write, work: (work: Work) => Promise<Result>): Promise<Result>;
  order(shop: string, key: string, request: OrderRequest, customer: Customer, also?: AlsoOrdered): Promise<Order>;
  /** Names of the shops that this database holds. */
  shops(): Promise<readonly string[]>;
  /**
   * What time does: holds and orders expire, what is no longer agreed is forgotten, payments that a crash left open are ended, and what the
   * marketplace and platforms are to know goes there. Call it at the start, and every minute.
   */
  tick(): Promise<void>;
}

export function createShop({
  database,
  clock = systemClock,
  random = systemRandom,
  accounts,
  platforms = [],
}: ShopOptions): Shop {
  const around: Surroundings = { database, clock, random };
  const shops = async (): Promise<readonly string[]> =>
    (await database.query('select shop_id from shop order by shop_id')).map(({ shop_id }) => String(shop_id));
  const tickOf = async (shop: string): Promise<void> => {
    await change(around, shop, async (work) => {
      await expireHolds(work);
      await expireGiftHolds(work);
      await expireOrders(work);
      await forgetExpired(work);
      await work.query('delete from session where shop_id = $1 and expires_ms <= $2', [shop, work.nowMs]);
    });
    if (accounts !== undefined) await recoverPayments(around, accounts, shop);
    await deliverOutbox(around, shop);
    await forgetDelivered(around, shop);
  };
  return {
    ...around,
    accounts,
    platforms,
    read: (shop, work) => read(around, shop, work),
    change: (shop, work) => change(around, shop, work),
    write: (one, work) => write(around, one, work),
    order: (shop, key, request, customer, also) => placeOrder(around, accounts, shop, key, request, customer, also),
    shops,
    async tick() {
      const faults: unknown[] = [];
      // One that fails keeps no other back.
      const all = await shops();
      for (const shop of all) await tickOf(shop).catch((fault: unknown) => faults.push(fault));
      // The slowest at the end, and not for long: they are asked again with the next tick.
      const over = platforms.length > 0 ? AbortSignal.timeout(ROUND_MS) : undefined;
      for (const shop of over === undefined ? [] : all)
        await tellPlatforms(around, platforms, shop, over).catch((fault: unknown) => faults.push(fault));
      if (faults.length > 0) throw faults[0];
    },
  };
}
