/**
 * The public site: each page a GET, each form a POST that answers with another page. Nothing needs a script.
 * Source: docs/reference/shop.md, the site.   Floor: shop site.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ConsentPurpose } from '../api.js';
import type { Shop } from '../createShop.js';
import { consentsOf, giveConsentAs, receiptKeyOf, withdrawConsent } from '../customers/consents.js';
import { factsOf } from '../customers/facts.js';
import { knowCustomer } from '../customers/pairwise.js';
import { schemaOrgItem } from '../feeds/schemaOrg.js';
import { giftOf } from '../gifts/gifts.js';
import { catalogueOf } from '../goods/catalogue.js';
import { price } from '../goods/price.js';
import { listings } from '../market/market.js';
import { sharingOf } from '../market/sharing.js';
import { draw } from '../names.js';
import { cancelOrder, freeSlots, orderOf, secretsOf } from '../orders/orders.js';
import { ShopError } from '../shopError.js';
import { infoOf } from '../shops.js';
import * as customerPages from './customerPages.js';
import * as goodsPages from './goodsPages.js';
import type { View } from './layout.js';
import { createSessions, preferredOf, type Session } from './session.js';
import { pictureOf, STYLE } from './style.js';
import { QUESTIONS } from './texts.js';

/** Fields of forms: texts, all of them. */
const field = (most: number, pattern?: string) => ({
  type: 'string',
  maxLength: most,
  ...(pattern !== undefined && { pattern }),
});
const form = (fields: Readonly<Record<string, object>>, required: readonly string[] = Object.keys(fields)) => ({
  schema: {
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['csrf', ...required],
      properties: { csrf: field(64), ...fields },
    },
  },
});
const CONSENT_DAYS = 365;
const QTY_MAX = 99;
const LINES_MAX = 50;
const CODES_MAX = 10;

type Body = Readonly<Record<string, string>>;

export function siteRoutes(server: FastifyInstance, shop: Shop, origin: string, attemptsMax: number): void {
  const few = { rateLimit: { max: attemptsMax, timeWindow: '1 minute' } };
  const sessions = createSessions(shop, origin);
  const html = (reply: FastifyReply, text: string) =>
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(text);
  const of = (request: FastifyRequest): string => (request.params as Body)['shop'] ?? '';
  const param = (request: FastifyRequest, name: string): string => (request.params as Body)[name] ?? '';
  const search = (request: FastifyRequest): string => String((request.query as Body)['q'] ?? '').slice(0, 60);
  const viewOf = async (request: FastifyRequest, reply: FastifyReply): Promise<View> => {
    const session = await sessions.open(request, reply, of(request));
    if (
      (request.query as Body)['lang'] !== undefined &&
      (session.basket.lines.length > 0 || session.holder !== undefined)
    )
      await sessions.keep(of(request), session);
    return { shop: await shop.read(of(request), async (work) => infoOf(work.shop)), session };
  };
  const ofCustomer = ({ customer }: Session): string => {
    if (customer === undefined) throw new ShopError('not-signed-in', 'Sign in first.');
    return customer;
  };

  server.get('/', async (request, reply) => {
    const { lat, lon } = request.query as Body;
    const [latitude, longitude] = [Number(lat), Number(lon)];
    const near =
      lat !== undefined && Number.isFinite(latitude) && Number.isFinite(longitude)
        ? { latitude, longitude }
        : undefined;
    return html(
      reply,
      goodsPages.marketPage(
        preferredOf(request),
        await listings(shop.database, near, search(request)),
        search(request),
      ),
    );
  });
  server.get('/style.css', async (_, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=3600').send(STYLE),
  );
  server.get('/pictures/:shop/:name', async (request, reply) => {
    const sku = param(request, 'name').replace(/\.svg$/, '');
    const item = await shop.read(
      of(request),
      async (work) =>
        (await work.query('select category from item where shop_id = $1 and sku = $2', [of(request), sku]))[0],
    );
    if (item === undefined) throw new ShopError('not-found', 'There is no such picture.');
    return reply
      .type('image/svg+xml')
      .header('cache-control', 'public, max-age=86400')
      .send(pictureOf(sku, String(item['category'])));
  });

  server.get('/s/:shop', async (request, reply) => {
    const { items, promotions } = await shop.change(of(request), (work) => catalogueOf(work));
    const wanted = search(request).trim().toLowerCase();
    const shown = items.filter(({ name, gtin }) =>
      `${name.en} ${name.fr} ${gtin ?? ''}`.toLowerCase().includes(wanted),
    );
    const offers = promotions.filter(({ code }) => code === undefined);
    return html(reply, goodsPages.shopPage(await viewOf(request, reply), shown, offers, search(request)));
  });
  server.get('/s/:shop/items/:sku', async (request, reply) => {
    const { items } = await shop.change(of(request), (work) => catalogueOf(work));
    const item = items.find(({ sku }) => sku === param(request, 'sku'));
    if (item === undefined) throw new ShopError('not-found', 'There is no such item.');
    const view = await viewOf(request, reply);
    return html(reply, goodsPages.itemPage(view, item, schemaOrgItem(view.shop, item, origin)));
  });

  server.get('/s/:shop/basket', async (request, reply) => {
    const view = await viewOf(request, reply);
    const { basket } = view.session;
    return html(
      reply,
      goodsPages.basketPage(
        view,
        basket.lines.length === 0 ? undefined : await shop.change(of(request), (work) => price(work, basket)),
      ),
    );
  });
  server.post(
    '/s/:shop/basket',
    form({ sku: field(32), qty: field(3, '^[0-9]{1,3}$'), how: { enum: ['add', 'set', 'remove'] } }),
    async (request, reply) => {
      const session = await sessions.ofForm(request, reply, of(request));
      const { sku = '', qty = '0', how } = request.body as Body;
      const { lines } = session.basket;
      const before = lines.find((line) => line.sku === sku)?.qty ?? 0;
      const next = how === 'remove' ? 0 : Math.min(QTY_MAX, Number(qty) + (how === 'add' ? before : 0));
      const others = lines.map((line) => (line.sku === sku ? { sku, qty: next } : line)).filter((line) => line.qty > 0);
      const basket = { ...session.basket, lines: before === 0 && next > 0 ? [...lines, { sku, qty: next }] : others };
      if (basket.lines.length > LINES_MAX) throw new ShopError('invalid', 'The basket is full.');
      // What isn't sold here doesn't get in.
      if (basket.lines.length > 0) await shop.change(of(request), (work) => price(work, basket));
      await sessions.keep(of(request), { ...session, basket });
      return reply.redirect(`/s/${of(request)}/basket`, 303);
    },
  );
  server.post('/s/:shop/codes', form({ code: field(40) }), async (request, reply) => {
    const session = await sessions.ofForm(request, reply, of(request));
    const codes = [...new Set([...session.basket.codes, String((request.body as Body)['code']).trim()])]
      .filter((code) => code !== '')
      .slice(-CODES_MAX);
    await sessions.keep(of(request), { ...session, basket: { ...session.basket, codes } });
    return reply.redirect(`/s/${of(request)}/basket`, 303);
  });

  server.get('/s/:shop/gift', async (request, reply) =>
    html(reply, customerPages.giftPage(await viewOf(request, reply))),
  );
  server.post('/s/:shop/gift', { ...form({ code: field(16) }), config: few }, async (request, reply) => {
    const session = await sessions.ofForm(request, reply, of(request));
    const code = String((request.body as Body)['code']).trim();
    const gift = await shop
      .read(of(request), (work) => giftOf(work, code))
      .catch((fault: unknown) => {
        if (fault instanceof ShopError && fault.code === 'not-found') return null;
        throw fault;
      });
    return html(
      reply.status(gift === null ? 404 : 200),
      customerPages.giftPage({ ...(await viewOf(request, reply)), session }, gift),
    );
  });

  server.get('/s/:shop/sign-in', async (request, reply) =>
    html(reply, customerPages.signInPage(await viewOf(request, reply), false)),
  );
  server.post('/s/:shop/sign-in', { ...form({ code: field(16) }), config: few }, async (request, reply) => {
    const session = await sessions.ofForm(request, reply, of(request));
    const { merchant } = await shop.read(of(request), async (work) => work.shop);
    const said = (await shop.accounts?.signIn(merchant, String((request.body as Body)['code']).trim())) ?? {
      ok: false as const,
    };
    if (!said.ok)
      return html(reply.status(403), customerPages.signInPage({ ...(await viewOf(request, reply)), session }, true));
    const customer = await shop.change(of(request), (work) => knowCustomer(work, said.holder));
    await sessions.renew(reply, of(request), { ...session, holder: said.holder, customer });
    return reply.redirect(`/s/${of(request)}/${session.basket.lines.length > 0 ? 'checkout' : 'me'}`, 303);
  });
  server.post('/s/:shop/sign-out', form({}), async (request, reply) => {
    const { id, csrf, language, basket } = await sessions.ofForm(request, reply, of(request));
    await sessions.renew(reply, of(request), { id, csrf, language, basket });
    return reply.redirect(`/s/${of(request)}`, 303);
  });

  server.get('/s/:shop/checkout', async (request, reply) => {
    const view = await viewOf(request, reply);
    if (view.session.basket.lines.length === 0) return reply.redirect(`/s/${of(request)}/basket`, 303);
    const [priced, slots] = await shop.change(
      of(request),
      async (work) => [await price(work, view.session.basket), await freeSlots(work)] as const,
    );
    if (priced.shortages.length > 0) return reply.redirect(`/s/${of(request)}/basket`, 303);
    return html(
      reply,
      customerPages.checkoutPage(view, priced, slots, draw(shop.random, 20), shop.accounts !== undefined),
    );
  });
  const checkout = form(
    {
      key: field(20, '^[0-9A-Z]{20}$'),
      total: field(12, '^[0-9]{1,12}$'),
      name: field(60, '\\S'),
      slot: field(13, '^[0-9]{1,13}$'),
      pay: { enum: ['account', 'counter'] },
      gift: field(16),
    },
    ['key', 'total', 'name', 'slot', 'pay'],
  );
  server.post('/s/:shop/checkout', checkout, async (request, reply) => {
    const session = await sessions.ofForm(request, reply, of(request));
    const { key = '', total, name = '', slot, pay, gift = '' } = request.body as Body;
    const { lines, codes } = session.basket;
    /** What came of this form before. */
    const numberOf = async (): Promise<unknown> => {
      const [row] = await shop.read(of(request), (work) =>
        work.query(
          "select answer->>'number' as number from idempotency where shop_id = $1 and actor = $2 and operation = 'order' and key = $3",
          [of(request), session.id, key],
        ),
      );
      return row?.['number'];
    };
    if (lines.length === 0 && (await numberOf()) === undefined) throw new ShopError('invalid', 'The basket is empty.');
    const placing = shop.order(
      of(request),
      key,
      {
        lines,
        codes,
        customerName: name.trim(),
        language: session.language,
        slotMs: Number(slot),
        total: Number(total),
        pay: pay === 'account' ? 'account' : 'counter',
        ...(gift !== '' && { giftCode: gift }),
      },
      { session: session.id, holder: session.holder },
    );
    const number = await placing.then(
      (order) => order.number,
      async (fault: unknown) => {
        // The account may have paid: its page tells, and an error would make the customer order again.
        const placed = fault instanceof ShopError && fault.code === 'unavailable' ? await numberOf() : undefined;
        if (placed === undefined) throw fault;
        return placed;
      },
    );
    return reply.redirect(`/s/${of(request)}/orders/${number}?new=1`, 303);
  });

  /** Of this session, or of the account that is signed in; to anybody else there is no such order. */
  const ownOrder = async (request: FastifyRequest, session: Session) => {
    const number = param(request, 'number');
    const [order, secrets] = await shop.read(
      of(request),
      async (work) => [await orderOf(work, number), await secretsOf(work, number)] as const,
    );
    const isOwn =
      secrets !== undefined &&
      (secrets.session === session.id || (secrets.customer !== null && secrets.customer === session.customer));
    if (order === undefined || !isOwn) throw new ShopError('not-found', 'There is no such order.');
    return { order, code: secrets.code };
  };
  server.get('/s/:shop/orders/:number', async (request, reply) => {
    const view = await viewOf(request, reply);
    const { order, code } = await ownOrder(request, view.session);
    const isNew = (request.query as Body)['new'] === '1' && view.session.basket.lines.length > 0;
    if (isNew) await sessions.keep(of(request), { ...view.session, basket: { lines: [], codes: [] } });
    const session = isNew ? { ...view.session, basket: { lines: [], codes: [] } } : view.session;
    return html(reply, customerPages.orderPage({ ...view, session }, order, code));
  });
  server.post('/s/:shop/orders/:number/cancel', form({}), async (request, reply) => {
    const { order } = await ownOrder(request, await sessions.ofForm(request, reply, of(request)));
    await shop.change(of(request), (work) => cancelOrder(work, order.number, 'customer'));
    return reply.redirect(`/s/${of(request)}/orders/${order.number}`, 303);
  });

  const dataOf = (request: FastifyRequest, customer: string) =>
    shop.read(of(request), async (work) => ({
      receipts: await consentsOf(work, customer),
      facts: await factsOf(work, customer),
      orders: (
        await work.query(
          'select number from customer_order where shop_id = $1 and customer_id = $2 order by placed_ms',
          [of(request), customer],
        )
      ).map(({ number }) => String(number)),
    }));
  server.get('/s/:shop/me', async (request, reply) => {
    const view = await viewOf(request, reply);
    if (view.session.customer === undefined) return reply.redirect(`/s/${of(request)}/sign-in`, 303);
    const { receipts, facts, orders } = await dataOf(request, view.session.customer);
    const given = receipts
      .filter(({ state }) => state === 'given')
      .flatMap(({ services }) => services.flatMap(({ purposes }) => purposes.map(({ purpose }) => purpose)));
    const open = (Object.keys(QUESTIONS) as ConsentPurpose[]).filter((purpose) => !given.includes(purpose));
    return html(reply, customerPages.dataPage(view, receipts, facts, open, orders));
  });
  server.get('/s/:shop/me/export.json', async (request, reply) => {
    const customer = ofCustomer(await sessions.open(request, reply, of(request)));
    return reply
      .header('cache-control', 'no-store')
      .header('content-disposition', 'attachment; filename="my-data.json"')
      .send({ customer, ...(await dataOf(request, customer)) });
  });
  server.post('/s/:shop/me/consents', form({ purpose: { enum: Object.keys(QUESTIONS) } }), async (request, reply) => {
    const session = await sessions.ofForm(request, reply, of(request));
    const customer = ofCustomer(session);
    const purpose = (request.body as Body)['purpose'] as ConsentPurpose;
    const { language } = session;
    await shop.change(of(request), (work) =>
      giveConsentAs(
        work,
        { purposes: [purpose], text: QUESTIONS[purpose][language], language, method: 'web', days: CONSENT_DAYS },
        customer,
      ),
    );
    return reply.redirect(`/s/${of(request)}/me`, 303);
  });
  server.post('/s/:shop/me/consents/:id/withdraw', form({}), async (request, reply) => {
    const customer = ofCustomer(await sessions.ofForm(request, reply, of(request)));
    await shop.change(of(request), (work) => withdrawConsent(work, param(request, 'id'), customer));
    return reply.redirect(`/s/${of(request)}/me`, 303);
  });
  server.get('/s/:shop/privacy', async (request, reply) => {
    const [sharing, key] = await shop.read(
      of(request),
      async (work) => [await sharingOf(work), receiptKeyOf(work.shop)] as const,
    );
    return html(reply, customerPages.privacyPage(await viewOf(request, reply), sharing, key));
  });
}
