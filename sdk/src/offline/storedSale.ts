/**
 * What is kept of a payment that the acquirer was not asked about: its request, sealed as the reader gave it, and how far it is.
 *
 *   offline/ID   JSON { version, key, amount, storedMs, state, wasSent, label, masked, request, answer? }     bytes are hexadecimal
 *
 * Source: docs/reference/sdk.md, `offlineQueue`.   Floor: sdk offline.
 */
import { fromHex, type Message, toHex } from '@comptoir/protocol';
import { readRecord, recordsUnder, writeRecord } from '../journal/journalRecord.js';
import { type Complete, readComplete } from '../payment/complete.js';
import { keyFrom, type PaymentId, paymentIdOf } from '../values/key.js';
import { type Money, money } from '../values/money.js';
import type { Store } from '../values/store.js';

/**
 * `stored`: kept here, the acquirer knows nothing of it, or nobody knows. `forwarding`: it's being asked. `settled`: it approved. `declined`:
 * it didn't, and the money is lost. `expired`: too old to be asked. `lost`: a person gave an expired one up. `void`: it was taken back before the
 * acquirer took it, and never will be taken.
 */
export type StoredState = 'stored' | 'forwarding' | 'settled' | 'declined' | 'expired' | 'lost' | 'void';

export interface StoredSale {
  /** Of the payment: the queue is an acquirer, and never gets a whole key. */
  readonly key: PaymentId;
  readonly amount: Money;
  /** Time of the clock. */
  readonly storedMs: number;
  readonly state: StoredState;
  /** Whether the acquirer may have been asked. */
  readonly wasSent: boolean;
  readonly label: string;
  readonly masked: string;
  /** What the acquirer answered in the end. `approved` may be less than the amount. */
  readonly approved?: Money;
  readonly responseCode?: string;
  readonly authorisationCode?: string;
  /** Why it was given up, and by whom. */
  readonly note?: string;
}

/** All in minor units of one currency, and milliseconds. */
export interface OfflineLimits {
  readonly currency: string;
  readonly perSale: number;
  /** Of everything that is neither settled nor declined. */
  readonly total: number;
  /** Nothing more is stored while something is older; what is older is not sent any more. */
  readonly ageMs: number;
}

/** A record with its bytes. */
export interface Kept {
  readonly sale: StoredSale;
  readonly request: Uint8Array;
  /** An encoded `complete`. */
  readonly answer?: Uint8Array;
}

const PREFIX = 'offline/';
const STATES: readonly string[] = ['stored', 'forwarding', 'settled', 'declined', 'expired', 'lost', 'void'];

/** The acquirer has no say yet, and the money is at risk. */
export function isOwed({ state }: StoredSale): boolean {
  return state === 'stored' || state === 'forwarding' || state === 'expired';
}

/** @throws ReaderError `journal/failed` */
export async function keep(store: Store, { sale, request, answer }: Kept): Promise<void> {
  const bytes = { request: toHex(request), ...(answer !== undefined && { answer: toHex(answer) }) };
  await writeRecord(store, nameOf(sale.key), { ...sale, ...bytes });
}

export async function dropKept(store: Store, key: PaymentId): Promise<void> {
  await store.del(nameOf(key));
}

/** @throws ReaderError `journal/failed` */
export async function keptOf(store: Store, key: PaymentId): Promise<Kept | undefined> {
  return keptFrom(await readRecord(store, nameOf(key)));
}

function nameOf(key: PaymentId): string {
  return PREFIX + paymentIdOf(key);
}

/** The oldest first. @throws ReaderError `journal/failed` */
export async function allKept(store: Store): Promise<readonly Kept[]> {
  const all = (await recordsUnder(store, PREFIX)).flatMap((record) => keptFrom(record) ?? []);
  return all.sort((a, b) => a.sale.storedMs - b.sale.storedMs || (a.sale.key < b.sale.key ? -1 : 1));
}

/** The same, with the acquirer's word. */
export function answeredWith(kept: Kept, { bytes, message }: Complete): Kept {
  const { amount } = kept.sale;
  const approved = approvedOf(message, amount.minor);
  return {
    request: kept.request,
    answer: bytes,
    sale: {
      ...kept.sale,
      state: approved > 0 ? 'settled' : 'declined',
      wasSent: true,
      responseCode: message.responseCode,
      ...(message.authorisationCode !== undefined && { authorisationCode: message.authorisationCode }),
      ...(approved > 0 && { approved: { minor: approved, currency: amount.currency } }),
    },
  };
}

function approvedOf({ responseCode, approvedAmount }: Message<'complete'>, asked: number): number {
  if (responseCode === '00') return Math.min(approvedAmount ?? asked, asked);
  return responseCode === '10' ? Math.min(approvedAmount ?? 0, asked) : 0;
}

/** What can't be read is left out: it was never written whole. */
function keptFrom(record: Readonly<Record<string, unknown>> | undefined): Kept | undefined {
  try {
    const {
      version: _version,
      request,
      answer,
      ...sale
    } = record as unknown as StoredSale & {
      readonly version: number;
      readonly request: string;
      readonly answer?: string;
    };
    const bytes = fromHex(request);
    if (bytes === undefined || !STATES.includes(sale.state) || !Number.isFinite(sale.storedMs)) return undefined;
    const key = paymentIdOf(keyFrom(sale.key));
    const answered = answer === undefined ? undefined : fromHex(answer);
    if (answered !== undefined) readComplete(answered, key);
    const amount = money(sale.amount.minor, sale.amount.currency);
    return { sale: { ...sale, key, amount }, request: bytes, ...(answered !== undefined && { answer: answered }) };
  } catch {
    return undefined;
  }
}
