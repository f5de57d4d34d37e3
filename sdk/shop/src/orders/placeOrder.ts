/**
 * An order for pickup: priced again, its slot taken, its goods reserved, in one step. What is paid online has three: the intent is written
 * down here, then the account is asked, then the answer is written down; whoever finds an intent alone asks what became of it.
 * Source: docs/reference/shop.md, orders; decision 66.   Floor: shop orders.
 */

import type { AccountHolder, AccountPaid, OnlineAccounts } from '../accounts.js';
import type { Order, PricedLine, SaleRequest, SaleTender } from '../api.js';
import { knowCustomer } from '../customers/pairwise.js';
import { change, read, type Surroundings, type Work, type Write, write } from '../database/work.js';
import { endGiftHolds, holdGift } from '../gifts/gifts.js';
import { price } from '../goods/price.js';
import { release, reserve } from '../goods/stock.js';
import { draw } from '../names.js';
import { recordSale } from '../sales/recordSale.js';
import { ShopError } from '../shopError.js';
import { noteOrder, orderOf, takeSlot } from './orders.js';

export interface OrderRequest {
  readonly lines: readonly { readonly sku: string; readonly qty: number }[];
  readonly codes?: readonly string[];
  readonly customerName: string;
  readonly language: 'en' | 'fr';
  /** Beginning of a slot. */
  readonly slotMs: number;
  /** What the customer was shown, minor units. */
  readonly total: number;
  readonly pay: 'account' | 'counter';
  /** Pays first. */
  readonly giftCode?: string;
}

export interface Customer {
  readonly session: string;
  readonly holder?: AccountHolder | undefined;
}

/** What else is written with a new order, before its first event. What it throws, the order isn't there. */
export type AlsoOrdered = (work: Work, number: string) => Promise<void>;

/** As long an account may take to answer. Before that nobody else asks: the answer is on its way. */
const PAYING_MS = 2 * 60_000;
/** After its slot, what isn't paid is given to others. */
const GRACE_MS: number = 60 * 60_000;

/** @throws ShopError `out-of-stock`, `price-changed`, `wrong-state` (slot), `declined`, `not-signed-in`, `unavailable`: then the same key tells */
export async function placeOrder(
  around: Surroundings,
  accounts: OnlineAccounts | undefined,
  shop: string,
  key: string,
  request: OrderRequest,
  customer: Customer,
  also?: AlsoOrdered,
): Promise<Order> {
  const { holder, session } = customer;
  if (request.pay === 'account' && (holder === undefined || accounts === undefined))
    throw new ShopError('not-signed-in', 'Sign in with the account that pays.');
  const one: Write = { shop, actor: session, operation: 'order', key, body: request };
  const { number, due, payKey } = await write(around, one, (work) => begin(work, request, customer, also));
  if (due > 0 && holder !== undefined && accounts !== undefined) {
    const { merchant, currency } = await read(around, shop, async (work) => work.shop);
    const open = await read(around, shop, (work) => statusOf(work, number));
    if (open === 'paying') {
      const amount = { minor: due, currency };
      const paid = await accounts
        .pay({ merchant, key: payKey, authority: holder.authority, amount })
        .catch((cause: unknown) => {
          throw new ShopError('unavailable', 'The account did not answer: the order’s page will tell.', { cause });
        });
      await change(around, shop, (work) => finishPayment(work, number, paid));
    }
  }
  const order = await read(around, shop, (work) => orderOf(work, number));
  if (order?.status === 'cancelled')
    throw new ShopError('declined', 'The account did not pay. Nothing was taken, and the order is cancelled.');
  if (order === undefined) throw new ShopError('not-found', 'There is no such order.');
  return order;
}

/** Ends what a crash left between the question and the answer. @returns how many */
export async function recoverPayments(around: Surroundings, accounts: OnlineAccounts, shop: string): Promise<number> {
  const open = await read(around, shop, async (work) => ({
    merchant: work.shop.merchant,
    orders: await work.query(
      "select number, pay_key from customer_order where shop_id = $1 and status = 'paying' and expires_ms <= $2 order by placed_ms",
      [shop, work.nowMs],
    ),
  }));
  let ended = 0;
  for (const { number, pay_key } of open.orders) {
    // An account that doesn't answer is asked again later, and no other order waits for it.
    ended += await accounts
      .status(open.merchant, String(pay_key))
      .then((paid) => paid ?? { kind: 'declined' as const, reason: 'NEVER_ASKED' })
      .then((paid) => change(around, shop, (work) => finishPayment(work, String(number), paid)))
      .then(
        () => 1,
        () => 0,
      );
  }
  return ended;
}

async function begin(work: Work, request: OrderRequest, { session, holder }: Customer, also?: AlsoOrdered) {
  const { lines, codes = [], customerName, language, slotMs, total, pay, giftCode } = request;
  const { shop } = work;
  const priced = await price(work, { lines, codes });
  if (priced.total !== total) throw new ShopError('price-changed', 'Prices changed since they were shown.');
  const number = draw(work.random, 6);
  const payKey = `web-${number}-${draw(work.random, 8)}`;
  const untilMs = await takeSlot(work, slotMs);
  const expiresMs = pay === 'counter' ? untilMs + GRACE_MS : work.nowMs + PAYING_MS;
  // What an account is asked for is held until its answer is known, however long that takes.
  await reserve(work, number, lines, pay === 'counter' ? expiresMs : Number.MAX_SAFE_INTEGER);
  const held =
    giftCode === undefined || pay === 'counter'
      ? 0
      : (await holdGift(work, giftCode, { sale: payKey, amount: giftable(priced.lines) })).amount;
  const customer = holder && (await knowCustomer(work, holder));
  // biome-ignore format: a row
  await work.query('insert into customer_order values ($1, $2, $3, $4, $5, $6, $7, $2, $8, $9, $10, $11, $12, $13, $14, null)', [
    shop.shop_id, number, customer ?? null, session, customerName, language, slotMs, pay === 'counter' ? 'placed' : 'paying',
    work.nowMs, expiresMs, total, JSON.stringify({ ...priced, held, holder: pay === 'account' ? holder && { label: holder.label, accountToken: holder.accountToken } : undefined }),
    draw(work.random, 8), payKey,
  ]);
  await also?.(work, number);
  await noteOrder(work, number, 'placed', 'customer');
  const due = pay === 'counter' ? 0 : total - held;
  if (pay === 'account' && due === 0) await finishPayment(work, number, undefined);
  return { number, due, payKey };
}

/** @param paid none: nothing was left for the account to pay */
async function finishPayment(work: Work, number: string, paid: AccountPaid | undefined): Promise<void> {
  const { shop_id: shop } = work.shop;
  const [row] = await work.query('select * from customer_order where shop_id = $1 and number = $2', [shop, number]);
  if (row?.['status'] !== 'paying') return;
  const key = String(row['pay_key']);
  if (paid?.kind === 'declined') {
    await endGiftHolds(work, key, 'release');
    await release(work, number);
    await work.query('update pickup_slot set taken = taken - 1 where shop_id = $1 and from_ms = $2', [
      shop,
      Number(row['slot_ms']),
    ]);
    await work.query("update customer_order set status = 'cancelled' where shop_id = $1 and number = $2", [
      shop,
      number,
    ]);
    await noteOrder(work, number, 'cancelled', 'account');
    return;
  }
  const priced = row['priced'] as SaleRequest & {
    lines: readonly PricedLine[];
    held: number;
    holder?: { label: string; accountToken: string };
  };
  const { held, holder, total, lines, discounts } = priced;
  const tenders: SaleTender[] = [
    ...(held > 0 ? [{ kind: 'gift' as const, label: 'GIFT CARD', amount: held }] : []),
    ...(paid === undefined
      ? []
      : [
          {
            kind: 'account' as const,
            label: holder?.label ?? 'ACCOUNT',
            amount: total - held,
            authorisationCode: paid.authorisationCode,
          },
        ]),
  ];
  const sale: SaleRequest = {
    lines: lines.map(({ sku, qty, unit, discount }) => ({ sku, qty, unit, discount })),
    discounts,
    total,
    tenders,
    status: 'paid',
    soldMs: work.nowMs,
    reservation: number,
    ...(holder !== undefined && { accountToken: holder.accountToken }),
  };
  await endGiftHolds(work, key, 'capture');
  await recordSale(work, key, sale, { channel: 'web', order: number });
  await work.query("update customer_order set status = 'paid', sale_key = $3 where shop_id = $1 and number = $2", [
    shop,
    number,
    key,
  ]);
  await noteOrder(work, number, 'paid', 'account');
}

async function statusOf(work: Work, number: string): Promise<unknown> {
  const [row] = await work.query('select status from customer_order where shop_id = $1 and number = $2', [
    work.shop.shop_id,
    number,
  ]);
  return row?.['status'];
}

/** Gift cards never pay gift cards. */
function giftable(lines: readonly PricedLine[]): number {
  return lines.reduce((sum, { net, isGiftCard }) => sum + (isGiftCard ? 0 : net), 0);
}
