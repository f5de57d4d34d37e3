/**
 * The reader of this till: connected when it's first needed, and again when it was lost.
 * Floor: till.
 */
import { connect, httpHost, type Reader, type ReaderState, type Transport } from '@comptoir/sdk';
import { recover } from '@comptoir/sdk/checkout';
import { type OfflineQueue, offlineQueue } from '@comptoir/sdk/offline';
import { webSocket } from '@comptoir/sdk/transports/webSocket';
import { effect, type Signal, signal } from '@preact/signals';
import { type ReaderKind, settings } from '../settings/settings.js';
import { currency } from '../shop/catalogue.js';
import { isOnline } from '../shop/shopClient.js';
import { store } from '../store/records.js';

export type Connection =
  | { readonly state: 'none' | 'connecting' }
  | { readonly state: ReaderState; readonly reader: Reader };

export const connection: Signal<Connection> = signal({ state: 'none' });
/** What is stored and not forwarded yet: grows and shrinks with the queue. */
export const queueChanged: Signal<number> = signal(0);

const HOUR_MS = 3_600_000;

let connecting: Promise<Reader> | undefined;

/** @throws ReaderError */
export function connectedReader(): Promise<Reader> {
  const { value } = connection;
  if ('reader' in value && value.state !== 'gone') return Promise.resolve(value.reader);
  connecting ??= open().finally(() => {
    connecting = undefined;
  });
  return connecting;
}

/** False while nobody can be asked: then a card is stored. */
export function isReachable(): boolean {
  return navigator.onLine && isOnline.peek();
}

/** The way to the acquirer, and what is kept when it's closed. Made anew when settings change. */
export function queue(): OfflineQueue {
  const { hostUrl, offlinePerSale, offlineTotal, offlineHours } = settings.value;
  if (made?.of !== settings.value) {
    made = {
      of: settings.value,
      queue: offlineQueue(httpHost(hostUrl === '' ? `${location.origin}/host` : hostUrl), {
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
let made: { readonly of: object; readonly queue: OfflineQueue } | undefined;

async function open(): Promise<Reader> {
  connection.value = { state: 'connecting' };
  try {
    const transport = await transportOf(settings.value.reader, settings.value.readerUrl);
    const reader = await connect(transport, {
      host: queue().host,
      trust: 'development',
      utcOffsetMinutes: -new Date().getTimezoneOffset(),
    });
    connection.value = { state: reader.state, reader };
    void follow(reader);
    return reader;
  } catch (fault) {
    connection.value = { state: 'none' };
    throw fault;
  }
}

async function follow(reader: Reader): Promise<void> {
  for await (const event of reader.events()) {
    if (event.type === 'link') connection.value = { state: event.state, reader };
  }
}

async function transportOf(kind: ReaderKind, url: string): Promise<Transport> {
  switch (kind) {
    case 'webSocket':
      return webSocket(url);
    case 'webUsb':
      return (await import('@comptoir/sdk/transports/webUsb')).webUsb();
    case 'webHid':
      return (await import('@comptoir/sdk/transports/webHid')).webHid();
  }
}

/** After a crash: ends what the SDK's journal holds open. @throws ReaderError */
export async function recoverJournal(): Promise<void> {
  await recover(await connectedReader(), store, { host: queue().host });
}

let isForwarding = false;
effect(() => {
  if (isOnline.value) void forward();
});

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
