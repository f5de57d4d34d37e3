/**
 * From the basket to an order. A form that is sent again gives the order that it gave before.
 * Floor: shop site.
 */
import type { FastifyInstance } from 'fastify';
import { price } from '../goods/price.js';
import { draw } from '../names.js';
import { freeSlots } from '../orders/orders.js';
import { ShopError } from '../shopError.js';
import { checkoutPage } from './customerPages.js';
import { field, form, type Site, sendPage, shopOf, type Texts } from './site.js';

export function checkoutRoutes(server: FastifyInstance, { shop, sessions, viewOf }: Site): void {
  server.get('/s/:shop/checkout', async (request, reply) => {
    const view = await viewOf(request, reply);
    if (view.session.basket.lines.length === 0) return reply.redirect(`/s/${shopOf(request)}/basket`, 303);
    const [priced, slots] = await shop.change(
      shopOf(request),
      async (work) => [await price(work, view.session.basket), await freeSlots(work)] as const,
    );
    if (priced.shortages.length > 0) return reply.redirect(`/s/${shopOf(request)}/basket`, 303);
    return sendPage(reply, checkoutPage(view, priced, slots, draw(shop.random, 20), shop.accounts !== undefined));
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
    const session = await sessions.ofForm(request, reply, shopOf(request));
    const { key = '', total, name = '', slot, pay, gift = '' } = request.body as Texts;
    const { lines, codes } = session.basket;
    /** What came of this form before. */
    const numberOf = async (): Promise<unknown> => {
      const [row] = await shop.read(shopOf(request), (work) =>
        work.query(
          "select answer->>'number' as number from idempotency where shop_id = $1 and actor = $2 and operation = 'order' and key = $3",
          [shopOf(request), session.id, key],
        ),
      );
      return row?.['number'];
    };
    if (lines.length === 0 && (await numberOf()) === undefined) throw new ShopError('invalid', 'The basket is empty.');
    const placing = shop.order(
      shopOf(request),
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
    return reply.redirect(`/s/${shopOf(request)}/orders/${number}?new=1`, 303);
  });
}
