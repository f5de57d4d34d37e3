/**
 * What pages have in common: HTML that needs no script. Preact escapes whatever is put into it.
 * Floor: shop site.
 */
import { formatMoney } from '@comptoir/sdk';
import type { ComponentChildren, JSX } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { Item, Priced, ShopInfo, Texts } from '../api.js';
import type { Language, Session } from './session.js';
import { T } from './texts.js';

export interface View {
  readonly shop: ShopInfo;
  readonly session: Session;
}

export const say = (language: Language, text: Texts): string => text[language];

/** `14,50 EUR` in French. */
export const cash = (minor: number, currency: string, language: Language): string => {
  const text = formatMoney({ minor, currency });
  return language === 'fr' ? text.replace('.', ',') : text;
};
export const at = (shop: ShopInfo, path = ''): string => `/s/${shop.shop}${path}`;

export const time = (ms: number, { timeZone }: ShopInfo, language: Language): string =>
  new Intl.DateTimeFormat(language, {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(ms);

export function document(language: Language, title: string, body: ComponentChildren, data?: object): string {
  // A data block: no script runs on any page. `<` is written so that nothing ends it early.
  const json = data && JSON.stringify(data).replaceAll('<', '\\u003c');
  return `<!doctype html>${renderToString(
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title}</title>
        <link rel="stylesheet" href="/style.css" />
        {json && <script type="application/ld+json" dangerouslySetInnerHTML={{ __html: json }} />}
      </head>
      <body>{body}</body>
    </html>,
  )}`;
}

export function page({ shop, session }: View, title: string, body: ComponentChildren, data?: object): string {
  const { language, basket, holder } = session;
  const count = basket.lines.reduce((sum, { qty }) => sum + qty, 0);
  return document(
    language,
    `${title} · ${shop.name}`,
    <>
      <header>
        <a class="name" href={at(shop)}>
          {shop.name}
        </a>
        <nav>
          <a href="/">{say(language, T.market)}</a>
          <a href={at(shop, '/basket')}>
            {say(language, T.basket)} ({count})
          </a>
          {holder ? (
            <a href={at(shop, '/me')}>{holder.label}</a>
          ) : (
            <a href={at(shop, '/sign-in')}>{say(language, T.signIn)}</a>
          )}
          <a href="?lang=en" lang="en" hreflang="en">
            EN
          </a>
          <a href="?lang=fr" lang="fr" hreflang="fr">
            FR
          </a>
        </nav>
      </header>
      <main>
        <h1>{title}</h1>
        {body}
      </main>
      <footer>
        <p>{shop.address.join(', ')}</p>
        <p>
          <a href={at(shop, '/gift')}>{say(language, T.giftCard)}</a> ·{' '}
          <a href={at(shop, '/privacy')}>{say(language, T.privacy)}</a>
        </p>
      </footer>
    </>,
    data,
  );
}

export function Form({ view, path, children }: { view: View; path: string; children: ComponentChildren }): JSX.Element {
  return (
    <form method="post" action={at(view.shop, path)}>
      <input type="hidden" name="csrf" value={view.session.csrf} />
      {children}
    </form>
  );
}

export function Stock({ item, language }: { item: Item; language: Language }): JSX.Element {
  const { available } = item.stock;
  return available > 0 ? (
    <p class="there">
      {say(language, T.inStock)}: {available} {say(language, T.left)}
    </p>
  ) : (
    <p class="gone">{say(language, T.soldOut)}</p>
  );
}

export function Lines({
  priced,
  language,
}: {
  priced: Pick<Priced, 'lines' | 'discounts' | 'subtotal' | 'total' | 'currency'>;
  language: Language;
}): JSX.Element {
  const money = (minor: number): string => cash(minor, priced.currency, language);
  return (
    <table>
      <tbody>
        {priced.lines.map(({ sku, qty, name, gross }) => (
          <tr key={sku}>
            <td>
              {qty} × {say(language, name)}
            </td>
            <td>{money(gross)}</td>
          </tr>
        ))}
        {priced.discounts.map(({ promotion, name, amount }) => (
          <tr key={promotion} class="discount">
            <td>{say(language, name)}</td>
            <td>−{money(amount)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{say(language, T.total)}</th>
          <td>{money(priced.total)}</td>
        </tr>
      </tfoot>
    </table>
  );
}
