/** The page that Chromium in the guest has open, from outside: it calls by a WebSocket, and does what it's told. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Acquirer,
  type DeviceChange,
  type DeviceInfo,
  type DeviceTransport,
  type PaymentKey,
  ReaderError,
  type ReportHandlers,
} from '@comptoir/sdk';
import { type WebSocket, WebSocketServer } from 'ws';
import { farCalls } from './farCalls.js';
import type { Measured } from './measure.js';

const PAGE = '<!doctype html><title>Comptoir</title><script type="module" src="/page.js"></script>';

export interface ReaderPage {
  transport(name: string): DeviceTransport;
  /** A sale by the page alone. @returns its status */
  pay(name: string, minor: number, acquirer: Acquirer): Promise<string>;
  /** Within the page: its wire to here takes no part. */
  measure(name: string): Promise<Measured>;
}

/**
 * Serves the page. Whoever calls it before it has come waits for it.
 * @param listening gets the port on loopback
 */
export function openPage(listening: (port: number) => void): ReaderPage {
  const script = readFileSync(`${import.meta.dirname}/page.js`);
  const server = createServer(({ url }, response) => {
    if (url === '/page.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    else response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
  });
  const sockets = new WebSocketServer({ server });
  server.listen(0, '127.0.0.1', () => listening((server.address() as AddressInfo).port));
  const come = new Promise<WebSocket>((resolve) => sockets.once('connection', resolve));
  const opened = new Map<number, ReportHandlers>();
  const changes: { readonly watch: number; readonly change: DeviceChange | null }[] = [];
  let wake: () => void = () => undefined;
  let acquirer: Acquirer | undefined;
  const page = farCalls((text) => void come.then((socket) => socket.send(text)), {
    heard: (number: number, report: number[]) => opened.get(number)?.report(Uint8Array.from(report)),
    closed: (number: number) => opened.get(number)?.closed(),
    authorise: async (request: number[], key: PaymentKey) => [
      ...((await acquirer?.authorise(Uint8Array.from(request), key)) ?? []),
    ],
    async status(key: PaymentKey) {
      const known = await acquirer?.status(key);
      return known === null || known === undefined ? null : [...known];
    },
    changed(watch: number, change: DeviceChange | null) {
      changes.push({ watch, change });
      wake();
    },
  });
  void come.then((socket) => {
    socket.on('message', (data) => page.receive(String(data)));
    socket.on('close', () => page.end());
  });

  async function call<T>(name: string, ...args: readonly unknown[]): Promise<T> {
    try {
      return (await page.call(name, ...args)) as T;
    } catch (fault) {
      const { code } = fault as { code?: unknown };
      // As it was before it crossed.
      if (typeof code === 'string' && code.includes('/')) throw new ReaderError(code as 'link/lost', { charged: 'no' });
      throw fault;
    }
  }
  /** As the page's own: it ends when the signal is aborted. */
  async function* watch(name: string, signal: AbortSignal | undefined): AsyncGenerator<DeviceChange> {
    const number = await call<number>('watch', name);
    signal?.addEventListener('abort', () => void call('unwatch', number));
    for (;;) {
      const change = changes.find((one) => one.watch === number);
      if (change === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      changes.splice(changes.indexOf(change), 1);
      if (change.change === null) return;
      yield change.change;
    }
  }
  return {
    transport: (name) => ({
      list: () => call('list', name),
      request: () => call('request', name),
      async open(device: DeviceInfo, handlers: ReportHandlers) {
        const number = await call<number>('open', name, device);
        opened.set(number, handlers);
        return {
          send: (report) => call('send', number, [...report]),
          close: () => call('close', number),
        };
      },
      watch: (options) => watch(name, options?.signal),
    }),
    pay(name, minor, paid) {
      acquirer = paid;
      return call('pay', name, minor);
    },
    measure: (name) => call('measure', name),
  };
}
