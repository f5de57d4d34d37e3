/**
 * The reader of this till: connected when it's first needed, and again when it was lost.
 * Floor: till.
 */
import {
  connect,
  httpAcquirer,
  type LookupResult,
  type PaymentKey,
  type Reader,
  ReaderError,
  type ReaderState,
} from '@comptoir/sdk';
import { recover } from '@comptoir/sdk/checkout';
import { type OfflineQueue, offlineQueue } from '@comptoir/sdk/offline';
import { computed, effect, type Signal, signal } from '@preact/signals';
import { settings } from '../settings/settings.js';
import { currency } from '../shop/catalogue.js';
import { isOnline } from '../shop/shopClient.js';
import { store } from '../store/records.js';
import { say } from '../words/words.js';
import { deviceTransport, transportHere } from './transportHere.js';

export type Connection =
  | { readonly state: 'none' | 'connecting' }
  | { readonly state: ReaderState; readonly reader: Reader };

export const connection: Signal<Connection> = signal({ state: 'none' });
/** What is stored and not forwarded yet: grows and shrinks with the queue. */
export const queueChanged: Signal<number> = signal(0);

const HOUR_MS = 3_600_000;

let connecting: Promise<Reader> | undefined;

/**
 * @param isAsked somebody touched something for it: the browser may show its list of readers, where the page has none yet
 * @throws ReaderError
 */
export function connectedReader(isAsked = true): Promise<Reader> {
  const { value } = connection;
  if ('reader' in value && value.state !== 'gone') return Promise.resolve(value.reader);
  if (connecting === undefined) {
    const mine: Promise<Reader> = open(isAsked, () => connecting === mine).finally(() => {
      if (connecting === mine) connecting = undefined;
    });
    connecting = mine;
  }
  return connecting;
}

/** Which reader: another one ends the connection with the one before. */
const which = computed(() => {
  const { reader, readerUrl, readerSerial } = settings.value;
  return JSON.stringify({ reader, readerUrl, readerSerial });
});

/** Connects as soon as a reader is there that this page may use: at the start, and when it was plugged in again. */
export function keepConnected(): void {
  let isFirst = true;
  effect(() => {
    void which.value;
    const over = new AbortController();
    if (!isFirst) void leaveReader();
    isFirst = false;
    void followPlugs(over.signal).catch(() => {});
    return () => over.abort();
  });
}

async function followPlugs(signal: AbortSignal): Promise<void> {
  const transport = await deviceTransport(settings.peek());
  if (transport === undefined || signal.aborted) return;
  for await (const { type } of transport.watch({ signal })) {
    if (type === 'attached') await connectedReader(false).catch(() => {});
  }
}

async function leaveReader(): Promise<void> {
  const value = connection.peek();
  connecting = undefined;
  connection.value = { state: 'none' };
  if ('reader' in value) await value.reader.close().catch(() => {});
}

/** False while nobody can be asked: then a card is stored. */
export function isReachable(): boolean {
  return navigator.onLine && isOnline.peek();
}

/** The way to the acquirer, and what is kept when it's closed. Made anew when settings change, or the shop tells its currency. */
export function queue(): OfflineQueue {
  const { acquirerUrl, offlinePerSale, offlineTotal, offlineHours } = settings.value;
  if (made?.of !== settings.value || made.currency !== currency.value) {
    made = {
      of: settings.value,
      currency: currency.value,
      queue: offlineQueue(httpAcquirer(acquirerUrl === '' ? `${location.origin}/acquirer` : acquirerUrl), {
        store,
        limits: {
          currency: currency.value,
          perSale: offlinePerSale,
          total: offlineTotal,
          ageMs: offlineHours * HOUR_MS,
        },
        isOnline: isReachable,
      }),
    };
  }
  return made.queue;
}
let made: { readonly of: object; readonly currency: string; readonly queue: OfflineQueue } | undefined;

/** The bank has the question: the card may have been read so quickly that nothing else says so. */
export const isBankAsked: Signal<boolean> = signal(false);

async function askBank(...question: Parameters<OfflineQueue['acquirer']['authorise']>): Promise<Uint8Array> {
  isBankAsked.value = true;
  try {
    return await queue().acquirer.authorise(...question);
  } finally {
    isBankAsked.value = false;
  }
}

/** For a connection that outlives a change of settings: the limits are always those of now. */
const acquirerNow: OfflineQueue['acquirer'] = new Proxy({} as OfflineQueue['acquirer'], {
  get: (_, name) => (name === 'authorise' ? askBank : Reflect.get(queue().acquirer, name)),
});

/**
 * Did it go through? What charged nothing is ended; then the sale may go on.
 * @param serial of the reader that was asked: another one knows nothing of the key, and must not say that nothing was taken
 * @param isAsked see `connectedReader`
 * @throws Error when that one isn't connected; ReaderError
 */
export async function lookupAt(serial: string | undefined, key: PaymentKey, isAsked = false): Promise<LookupResult> {
  const reader = await connectedReader(isAsked);
  if (serial !== undefined && serial !== reader.info.serial) throw new Error(say('otherReader', { serial }));
  return reader.lookup(key, { ends: true });
}

/** @param isWanted false once another reader is: then this one isn't kept, though it answers */
async function open(isAsked: boolean, isWanted: () => boolean): Promise<Reader> {
  connection.value = { state: 'connecting' };
  try {
    const transport = await transportHere(settings.value, isAsked);
    const reader = await connect(transport, {
      acquirer: acquirerNow,
      trust: 'development',
      utcOffsetMinutes: -new Date().getTimezoneOffset(),
    });
    if (!isWanted()) {
      await reader.close().catch(() => {});
      throw new ReaderError('link/lost', { charged: 'no' });
    }
    connection.value = { state: reader.state, reader };
    void follow(reader);
    return reader;
  } catch (fault) {
    if (isWanted()) connection.value = { state: 'none' };
    throw fault;
  }
}

async function follow(reader: Reader): Promise<void> {
  for await (const event of reader.events()) {
    const { value } = connection;
    // Another one may be connected by now.
    if ('reader' in value && value.reader !== reader) return;
    if (event.type === 'link' && 'reader' in value) connection.value = { state: event.state, reader };
  }
}

/** After a crash: ends what the SDK's journal holds open. @throws ReaderError */
export async function recoverJournal(): Promise<void> {
  await recover(await connectedReader(false), store, { acquirer: queue().acquirer });
}

const FORWARD_MS = 30_000;
let isForwarding = false;
effect(() => {
  if (isOnline.value) void forward();
});

/** The acquirer may be away while the shop is there: it's asked again and again. */
export function keepForwarding(): void {
  setInterval(() => {
    if (isOnline.peek()) void forward();
  }, FORWARD_MS);
}

/** Sends what is stored to the acquirer. Nothing happens while it can't be reached. */
export async function forward(): Promise<void> {
  if (isForwarding) return;
  isForwarding = true;
  try {
    await queue().forward();
  } catch {
    // It's tried again with the next connection.
  } finally {
    isForwarding = false;
    queueChanged.value += 1;
  }
}
