/**
 * What anybody may look at: the market of all shops, one shop's items and their pictures.
 * Floor: shop site.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { schemaOrgItem } from '../feeds/schemaOrg.js';
import { catalogueOf } from '../goods/catalogue.js';
import { listings } from '../market/market.js';
import { ShopError } from '../shopError.js';
import { itemPage, marketPage, shopPage } from './goodsPages.js';
import { preferredOf } from './session.js';
import { param, type Site, sendPage, shopOf, type Texts } from './site.js';
import { pictureOf, STYLE } from './style.js';

const search = (request: FastifyRequest): string => String((request.query as Texts)['q'] ?? '').slice(0, 60);

export function goodsRoutes(server: FastifyInstance, { shop, viewOf, origin }: Site): void {
  server.get('/', async (request, reply) => {
    const { lat, lon } = request.query as Texts;
    const [latitude, longitude] = [Number(lat), Number(lon)];
    const near =
      lat !== undefined && Number.isFinite(latitude) && Number.isFinite(longitude)
        ? { latitude, longitude }
        : undefined;
    return sendPage(
      reply,
      marketPage(preferredOf(request), await listings(shop.database, near, search(request)), search(request)),
    );
  });
  server.get('/style.css', async (_, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=3600').send(STYLE),
  );
  server.get('/pictures/:shop/:name', async (request, reply) => {
    const sku = param(request, 'name').replace(/\.svg$/, '');
    const item = await shop.read(
      shopOf(request),
      async (work) =>
        (await work.query('select category from item where shop_id = $1 and sku = $2', [shopOf(request), sku]))[0],
    );
    if (item === undefined) throw new ShopError('not-found', 'There is no such picture.');
    return reply
      .type('image/svg+xml')
      .header('cache-control', 'public, max-age=86400')
      .send(pictureOf(sku, String(item['category'])));
  });

  server.get('/s/:shop', async (request, reply) => {
    const { items, promotions } = await shop.change(shopOf(request), (work) => catalogueOf(work));
    const wanted = search(request).trim().toLowerCase();
    const shown = items.filter(({ name, gtin }) =>
      `${name.en} ${name.fr} ${gtin ?? ''}`.toLowerCase().includes(wanted),
    );
    const offers = promotions.filter(({ code }) => code === undefined);
    return sendPage(reply, shopPage(await viewOf(request, reply), shown, offers, search(request)));
  });
  server.get('/s/:shop/items/:sku', async (request, reply) => {
    const { items } = await shop.change(shopOf(request), (work) => catalogueOf(work));
    const item = items.find(({ sku }) => sku === param(request, 'sku'));
    if (item === undefined) throw new ShopError('not-found', 'There is no such item.');
    const view = await viewOf(request, reply);
    return sendPage(reply, itemPage(view, item, schemaOrgItem(view.shop, item, origin)));
  });
}
