/** Selling: what the shop has on the left, what the customer takes on the right.   Floor: till. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Item } from '../../../shop/src/api.js';
import { settings } from '../settings/settings.js';
import { boundTo } from '../shell/boundTo.js';
import { Icon } from '../shell/Icon.js';
import { catalogue, categories, currency, inWords, itemOfBarcode, itemsFound } from '../shop/catalogue.js';
import { inMoney } from '../words/money.js';
import { categoryInWords, say } from '../words/words.js';
import { BasketPanel } from './BasketPanel.js';
import { pick, picked } from './basket.js';
import { listenToScanner } from './scanner.js';

export function SellPage(): JSX.Element {
  const search = useSignal('');
  const category = useSignal<string | undefined>(undefined);
  useEffect(() => listenToScanner(pickScanned), []);
  const found = itemsFound(search.value, category.value);

  /** A scanner may type into the field, too; who searches and presses Enter takes the only one that fits. */
  function submit(event: Event): void {
    event.preventDefault();
    const only = found.length === 1 ? found[0] : undefined;
    const item = itemOfBarcode(search.value.trim()) ?? only;
    if (item === undefined) return;
    pick(item);
    search.value = '';
  }

  return (
    <div class="sell">
      <section class="shelf" aria-labelledby="shelf-title">
        <h1 id="shelf-title" class="out-of-sight">
          {say('sell')}
        </h1>
        <search>
          <form class="search" onSubmit={submit}>
            <Icon name="search" />
            <input type="search" aria-label={say('search')} placeholder={say('search')} {...boundTo(search)} />
          </form>
        </search>
        <fieldset class="chips" aria-label={say('search')}>
          {[undefined, ...categories.value].map((name) => (
            <button
              key={name ?? ''}
              type="button"
              class="chip"
              aria-pressed={category.value === name}
              onClick={() => {
                category.value = name;
              }}
            >
              {name === undefined ? say('all') : categoryInWords(name)}
            </button>
          ))}
        </fieldset>
        {catalogue.value === undefined && <p class="quiet">{say('noCatalogue')}</p>}
        {catalogue.value !== undefined && found.length === 0 && <p class="quiet">{say('nothingFound')}</p>}
        <ul class="articles">
          {found.map((item) => (
            <Article key={item.sku} item={item} />
          ))}
        </ul>
      </section>
      <BasketPanel />
    </div>
  );
}

function Article({ item }: { readonly item: Item }): JSX.Element {
  const { available } = item.stock;
  const taken = picked.value.find(({ sku }) => sku === item.sku)?.qty ?? 0;
  const isOut = available <= taken && !item.isGiftCard;
  return (
    <li>
      <button type="button" class="article" onClick={() => pick(item)} data-taken={taken > 0}>
        <span class="picture">
          <img src={pictureOf(item)} alt="" loading="lazy" width="160" height="120" />
          {taken > 0 && <span class="taken">{taken}</span>}
        </span>
        <span class="name">{inWords(item.name)}</span>
        <span class="facts">
          <span class="price">{inMoney(item.price, currency.value)}</span>
          {!item.isGiftCard && (
            <span class="stock" data-out={isOut}>
              {available <= 0 ? say('soldOut') : available <= 5 ? say('left', { n: available }) : ''}
            </span>
          )}
        </span>
      </button>
    </li>
  );
}

function pictureOf({ picture }: Item): string {
  return picture.startsWith('/') ? settings.value.shopUrl + picture : picture;
}

function pickScanned(code: string): void {
  const item = itemOfBarcode(code);
  if (item !== undefined) pick(item);
}
