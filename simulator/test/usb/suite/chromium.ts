/**
 * Chromium with a page of ours, and policies that let the page have the reader: what an enterprise does with its tills. The page's own
 * `navigator` is the browser's.
 */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DeviceChange,
  type DeviceInfo,
  type DeviceTransport,
  type PaymentHost,
  ReaderError,
  type ReportHandlers,
} from '@comptoir/sdk';
import type { BrowserContext } from 'playwright-core';

const POLICIES = '/etc/chromium/policies/managed';
const PORT = 8000;
const ORIGIN = `http://localhost:${PORT}`;
const FLAGS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];
const START_MS_MAX = 600_000;

export interface ReaderPage {
  transport(name: string): DeviceTransport;
  /** A sale by the page alone. @returns its status */
  pay(name: string, minor: number, host: PaymentHost): Promise<string>;
  close(): Promise<void>;
}

/** Before the browser starts: it reads its policies once. */
export function grantReader(): void {
  const devices = [{ devices: [{ vendor_id: 0x1209, product_id: 1 }], urls: [ORIGIN] }];
  mkdirSync(POLICIES, { recursive: true });
  const policies = { WebHidAllowDevicesForUrls: devices, WebUsbAllowDevicesForUrls: devices };
  writeFileSync(join(POLICIES, 'comptoir.json'), JSON.stringify(policies));
}

export async function openPage(): Promise<ReaderPage> {
  const server = await serve();
  const { chromium } = await import('playwright-core');
  const context: BrowserContext = await chromium.launchPersistentContext(mkdtempSync(join(tmpdir(), 'chromium-')), {
    executablePath: '/usr/bin/chromium',
    args: [...FLAGS],
    timeout: START_MS_MAX,
  });
  context.setDefaultTimeout(START_MS_MAX);
  const [page = await context.newPage()] = context.pages();
  const opened = new Map<number, ReportHandlers>();
  let host: PaymentHost | undefined;
  await page.exposeFunction('heard', (number: number, report: number[]) =>
    opened.get(number)?.report(Uint8Array.from(report)),
  );
  await page.exposeFunction('closed', (number: number) => opened.get(number)?.closed());
  await page.exposeFunction('hostAuthorises', async (request: number[], key: string) => [
    ...((await host?.authorise(Uint8Array.from(request), key as never)) ?? []),
  ]);
  await page.exposeFunction('hostKnows', async (key: string) => {
    const known = await host?.status(key as never);
    return known === null || known === undefined ? null : [...known];
  });
  const changes: { readonly watch: number; readonly change: DeviceChange | null }[] = [];
  let wake: () => void = () => undefined;
  await page.exposeFunction('changed', (number: number, change: DeviceChange | null) => {
    changes.push({ watch: number, change });
    wake();
  });
  await page.goto(ORIGIN);

  async function call<T>(name: string, ...args: readonly unknown[]): Promise<T> {
    const expression = `comptoir(${[name, ...args].map((one) => JSON.stringify(one)).join()})`;
    const answer = (await page.evaluate(expression)) as { value?: T; code?: string; message?: string; stack?: string };
    if (answer.message === undefined) return answer.value as T;
    if (answer.code?.includes('/') === true) throw new ReaderError(answer.code as 'link/lost', { charged: 'no' });
    throw new Error(`${answer.code ?? ''} ${answer.message}\n${answer.stack ?? ''}`);
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
      host = paid;
      return call('pay', name, minor);
    },
    async close() {
      await context.close();
      server.close();
    },
  };
}

function serve(): Promise<Server> {
  const script = readFileSync(`${import.meta.dirname}/page.js`);
  const server = createServer(({ url }, response) => {
    if (url === '/page.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    else
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<!doctype html><title>Comptoir</title><script type="module" src="/page.js"></script>');
  });
  return new Promise((resolve) => {
    server.listen(PORT, '127.0.0.1', () => resolve(server));
    return server.address() as AddressInfo;
  });
}
