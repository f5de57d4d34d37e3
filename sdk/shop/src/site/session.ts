/**
 * Who a visitor of one shop's pages is. The cookie is for this shop's pages, unreadable for scripts, and kept as its hash; a form proves by
 * a MAC of the cookie that it was ours. A session is written down by its first form, so whoever only looks leaves nothing.
 * Floor: shop site.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AccountHolder } from '../accounts.js';
import type { PriceLine } from '../api.js';
import type { Shop } from '../createShop.js';
import type { ShopRow, Work } from '../database/work.js';
import { draw, hashOf, macOf } from '../names.js';
import { ShopError } from '../shopError.js';

export type Language = 'en' | 'fr';

interface Basket {
  readonly lines: readonly PriceLine[];
  readonly codes: readonly string[];
}

export interface Session {
  /** Its hash: the name in the database. */
  readonly id: string;
  readonly csrf: string;
  readonly language: Language;
  readonly basket: Basket;
  readonly customer?: string;
  readonly holder?: AccountHolder;
}

const COOKIE = 'comptoir';
const COOKIE_FORM = /^[0-9A-Z]{26}$/;
const LASTS_MS = 12 * 3_600_000;
const EMPTY: Basket = { lines: [], codes: [] };

export interface Sessions {
  /** @throws ShopError `not-found` of the shop */
  open(request: FastifyRequest, reply: FastifyReply, shop: string): Promise<Session>;
  /** The same for a form. @throws ShopError `forbidden` when the form isn't of this session */
  ofForm(request: FastifyRequest, reply: FastifyReply, shop: string): Promise<Session>;
  keep(shop: string, session: Session): Promise<void>;
  /** Another name after signing in or out: whoever knew the old one has nothing. */
  renew(reply: FastifyReply, shop: string, session: Session): Promise<void>;
}

export function createSessions(shop: Shop, origin: string): Sessions {
  // Under a key that stays: a form still counts after the server started anew, and at another server of this shop.
  const tokenOf = ({ shop_id, pairwise_key }: ShopRow, cookie: string): string =>
    macOf(pairwise_key, `form\0${shop_id}\0${cookie}`);
  const give = (reply: FastifyReply, of: string, cookie: string): void => {
    reply.setCookie(COOKIE, cookie, {
      path: `/s/${of}`,
      httpOnly: true,
      sameSite: 'lax',
      secure: origin.startsWith('https:'),
      maxAge: LASTS_MS / 1000,
    });
  };
  const open = async (request: FastifyRequest, reply: FastifyReply, of: string): Promise<Session> => {
    const sent = request.cookies[COOKIE] ?? '';
    const known = COOKIE_FORM.test(sent) ? sent : undefined;
    const cookie = known ?? draw(shop.random, 26);
    const id = hashOf(`session\0${cookie}`);
    const { row, csrf } = await shop.read(of, async (work) => {
      const [found] = await work.query(
        'select * from session where shop_id = $1 and session_id = $2 and expires_ms > $3',
        [of, id, work.nowMs],
      );
      return { row: found, csrf: tokenOf(work.shop, cookie) };
    });
    if (known === undefined) give(reply, of, cookie);
    const language = languageOf(request) ?? (row?.['language'] as Language | undefined) ?? preferredOf(request);
    return {
      id,
      csrf,
      language,
      basket: (row?.['basket'] as Basket | undefined) ?? EMPTY,
      ...(typeof row?.['customer_id'] === 'string' && { customer: row['customer_id'] }),
      ...(row?.['account'] != null && { holder: row['account'] as AccountHolder }),
    };
  };
  const keep = (of: string, session: Session): Promise<void> => shop.change(of, (work) => store(work, session));
  return {
    open,
    async ofForm(request, reply, of) {
      const session = await open(request, reply, of);
      const { csrf } = (request.body ?? {}) as { csrf?: unknown };
      if (request.cookies[COOKIE] === undefined || csrf !== session.csrf)
        throw new ShopError('forbidden', 'This form is too old, or was not ours: open the page again.');
      return session;
    },
    keep,
    async renew(reply, of, session) {
      const cookie = draw(shop.random, 26);
      await shop.change(of, async (work) => {
        const next = { ...session, id: hashOf(`session\0${cookie}`), csrf: tokenOf(work.shop, cookie) };
        await work.query('delete from session where shop_id = $1 and session_id = $2', [of, session.id]);
        await store(work, next);
      });
      give(reply, of, cookie);
    },
  };
}

async function store(work: Work, { id, basket, language, customer, holder }: Session): Promise<void> {
  await work.query(
    `insert into session values ($1, $2, $3, $4, $5, $6, $7) on conflict (shop_id, session_id)
       do update set customer_id = $3, account = $4, basket = $5, language = $6, expires_ms = $7`,
    [
      work.shop.shop_id,
      id,
      customer ?? null,
      holder === undefined ? null : JSON.stringify(holder),
      JSON.stringify(basket),
      language,
      work.nowMs + LASTS_MS,
    ],
  );
}

/** `?lang=`. */
function languageOf({ query }: FastifyRequest): Language | undefined {
  const { lang } = (query ?? {}) as { lang?: unknown };
  return lang === 'fr' || lang === 'en' ? lang : undefined;
}

export function preferredOf(request: FastifyRequest): Language {
  return languageOf(request) ?? (/^\s*fr\b/i.test(request.headers['accept-language'] ?? '') ? 'fr' : 'en');
}
