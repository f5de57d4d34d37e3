/**
 * The public site: each page a GET, each form a POST that answers with another page. Nothing needs a script.
 * Source: docs/reference/shop.md, the site.   Floor: shop site.
 */
import type { FastifyInstance } from 'fastify';
import type { Shop } from '../createShop.js';
import { basketRoutes } from './basketRoutes.js';
import { checkoutRoutes } from './checkoutRoutes.js';
import { dataRoutes } from './dataRoutes.js';
import { goodsRoutes } from './goodsRoutes.js';
import { orderRoutes } from './orderRoutes.js';
import { signInRoutes } from './signInRoutes.js';
import { createSite } from './site.js';

export function siteRoutes(server: FastifyInstance, shop: Shop, origin: string, attemptsMax: number): void {
  const site = createSite(shop, origin, attemptsMax);
  goodsRoutes(server, site);
  basketRoutes(server, site);
  signInRoutes(server, site);
  checkoutRoutes(server, site);
  orderRoutes(server, site);
  dataRoutes(server, site);
}
