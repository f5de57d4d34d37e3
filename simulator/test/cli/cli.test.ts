import { readFileSync } from 'node:fs';
import { connect, httpAcquirer, keyFrom } from '@comptoir/sdk';
import { webSocket } from '@comptoir/sdk/transports/webSocket';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { run } from '../../src/cli/run.js';
import { scriptSha256 } from '../../src/machine/targets/target.js';
import { GET_DEVICE_DESCRIPTOR, importDevice } from '../wires/usbIpClient.js';
import { ran } from './ran.js';

describe('sale', () => {
  test('prints one JSON object', async () => {
    const { code, out, err } = await ran('sale', '--json', '--amount', '3.50', '--seed', '4', '--target', 'node');
    expect([code, err]).toEqual([0, '']);
    const report = JSON.parse(out);
    expect(report).toMatchObject({
      result: { status: 'approved', payment: { taken: { minor: 350, currency: 'EUR' } } },
      authentication: { method: 'fDDA', result: 'ok' },
      card: { name: 'visa-debit' },
      interface: 'contactless',
      target: 'node',
      seed: 4,
    });
    expect(Object.keys(report).sort()).toEqual(
      [
        'authentication',
        'card',
        'firmware',
        'interface',
        'left',
        'receipt',
        'result',
        'seed',
        'steps',
        'target',
      ].sort(),
    );
    expect(report.steps[0]).toEqual({ name: 'SELECT PPSE', sw: '9000' });
    expect(report.firmware.sha256.length).toBe(scriptSha256('').length);
  });

  test('prints a page for people, with the trace when it is asked for', async () => {
    const page = await ran('sale', '--interface', 'contact');
    expect(page.code).toBe(0);
    expect(page.out).toContain('GENERATE AC 1');
    expect(page.out).not.toContain('00A40400');
    expect((await ran('sale', '--trace')).out).toContain('00A40400');
  });

  test('a card with one interface is used there', async () => {
    expect((await ran('sale', '--card', 'sda-only', '--json')).out).toContain('"interface":"contact"');
  });

  test('ends with 1 when it is not approved', async () => {
    expect((await ran('sale', '--card', 'declined')).code).toBe(1);
    expect((await ran('sale', '--card', 'declined-offline', '--json')).code).toBe(1);
  });
});

describe('wrong use ends with 2 and says what there is', () => {
  test.each([
    [['sale', '--card', 'amex'], 'visa-debit, visa-credit'],
    [['sale', '--target', 'abacus'], 'node, quickjs'],
    [['sale', '--interface', 'wifi'], 'contact, contactless'],
    [['sale', '--card', 'sda-only', '--interface', 'contactless'], 'only contact'],
    [['sale', '--amount', '12.505'], 'no amount of EUR'],
    [['sale', '--amount', '0'], 'no amount of EUR'],
    [['sale', '--currency', 'XQQ'], 'XQQ'],
    [['sale', '--seed', '-1'], 'whole number'],
    [['sale', '--colour', 'red'], '--colour'],
    [['sell'], 'sell'],
    [['reader', '--ws', '70000'], '65535'],
    [['reader', '--ws', '0', '--card', 'amex'], 'visa-debit'],
    [['reader'], '--ws'],
    [['reader', '--usb', '--uhid'], 'one cable'],
    [['reader', '--usb', '70000'], '65535'],
    [['reader', '--usbredir', '/nowhere/at/all', '--target', 'node'], '/nowhere/at/all'],
    [[], 'sale'],
  ])('%j', async (args, told) => {
    const { code, out, err } = await ran(...args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(told);
  });

  test('help is no wrong use', async () => {
    const { code, out } = await ran('--help');
    expect(code).toBe(0);
    for (const name of ['sale', 'card', 'pki', 'reader', 'replay', 'docs']) expect(out).toContain(name);
  });
});

test('it says its version', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(await ran('--version')).toMatchObject({ code: 0, out: version });
});

test('the command is there to be linked before anything is built', () => {
  const home = new URL('../..', import.meta.url);
  const { bin, files } = JSON.parse(readFileSync(new URL('package.json', home), 'utf8'));
  const path: string = bin['comptoir-sim'];
  expect(files).toContain(path.split('/')[1]);
  expect(path).not.toContain('dist');
  expect(readFileSync(new URL(path, home), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
});

describe('lists', () => {
  test('card list', async () => {
    const cards: { readonly name: string }[] = JSON.parse((await ran('card', 'list', '--json')).out);
    expect(cards.map(({ name }) => name)).toContain('cb-visa');
    expect((await ran('card', 'list')).out.split('\n').length).toBe(cards.length);
  });

  test('pki export', async () => {
    const keys: { readonly [field: string]: string }[] = JSON.parse((await ran('pki', 'export', '--json')).out);
    expect(keys.length).toBe(8);
    for (const key of keys) {
      expect(Object.keys(key)).toEqual(['rid', 'index', 'modulus', 'exponent', 'sha1']);
      for (const value of Object.values(key)) expect(value).toMatch(/^([0-9A-F]{2})+$/);
    }
    expect((await ran('pki', 'export')).out).toContain(keys[0]?.['modulus']);
  });
});

test('reader --usb: a USB device of whoever attaches it, and its host', async () => {
  const ending = new AbortController();
  let ended: Promise<number> | undefined;
  const printed = new Promise<string>((resolve) => {
    ended = run(['reader', '--usb', '0', '--no-attach', '--target', 'node', '--json'], {
      out: resolve,
      err: resolve,
      ended: ending.signal,
    });
  });
  const { usb, acquirerUrl } = JSON.parse(await printed);
  expect(usb).toEqual({
    port: usb.port,
    attached: false,
    attach: `usbip --tcp-port ${usb.port} attach -r 127.0.0.1 -b 1-1`,
  });
  expect(acquirerUrl).toContain('http://127.0.0.1:');
  const client = await importDevice(usb.port);
  expect((await client.submit(0, true, 18, { setup: GET_DEVICE_DESCRIPTOR }).answer).data.length).toBe(18);
  ending.abort();
  await client.closed;
  expect(await ended).toBe(0);
});

describe('reader --ws', () => {
  const ending = new AbortController();
  let ended: Promise<number>;
  let url = '';
  let acquirerUrl = '';

  beforeAll(async () => {
    const printed = new Promise<string>((resolve) => {
      ended = run(['reader', '--ws', '0', '--card', 'visa-debit', '--target', 'node', '--json'], {
        out: resolve,
        err: (text) => resolve(text),
        ended: ending.signal,
      });
    });
    ({ url, acquirerUrl } = JSON.parse(await printed));
  });
  afterAll(async () => {
    ending.abort();
    expect(await ended).toBe(0);
  });

  const origin = (): string => new URL(url).origin.replace('ws', 'http');

  /** How the attempt to connect ends: the HTTP status, or the close code after `send`. */
  function attempt(
    address: string,
    options: { readonly origin?: string; readonly send?: string | Uint8Array } = {},
  ): Promise<number> {
    return new Promise((resolve) => {
      const socket = new WebSocket(address, options.origin === undefined ? {} : { origin: options.origin });
      socket.on('unexpected-response', (_request, response) => {
        resolve(response.statusCode ?? 0);
        socket.terminate();
      });
      socket.on('error', () => undefined);
      socket.on('open', () => (options.send === undefined ? socket.close() : socket.send(options.send)));
      socket.on('close', (code) => resolve(code));
    });
  }

  test('listens on loopback only, under a token', () => {
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:[0-9]+\/[0-9A-F]{32}$/);
    expect(acquirerUrl).toBe(`${url.replace('ws', 'http')}/acquirer`);
  });

  test('another reader on the same port is told in a sentence', async () => {
    const { port } = new URL(url);
    const { code, out, err } = await ran('reader', '--ws', port, '--target', 'node');
    expect([code, out]).toEqual([2, '']);
    expect(err).toBe(`The port ${port} is taken. 0 takes any that is free.`);
  });

  test('refuses whoever has no token', async () => {
    expect(await attempt(`${url.slice(0, -1)}_`)).toBe(403);
    expect(await attempt(url.slice(0, url.lastIndexOf('/')))).toBe(403);
    expect(await attempt(`${url}0`)).toBe(403);
    expect((await fetch(`${origin()}/host/status?key=a`)).status).toBe(403);
  });

  test('lets in whoever has it [sabotage twin]', async () => {
    const open = 1005; // the client closed it itself, without a code
    expect(await attempt(url)).toBe(open);
    expect(await attempt(url, { origin: origin() })).toBe(open);
    expect((await fetch(`${acquirerUrl}/status?key=a`)).status).toBe(204);
  });

  test('refuses web pages, though they know the token', async () => {
    expect(await attempt(url, { origin: 'https://example.com' })).toBe(403);
    expect(await attempt(url, { origin: 'http://127.0.0.1:1' })).toBe(403);
    expect(await attempt(url, { origin: 'null' })).toBe(403);
    const response = await fetch(`${acquirerUrl}/status?key=a`, { headers: { origin: 'https://example.com' } });
    expect(response.status).toBe(403);
  });

  test('closes on what is no report', async () => {
    expect(await attempt(url, { send: new Uint8Array(63) })).toBe(1008);
    expect(await attempt(url, { send: 'x'.repeat(64) })).toBe(1008);
    expect([1009, 1006]).toContain(await attempt(url, { send: new Uint8Array(65) }));
  });

  test('takes payments from two clients, one after the other, over the host beside it', async () => {
    for (const order of ['ws-a', 'ws-b']) {
      await using reader = await connect(webSocket(url), { acquirer: httpAcquirer(acquirerUrl), trust: 'development' });
      const result = await reader.pay({ amount: { minor: 990, currency: 'EUR' }, key: keyFrom(order) });
      expect(result.status).toBe('approved');
      expect(await reader.lookup(keyFrom(order))).toEqual(result);
    }
  });

  test('the host answers only what it is there for', async () => {
    const statusOf = async (path: string, init?: RequestInit): Promise<number> =>
      (await fetch(`${acquirerUrl}${path}`, init)).status;
    expect(await statusOf('/status?key=never-seen')).toBe(204);
    expect(await statusOf('/status')).toBe(400);
    expect(await statusOf('/authorise')).toBe(404);
    expect(await statusOf('/other')).toBe(404);
    const post = (body: Uint8Array, key = 'k'): RequestInit => ({
      method: 'POST',
      headers: { 'comptoir-key': key },
      body: new Uint8Array(body),
    });
    expect(await statusOf('/authorise', post(new Uint8Array(10)))).toBe(502);
    expect(await statusOf('/authorise', post(new Uint8Array(5000)))).toBe(413);
  });
});
