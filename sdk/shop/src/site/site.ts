/**
 * What the routes of the public site share: its forms, its visitors and how a page goes out.
 * Floor: shop site.
 */
import type { FastifyContextConfig, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import type { Shop } from '../createShop.js';
import { infoOf } from '../shops.js';
import type { View } from './layout.js';
import { createSessions, type Sessions } from './session.js';

/** A form's fields, or those of an address: texts, all of them. */
export type Texts = Readonly<Record<string, string>>;

export interface Site {
  readonly shop: Shop;
  readonly sessions: Sessions;
  readonly origin: string;
  /** For forms with a code that somebody could guess. */
  readonly few: FastifyContextConfig;
  viewOf(request: FastifyRequest, reply: FastifyReply): Promise<View>;
}

export function createSite(shop: Shop, origin: string, attemptsMax: number): Site {
  const sessions = createSessions(shop, origin);
  return {
    shop,
    sessions,
    origin,
    few: { rateLimit: { max: attemptsMax, timeWindow: '1 minute' } },
    async viewOf(request, reply) {
      const of = shopOf(request);
      const session = await sessions.open(request, reply, of);
      if (
        (request.query as Texts)['lang'] !== undefined &&
        (session.basket.lines.length > 0 || session.holder !== undefined)
      )
        await sessions.keep(of, session);
      return { shop: await shop.read(of, async (work) => infoOf(work.shop)), session };
    },
  };
}

export function sendPage(reply: FastifyReply, html: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(html);
}

export function param(request: FastifyRequest, name: string): string {
  return (request.params as Texts)[name] ?? '';
}

export function shopOf(request: FastifyRequest): string {
  return param(request, 'shop');
}

export function field(most: number, pattern?: string): object {
  return { type: 'string', maxLength: most, ...(pattern !== undefined && { pattern }) };
}

export function form(
  fields: Readonly<Record<string, object>>,
  required: readonly string[] = Object.keys(fields),
): RouteShorthandOptions {
  return {
    schema: {
      body: {
        type: 'object',
        additionalProperties: false,
        required: ['csrf', ...required],
        properties: { csrf: field(64), ...fields },
      },
    },
  };
}
