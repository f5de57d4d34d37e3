/** What is wrong, and what waits: no network, sales and card payments that aren't sent yet, payments that the bank refused later.   Floor: till. */
import type { StoredSale } from '@comptoir/sdk/offline';
import { useSignal, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { connection, forward, queue, queueChanged } from '../reader/readerConnection.js';
import { recovered } from '../sale/afterRestart.js';
import { sendSales, unsent } from '../sale/outbox.js';
import { finished } from '../sales/refunds.js';
import { settings } from '../settings/settings.js';
import { currency } from '../shop/catalogue.js';
import { isOnline } from '../shop/shopClient.js';
import { inMoney } from '../words/money.js';
import { say } from '../words/words.js';
import { Icon } from './Icon.js';

export function Banner(): JSX.Element {
  const stored = useSignal<readonly StoredSale[]>([]);
  const lost = useSignal<readonly StoredSale[]>([]);
  /** How many were lost when somebody last said that it's seen. */
  const lostSeen = useSignal(0);
  const room = useSignal(0);
  useSignalEffect(() => {
    void queueChanged.value;
    void settings.value;
    void (async () => {
      const all = await queue().list();
      stored.value = all.filter(({ state }) => state === 'stored' || state === 'forwarding');
      lost.value = all.filter(({ state }) => state === 'declined' || state === 'expired');
      room.value = await queue().room();
    })().catch(() => {});
  });
  const waiting = unsent().length;
  const sumOf = (all: readonly StoredSale[]): string =>
    inMoney(
      all.reduce((total, { amount }) => total + amount.minor, 0),
      currency.value,
    );
  return (
    <div class="banner" role="status">
      {!isOnline.value && (
        <p class="notice warn">
          <Icon name="offline" />
          {room.value > 0 ? say('offline', { limit: inMoney(room.value, currency.value) }) : say('offlineNone')}
        </p>
      )}
      {connection.value.state === 'gone' && (
        <p class="notice warn">
          <Icon name="card" />
          {say('readerAway')}
        </p>
      )}
      {(waiting > 0 || stored.value.length > 0) && (
        <p class="notice">
          <Icon name="clock" />
          {waiting > 0 && <span>{say('waiting', { n: waiting })}</span>}
          {stored.value.length > 0 && (
            <span>{say('storedCards', { n: stored.value.length, amount: sumOf(stored.value) })}</span>
          )}
          <button type="button" class="small" onClick={sendNow}>
            {say('forwardNow')}
          </button>
        </p>
      )}
      {lost.value.length > lostSeen.value && (
        <p class="notice warn">
          <Icon name="cross" />
          {say('lostCards', { n: lost.value.length, amount: sumOf(lost.value) })}
          <button
            type="button"
            class="small"
            onClick={() => {
              lostSeen.value = lost.value.length;
            }}
          >
            {say('close')}
          </button>
        </p>
      )}
      {finished.value.map(({ receiptNumber, inCash }) => (
        <p key={receiptNumber} class="notice">
          <Icon name="check" />
          {say('refundFinished', { number: receiptNumber })}{' '}
          {inCash > 0 && say('handOut', { amount: inMoney(inCash, currency.value) })}
          <button
            type="button"
            class="small"
            onClick={() => {
              finished.value = finished.value.filter((one) => one.receiptNumber !== receiptNumber);
            }}
          >
            {say('close')}
          </button>
        </p>
      ))}
      {recovered.value > 0 && (
        <p class="notice">
          <Icon name="check" />
          {say('recovered', { n: recovered.value })}
          <button
            type="button"
            class="small"
            onClick={() => {
              recovered.value = 0;
            }}
          >
            {say('close')}
          </button>
        </p>
      )}
    </div>
  );
}

function sendNow(): void {
  void forward();
  void sendSales().catch(() => {});
}
