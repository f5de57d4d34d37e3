/**
 * Orders on their way from placed to handed over. Each step is an event; a step that was made is not made again.
 * Source: docs/reference/shop.md, orders.   Floor: shop orders.
 */
import type { HandOverRequest, Order, OrderStatus, Priced, PricedLine, Sale } from '../api.js';
import { customerOf } from '../customers/pairwise.js';
import type { Row } from '../database/database.js';
import type { Work } from '../database/work.js';
import { noteShopEvent, release } from '../goods/stock.js';
import { moneyOf, saleOf } from '../sales/readSale.js';
import { ShopError } from '../shopError.js';

export interface Slot {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly left: number;
}

export async function openSlots(
  work: Work,
  slots: readonly { readonly fromMs: number; readonly untilMs: number; readonly capacity: number }[],
): Promise<void> {
  for (const { fromMs, untilMs, capacity } of slots)
    await work.query('insert into pickup_slot values ($1, $2, $3, $4) on conflict do nothing', [
      work.shop.shop_id,
      fromMs,
      untilMs,
      capacity,
    ]);
}

/** Those that somebody can still come in, and that aren't full. */
export async function freeSlots(work: Work): Promise<readonly Slot[]> {
  const rows = await work.query(
    'select * from pickup_slot where shop_id = $1 and until_ms > $2 and taken < capacity order by from_ms limit 40',
    [work.shop.shop_id, work.nowMs],
  );
  return rows.map((row) => ({
    fromMs: Number(row['from_ms']),
    untilMs: Number(row['until_ms']),
    left: Number(row['capacity']) - Number(row['taken']),
  }));
}

/** @returns its end @throws ShopError `wrong-state` when it's full or over */
export async function takeSlot(work: Work, fromMs: number): Promise<number> {
  const [slot] = await work.query(
    'update pickup_slot set taken = taken + 1 where shop_id = $1 and from_ms = $2 and until_ms > $3 and taken < capacity returning until_ms',
    [work.shop.shop_id, fromMs, work.nowMs],
  );
  if (slot === undefined) throw new ShopError('wrong-state', 'This pickup time is full or over: choose another.');
  return Number(slot['until_ms']);
}

const SELECT = `select o.*, s.until_ms as slot_until_ms from customer_order o join pickup_slot s on s.shop_id = o.shop_id and s.from_ms = o.slot_ms
  where o.shop_id = $1`;

export async function ordersOf(work: Work, statuses: readonly string[]): Promise<readonly Order[]> {
  const rows = await work.query(
    `${SELECT} and o.status = any(array(select jsonb_array_elements_text($2::jsonb))) order by o.slot_ms, o.placed_ms, o.number limit 500`,
    [work.shop.shop_id, JSON.stringify(statuses)],
  );
  // One connection answers one question at a time.
  const orders: Order[] = [];
  for (const row of rows) orders.push(await orderFrom(work, row));
  return orders;
}

export async function orderOf(work: Work, number: string): Promise<Order | undefined> {
  const [row] = await work.query(`${SELECT} and o.number = $2`, [work.shop.shop_id, number.toUpperCase()]);
  return row && orderFrom(work, row);
}

/** As it was priced when it was placed. @throws ShopError `not-found` */
export async function pricedOf(work: Work, number: string): Promise<Priced> {
  const [row] = await work.query('select priced from customer_order where shop_id = $1 and number = $2', [
    work.shop.shop_id,
    number,
  ]);
  if (row === undefined) throw new ShopError('not-found', 'There is no such order.');
  return row['priced'] as Priced;
}

/** Whose order it is, and the code of its hand-over: for its own page. */
export async function secretsOf(
  work: Work,
  number: string,
): Promise<
  | { readonly session: string; readonly customer: string | null; readonly code: string; readonly payKey: string }
  | undefined
> {
  const [row] = await work.query(
    'select session_id, customer_id, pickup_code, pay_key from customer_order where shop_id = $1 and number = $2',
    [work.shop.shop_id, number.toUpperCase()],
  );
  return (
    row && {
      session: String(row['session_id']),
      customer: row['customer_id'] as string | null,
      code: String(row['pickup_code']),
      payKey: String(row['pay_key']),
    }
  );
}

export async function markReady(work: Work, number: string): Promise<Order> {
  return step(work, number, ['placed', 'paid'], 'ready', 'till');
}

/** @throws ShopError `not-the-customer`; `wrong-state` when it isn't paid */
export async function handOver(work: Work, number: string, { proof, sale }: HandOverRequest): Promise<Order> {
  const secrets = await secretsOf(work, number);
  if (secrets === undefined) throw new ShopError('not-found', 'There is no such order.');
  const isRight =
    proof.by === 'code'
      ? proof.code.toUpperCase() === secrets.code
      : secrets.customer !== null &&
        secrets.customer ===
          (await customerOf(
            work,
            'reference' in proof ? { references: [proof.reference] } : { accountToken: proof.accountToken },
          ));
  if (!isRight) throw new ShopError('not-the-customer', 'This is not the account, or the code, of the order.');
  const order = await orderOf(work, number);
  if (order?.status === 'handed-over') return order;
  if (order !== undefined) mayStep(order);
  const before = order?.sale === undefined ? undefined : await saleOf(work, order.sale);
  if (before !== undefined && (before.status === 'refunded' || before.owed > 0))
    throw new ShopError('wrong-state', 'The money of this order went back, or never came.');
  if (order?.isPaid === false) {
    const paid = sale === undefined ? undefined : await saleOf(work, sale);
    if (paid === undefined)
      throw new ShopError('wrong-state', 'The order is not paid: sell its lines first, and name the sale.');
    if (paid.status !== 'paid' && paid.status !== 'stored' && paid.status !== 'settled')
      throw new ShopError('wrong-state', 'The money of this sale went back, or never came.');
    if (paid.order !== undefined) throw new ShopError('wrong-state', 'This sale paid another order.');
    if (!covers(paid.lines, order.lines) || paid.total < order.total)
      throw new ShopError('wrong-state', 'The sale is for less than the order.');
    await release(work, order.number);
    await work.query('update customer_order set sale_key = $3 where shop_id = $1 and number = $2', [
      work.shop.shop_id,
      order.number,
      paid.key,
    ]);
    await work.query('update sale set order_number = $3 where shop_id = $1 and sale_key = $2', [
      work.shop.shop_id,
      paid.key,
      order.number,
    ]);
  }
  return step(work, number, ['placed', 'paid', 'ready'], 'handed-over', proof.by === 'tap' ? 'tap' : 'code');
}

/**
 * A sale at the counter that names an order, and has all that was ordered, pays it. Anything else is a sale like any other.
 * @param number of an order, or the id of a reservation
 */
export async function payOrder(work: Work, number: string, sale: string, lines: readonly PricedLine[]): Promise<void> {
  const order = await orderOf(work, number);
  const mayBePaid = order?.status === 'placed' || order?.status === 'ready';
  if (order === undefined || !mayBePaid || order.isPaid || order.isBeingPaid || !covers(lines, order.lines)) return;
  const { shop_id: shop } = work.shop;
  await work.query('update customer_order set sale_key = $3 where shop_id = $1 and number = $2', [
    shop,
    order.number,
    sale,
  ]);
  await work.query('update sale set order_number = $3 where shop_id = $1 and sale_key = $2', [
    shop,
    sale,
    order.number,
  ]);
  if (order.status === 'placed') await step(work, order.number, ['placed'], 'paid', 'till');
}

/** Has a sale all the goods of an order? */
function covers(sold: readonly PricedLine[], ordered: readonly PricedLine[]): boolean {
  const count = (lines: readonly PricedLine[], of: string): number =>
    lines.reduce((sum, { sku, qty }) => sum + (sku === of ? qty : 0), 0);
  return ordered.every(({ sku }) => count(sold, sku) >= count(ordered, sku));
}

/** @throws ShopError `refund-first` */
export async function cancelOrder(work: Work, number: string, actor: string): Promise<Order> {
  const order = await orderOf(work, number);
  const sale = order?.sale === undefined ? undefined : await saleOf(work, order.sale);
  if (order !== undefined) mayStep(order);
  if (sale !== undefined && standing(sale) > 0)
    throw new ShopError('refund-first', 'The order is paid: refund it first.');
  if (order !== undefined && order.status !== 'cancelled') await giveBack(work, order);
  return step(work, number, ['placed', 'paid', 'ready'], 'cancelled', actor);
}

/** Minor units that came or may still come, and didn't go back. What never came keeps no order. */
function standing({ tenders, refunds }: Sale): number {
  const { came, stored } = moneyOf(tenders);
  return came + stored - refunds.reduce((sum, { amount }) => sum + amount, 0);
}

/** Orders that nobody paid and nobody fetched. */
export async function expireOrders(work: Work): Promise<void> {
  const rows = await work.query(
    "select number from customer_order where shop_id = $1 and expires_ms <= $2 and sale_key is null and status in ('placed', 'ready')",
    [work.shop.shop_id, work.nowMs],
  );
  for (const { number } of rows) {
    const order = await step(work, String(number), ['placed', 'ready'], 'expired', 'clock');
    await giveBack(work, order);
    await noteShopEvent(work, { kind: 'order-expired', about: order.number });
  }
}

export async function noteOrder(work: Work, number: string, status: OrderStatus, actor: string): Promise<void> {
  await work.query('insert into order_event (shop_id, number, status, at_ms, actor) values ($1, $2, $3, $4, $5)', [
    work.shop.shop_id,
    number,
    status,
    work.nowMs,
    actor,
  ]);
}

async function giveBack(work: Work, { number, slot }: Order): Promise<void> {
  await release(work, number);
  await work.query('update pickup_slot set taken = taken - 1 where shop_id = $1 and from_ms = $2', [
    work.shop.shop_id,
    slot.fromMs,
  ]);
}

async function step(
  work: Work,
  number: string,
  from: readonly OrderStatus[],
  to: OrderStatus,
  actor: string,
): Promise<Order> {
  const order = await orderOf(work, number);
  if (order === undefined) throw new ShopError('not-found', 'There is no such order.');
  if (order.status === to) return order;
  mayStep(order);
  if (!from.includes(order.status)) throw new ShopError('wrong-state', `The order is ${order.status}.`);
  await work.query('update customer_order set status = $3 where shop_id = $1 and number = $2', [
    work.shop.shop_id,
    order.number,
    to,
  ]);
  await noteOrder(work, order.number, to, actor);
  return (await orderOf(work, number)) ?? order;
}

/** Whoever moved an order on while its account is asked would lose the answer, and the money with it. */
function mayStep({ isBeingPaid }: Order): void {
  if (isBeingPaid === true)
    throw new ShopError('wrong-state', 'The account of this order has not answered yet: wait two minutes.');
}

async function orderFrom(work: Work, row: Row): Promise<Order> {
  const number = String(row['number']);
  const events = await work.query(
    'select status, at_ms, actor from order_event where shop_id = $1 and number = $2 order by event_id',
    [work.shop.shop_id, number],
  );
  const sale = row['sale_key'];
  // `paying` is ours alone: to others it's an order that isn't paid yet, and stays where it is.
  const status = row['status'] === 'paying' ? 'placed' : (row['status'] as OrderStatus);
  return {
    number,
    status,
    isPaid: sale !== null,
    ...(row['status'] === 'paying' && { isBeingPaid: true }),
    placedMs: Number(row['placed_ms']),
    slot: { fromMs: Number(row['slot_ms']), untilMs: Number(row['slot_until_ms']) },
    expiresMs: Number(row['expires_ms']),
    customerName: String(row['customer_name']),
    lines: (row['priced'] as { lines: readonly PricedLine[] }).lines,
    total: Number(row['total']),
    currency: work.shop.currency,
    ...(sale !== null && { sale: String(sale) }),
    provenBy: [...(row['customer_id'] === null ? [] : ['tap' as const]), 'code'],
    events: events.map((event) => ({
      status: event['status'] as OrderStatus,
      atMs: Number(event['at_ms']),
      by: String(event['actor']),
    })),
  };
}
