/**
 * The shop for programs that buy for somebody: Universal Commerce Protocol, with catalogue, checkout by pickup, and order. Payment is taken at
 * the counter: no handler asks a program for an instrument.
 * Source: Universal Commerce Protocol 2026-01-23: overview, checkout, fulfillment, order; catalogue of its draft.   Floor: shop feeds.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Item } from '../api.js';
import type { Shop } from '../createShop.js';
import { catalogueOf } from '../goods/catalogue.js';
import { price } from '../goods/price.js';
import { draw, hashOf } from '../names.js';
import { cancelOrder, freeSlots, orderOf, pricedOf, secretsOf } from '../orders/orders.js';
import { ShopError } from '../shopError.js';
import { infoOf } from '../shops.js';
import {
  CAPABILITIES,
  type CheckoutBody,
  checkoutOf,
  idOf,
  type Kept,
  keptFrom,
  productOf,
  UCP,
  ucpOrderOf,
  VERSION,
} from './ucpObjects.js';

const SPEC = `https://ucp.dev/${VERSION}`;
const LASTS_MS = 6 * 3_600_000;

const text = (most: number) => ({ type: 'string', minLength: 1, maxLength: most });
const CHECKOUT = {
  type: 'object',
  required: ['line_items'],
  properties: {
    line_items: {
      type: 'array',
      minItems: 1,
      maxItems: 50,
      items: {
        type: 'object',
        required: ['item', 'quantity'],
        properties: {
          item: { type: 'object', required: ['id'], properties: { id: text(80) } },
          quantity: { type: 'integer', minimum: 1, maximum: 99 },
        },
      },
    },
    buyer: { type: 'object', properties: { first_name: text(60), last_name: text(60) } },
    discounts: { type: 'object', properties: { codes: { type: 'array', maxItems: 10, items: text(40) } } },
    fulfillment: {
      type: 'object',
      properties: {
        methods: {
          type: 'array',
          maxItems: 4,
          items: {
            type: 'object',
            properties: {
              groups: {
                type: 'array',
                maxItems: 4,
                items: {
                  type: 'object',
                  properties: { selected_option_id: { type: ['string', 'null'], pattern: '^[0-9]{1,13}$' } },
                },
              },
            },
          },
        },
      },
    },
  },
} as const;
const SEARCH = {
  type: 'object',
  properties: { query: { type: 'string', maxLength: 100 }, ids: { type: 'array', maxItems: 50, items: text(80) } },
} as const;

export function ucpRoutes(server: FastifyInstance, shop: Shop, origin: string): void {
  const service = {
    version: VERSION,
    spec: `${SPEC}/specification/overview`,
    transport: 'rest',
    endpoint: `${origin}/ucp/v1`,
    schema: `${SPEC}/services/shopping/openapi.json`,
  };
  server.get('/.well-known/ucp', async () => ({
    ucp: {
      version: VERSION,
      services: { 'dev.ucp.shopping': [service] },
      capabilities: Object.fromEntries(
        CAPABILITIES.map((name) => [
          `dev.ucp.shopping.${name}`,
          [
            {
              version: VERSION,
              spec: `${SPEC}/specification/${name}`,
              schema: `${SPEC}/schemas/shopping/${name}.json`,
              ...((name === 'fulfillment' || name === 'discount') && { extends: 'dev.ucp.shopping.checkout' }),
            },
          ],
        ]),
      ),
      payment_handlers: {},
    },
    signing_keys: [],
  }));

  const productsOf = async (matches: (item: Item, id: string) => boolean): Promise<object> => {
    const products: object[] = [];
    for (const of of await shop.shops()) {
      const { info, items } = await shop.change(of, async (work) => ({
        info: infoOf(work.shop),
        ...(await catalogueOf(work)),
      }));
      for (const item of items) if (matches(item, idOf(info, item.sku))) products.push(productOf(info, item, origin));
    }
    return { ucp: UCP, products };
  };
  server.post('/ucp/v1/catalog/search', { schema: { body: SEARCH } }, async (request) => {
    const wanted = ((request.body as { query?: string }).query ?? '').toLowerCase();
    return productsOf(({ name }) => `${name.en} ${name.fr}`.toLowerCase().includes(wanted));
  });
  server.post('/ucp/v1/catalog/lookup', { schema: { body: SEARCH } }, async (request) => {
    const { ids = [] } = request.body as { ids?: string[] };
    return productsOf((_, id) => ids.includes(id));
  });

  const told = async (of: string, id: string, kept: Kept): Promise<object> => {
    const { order: number } = kept;
    const order = number === undefined ? undefined : await shop.read(of, (work) => orderOf(work, number));
    // What was ordered costs what it cost then.
    const [info, priced, slots] = await shop.change(
      of,
      async (work) =>
        [
          infoOf(work.shop),
          number === undefined ? await price(work, kept) : await pricedOf(work, number),
          await freeSlots(work),
        ] as const,
    );
    return checkoutOf({ info, id, kept, priced, slots, order, origin });
  };
  const load = async (
    request: FastifyRequest,
  ): Promise<{ readonly of: string; readonly id: string; readonly kept: Kept }> => {
    const id = (request.params as { id: string }).id;
    const of = id.slice(0, id.lastIndexOf('.'));
    const [row] = await shop.read(of, (work) =>
      work.query('select basket from session where shop_id = $1 and session_id = $2 and expires_ms > $3', [
        of,
        hashOf(`ucp\0${id}`),
        work.nowMs,
      ]),
    );
    if (row === undefined) throw new ShopError('not-found', 'There is no such checkout.');
    return { of, id, kept: row['basket'] as Kept };
  };
  const keep = (of: string, id: string, kept: Kept): Promise<unknown> =>
    shop.change(of, (work) =>
      work.query(
        `insert into session values ($1, $2, null, null, $3, 'en', $4) on conflict (shop_id, session_id) do update set basket = $3, expires_ms = $4`,
        [of, hashOf(`ucp\0${id}`), JSON.stringify(kept), work.nowMs + LASTS_MS],
      ),
    );

  server.post('/ucp/v1/checkout-sessions', { schema: { body: CHECKOUT } }, async (request, reply) => {
    const { of, kept } = keptFrom(request.body as CheckoutBody);
    const id = `${of}.${draw(shop.random, 26)}`;
    const answer = await told(of, id, kept);
    await keep(of, id, kept);
    return reply.status(201).send(answer);
  });
  server.get('/ucp/v1/checkout-sessions/:id', async (request) => {
    const { of, id, kept } = await load(request);
    return told(of, id, kept);
  });
  server.put('/ucp/v1/checkout-sessions/:id', { schema: { body: CHECKOUT } }, async (request) => {
    const before = await load(request);
    if (before.kept.order !== undefined || before.kept.isCancelled === true)
      throw new ShopError('wrong-state', 'This checkout is over.');
    const { of, kept } = keptFrom(request.body as CheckoutBody);
    if (of !== before.of) throw new ShopError('invalid', 'A checkout is of one shop.');
    const next = { ...before.kept, ...kept };
    const answer = await told(of, before.id, next);
    await keep(of, before.id, next);
    return answer;
  });
  server.post('/ucp/v1/checkout-sessions/:id/complete', async (request) => {
    const { of, id, kept } = await load(request);
    if (kept.isCancelled === true) throw new ShopError('wrong-state', 'This checkout is over.');
    if (kept.order !== undefined) return told(of, id, kept);
    if (kept.slotMs === undefined || kept.buyer === '')
      throw new ShopError('invalid', 'A pickup time (selected_option_id) and the buyer’s name are missing.');
    const { total } = await shop.change(of, (work) => price(work, kept));
    const { lines, codes, buyer, slotMs } = kept;
    const order = await shop.order(
      of,
      id.slice(-26),
      { lines, codes, customerName: buyer, language: 'en', slotMs, total, pay: 'counter' },
      { session: hashOf(`ucp\0${id}`) },
    );
    const next = { ...kept, order: order.number };
    await keep(of, id, next);
    return told(of, id, next);
  });
  server.post('/ucp/v1/checkout-sessions/:id/cancel', async (request) => {
    const { of, id, kept } = await load(request);
    const { order } = kept;
    if (order !== undefined) await shop.change(of, (work) => cancelOrder(work, order, 'customer'));
    const next = { ...kept, isCancelled: true };
    await keep(of, id, next);
    return told(of, id, next);
  });
  server.get('/ucp/v1/checkout-sessions/:id/order', async (request) => {
    const { of, id, kept } = await load(request);
    const order = kept.order === undefined ? undefined : await shop.read(of, (work) => orderOf(work, kept.order ?? ''));
    if (order === undefined) throw new ShopError('not-found', 'There is no such order.');
    const [info, secrets] = await shop.read(
      of,
      async (work) => [infoOf(work.shop), await secretsOf(work, order.number)] as const,
    );
    return ucpOrderOf(info, id, order, secrets?.code ?? '', origin);
  });
}
