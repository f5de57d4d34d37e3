/**
 * An order, seen and cancelled by whoever placed it.
 * Floor: shop site.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { cancelOrder, orderOf, secretsOf } from '../orders/orders.js';
import { ShopError } from '../shopError.js';
import { orderPage } from './customerPages.js';
import type { Session } from './session.js';
import { form, param, type Site, sendPage, shopOf, type Texts } from './site.js';

export function orderRoutes(server: FastifyInstance, { shop, sessions, viewOf }: Site): void {
  /** Of this session, or of the account that is signed in; to anybody else there is no such order. */
  const ownOrder = async (request: FastifyRequest, session: Session) => {
    const number = param(request, 'number');
    const [order, secrets] = await shop.read(
      shopOf(request),
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
    const isNew = (request.query as Texts)['new'] === '1' && view.session.basket.lines.length > 0;
    if (isNew) await sessions.keep(shopOf(request), { ...view.session, basket: { lines: [], codes: [] } });
    const session = isNew ? { ...view.session, basket: { lines: [], codes: [] } } : view.session;
    return sendPage(reply, orderPage({ ...view, session }, order, code));
  });
  server.post('/s/:shop/orders/:number/cancel', form({}), async (request, reply) => {
    const { order } = await ownOrder(request, await sessions.ofForm(request, reply, shopOf(request)));
    await shop.change(shopOf(request), (work) => cancelOrder(work, order.number, 'customer'));
    return reply.redirect(`/s/${shopOf(request)}/orders/${order.number}`, 303);
  });
}
