/**
 * Money back for a sale, at the counter or online: to what paid, the last first. The till writes it down, the hosts give it back, by keys; then the shop is
 * told, and takes the goods back: `refunds.ts`.
 * Floor: till.
 */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Sale } from '../../../shop/src/api.js';
import { Icon } from '../shell/Icon.js';
import { inWords, refreshCatalogue } from '../shop/catalogue.js';
import { sayEnd, sayFault } from '../words/faultWords.js';
import { inDateTime, inMoney } from '../words/money.js';
import { say } from '../words/words.js';
import { giveBack, mayGoBack, notBack, refundOf } from './refunds.js';

interface RefundFormProps {
  readonly sale: Sale;
  readonly changed: () => void;
  readonly close: () => void;
}

export function RefundForm({ sale, changed, close }: RefundFormProps): JSX.Element {
  const back = useSignal<Readonly<Record<string, number>>>({});
  const message = useSignal('');
  const isBusy = useSignal(false);
  const money = (minor: number): string => inMoney(minor, sale.currency);
  const left = mayGoBack(sale);
  const paid = sale.tenders.reduce((sum, { kind, amount }) => sum + (kind === 'coupon' ? 0 : amount), 0);
  const spent = paid - sale.owed - sale.refunds.reduce((sum, one) => sum + one.amount, 0) - left;
  const storedLeft = sale.tenders.reduce((sum, { state, amount }) => sum + (state === 'stored' ? amount : 0), 0);
  const chosen = sale.lines.reduce(
    (sum, { sku, qty, net }) => sum + Math.round((net * (back.value[sku] ?? 0)) / qty),
    0,
  );
  const amount = Math.min(chosen === 0 ? left : chosen, left);
  const stillHere = notBack(sale);
  const lines = [...stillHere].flatMap(([sku, qty]) => {
    const n = chosen === 0 ? qty : Math.min(qty, back.value[sku] ?? 0);
    return n === 0 ? [] : [{ sku, qty: n }];
  });

  async function refund(): Promise<void> {
    isBusy.value = true;
    try {
      const end = await giveBack(refundOf(sale, amount, lines));
      if (end.kind === 'unknown') {
        message.value = say('refundUnknown');
        return;
      }
      const told = [say('refunded', { amount: money(end.amount) })];
      if (end.inCash > 0) told.push(say('handOut', { amount: money(end.inCash) }));
      if (end.kind === 'partly') told.push(sayEnd(end.result));
      message.value = told.join(' ');
      back.value = {};
      await refreshCatalogue();
      changed();
    } catch (fault) {
      message.value = sayFault(fault);
    } finally {
      isBusy.value = false;
    }
  }

  return (
    <section class="card refund" aria-label={say('refund')}>
      <header>
        <strong class="number">{sale.receiptNumber}</strong>
        <span class="tag">{sale.channel === 'web' ? `${say('online')} ${sale.order ?? ''}` : say('counter')}</span>
        <span class="grow">{inDateTime(sale.soldMs)}</span>
        <button type="button" class="round" aria-label={say('close')} onClick={close}>
          <Icon name="cross" />
        </button>
      </header>
      <ul class="plain">
        {sale.tenders.map(({ kind, label, amount: minor, masked, state, key }) => (
          <li key={`${key}${kind}${label}${minor}`} class="pair">
            <span>
              {kind === 'cash' ? say('cash') : `${say(kind)} · ${label}`} {masked ?? ''}{' '}
              {state !== undefined && <span class="tag">{say(state)}</span>}
            </span>
            <span>{money(minor)}</span>
          </li>
        ))}
      </ul>
      <h2>{say('goodsBack')}</h2>
      <ul class="plain">
        {sale.lines.map(({ sku, qty, name, net }) => (
          <li key={sku} class="pair">
            <label class="grow">
              {inWords(name)} · {money(net)}
              <select
                value={`${back.value[sku] ?? 0}`}
                onChange={(event) => {
                  back.value = { ...back.value, [sku]: Number(event.currentTarget.value) };
                }}
              >
                {Array.from({ length: Math.min(qty, stillHere.get(sku) ?? 0) + 1 }, (_, n) => (
                  <option key={`${n}`} value={`${n}`}>
                    {n} / {qty}
                  </option>
                ))}
              </select>
            </label>
          </li>
        ))}
      </ul>
      <p class="quiet">{say('refundHow')}</p>
      {storedLeft > 0 && <p class="quiet">{say('refundStored', { amount: money(storedLeft) })}</p>}
      {spent - storedLeft > 0 && <p class="quiet">{say('refundSpent', { amount: money(spent - storedLeft) })}</p>}
      <p class="message" role="status">
        {message.value}
      </p>
      <button type="button" class="main" disabled={isBusy.value || amount <= 0} onClick={() => void refund()}>
        {say('refundAll', { amount: money(amount) })}
      </button>
    </section>
  );
}
