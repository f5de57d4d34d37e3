/**
 * Signing in with the one-time code of an account, and out.
 * Floor: shop site.
 */
import type { FastifyInstance } from 'fastify';
import { knowCustomer } from '../customers/pairwise.js';
import { signInPage } from './customerPages.js';
import { field, form, type Site, sendPage, shopOf, type Texts } from './site.js';

export function signInRoutes(server: FastifyInstance, { shop, sessions, viewOf, few }: Site): void {
  server.get('/s/:shop/sign-in', async (request, reply) =>
    sendPage(reply, signInPage(await viewOf(request, reply), false)),
  );
  server.post('/s/:shop/sign-in', { ...form({ code: field(16) }), config: few }, async (request, reply) => {
    const session = await sessions.ofForm(request, reply, shopOf(request));
    const { merchant } = await shop.read(shopOf(request), async (work) => work.shop);
    const said = (await shop.accounts?.signIn(merchant, String((request.body as Texts)['code']).trim())) ?? {
      ok: false as const,
    };
    if (!said.ok) return sendPage(reply.status(403), signInPage({ ...(await viewOf(request, reply)), session }, true));
    const customer = await shop.change(shopOf(request), (work) => knowCustomer(work, said.holder));
    await sessions.renew(reply, shopOf(request), { ...session, holder: said.holder, customer });
    return reply.redirect(`/s/${shopOf(request)}/${session.basket.lines.length > 0 ? 'checkout' : 'me'}`, 303);
  });
  server.post('/s/:shop/sign-out', form({}), async (request, reply) => {
    const { id, csrf, language, basket } = await sessions.ofForm(request, reply, shopOf(request));
    await sessions.renew(reply, shopOf(request), { id, csrf, language, basket });
    return reply.redirect(`/s/${shopOf(request)}`, 303);
  });
}
