/**
 * The basket, the codes of promotions in it, and what is left on a gift card.
 * Floor: shop site.
 */
import type { FastifyInstance } from 'fastify';
import { giftOf } from '../gifts/gifts.js';
import { price } from '../goods/price.js';
import { ShopError } from '../shopError.js';
import { giftPage } from './customerPages.js';
import { basketPage } from './goodsPages.js';
import { field, form, type Site, sendPage, shopOf, type Texts } from './site.js';

const QTY_MAX = 99;
const LINES_MAX = 50;
const CODES_MAX = 10;

export function basketRoutes(server: FastifyInstance, { shop, sessions, viewOf, few }: Site): void {
  server.get('/s/:shop/basket', async (request, reply) => {
    const view = await viewOf(request, reply);
    const { basket } = view.session;
    return sendPage(
      reply,
      basketPage(
        view,
        basket.lines.length === 0 ? undefined : await shop.change(shopOf(request), (work) => price(work, basket)),
      ),
    );
  });
  server.post(
    '/s/:shop/basket',
    form({ sku: field(32), qty: field(3, '^[0-9]{1,3}$'), how: { enum: ['add', 'set', 'remove'] } }),
    async (request, reply) => {
      const session = await sessions.ofForm(request, reply, shopOf(request));
      const { sku = '', qty = '0', how } = request.body as Texts;
      const { lines } = session.basket;
      const before = lines.find((line) => line.sku === sku)?.qty ?? 0;
      const next = how === 'remove' ? 0 : Math.min(QTY_MAX, Number(qty) + (how === 'add' ? before : 0));
      const others = lines.map((line) => (line.sku === sku ? { sku, qty: next } : line)).filter((line) => line.qty > 0);
      const basket = { ...session.basket, lines: before === 0 && next > 0 ? [...lines, { sku, qty: next }] : others };
      if (basket.lines.length > LINES_MAX) throw new ShopError('invalid', 'The basket is full.');
      // What isn't sold here doesn't get in.
      if (basket.lines.length > 0) await shop.change(shopOf(request), (work) => price(work, basket));
      await sessions.keep(shopOf(request), { ...session, basket });
      return reply.redirect(`/s/${shopOf(request)}/basket`, 303);
    },
  );
  server.post('/s/:shop/codes', form({ code: field(40) }), async (request, reply) => {
    const session = await sessions.ofForm(request, reply, shopOf(request));
    const codes = [...new Set([...session.basket.codes, String((request.body as Texts)['code']).trim()])]
      .filter((code) => code !== '')
      .slice(-CODES_MAX);
    await sessions.keep(shopOf(request), { ...session, basket: { ...session.basket, codes } });
    return reply.redirect(`/s/${shopOf(request)}/basket`, 303);
  });

  server.get('/s/:shop/gift', async (request, reply) => sendPage(reply, giftPage(await viewOf(request, reply))));
  server.post('/s/:shop/gift', { ...form({ code: field(16) }), config: few }, async (request, reply) => {
    const session = await sessions.ofForm(request, reply, shopOf(request));
    const code = String((request.body as Texts)['code']).trim();
    const gift = await shop
      .read(shopOf(request), (work) => giftOf(work, code))
      .catch((fault: unknown) => {
        if (fault instanceof ShopError && fault.code === 'not-found') return null;
        throw fault;
      });
    return sendPage(
      reply.status(gift === null ? 404 : 200),
      giftPage({ ...(await viewOf(request, reply)), session }, gift),
    );
  });
}
