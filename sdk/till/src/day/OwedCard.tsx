/** Card payments whose money isn't there: what waits for the bank, what it refused later, and what only a person can end.   Floor: till. */
import type { StoredSale } from '@comptoir/sdk/offline';
import { useSignal, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import type { Owed, OwedPayment } from '../../../shop/src/api.js';
import { queue, queueChanged } from '../reader/readerConnection.js';
import { sales } from '../sale/outbox.js';
import { boundTo } from '../shell/boundTo.js';
import { currency } from '../shop/catalogue.js';
import { get } from '../shop/shopClient.js';
import { inDateTime, inMoney } from '../words/money.js';
import { say } from '../words/words.js';

export function OwedCard(): JSX.Element | null {
  const told = useSignal<Owed | undefined>(undefined);
  /** Of this till's queue. */
  const expired = useSignal<readonly StoredSale[]>([]);
  useSignalEffect(() => {
    void queueChanged.value;
    void sales.value;
    void get('/owed').then(
      (owed) => {
        told.value = owed;
      },
      () => {},
    );
    void queue()
      .list()
      .then(
        (all) => {
          expired.value = all.filter(({ state }) => state === 'expired');
        },
        () => {},
      );
  });
  const payments = told.value?.payments ?? [];
  if (payments.length === 0 && expired.value.length === 0) return null;
  return (
    <section class="card owed">
      <h2>{say('owedTitle')}</h2>
      <p class="quiet">{say('owedHint')}</p>
      <ul class="plain">
        {payments.map((payment) => (
          <Row key={payment.key + payment.sale} payment={payment} />
        ))}
      </ul>
      {expired.value.map((one) => (
        <GiveUp key={one.key} payment={one} />
      ))}
    </section>
  );
}

function Row({ payment }: { readonly payment: OwedPayment }): JSX.Element {
  const { receiptNumber, soldMs, label, masked, owed, state, note } = payment;
  return (
    <li class="pair">
      <span class="grow">
        {receiptNumber} · {inDateTime(soldMs)} · {label} {masked?.slice(-4)} {note !== undefined && `· ${note}`}
      </span>
      <span class="tag" data-kind="warn">
        {say(state)}
      </span>
      <strong>{inMoney(owed, currency.value)}</strong>
    </li>
  );
}

function GiveUp({ payment: { key, label, masked, amount } }: { readonly payment: StoredSale }): JSX.Element {
  const note = useSignal('');
  async function giveUp(): Promise<void> {
    await queue().giveUp(key, note.value.trim());
    queueChanged.value += 1;
  }
  return (
    <form
      class="inline"
      onSubmit={(event) => {
        event.preventDefault();
        void giveUp();
      }}
    >
      <p>
        {label} {masked.slice(-4)} · {inMoney(amount.minor, amount.currency)}{' '}
        <span class="tag" data-kind="warn">
          {say('expired')}
        </span>
      </p>
      <label>
        {say('giveUpWhy')}
        <input maxLength={200} {...boundTo(note)} />
      </label>
      <button type="submit" class="small danger" disabled={note.value.trim() === ''}>
        {say('giveUpStored')}
      </button>
    </form>
  );
}
