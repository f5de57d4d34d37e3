/**
 * Pages of goods: the marketplace, a shop, an item, a basket; and the page of what went wrong.
 * Floor: shop site.
 */
import type { JSX } from 'preact';
import type { Item, Priced, Promotion } from '../api.js';
import type { Listing } from '../market/market.js';
import type { ShopError } from '../shopError.js';
import { at, cash, document, Form, Lines, page, Stock, say, type View } from './layout.js';
import type { Language } from './session.js';
import { T } from './texts.js';

export function shopPage(view: View, items: readonly Item[], promotions: readonly Promotion[], search: string): string {
  const {
    shop,
    session: { language },
  } = view;
  return page(
    view,
    shop.name,
    <>
      <Search action={at(shop)} search={search} language={language} />
      {promotions.length > 0 && (
        <section class="offers">
          <h2>{say(language, T.promotions)}</h2>
          <ul>
            {promotions.map(({ id, name }) => (
              <li key={id}>{say(language, name)}</li>
            ))}
          </ul>
        </section>
      )}
      <ul class="items">
        {items.map((item) => (
          <li key={item.sku}>
            <a href={at(shop, `/items/${encodeURIComponent(item.sku)}`)}>
              <img src={item.picture} alt="" width="160" height="120" loading="lazy" />
              <span>{say(language, item.name)}</span>
            </a>
            <p class="price">{cash(item.price, shop.currency, language)}</p>
            <Stock item={item} language={language} />
          </li>
        ))}
      </ul>
    </>,
  );
}

export function itemPage(view: View, item: Item, data: object): string {
  const {
    shop,
    session: { language },
  } = view;
  return page(
    view,
    say(language, item.name),
    <article class="item">
      <img src={item.picture} alt="" width="320" height="240" />
      <p>{say(language, item.description)}</p>
      <p class="price">{cash(item.price, shop.currency, language)}</p>
      <Stock item={item} language={language} />
      {item.stock.available > 0 && (
        <Form view={view} path="/basket">
          <input type="hidden" name="sku" value={item.sku} />
          <label>
            {say(language, T.quantity)}{' '}
            <input type="number" name="qty" value="1" min="1" max={Math.min(99, item.stock.available)} />
          </label>
          <button type="submit" name="how" value="add">
            {say(language, T.add)}
          </button>
        </Form>
      )}
    </article>,
    data,
  );
}

export function basketPage(view: View, priced: Priced | undefined): string {
  const {
    session: { language },
  } = view;
  return page(
    view,
    say(language, T.basket),
    priced === undefined ? (
      <p>{say(language, T.empty)}</p>
    ) : (
      <>
        <Lines priced={priced} language={language} />
        {priced.shortages.map(({ sku, available }) => (
          <p key={sku} class="gone" role="alert">
            {say(language, T.short)}:{' '}
            {say(language, priced.lines.find((line) => line.sku === sku)?.name ?? { en: sku, fr: sku })} ({available})
          </p>
        ))}
        {priced.refused.map(({ code, promotion, name, why }) => (
          <p key={code ?? promotion} class="why">
            {code ?? (name && say(language, name))}: {say(language, why)}
          </p>
        ))}
        {priced.lines.map(({ sku, qty, name }) => (
          <Form key={sku} view={view} path="/basket">
            <input type="hidden" name="sku" value={sku} />
            <label>
              {say(language, name)} <input type="number" name="qty" value={qty} min="0" max="99" />
            </label>
            <button type="submit" name="how" value="set">
              {say(language, T.update)}
            </button>
            <button type="submit" name="how" value="remove">
              {say(language, T.remove)}
            </button>
          </Form>
        ))}
        <Form view={view} path="/codes">
          <label>
            {say(language, T.code)} <input name="code" maxLength={40} />
          </label>
          <button type="submit">{say(language, T.apply)}</button>
        </Form>
        <p>
          <a class="button" href={at(view.shop, '/checkout')}>
            {say(language, T.order)}
          </a>
        </p>
      </>
    ),
  );
}

interface SearchProps {
  readonly action: string;
  readonly search: string;
  readonly language: Language;
}

function Search({ action, search, language }: SearchProps): JSX.Element {
  return (
    <form class="search" method="get" action={action}>
      <label>
        {say(language, T.search)} <input type="search" name="q" value={search} maxLength={60} />
      </label>
      <button type="submit">{say(language, T.search)}</button>
    </form>
  );
}

export function marketPage(language: Language, listings: readonly Listing[], search: string): string {
  return document(
    language,
    say(language, T.market),
    <>
      <header>
        <span class="name">Comptoir</span>
        <nav>
          <a href="?lang=en" lang="en">
            EN
          </a>
          <a href="?lang=fr" lang="fr">
            FR
          </a>
        </nav>
      </header>
      <main>
        <h1>{say(language, T.market)}</h1>
        <Search action="/" search={search} language={language} />
        {listings.length === 0 && <p>{say(language, T.nothing)}</p>}
        {listings.map(({ shop, name, address, metres, items, promotions }) => (
          <section key={shop} class="listing">
            <h2>
              <a href={`/s/${shop}`}>{name}</a>
            </h2>
            <p>
              {address.join(', ')}
              {metres !== undefined && ` · ${metres} ${say(language, T.metres)}`}
            </p>
            <p class="offers">{promotions.map((text) => say(language, text)).join(' · ')}</p>
            <ul>
              {items
                .filter(({ isThere }) => isThere !== false)
                .slice(0, 12)
                .map((item) => (
                  <li key={item.sku}>
                    <a href={`/s/${shop}/items/${encodeURIComponent(item.sku)}`}>{say(language, item.name)}</a>
                    {item.quantity !== undefined && ` (${item.quantity})`}
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </main>
    </>,
  );
}

export function errorPage({ code, message }: ShopError): string {
  return document(
    'en',
    T.trouble.en,
    <main>
      <h1>
        {T.trouble.en} · {T.trouble.fr}
      </h1>
      <p role="alert">{message}</p>
      <p class="why">{code}</p>
      <p>
        <a href="/">
          {T.market.en} · {T.market.fr}
        </a>
      </p>
    </main>,
  );
}
