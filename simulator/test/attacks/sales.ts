/** The sales that strangers meddle with: by tap, by a card that waits in the slot, with a basket, and with other payments before them. */
import { newKey, type PaymentKey } from '@comptoir/sdk';
import { seededBytes } from '../../src/index.js';
import { cartesBancaires, catalogueCard, hex, visa } from '../../src/world/cards/applicationProfiles.js';
import { createProfileCard } from '../../src/world/cards/catalogue.js';
import { createTestPki } from '../../src/world/pki/testPki.js';
import type { Sale, Scene } from './scene.js';

const AMOUNT = 1250;
const BASKET_AMOUNT = 5000;
const basket = { currency: 'EUR', lines: [{ sku: 'bread', qty: 2, unit: 2500 }] };
/** Results that a reader remembers. */
const REMEMBERED = 8;

type Where = 'tap' | 'slot';

function payment(card: string, where: Where, more: Partial<Sale> & { readonly partial?: 'allow' } = {}): Sale {
  const { partial, ...own } = more;
  return {
    title: `${card}, ${where}`,
    amount: AMOUNT,
    isTap: where === 'tap',
    key: () => newKey('order-17', 1, seededBytes('order')),
    sell: (scene, key) => pay(scene, key, card, where, partial),
    ...own,
  };
}

async function pay(scene: Scene, key: PaymentKey, card: string, where: Where, partial?: 'allow'): Promise<unknown> {
  const { simulation, till } = scene;
  const paying = till.pay({
    amount: { minor: AMOUNT, currency: 'EUR' },
    key,
    interfaces: where === 'tap' ? 'contactless' : 'contact',
    ...(partial !== undefined && { partial }),
    async confirm() {
      await scene.at('confirm');
      return false;
    },
  });
  await begun(paying);
  await scene.at('waiting');
  if (where === 'tap') simulation.tap(card);
  else simulation.insert(card);
  try {
    return await paying;
  } finally {
    simulation.lift();
  }
}

function sale(title: string, card: string, more: Partial<Sale> = {}): Sale {
  return {
    title,
    amount: BASKET_AMOUNT,
    key: () => newKey('order-17', 1, seededBytes('order')),
    sell: (scene, key) => checkout(scene, key, card, false),
    ...more,
  };
}

async function checkout(scene: Scene, key: PaymentKey, card: string, asksChoice: boolean): Promise<unknown> {
  const { simulation, till } = scene;
  const paying = till.pay({
    basket,
    key,
    ...(asksChoice && {
      async choose() {
        await scene.at('choose');
        return [];
      },
    }),
  });
  await begun(paying);
  await scene.at('waiting');
  simulation.tap(card);
  try {
    return await paying;
  } finally {
    simulation.lift();
  }
}

/** The reader asks for a card, or the call is over. */
async function begun(call: AsyncIterable<unknown>): Promise<void> {
  try {
    for await (const _ of call) return;
  } catch {
    // Whoever awaits the call is told.
  }
}

export const DECLINED_TAP: Sale = payment('declined', 'tap');
export const DECLINED_SLOT: Sale = payment('declined', 'slot');
export const APPROVED_TAP: Sale = payment('visa-debit', 'tap');
export const APPROVED_SLOT: Sale = payment('mastercard', 'slot');
export const PARTIAL_TAP: Sale = payment('partial', 'tap', { partial: 'allow' });
export const SCRIPT_SLOT: Sale = payment('script-limits', 'slot');
export const PARTIAL_SLOT: Sale = payment('partial', 'slot', { partial: 'allow' });

/** Bit 8 of tag 87: not without the cardholder's word. */
const CONFIRM = 0x80;

export const CONFIRM_SLOT: Sale = payment('asks', 'slot', {
  title: 'a card that wants its application confirmed, slot',
  options: () => ({ cards: { asks: asking() } }),
});

function asking() {
  const card = catalogueCard(
    { name: 'asks', label: 'Asks', description: 'wants both confirmed', number: hex('4970100000000154') },
    cartesBancaires({ priority: CONFIRM | 1 }),
    visa({ label: 'VISA DEBIT', priority: 2 }),
  );
  return createProfileCard(card, 'asks', createTestPki());
}

/** Another payment, approved, whose answer the till never got: it's open still. */
export const BESIDE_OPEN: Sale = payment('declined', 'tap', {
  title: 'declined, tap, beside an open payment that was approved',
  async before(scene) {
    scene.loseAnswer();
    await pay(scene, newKey('order-16'), 'visa-debit', 'tap');
  },
});

export const BESIDE_OPEN_SLOT: Sale = payment('declined', 'slot', {
  title: 'declined, slot, beside an open payment that was approved',
  async before(scene) {
    scene.loseAnswer();
    await pay(scene, newKey('order-16'), 'visa-debit', 'tap');
  },
});

/** The acquirer decides, and the till never hears it: its payment is open when it ends. */
function withoutAnswer(sold: Sale): Sale {
  return {
    ...sold,
    title: `${sold.title}, answer lost`,
    sell(scene, key) {
      scene.loseAnswer();
      return sold.sell(scene, key);
    },
  };
}

const AGAIN = newKey('order-17', 1, seededBytes('order'));

/** The reader has forgotten the first tap of this key, and the acquirer has not. */
export const SECOND_TAP: Sale = payment('declined', 'tap', {
  title: 'another card under a key that was paid and forgotten',
  key: () => AGAIN,
  async before(scene) {
    await pay(scene, AGAIN, 'visa-debit', 'tap');
    for (let at = 0; at < REMEMBERED; at += 1) await pay(scene, newKey(`between-${at}`), 'declined', 'tap');
  },
});

export const BASKET: Sale = sale('a basket on coupon, gift card and bank', 'dynamic');
export const BASKET_DECLINED: Sale = sale('a basket on a card that its bank declines', 'declined');
export const BASKET_CHOSEN: Sale = sale('a basket of which the customer chooses', 'dynamic', {
  sell: (scene, key) => checkout(scene, key, 'dynamic', true),
});

/** The bank was asked, its answer got lost, and the card holds coupon and gift card for that sale. */
export const BASKET_UNSETTLED: Sale = sale('a basket on a card that holds an earlier sale open', 'dynamic', {
  async before(scene) {
    scene.loseAnswer();
    await checkout(scene, newKey('order-16'), 'dynamic', false);
  },
});

export const LOST_TAP: Sale = withoutAnswer(DECLINED_TAP);
export const LOST_SLOT: Sale = withoutAnswer(DECLINED_SLOT);
export const LOST_BASKET: Sale = withoutAnswer(BASKET_DECLINED);
