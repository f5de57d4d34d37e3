/**
 * What a shop knows of a customer: shown, taken along, agreed to and withdrawn.
 * Floor: shop site.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ConsentPurpose } from '../api.js';
import { consentsOf, giveConsentAs, receiptKeyOf, withdrawConsent } from '../customers/consents.js';
import { factsOf } from '../customers/facts.js';
import { sharingOf } from '../market/sharing.js';
import { ShopError } from '../shopError.js';
import { dataPage, privacyPage } from './customerPages.js';
import type { Session } from './session.js';
import { form, param, type Site, sendPage, shopOf, type Texts } from './site.js';
import { QUESTIONS } from './texts.js';

const CONSENT_DAYS = 365;

export function dataRoutes(server: FastifyInstance, { shop, sessions, viewOf }: Site): void {
  const dataOf = (request: FastifyRequest, customer: string) =>
    shop.read(shopOf(request), async (work) => ({
      receipts: await consentsOf(work, customer),
      facts: await factsOf(work, customer),
      orders: (
        await work.query(
          'select number from customer_order where shop_id = $1 and customer_id = $2 order by placed_ms',
          [shopOf(request), customer],
        )
      ).map(({ number }) => String(number)),
    }));
  server.get('/s/:shop/me', async (request, reply) => {
    const view = await viewOf(request, reply);
    if (view.session.customer === undefined) return reply.redirect(`/s/${shopOf(request)}/sign-in`, 303);
    const { receipts, facts, orders } = await dataOf(request, view.session.customer);
    const given = receipts
      .filter(({ state }) => state === 'given')
      .flatMap(({ services }) => services.flatMap(({ purposes }) => purposes.map(({ purpose }) => purpose)));
    const open = (Object.keys(QUESTIONS) as ConsentPurpose[]).filter((purpose) => !given.includes(purpose));
    return sendPage(reply, dataPage(view, receipts, facts, open, orders));
  });
  server.get('/s/:shop/me/export.json', async (request, reply) => {
    const customer = ofCustomer(await sessions.open(request, reply, shopOf(request)));
    return reply
      .header('cache-control', 'no-store')
      .header('content-disposition', 'attachment; filename="my-data.json"')
      .send({ customer, ...(await dataOf(request, customer)) });
  });
  server.post('/s/:shop/me/consents', form({ purpose: { enum: Object.keys(QUESTIONS) } }), async (request, reply) => {
    const session = await sessions.ofForm(request, reply, shopOf(request));
    const customer = ofCustomer(session);
    const purpose = (request.body as Texts)['purpose'] as ConsentPurpose;
    const { language } = session;
    await shop.change(shopOf(request), (work) =>
      giveConsentAs(
        work,
        { purposes: [purpose], text: QUESTIONS[purpose][language], language, method: 'web', days: CONSENT_DAYS },
        customer,
      ),
    );
    return reply.redirect(`/s/${shopOf(request)}/me`, 303);
  });
  server.post('/s/:shop/me/consents/:id/withdraw', form({}), async (request, reply) => {
    const customer = ofCustomer(await sessions.ofForm(request, reply, shopOf(request)));
    await shop.change(shopOf(request), (work) => withdrawConsent(work, param(request, 'id'), customer));
    return reply.redirect(`/s/${shopOf(request)}/me`, 303);
  });
  server.get('/s/:shop/privacy', async (request, reply) => {
    const [sharing, key] = await shop.read(
      shopOf(request),
      async (work) => [await sharingOf(work), receiptKeyOf(work.shop)] as const,
    );
    return sendPage(reply, privacyPage(await viewOf(request, reply), sharing, key));
  });
}

function ofCustomer({ customer }: Session): string {
  if (customer === undefined) throw new ShopError('not-signed-in', 'Sign in first.');
  return customer;
}
