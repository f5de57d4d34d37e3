/**
 * Reports over a WebSocket: one binary frame is one report of 64 bytes.
 * The address holds the token that the server printed: `ws://127.0.0.1:PORT/TOKEN`. It stays out of `DeviceInfo` and errors.
 * Source: docs/reference/sdk.md.   Floor: sdk transports. Uses the global WebSocket, or the package `ws` where there is none.
 */

import type { CallOptions, Connection, DeviceInfo, ReportHandlers, Transport } from '../link/transport.js';
import { timeoutOf } from '../operation/callOptions.js';
import { systemClock } from '../values/clock.js';
import { ReaderError, usageError } from '../values/errors.js';
import { createEnding, type Ending } from './ending.js';

const OPEN_TIMEOUT_MS = 10_000;
/** No frame of a reader is longer than a report; some room so that a wrong one is dropped instead of ending the link. */
const FRAME_BYTES_MAX = 1024;
const READY_STATE_OPEN = 1;
/** A reader that works says so ten times a second, but a network stalls, and so does a machine that simulates a reader beside much else. */
const SILENCE_MS = 5_000;

/** @param url `ws://` or `wss://`, with the token as its path; anything else rejects with `usage/invalid` when it's used */
export function webSocket(url: string): Transport {
  return {
    request: async () => deviceAt(url),
    open: (_device, handlers, options) => openSocket(url, handlers, options),
  };
}

function deviceAt(url: string): DeviceInfo {
  return { id: parseAddress(url).origin, serial: '', model: '', firmware: '', transport: 'webSocket' };
}

/** What is wrong with an address is told without it: its path is the token, and the error of `WebSocket` holds it. */
function parseAddress(url: string): { readonly origin: string } {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^wss?:\/\/[^/]/.test(url) || parsed.hash !== '')
    throw usageError('A reader address looks like ws://127.0.0.1:PORT/TOKEN.');
  return { origin: `${parsed.protocol}//${parsed.host}` };
}

/** What the global WebSocket and the one of `ws` have in common. */
interface Socket {
  binaryType: string;
  readonly readyState: number;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(): void;
  /** Only of `ws`. */
  terminate?(): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

async function openSocket(url: string, handlers: ReportHandlers, options: CallOptions = {}): Promise<Connection> {
  parseAddress(url);
  const socket = await createSocket(url);
  socket.binaryType = 'arraybuffer';
  let ending: Ending | undefined;
  socket.addEventListener('message', (event) => {
    if (event.data instanceof ArrayBuffer && ending?.isOpen !== false) handlers.report(new Uint8Array(event.data));
  });
  await opened(socket, options);
  const closed = new Promise<void>((resolve) => socket.addEventListener('close', () => resolve()));
  const tidy = (): Promise<void> => {
    socket.close();
    return closed;
  };
  const end = createEnding(handlers, systemClock, tidy);
  ending = end;
  void closed.then(() => end.end());
  return {
    async send(report) {
      if (socket.readyState !== READY_STATE_OPEN) throw new Error('the socket is closed');
      socket.send(report.slice());
    },
    async close() {
      await end.end();
      // The other side may never say that it's closed, too: `ws` would keep the process alive for it.
      socket.terminate?.();
    },
    silenceMs: SILENCE_MS,
  };
}

function opened(socket: Socket, options: CallOptions): Promise<void> {
  const late = AbortSignal.timeout(timeoutOf(options, OPEN_TIMEOUT_MS));
  const stop = options.signal === undefined ? late : AbortSignal.any([options.signal, late]);
  return new Promise<void>((resolve, reject) => {
    const refuse = (): void => {
      reject(new ReaderError('link/denied', { charged: 'no' }));
      socket.close();
    };
    if (stop.aborted) refuse();
    stop.addEventListener('abort', refuse, { once: true });
    socket.addEventListener('open', () => {
      stop.removeEventListener('abort', refuse);
      resolve();
    });
    socket.addEventListener('error', refuse);
    socket.addEventListener('close', refuse);
  });
}

async function createSocket(url: string): Promise<Socket> {
  if (typeof globalThis.WebSocket === 'function') return new globalThis.WebSocket(url);
  const { WebSocket } = await import('ws').catch((cause: unknown) => {
    const message = 'This runtime has no WebSocket: install the package `ws`.';
    throw new ReaderError('link/unsupported-here', { charged: 'no', recovery: { do: 'fix-code', message }, cause });
  });
  return new WebSocket(url, { maxPayload: FRAME_BYTES_MAX, perMessageDeflate: false });
}
