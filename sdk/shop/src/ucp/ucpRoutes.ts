/**
 * The shop for programs that buy for somebody: catalogue, checkout by pickup, order, and payment by the account that the buyer has.
 * Source: Universal Commerce Protocol 2026-01-23: overview, checkout and its REST binding; catalogue of its draft.   Floor: shop ucp.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Item } from '../api.js';
import type { Shop } from '../createShop.js';
import { itemsOf } from '../goods/catalogue.js';
import { orderOf, secretsOf } from '../orders/orders.js';
import { saleOf } from '../sales/readSale.js';
import { ShopError } from '../shopError.js';
import { infoOf } from '../shops.js';
import { accountHandlers, handlerSchema, handlerText } from './accountHandler.js';
import { askedOf, BODIES, type CheckoutBody, codeIn, platformIn } from './bodies.js';
import { isBeingCompleted } from './checkoutOf.js';
import { checkoutIn, createCheckouts, shopOf } from './checkouts.js';
import { completeCheckout } from './completeCheckout.js';
import { jwkOf } from './detachedJws.js';
import { CATALOGUE_META, profileOf } from './meta.js';
import { ucpOrderOf } from './orderOf.js';
import { idOf, productOf } from './productOf.js';

/** Of one answer. */
const PRODUCTS_MAX = 100;

/** @param attemptsMax codes that one address may try in a minute */
export function ucpRoutes(server: FastifyInstance, shop: Shop, origin: string, attemptsMax: number): void {
  const checkouts = createCheckouts(shop, origin);
  const idIn = (request: FastifyRequest): string => (request.params as { id: string }).id;
  const platformOf = ({ headers }: FastifyRequest) => {
    const platform = platformIn(headers['ucp-agent'], shop.platforms);
    return platform === undefined ? {} : { platform };
  };

  server.get('/.well-known/ucp', async (_, reply) => {
    const rows = await shop.database.query('select signing_key from shop order by shop_id');
    const keys = rows.map(({ signing_key }) => jwkOf(signing_key as Uint8Array));
    const handlers = shop.accounts === undefined ? {} : accountHandlers(origin);
    return reply.header('cache-control', 'public, max-age=300').send(profileOf(origin, handlers, keys));
  });
  server.get('/ucp/handlers/account', (_, reply) => reply.type('text/plain; charset=utf-8').send(handlerText(origin)));
  server.get('/ucp/handlers/account.json', async () => handlerSchema(origin));

  /** Without a lock, whoever asks: reservations that are over just now may still count. */
  const productsOf = async (
    shops: readonly string[],
    matches: (item: Item, id: string) => boolean,
  ): Promise<object> => {
    const products: object[] = [];
    for (const of of shops) {
      const left = PRODUCTS_MAX - products.length;
      if (left <= 0) break;
      const [info, items] = await shop.read(of, async (work) => [infoOf(work.shop), await itemsOf(work)] as const);
      const found = items.filter((item) => matches(item, idOf(info, item.sku)));
      products.push(...found.slice(0, left).map((item) => productOf(info, item, origin)));
    }
    return { ucp: CATALOGUE_META, products };
  };
  server.post('/ucp/v1/catalog/search', { schema: { body: BODIES.search } }, async (request) => {
    const wanted = ((request.body as { query?: string }).query ?? '').toLowerCase();
    return productsOf(await shop.shops(), ({ name }) => `${name.en} ${name.fr}`.toLowerCase().includes(wanted));
  });
  server.post('/ucp/v1/catalog/lookup', { schema: { body: BODIES.search } }, async (request) => {
    const { ids = [] } = request.body as { ids?: string[] };
    const named = new Set(ids.map((id) => id.split(':')[0]));
    const shops = (await shop.shops()).filter((of) => named.has(of));
    return productsOf(shops, (_, id) => ids.includes(id));
  });

  server.post('/ucp/v1/checkout-sessions', { schema: { body: BODIES.checkout } }, async (request, reply) => {
    const { of, asked } = askedOf(request.body as CheckoutBody);
    return reply.status(201).send(await checkouts.create(of, { ...asked, ...platformOf(request), attempt: 0 }));
  });
  server.get('/ucp/v1/checkout-sessions/:id', (request) => checkouts.change(idIn(request), (kept) => kept));
  server.put('/ucp/v1/checkout-sessions/:id', { schema: { body: BODIES.checkout } }, async (request) => {
    const { of, asked } = askedOf(request.body as CheckoutBody);
    if (of !== shopOf(idIn(request))) throw new ShopError('invalid', 'A checkout is of one shop.');
    return checkouts.change(idIn(request), (before, { nowMs }) => {
      const { attempt, platform, order, isCancelled } = before;
      if (order !== undefined || isCancelled || isBeingCompleted(before, nowMs))
        throw new ShopError('wrong-state', 'This checkout is over, or being completed.');
      return { ...asked, attempt, ...(platform !== undefined && { platform }), ...platformOf(request) };
    });
  });
  server.post(
    '/ucp/v1/checkout-sessions/:id/complete',
    { schema: { body: BODIES.complete }, config: { rateLimit: { max: attemptsMax, timeWindow: '1 minute' } } },
    async (request) =>
      completeCheckout(shop, checkouts, idIn(request), codeIn(request.body, shop.accounts !== undefined), origin),
  );
  server.post('/ucp/v1/checkout-sessions/:id/cancel', (request) =>
    checkouts.change(idIn(request), (kept, { nowMs }) => {
      if (kept.order !== undefined || isBeingCompleted(kept, nowMs))
        throw new ShopError('wrong-state', 'This checkout is completed, or being completed.');
      return { ...kept, isCancelled: true };
    }),
  );
  server.get('/ucp/v1/checkout-sessions/:id/order', async (request) => {
    const id = idIn(request);
    return shop.read(shopOf(id), async (work) => {
      const { kept } = await checkoutIn(work, id);
      const order = kept.order === undefined ? undefined : await orderOf(work, kept.order);
      if (order === undefined) throw new ShopError('not-found', 'There is no order yet.');
      const { code = '' } = (await secretsOf(work, order.number)) ?? {};
      const sale = order.sale === undefined ? undefined : await saleOf(work, order.sale);
      return ucpOrderOf({ info: infoOf(work.shop), checkout: id, order, code, refunds: sale?.refunds ?? [], origin });
    });
  });
}
