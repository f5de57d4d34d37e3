/** Online orders to prepare, and to hand over: by a tap of the account that ordered, or by its code.   Floor: till. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import type { Order } from '../../../shop/src/api.js';
import { beginCharge } from '../charge/charge.js';
import { connectedReader } from '../reader/readerConnection.js';
import { ofOrder, picked } from '../sell/basket.js';
import { boundTo } from '../shell/boundTo.js';
import { Icon } from '../shell/Icon.js';
import { inWords } from '../shop/catalogue.js';
import { get, isOnline, post } from '../shop/shopClient.js';
import { sayFault } from '../words/faultWords.js';
import { inMoney, inTime } from '../words/money.js';
import { say } from '../words/words.js';

const REFRESH_MS = 5_000;

export function OrdersPage(): JSX.Element {
  const orders = useSignal<readonly Order[] | undefined>(undefined);
  const message = useSignal('');
  const asked = useSignal<{ readonly number: string; readonly show: string } | undefined>(undefined);
  const [, go] = useLocation();

  async function refresh(): Promise<void> {
    try {
      orders.value = (await get('/orders')).orders;
    } catch {
      orders.value ??= [];
    }
  }
  useEffect(() => {
    void refresh();
    const timer = setInterval(() => void refresh(), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);

  async function change(work: () => Promise<string>): Promise<void> {
    try {
      message.value = await work();
    } catch (fault) {
      message.value = sayFault(fault);
    } finally {
      asked.value = undefined;
      await refresh();
    }
  }

  const makeReady = ({ number }: Order): Promise<void> =>
    change(async () => {
      await post('/orders/:number/ready', {}, `${number}-ready`, { number });
      return '';
    });

  /** The tap shows who it is and takes no money. */
  const handOverByTap = ({ number, customerName }: Order): Promise<void> =>
    change(async () => {
      asked.value = { number, show: say('connecting') };
      const op = (await connectedReader()).read({ accept: ['account'] }, { takeOver: true });
      for await (const { show } of op) asked.value = { number, show: say(show) };
      const references = (await op).instruments.flatMap(({ reference }) => reference ?? []);
      if (references.length === 0) return say('noAccount');
      let last: unknown;
      for (const reference of references) {
        try {
          await post('/orders/:number/hand-over', { proof: { by: 'tap', reference } }, `${number}-${reference}`, {
            number,
          });
          return say('handedOver', { name: customerName });
        } catch (fault) {
          last = fault;
        }
      }
      throw last;
    });

  const handOverByCode = ({ number, customerName }: Order, code: string): Promise<void> =>
    change(async () => {
      const proof = { by: 'code', code } as const;
      await post('/orders/:number/hand-over', { proof }, `${number}-code-${code}`.slice(0, 64), { number });
      return say('handedOver', { name: customerName });
    });

  function payHere({ number, lines }: Order): void {
    picked.value = lines.map(({ sku, qty }) => ({ sku, qty }));
    ofOrder.value = number;
    go('/');
    beginCharge();
  }

  return (
    <div class="page">
      <h1>{say('orders')}</h1>
      <p class="quiet">{say('ordersHint')}</p>
      <p class="message" role="status">
        {message.value}
      </p>
      {orders.value?.length === 0 && <p class="quiet empty">{say('noOrders')}</p>}
      <ul class="cards">
        {orders.value?.map((order) => (
          <OrderCard
            key={order.number}
            order={order}
            asked={asked.value?.number === order.number ? asked.value.show : undefined}
            makeReady={makeReady}
            handOverByTap={handOverByTap}
            handOverByCode={handOverByCode}
            payHere={payHere}
          />
        ))}
      </ul>
    </div>
  );
}

interface OrderCardProps {
  readonly order: Order;
  /** What the reader shows while it's asked about this order. */
  readonly asked: string | undefined;
  readonly makeReady: (order: Order) => Promise<void>;
  readonly handOverByTap: (order: Order) => Promise<void>;
  readonly handOverByCode: (order: Order, code: string) => Promise<void>;
  readonly payHere: (order: Order) => void;
}

function OrderCard({ order, asked, makeReady, handOverByTap, handOverByCode, payHere }: OrderCardProps): JSX.Element {
  return (
    <li class="card" data-ready={order.status === 'ready'}>
      <header>
        <strong class="number">{order.number}</strong>
        <span class="tag" data-kind={order.status === 'ready' ? 'good' : 'calm'}>
          {order.status === 'ready' ? say('ready') : order.isPaid ? say('placed') : say('toPay')}
        </span>
      </header>
      <p class="who">
        {order.customerName} · {say('slot', { from: inTime(order.slot.fromMs), until: inTime(order.slot.untilMs) })}
      </p>
      <ul class="plain">
        {order.lines.map(({ sku, qty, name }) => (
          <li key={sku}>
            {qty} × {inWords(name)}
          </li>
        ))}
      </ul>
      <p class="total">
        <span>{say('total')}</span>
        <strong>{inMoney(order.total, order.currency)}</strong>
      </p>
      {asked !== undefined ? (
        <p class="asked" role="status">
          <Icon name="waves" size={32} />
          {asked}
        </p>
      ) : (
        <div class="buttons">
          {order.status !== 'ready' && order.isPaid && (
            <button type="button" disabled={!isOnline.value} onClick={() => void makeReady(order)}>
              {say('makeReady')}
            </button>
          )}
          {order.isPaid && (
            <button type="button" class="main" disabled={!isOnline.value} onClick={() => void handOverByTap(order)}>
              {say('handOver')}
            </button>
          )}
          {!order.isPaid && (
            <button type="button" class="main" onClick={() => payHere(order)}>
              {say('payHere')}
            </button>
          )}
        </div>
      )}
      {order.isPaid && order.provenBy.includes('code') && <CodeForm order={order} handOver={handOverByCode} />}
    </li>
  );
}

interface CodeFormProps {
  readonly order: Order;
  readonly handOver: (order: Order, code: string) => Promise<void>;
}

function CodeForm({ order, handOver }: CodeFormProps): JSX.Element {
  const code = useSignal('');
  return (
    <form
      class="inline"
      onSubmit={(event) => {
        event.preventDefault();
        void handOver(order, code.value.trim());
      }}
    >
      <label>
        {say('code')}
        <input {...boundTo(code)} />
      </label>
      <button type="submit" class="small" disabled={code.value.trim() === ''}>
        {say('handOverCode')}
      </button>
    </form>
  );
}
