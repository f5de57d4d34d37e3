/**
 * Money back for a sale, at the counter or online: to what paid, the last first. The money goes back at the host, by a key that is written down;
 * then the shop is told, and takes the goods back.
 * Floor: till.
 */
import { keyFrom, newKey } from '@comptoir/sdk';
import { refund } from '@comptoir/sdk/checkout';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Sale } from '../../../shop/src/api.js';
import { queue } from '../reader/readerConnection.js';
import { Icon } from '../shell/Icon.js';
import { inWords, refreshCatalogue } from '../shop/catalogue.js';
import { post } from '../shop/shopClient.js';
import { store } from '../store/records.js';
import { sayEnd, sayFault } from '../words/faultWords.js';
import { inDateTime, inMoney } from '../words/money.js';
import { say } from '../words/words.js';

interface RefundFormProps {
  readonly sale: Sale;
  readonly changed: () => void;
  readonly close: () => void;
}

export function RefundForm({ sale, changed, close }: RefundFormProps): JSX.Element {
  const back = useSignal<Readonly<Record<string, number>>>({});
  const message = useSignal('');
  const isBusy = useSignal(false);
  const before = sale.refunds.reduce((sum, { amount }) => sum + amount, 0);
  const money = (minor: number): string => inMoney(minor, sale.currency);
  const taken = sale.tenders.reduce((sum, { kind, amount }) => sum + (kind === 'coupon' ? 0 : amount), 0);
  const left = taken - before;
  const chosen = sale.lines.reduce(
    (sum, { sku, qty, net }) => sum + Math.round((net * (back.value[sku] ?? 0)) / qty),
    0,
  );
  const amount = Math.min(chosen === 0 ? left : chosen, left);
  const lines = sale.lines.flatMap(({ sku, qty }) => {
    const n = chosen === 0 ? qty : (back.value[sku] ?? 0);
    return n === 0 ? [] : [{ sku, qty: n }];
  });
  // A gift card of this shop that paid on the site is in the shop's ledger, not the host's: it gets what the others didn't pay.
  const ofGift = ({ kind }: { readonly kind: string }): boolean => sale.channel === 'web' && kind === 'gift';
  const leftAtHost =
    sale.tenders.reduce((sum, tender) => sum + (ofGift(tender) ? 0 : tender.amount), 0) -
    sale.refunds.flatMap(({ parts }) => parts).reduce((sum, part) => sum + (ofGift(part) ? 0 : part.amount), 0);
  const isCash = sale.tenders.every(({ kind }) => kind === 'cash' || kind === 'coupon');

  async function giveBack(): Promise<void> {
    isBusy.value = true;
    // The same number of refunds before: the same refund, whoever asks again.
    const key = newKey(`${sale.key}-back`.slice(0, 58), sale.refunds.length + 1);
    try {
      const told = { of: sale.key, amount, lines, refundedMs: Date.now() };
      if (isCash) await post('/refunds', { ...told, parts: [{ kind: 'cash', label: 'cash', amount }] }, key);
      else {
        const atHost = sale.channel === 'web' ? Math.min(amount, leftAtHost) : amount;
        const toGift = { kind: 'gift', label: 'GIFT CARD', amount: amount - atHost } as const;
        const gift = toGift.amount > 0 ? [toGift] : [];
        if (atHost === 0) {
          await post('/refunds', { ...told, parts: gift }, key);
          return await done();
        }
        const wanted = {
          of: keyFrom(sale.key),
          key,
          amount: { minor: atHost, currency: sale.currency },
          journal: store,
        };
        const result = await refund(queue().host, wanted);
        if (result.status !== 'refunded' && result.status !== 'partial') {
          message.value = result.status === 'unknown' ? say('refundUnknown') : sayEnd(result);
          return;
        }
        const made = result.parts.map((part) => ({ kind: part.kind, label: part.label, amount: part.amount.minor }));
        // What didn't go back to the account doesn't change what the card gets.
        const parts = [...made, ...gift];
        await post('/refunds', { ...told, amount: result.amount.minor + amount - atHost, parts }, key);
      }
      await done();
    } catch (fault) {
      message.value = sayFault(fault);
    } finally {
      isBusy.value = false;
    }
  }

  async function done(): Promise<void> {
    message.value = say('refunded', { amount: money(amount) });
    back.value = {};
    await refreshCatalogue();
    changed();
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
        {sale.tenders.map(({ kind, label, amount: minor, masked }) => (
          <li key={`${kind}${label}`} class="pair">
            <span>
              {kind === 'cash' ? say('cash') : `${say(kind)} · ${label}`} {masked ?? ''}
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
                {Array.from({ length: qty + 1 }, (_, n) => (
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
      <p class="message" role="status">
        {message.value}
      </p>
      <button type="button" class="main" disabled={isBusy.value || amount <= 0} onClick={() => void giveBack()}>
        {say('refundAll', { amount: money(amount) })}
      </button>
    </section>
  );
}
