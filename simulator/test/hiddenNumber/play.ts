/**
 * Sales with cards that hide their number, and everything that the host got of them.
 * Floor: simulator tests.
 */
import { connect, keyFrom, type PaymentKey, type Reader } from '@comptoir/sdk';
import type { Card } from '../../src/machine/card.js';
import { type SimulateOptions, simulate } from '../../src/simulation/simulate.js';
import { type Heard, heardFrom } from './heard.js';
import { type Hiding, identifierOf, plantedOf, type Sale } from './hiding.js';
import { hidingCard, type Planted } from './hidingCard.js';

const ALL = ['bank', 'account', 'gift', 'coupon', 'loyalty'] as const;
const amount = { minor: 1250, currency: 'EUR' };
/** More than the gift card of the dynamic card has. */
const basket = { currency: 'EUR', lines: [{ sku: 'bread', qty: 2, unit: 2500 }] };
const smallBasket = { currency: 'EUR', lines: [{ sku: 'bread', qty: 1, unit: 1000 }] };

/** 87, bit 8: not without the cardholder's confirmation. @see EMV 4.4 Book 1 §12.2.3 */
const WANTS_CONFIRMATION: Planted = { place: { tag: 0x87, filling: 'zeros', weight: 0 }, value: Uint8Array.of(0x81) };

/** A reader with a till, for one sale after another. */
export interface Counter extends AsyncDisposable {
  /** A sale as a till makes it, what came of it asked for afterwards, and the reader's log. */
  sell(card: Card, sale: Sale, uid?: Uint8Array): Promise<Heard>;
  /** @param planted whose number is planted; by default the card's own. Another one shows what is found by chance */
  play(hiding: Hiding, planted?: Hiding): Promise<Heard>;
}

export async function openCounter(options: SimulateOptions): Promise<Counter> {
  const simulation = await simulate(options);
  const reader = await connect(simulation, simulation);
  let sales = 0;

  async function sell(card: Card, sale: Sale, uid?: Uint8Array): Promise<Heard> {
    const [messages, reports] = [simulation.messages().length, simulation.transcript().length];
    if (sale === 'pay contact' || sale === 'confirm') simulation.insert(card);
    else simulation.tap(card, uid);
    sales += 1;
    const key = keyFrom(`order-${sales}-1`);
    // A refused card is as good as a paid one: whatever the host heard of it counts.
    for (const step of [() => begin(reader, sale, key), () => reader.lookup(key), () => reader.log()])
      await step().then(undefined, () => undefined);
    simulation.lift();
    // Whatever the reader still says.
    await simulation.advance(1000);
    return heardFrom(simulation.messages().slice(messages), simulation.transcript().slice(reports));
  }
  return {
    sell,
    play(hiding, planted = hiding) {
      const { base, number, isAuthentic, sale } = hiding;
      const wish = sale === 'confirm' ? [WANTS_CONFIRMATION] : [];
      const card = hidingCard({ base, number, isAuthentic, planted: [...plantedOf(planted), ...wish] });
      return sell(card, sale, identifierOf(planted));
    },
    async [Symbol.asyncDispose]() {
      await reader[Symbol.asyncDispose]();
      await simulation.close();
    },
  };
}

async function begin(reader: Reader, sale: Sale, key: PaymentKey): Promise<unknown> {
  switch (sale) {
    case 'pay contact':
      return await reader.pay({ amount, key, interfaces: 'contact' });
    case 'confirm':
      return await reader.pay({ amount, key, interfaces: 'contact', confirm: () => true });
    case 'choose':
      return await reader.pay({
        basket,
        key,
        choose: (instruments) => instruments.slice(0, 1).map(({ id }) => id),
      });
    case 'pay contactless':
      return await reader.pay({ amount, key, interfaces: 'contactless' });
    case 'read':
      return await reader.read({ accept: ALL });
    case 'checkout':
      return await reader.pay({ basket, key });
    case 'small checkout':
      return await reader.pay({ basket: smallBasket, key });
    case 'cards':
      await reader.cards();
      return await reader.pay({ amount, key, interfaces: 'contactless' });
  }
}
