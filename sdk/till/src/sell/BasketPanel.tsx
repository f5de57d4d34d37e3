/** The basket: lines with their number, what is taken off and why, what it comes to.   Floor: till. */
import type { JSX } from 'preact';
import { useLocation } from 'wouter-preact';
import { beginCharge } from '../charge/charge.js';
import { Icon } from '../shell/Icon.js';
import { currency, inWords } from '../shop/catalogue.js';
import { inMoney } from '../words/money.js';
import { say } from '../words/words.js';
import { emptyBasket, lastPicked, ofOrder, type PricedLine, picked, priced, setQuantity } from './basket.js';

export function BasketPanel(): JSX.Element {
  const { lines, discounts, subtotal, total } = priced.value;
  const [, go] = useLocation();
  const money = (minor: number): string => inMoney(minor, currency.value);
  return (
    <section class="basket" aria-labelledby="basket-title">
      <header>
        <h2 id="basket-title">
          {say('basket')}
          {ofOrder.value !== undefined && <span class="tag">{ofOrder.value}</span>}
        </h2>
        {lines.length > 0 && (
          <button type="button" class="round" aria-label={say('clear')} onClick={emptyBasket}>
            <Icon name="trash" />
          </button>
        )}
      </header>
      <p class="out-of-sight" role="status">
        {announcement()}
      </p>
      {lines.length === 0 ? (
        <p class="quiet empty">
          <Icon name="sell" size={48} />
          {say('emptyBasket')}
        </p>
      ) : (
        <ul class="lines">
          {lines.map((line) => (
            <BasketLine key={line.sku} line={line} money={money} />
          ))}
        </ul>
      )}
      <footer>
        {discounts.length > 0 && (
          <dl class="sums">
            <div>
              <dt>{say('subtotal')}</dt>
              <dd>{money(subtotal)}</dd>
            </div>
            {discounts.map(({ promotion, name, amount }) => (
              <div key={promotion} class="discount">
                <dt>{inWords(name)}</dt>
                <dd>{money(-amount)}</dd>
              </div>
            ))}
          </dl>
        )}
        <p class="total">
          <span>{say('total')}</span>
          <strong>{money(total)}</strong>
        </p>
        <button
          type="button"
          class="main wide"
          disabled={total === 0}
          onClick={() => {
            beginCharge();
            go('/');
          }}
        >
          {say('charge', { amount: money(total) })}
        </button>
      </footer>
    </section>
  );
}

function BasketLine({
  line: { sku, qty, item, gross, net },
  money,
}: {
  readonly line: PricedLine;
  readonly money: (minor: number) => string;
}): JSX.Element {
  const name = inWords(item.name);
  return (
    <li class="line">
      <span class="name">{name}</span>
      <span class="amount">
        {net !== gross && <s>{money(gross)}</s>} {money(net)}
      </span>
      <span class="stepper">
        <button
          type="button"
          class="round"
          aria-label={say('less', { name })}
          onClick={() => setQuantity(sku, qty - 1)}
        >
          <Icon name="minus" size={20} />
        </button>
        <span class="qty">{qty}</span>
        <button
          type="button"
          class="round"
          aria-label={say('more', { name })}
          onClick={() => setQuantity(sku, qty + 1)}
        >
          <Icon name="plus" size={20} />
        </button>
      </span>
      <span class="unit">{money(item.price)}</span>
    </li>
  );
}

function announcement(): string {
  const item = lastPicked.value;
  const qty = picked.value.find(({ sku }) => sku === item?.sku)?.qty;
  return item === undefined || qty === undefined ? '' : say('added', { name: inWords(item.name), qty });
}
