/**
 * Taking the money of one sale, with the customer before the till: card, cash, in parts. What is asked for is written down before it's asked.
 * Floor: till.
 */
import {
  type Chosen,
  type Instrument,
  type LookupResult,
  type Op,
  type PayEvent,
  type PaymentKey,
  type Prompt,
  ReaderError,
  type TenderEvent,
} from '@comptoir/sdk';
import { refund, withTip } from '@comptoir/sdk/checkout';
import { type Signal, signal } from '@preact/signals';
import { connectedReader, isReachable, lookupAt, queue, queueChanged } from '../reader/readerConnection.js';
import { endPart, putSale, sales, sendSales } from '../sale/outbox.js';
import {
  isStoredPart,
  newSale,
  nextKey,
  type Part,
  remainingOf,
  type SaleRecord,
  voidKey,
  withState,
} from '../sale/saleRecord.js';
import { codes, emptyBasketOf, ofOrder, payBasketBy, priced } from '../sell/basket.js';
import { store } from '../store/records.js';
import { sayEnd, sayFault } from '../words/faultWords.js';

interface Of {
  readonly sale: SaleRecord;
}

export type Charge =
  | { readonly at: 'idle' }
  /** Tip, and how to pay what remains. */
  | ({ readonly at: 'how' } & Of)
  | ({ readonly at: 'cash' } & Of)
  | ({
      readonly at: 'prompt';
      readonly amount: number;
      readonly show: Prompt['show'] | 'connecting';
      readonly heard: readonly TenderEvent[];
    } & Of)
  | ({
      readonly at: 'choose';
      readonly amount: number;
      readonly instruments: readonly Instrument[];
      readonly answer: (chosen: Chosen | undefined) => void;
    } & Of)
  | ({ readonly at: 'paid' } & Of)
  | ({ readonly at: 'refused'; readonly message: string; readonly isDeclined: boolean } & Of)
  | ({
      readonly at: 'unknown';
      readonly key: PaymentKey;
      readonly message: string;
      readonly heldUntilMs?: number | undefined;
    } & Of);

export const charge: Signal<Charge> = signal({ at: 'idle' });

let stop: AbortController | undefined;

/** @param sale one that is open already, to go on with it */
export function beginCharge(sale?: SaleRecord): void {
  if (sale === undefined && priced.value.total === 0) return;
  const begun = sale ?? newSale(priced.value, codes.value, 0, ofOrder.value);
  if (sale === undefined) payBasketBy(begun.id);
  charge.value = { at: 'how', sale: begun };
}

/** Before the first part only. @param tip minor units */
export function setTip(tip: number): void {
  const { value } = charge;
  if (value.at === 'how' && value.sale.parts.length === 0) charge.value = { at: 'how', sale: { ...value.sale, tip } };
}

export function leaveCharge(): void {
  charge.value = { at: 'idle' };
}

export function stopWaiting(): void {
  stop?.abort();
}

/** The whole basket in one tap when nothing is paid yet and the acquirer can be asked; else so much by one card. */
export async function chargeCard(
  sale: SaleRecord,
  amount: number = remainingOf(sale),
  asksCustomer = false,
): Promise<void> {
  const isWhole = amount === sale.total + sale.tip && sale.parts.every(({ state }) => state !== 'taken');
  charge.value = { at: 'prompt', sale, amount, show: 'connecting', heard: [] };
  const key = nextKey(sale);
  const stopped = new AbortController();
  stop = stopped;
  let begun = sale;
  try {
    const reader = await connectedReader();
    const part: Part = { key, kind: 'card', asked: amount, taken: 0, state: 'open' };
    begun = await putSale({ ...sale, reader: reader.info.serial, parts: [...sale.parts, part] });
    const options = { signal: stopped.signal, takeOver: true };
    const currency = sale.currency;
    if (!isWhole || !isReachable()) {
      const op = reader.pay({ key, amount: { minor: amount, currency }, partial: 'allow', journal: store }, options);
      return await ended(begun, key, await followed(op, begun, amount));
    }
    const op = reader.pay(
      {
        key,
        basket: withTip(sale.basket, { minor: sale.tip, currency }),
        journal: store,
        policy: { region: 'EEA', takesPartialApproval: true, collectsRest: true },
        ...(asksCustomer && { choose: (instruments: readonly Instrument[]) => chosen(begun, amount, instruments) }),
      },
      options,
    );
    await ended(begun, key, await followed(op, begun, amount));
  } catch (fault) {
    await failed(begun, key, fault);
  }
}

function chosen(sale: SaleRecord, amount: number, instruments: readonly Instrument[]): Promise<Chosen | undefined> {
  return new Promise((answer) => {
    charge.value = { at: 'choose', sale, amount, instruments, answer };
  });
}

async function followed<T>(op: Op<T, PayEvent>, sale: SaleRecord, amount: number): Promise<T> {
  let heard: readonly TenderEvent[] = [];
  let show: Prompt['show'] = 'processing';
  for await (const event of op) {
    if (event.type === 'prompt') show = event.show;
    else heard = [...heard, event];
    if (show !== 'choose') charge.value = { at: 'prompt', sale, amount, show, heard };
  }
  return op;
}

async function ended(begun: SaleRecord, key: PaymentKey, result: LookupResult): Promise<void> {
  queueChanged.value += 1;
  const sale = await endPart(begun, key, result);
  switch (result.status) {
    case 'unknown':
      charge.value = { at: 'unknown', sale, key, message: sayEnd(result), heldUntilMs: result.heldUntilMs };
      return;
    case 'declined':
      charge.value = { at: 'refused', sale, message: sayEnd(result), isDeclined: true };
      return;
    case 'cancelled':
    case 'never-seen':
      charge.value = { at: 'refused', sale, message: '', isDeclined: false };
      return;
    case 'approved':
    case 'partial':
    case 'stored':
      await moneyCame(sale);
  }
}

async function moneyCame(sale: SaleRecord): Promise<void> {
  if (sale.state !== 'paid') {
    charge.value = { at: 'how', sale };
    return;
  }
  emptyBasketOf(sale.id);
  charge.value = { at: 'paid', sale };
  await sendSales().catch(() => {});
  const told = sales.value.find(({ id }) => id === sale.id);
  const { value } = charge;
  // The shop gave it a number meanwhile.
  if (told !== undefined && value.at === 'paid' && value.sale.id === sale.id) charge.value = { at: 'paid', sale: told };
}

/**
 * A reader's error says whether the card may have been charged. Any other one says nothing: once the reader was asked, it may have been,
 * also when it's the answer that couldn't be written down.
 */
async function failed(sale: SaleRecord, key: PaymentKey, fault: unknown): Promise<void> {
  const message = sayFault(fault);
  const wasAsked = sale.parts.some((part) => part.key === key);
  if (wasAsked && !(fault instanceof ReaderError && fault.charged === 'no')) {
    charge.value = { at: 'unknown', sale, key, message };
    return;
  }
  const parts = sale.parts.map((part): Part => (part.key === key ? { ...part, state: 'none' } : part));
  const kept = parts.length === 0 ? sale : await putSale({ ...sale, parts });
  charge.value = { at: 'refused', sale: kept, message, isDeclined: false };
}

/** Did it go through? */
export async function askAgain(sale: SaleRecord, key: PaymentKey): Promise<void> {
  charge.value = { at: 'prompt', sale, amount: remainingOf(sale), show: 'processing', heard: [] };
  try {
    await ended(sale, key, await lookupAt(sale.reader, key, true));
  } catch (fault) {
    charge.value = { at: 'unknown', sale, key, message: sayFault(fault) };
  }
}

export function beginCash(sale: SaleRecord): void {
  charge.value = { at: 'cash', sale };
}

/** @param received minor units, change included */
export async function takeCash(sale: SaleRecord, received: number): Promise<void> {
  const due = remainingOf(sale);
  const taken = Math.min(received, due);
  if (taken <= 0) return;
  const part: Part = { key: nextKey(sale), kind: 'cash', asked: due, taken, state: 'taken', received };
  await moneyCame(await putSale(withState({ ...sale, parts: [...sale.parts, part] })));
}

/** A stored part that the acquirer has not taken yet is never forwarded. One that may have been sent stays until the acquirer can be asked. */
async function isTakenBack(part: Part): Promise<boolean> {
  const isBack =
    isStoredPart(part) &&
    (await queue()
      .takeBack(part.key)
      .catch(() => false));
  queueChanged.value += 1;
  return isBack;
}

/** Takes everything back, the newest first. Cash is given back by hand. */
export async function giveUp(sale: SaleRecord): Promise<void> {
  let left = sale;
  for (const part of [...sale.parts].reverse()) {
    const { key, kind, state, forwarded } = part;
    if (state !== 'taken') continue;
    const wasNothing = forwarded?.approved === 0;
    if (kind !== 'cash' && !wasNothing && !(await isTakenBack(part))) {
      const result = await refund(queue().acquirer, { of: key, key: voidKey(key), journal: store });
      if (result.status !== 'refunded') {
        charge.value = { at: 'refused', sale: left, message: sayEnd(result), isDeclined: true };
        return;
      }
    }
    const parts = left.parts.map((part): Part => (part.key === key ? { ...part, state: 'void' } : part));
    left = await putSale({ ...left, parts });
  }
  if (left.parts.length > 0) await putSale({ ...left, state: 'void' });
  leaveCharge();
}
