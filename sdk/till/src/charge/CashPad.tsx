/** Cash: what is received, and what goes back.   Floor: till. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { remainingOf, type SaleRecord } from '../sale/saleRecord.js';
import { Icon } from '../shell/Icon.js';
import { inMoney } from '../words/money.js';
import { say } from '../words/words.js';
import { beginCharge, takeCash } from './charge.js';

const KEYS = ['7', '8', '9', '4', '5', '6', '1', '2', '3', '00', '0', '←'];
const NOTES = [500, 1000, 2000, 5000, 10_000];
const DIGITS_MAX = 8;

export function CashPad({ sale }: { readonly sale: SaleRecord }): JSX.Element {
  const typed = useSignal('');
  const due = remainingOf(sale);
  const received = typed.value === '' ? due : Number(typed.value);
  const money = (minor: number): string => inMoney(minor, sale.currency);
  const press = (key: string): void => {
    if (key === '←') typed.value = typed.value.slice(0, -1);
    else if (typed.value.length + key.length <= DIGITS_MAX) typed.value = (typed.value + key).replace(/^0+/, '');
  };
  return (
    <div class="cash">
      <header>
        <button type="button" class="round" aria-label={say('back')} onClick={() => beginCharge(sale)}>
          <Icon name="back" />
        </button>
        <h2 id="charge-title" tabIndex={-1}>
          {say('cash')} · {money(due)}
        </h2>
      </header>
      <p class="received" role="status">
        <span>{say('received')}</span>
        <strong>{money(received)}</strong>
        <span class="back">{received > due ? say('change', { amount: money(received - due) }) : ''}</span>
      </p>
      <div class="chips">
        <button type="button" class="chip" onClick={() => void takeCash(sale, due)}>
          {say('exact')}
        </button>
        {NOTES.filter((note) => note >= due)
          .slice(0, 3)
          .map((note) => (
            <button
              key={note}
              type="button"
              class="chip"
              onClick={() => {
                typed.value = `${note}`;
              }}
            >
              {money(note)}
            </button>
          ))}
      </div>
      <div class="pad">
        {KEYS.map((key) => (
          <button key={key} type="button" aria-label={key === '←' ? say('back') : key} onClick={() => press(key)}>
            {key}
          </button>
        ))}
      </div>
      <button type="button" class="main wide" disabled={received === 0} onClick={() => void takeCash(sale, received)}>
        {say('take', { amount: money(Math.min(received, due)) })}
      </button>
    </div>
  );
}
