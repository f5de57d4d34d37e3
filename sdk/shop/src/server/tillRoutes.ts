/**
 * The API of the till: `api.ts` over HTTP. Each route is a row: who may, what it takes, what it does.
 * Source: docs/reference/shop.md, the API.   Floor: shop server.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type {
  ApiFault,
  ConsentRequest,
  HandOverRequest,
  HoldGift,
  IssueGift,
  OfflineSales,
  OfflineTaken,
  PairRequest,
  PriceRequest,
  RefundRequest,
  ReserveRequest,
  SaleRequest,
  SettleRequest,
  SharingRequest,
  StockAdjustment,
} from '../api.js';
import type { Shop } from '../createShop.js';
import { consentsOf, giveConsent, withdrawConsent } from '../customers/consents.js';
import { customerOf } from '../customers/pairwise.js';
import type { Work } from '../database/work.js';
import { endGiftHolds, giftOf, holdGift } from '../gifts/gifts.js';
import { issueGift } from '../gifts/issuedGifts.js';
import { catalogueOf } from '../goods/catalogue.js';
import { price } from '../goods/price.js';
import { adjustStock, release, reserve } from '../goods/stock.js';
import { insights } from '../market/market.js';
import { sentOf, setSharing, sharingOf } from '../market/sharing.js';
import { draw, localTime } from '../names.js';
import { cancelOrder, expireOrders, handOver, markReady, ordersOf } from '../orders/orders.js';
import { dayReport } from '../sales/dayReport.js';
import { saleOf } from '../sales/readSale.js';
import { recordRefund } from '../sales/recordRefund.js';
import { recordSale } from '../sales/recordSale.js';
import { owedPayments, settleStored } from '../sales/settleStored.js';
import { ShopError } from '../shopError.js';
import { infoOf, pairTill, tillOf } from '../shops.js';
import { BODIES, IDEMPOTENT, NOTHING, PARAMS } from './schemas.js';

interface Call {
  readonly work: Work;
  readonly till: string;
  /** The idempotency key. */
  readonly key: string;
  readonly body: unknown;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}
type Does = (call: Call) => Promise<unknown>;

const WAITING = 'placed,paid,ready';
const DAY_FORM = /^\d{4}-\d{2}-\d{2}$/;

/** Reads may change what time has changed anyway, so they hold the shop's row, too. */
const READS: Readonly<Record<string, Does>> = {
  '/shop': async ({ work }) => infoOf(work.shop),
  '/catalogue': ({ work, query }) =>
    catalogueOf(work, query['since'] === undefined ? undefined : Number(query['since'])),
  '/sales/:which': async ({ work, params }) => found(await saleOf(work, params['which'] ?? ''), 'sale'),
  '/orders': async ({ work, query }) => {
    await expireOrders(work);
    return { orders: await ordersOf(work, (query['status'] ?? WAITING).split(',')) };
  },
  '/owed': ({ work }) => owedPayments(work),
  '/gifts/:code': ({ work, params }) => giftOf(work, params['code'] ?? ''),
  '/report': ({ work, query }) => dayReport(work, dayIn(work, query)),
  '/events': async ({ work }) => ({ events: await eventsOf(work) }),
  '/consents': async ({ work, query }) => {
    const { account, reference } = query;
    const customer = await customerOf(work, {
      accountToken: account,
      references: reference === undefined ? [] : [reference],
    });
    return { receipts: customer === undefined ? [] : await consentsOf(work, customer) };
  },
  '/sharing': ({ work }) => sharingOf(work),
  '/sharing/sent': ({ work }) => sentOf(work),
};

const WRITES: Readonly<Record<string, readonly [schema: object, does: Does]>> = {
  '/price': [BODIES.price, ({ work, body }) => price(work, body as PriceRequest)],
  '/reservations': [
    BODIES.reserve,
    async ({ work, body }) => {
      const { lines, forSeconds } = body as ReserveRequest;
      const [id, expiresMs] = [draw(work.random, 12), work.nowMs + forSeconds * 1000];
      await reserve(work, id, lines, expiresMs);
      return { id, expiresMs };
    },
  ],
  '/reservations/:id/release': [NOTHING, async ({ work, params }) => done(await release(work, params['id'] ?? ''))],
  '/stock': [BODIES.stock, ({ work, body, key }) => adjustStock(work, body as StockAdjustment, key)],
  '/sales': [
    BODIES.sale,
    ({ work, body, key, till }) => recordSale(work, key, body as SaleRequest, { channel: 'counter', till }),
  ],
  '/sales/:which/settle': [
    BODIES.settle,
    ({ work, params, body }) => settleStored(work, params['which'] ?? '', body as SettleRequest),
  ],
  '/refunds': [BODIES.refund, ({ work, body, key }) => recordRefund(work, key, body as RefundRequest)],
  '/orders/:number/ready': [NOTHING, ({ work, params }) => markReady(work, params['number'] ?? '')],
  '/orders/:number/hand-over': [
    BODIES.handOver,
    ({ work, params, body }) => handOver(work, params['number'] ?? '', body as HandOverRequest),
  ],
  '/orders/:number/cancel': [NOTHING, ({ work, params }) => cancelOrder(work, params['number'] ?? '', 'till')],
  '/gifts': [BODIES.issueGift, ({ work, body }) => issueGift(work, body as IssueGift)],
  '/gifts/:code/holds': [
    BODIES.holdGift,
    ({ work, params, body }) => holdGift(work, params['code'] ?? '', body as HoldGift),
  ],
  '/gifts/holds/:sale/capture': [
    NOTHING,
    async ({ work, params }) => done(await endGiftHolds(work, params['sale'] ?? '', 'capture')),
  ],
  '/gifts/holds/:sale/release': [
    NOTHING,
    async ({ work, params }) => done(await endGiftHolds(work, params['sale'] ?? '', 'release')),
  ],
  '/consents': [
    BODIES.consent,
    ({ work, body }) => {
      const { accountToken, reference, ...rest } = body as ConsentRequest;
      return giveConsent(work, rest, { accountToken, references: reference === undefined ? [] : [reference] });
    },
  ],
  '/consents/:id/withdraw': [NOTHING, ({ work, params }) => withdrawConsent(work, params['id'] ?? '')],
  '/sharing': [
    BODIES.sharing,
    ({ work, body }) => {
      const { field, isShared } = body as SharingRequest;
      return setSharing(work, field, isShared);
    },
  ],
};

/** @param server below `/api/till` @param attemptsMax codes that one address may try in a minute */
export function tillRoutes(server: FastifyInstance, shop: Shop, attemptsMax: number): void {
  const signedIn = async (request: FastifyRequest): Promise<{ readonly shop: string; readonly till: string }> => {
    const [scheme, key] = (request.headers.authorization ?? '').split(' ');
    const till = scheme === 'Bearer' && key !== undefined ? await tillOf(shop, key) : undefined;
    if (till === undefined) throw new ShopError('not-signed-in', 'This till is not known: pair it with a new code.');
    return till;
  };
  const paramsOf = (request: FastifyRequest) => (request.params ?? {}) as Record<string, string>;
  const queryOf = (request: FastifyRequest) => (request.query ?? {}) as Record<string, string>;

  server.post(
    '/pair',
    { schema: { body: BODIES.pair }, config: { rateLimit: { max: attemptsMax, timeWindow: '1 minute' } } },
    (request) => pairTill(shop, request.body as PairRequest),
  );
  for (const [path, does] of Object.entries(READS))
    server.get(path, { schema: { params: PARAMS } }, async (request) => {
      const { shop: of, till } = await signedIn(request);
      return shop.change(of, (work) =>
        does({ work, till, key: '', body: undefined, params: paramsOf(request), query: queryOf(request) }),
      );
    });
  server.get('/insights', async (request) => {
    const { shop: of } = await signedIn(request);
    const day = await shop.read(of, async (work) => dayIn(work, queryOf(request)));
    return insights(shop, day);
  });
  const once = (
    of: string,
    till: string,
    operation: string,
    key: string,
    body: unknown,
    params: Record<string, string>,
    does: Does,
  ) => {
    // A sale that was stored may come again as paid, by its own key: that is another write.
    const isStored = operation === '/sales' && (body as SaleRequest).status === 'stored';
    const one = { shop: of, actor: 'till', operation: isStored ? '/sales stored' : operation, key };
    return shop.write({ ...one, body: { body, params } }, (work) => does({ work, till, key, body, params, query: {} }));
  };
  for (const [path, [schema, does]] of Object.entries(WRITES))
    server.post(path, { schema: { body: schema, headers: IDEMPOTENT, params: PARAMS } }, async (request) => {
      const { shop: of, till } = await signedIn(request);
      const call = {
        till,
        key: String(request.headers['idempotency-key']),
        body: request.body,
        params: paramsOf(request),
        query: {},
      };
      // A price is no write: nothing is kept of it.
      if (path === '/price') return shop.change(of, (work) => does({ work, ...call }));
      return once(of, till, path, call.key, call.body, call.params, does);
    });
  server.post(
    '/sales/offline',
    { schema: { body: BODIES.offline, headers: IDEMPOTENT } },
    async (request): Promise<OfflineTaken> => {
      const { shop: of, till } = await signedIn(request);
      const results: OfflineTaken['results'][number][] = [];
      // One transaction a sale, in order: a wrong one keeps no other back.
      for (const { key, ...sale } of (request.body as OfflineSales).sales) {
        const taken = await once(of, till, '/sales', key, sale, {}, WRITES['/sales']?.[1] as Does).then(
          (answer) => ({ key, taken: true as const, sale: answer as Awaited<ReturnType<typeof recordSale>> }),
          (fault: unknown) => {
            if (!(fault instanceof ShopError)) throw fault;
            return { key, taken: false as const, error: (fault.toJSON() satisfies ApiFault).error };
          },
        );
        results.push(taken);
      }
      return { results };
    },
  );
}

function done(_: unknown): Readonly<Record<string, never>> {
  return {};
}

function found<Kind>(value: Kind | undefined, what: string): Kind {
  if (value === undefined) throw new ShopError('not-found', `There is no such ${what}.`);
  return value;
}

function dayIn(work: Work, { day }: Readonly<Record<string, string>>): string {
  if (day !== undefined && !DAY_FORM.test(day)) throw new ShopError('invalid', 'A day is YYYY-MM-DD.');
  return day ?? localTime(work.nowMs, work.shop.time_zone).day;
}

async function eventsOf(work: Work): Promise<readonly object[]> {
  const rows = await work.query('select * from shop_event where shop_id = $1 order by event_id desc limit 200', [
    work.shop.shop_id,
  ]);
  return rows.map(({ event_id, at_ms, kind, sku, qty, about }) => ({
    id: String(event_id),
    atMs: at_ms,
    kind,
    ...(sku !== null && { sku }),
    ...(qty !== null && { qty: Number(qty) }),
    ...(about !== null && { about }),
  }));
}
