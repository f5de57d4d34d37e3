/**
 * The shop over HTTP: the till's API, the public site, the feeds. What a browser may do is said by headers; what goes wrong is told by a code
 * and a sentence, never by what is inside.
 * Source: docs/reference/shop.md, the server.   Floor: shop server.
 */
import { isIPv6 } from 'node:net';
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Shop } from '../createShop.js';
import { feedRoutes } from '../feeds/feedRoutes.js';
import { ShopError } from '../shopError.js';
import { errorPage } from '../site/goodsPages.js';
import { siteRoutes } from '../site/siteRoutes.js';
import { ucpFault } from '../ucp/ucpFault.js';
import { ucpRoutes } from '../ucp/ucpRoutes.js';
import { type FaultLine, faultLine, printFault } from './faultLine.js';
import { tillRoutes } from './tillRoutes.js';

export interface ServerOptions {
  /** How visitors reach it: `https://shop.example`. Cookies are for https alone when it is. */
  readonly origin: string;
  /** Requests of one address a minute. */
  readonly requestsMax?: number;
  /** Codes that one address may try in a minute, of accounts and of pairings. */
  readonly attemptsMax?: number;
  /**
   * Addresses or networks (`10.0.0.0/8`) of proxies in front of it. What they say in `x-forwarded-for` is the visitor, whose requests are
   * counted. None: the address of the socket is, whatever a header says.
   */
  readonly trustedProxies?: readonly string[];
  /** How long `close` waits for requests that are under way: then their connections are cut. Default: five seconds. */
  readonly closingMs?: number;
  /** What went wrong inside. Default: a line of JSON on standard error. */
  readonly onFault?: (line: FaultLine) => void;
  /** More routes, before it listens: the till's page, say. */
  readonly more?: (server: FastifyInstance) => void | Promise<void>;
}

const BODY_BYTES_MAX = 512 * 1024;
const REQUESTS_MAX = 600;
const ATTEMPTS_MAX = 10;
/** From its first byte to its last one: longer than a slow network needs. */
const REQUEST_MS = 60_000;
const CLOSING_MS = 5_000;

export async function createServer(
  shop: Shop,
  {
    origin,
    requestsMax = REQUESTS_MAX,
    attemptsMax = ATTEMPTS_MAX,
    trustedProxies = [],
    closingMs = CLOSING_MS,
    onFault = printFault,
    more,
  }: ServerOptions,
): Promise<FastifyInstance> {
  const tell = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const fault = faultOf(error);
    reply.status(fault.status);
    if (fault.status >= 500) {
      const route = request.routeOptions.url;
      const about = { code: fault.code, ...(route !== undefined && { route }), method: request.method };
      onFault(faultLine(fault, about, shop.clock.now()));
    }
    const isPage = request.url.startsWith('/s/') && !request.url.includes('/feeds/');
    if (request.url.startsWith('/ucp/'))
      return reply.type('application/json').send(JSON.stringify(ucpFault(fault, origin)));
    return isPage
      ? reply.type('text/html; charset=utf-8').send(errorPage(fault))
      : reply.type('application/json').send(JSON.stringify(fault.toJSON()));
  };
  const server = fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS,
    // Left as they are: what isn't listed in a schema is refused, and a text is no number.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
    routerOptions: { maxParamLength: 100 },
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    // What no route gets: their words would tell the whole address again, in a form that is not ours.
    frameworkErrors: (_, request, reply) =>
      tell(new ShopError('invalid', 'The address is wrong, or a part of it is too long.'), request, reply),
  });
  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    strictTransportSecurity: origin.startsWith('https:'),
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
  await server.register(rateLimit, {
    max: requestsMax,
    timeWindow: '1 minute',
    keyGenerator: ({ ip }) => visitorOf(ip),
    errorResponseBuilder: () => new ShopError('too-many', 'Too many requests: wait a minute.'),
  });
  await server.register(cookie);
  await server.register(formbody, { bodyLimit: 16 * 1024 });

  // Whoever connects and says nothing, or half of something, would keep the server from ending.
  server.addHook('preClose', async () => {
    setTimeout(() => server.server.closeAllConnections(), closingMs).unref();
  });
  server.addHook('onRequest', async (request) => {
    // A browser says where a request comes from. Nothing that changes anything may come from another site.
    const from = request.headers['sec-fetch-site'];
    const isForeign =
      (from !== undefined && from !== 'same-origin' && from !== 'none') ||
      (request.headers.origin !== undefined && request.headers.origin !== origin);
    if (request.method !== 'GET' && request.method !== 'HEAD' && isForeign)
      throw new ShopError('forbidden', 'This came from another site.');
  });
  server.addHook('preValidation', async ({ params, query, body }) => {
    // PostgreSQL has no text with these; JSON writes them as escapes.
    if (/\\u(?:0000|d[89a-f])/.test(JSON.stringify([params, query, body])))
      throw new ShopError('invalid', 'A text holds the character U+0000, or half of one.');
    if (Object.values(query ?? {}).some((value) => typeof value !== 'string'))
      throw new ShopError('invalid', 'A part of the query came twice.');
  });
  server.setErrorHandler(tell);
  server.setNotFoundHandler(async () => {
    throw new ShopError('not-found', 'There is nothing here.');
  });

  await server.register(async (inner) => tillRoutes(inner, shop, attemptsMax), { prefix: '/api/till' });
  siteRoutes(server, shop, origin, attemptsMax);
  feedRoutes(server, shop, origin);
  ucpRoutes(server, shop, origin, attemptsMax);
  await more?.(server);
  return server;
}

/** Whoever has an IPv6 address has a network of them, of 64 bits. */
function visitorOf(ip: string): string {
  if (!isIPv6(ip)) return ip;
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip) ?? [];
  if (mapped !== undefined) return mapped;
  const [before = '', after] = ip.split('::');
  const first = before === '' ? [] : before.split(':');
  const last = after === undefined || after === '' ? [] : after.split(':');
  const all =
    after === undefined ? first : [...first, ...Array<string>(8 - first.length - last.length).fill('0'), ...last];
  return all.slice(0, 4).join(':');
}

function faultOf(error: unknown): ShopError {
  if (error instanceof ShopError) return error;
  const { statusCode, validation, message, code } = (error ?? {}) as {
    statusCode?: number;
    validation?: unknown;
    message?: string;
    code?: string;
  };
  if (statusCode === 429) return new ShopError('too-many', 'Too many requests: wait a minute.');
  if (validation !== undefined || (statusCode !== undefined && statusCode < 500))
    return new ShopError('invalid', `The request is wrong: ${message}.`);
  // Classes 08 and 57 of SQLSTATE, and what the network says.
  if (/^(08|57|ECONN|ENOTFOUND)/.test(code ?? ''))
    return new ShopError('unavailable', 'The database can’t be asked: the same key again tells.', { cause: error });
  return new ShopError('internal', 'Something went wrong here: the same key again tells what was done.', {
    cause: error,
  });
}
