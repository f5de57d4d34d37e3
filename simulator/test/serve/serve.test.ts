/** A simulator for other processes: made, steered and watched over HTTP, and stopped cleanly. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultIn } from '@comptoir/files';
import { connect, httpAcquirer, newKey } from '@comptoir/sdk';
import { webSocket } from '@comptoir/sdk/transports/webSocket';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { simulatorClient } from '../../src/serve/client/simulatorClient.js';
import { CONTROL_ROUTES } from '../../src/serve/controlRoutes.js';
import { type ControlServer, serveSimulator } from '../../src/serve/controlServer.js';
import { LIVE_RULE, type LiveMessage } from '../../src/serve/liveFeed.js';
import { openApiText } from '../../src/serve/openApi.js';
import { createServedReaders, type ReaderNow } from '../../src/serve/servedReaders.js';
import { simulate } from '../../src/simulation/simulate.js';
import { cardNumbersIn } from '../../src/world/cards/maskTrace.js';
import { bundleCommands, runProcess } from '../cli/commandProcess.js';

const amount = { minor: 1250, currency: 'EUR' };
let server: ControlServer;
beforeAll(async () => {
  server = await serveSimulator({ port: 0, token: 'a token of the tests'.replaceAll(' ', '-') });
});
afterAll(() => server.close());

interface Answered {
  readonly status: number;
  readonly body: unknown;
}

async function ask(method: string, path: string, body?: unknown): Promise<Answered> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

async function newReader(options: object = { target: 'node' }): Promise<ReaderNow> {
  const { status, body } = await ask('POST', '/readers', options);
  expect(status).toBe(200);
  return body as ReaderNow;
}

test('a sale at a reader that is steered over HTTP, and watched', async () => {
  const { id, url, acquirerUrl, isPowered } = await newReader();
  expect(isPowered).toBe(true);
  const seen: string[] = [];
  const watcher = new WebSocket(`${server.url.replace('http', 'ws')}/readers/${id}/events`);
  watcher.on('message', (data) => seen.push((JSON.parse(String(data)) as { text: string }).text));
  await new Promise((resolve) => watcher.on('open', resolve));
  await using reader = await connect(webSocket(url), {
    acquirer: httpAcquirer(acquirerUrl),
    trust: 'development' as const,
  });
  expect(await ask('POST', `/readers/${id}/tap`, { card: 'no-oda' })).toEqual({ status: 204, body: undefined });
  expect(await reader.pay({ amount, key: newKey('order') })).toMatchObject({ status: 'approved' });
  expect((await ask('GET', `/readers/${id}`)).body).toMatchObject({ isFieldTaken: true, isSlotTaken: false });
  // Its link is sealed; what its acquirer was asked left the reader.
  const { body: left } = await ask('GET', `/readers/${id}/left`);
  const names = (left as { name: string }[]).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['envelope', 'maskedNumber', 'cryptogram']));
  expect(JSON.stringify(left)).not.toContain(numbersOf(id)[0]);
  await ask('POST', `/readers/${id}/lift`);
  expect((await ask('GET', `/readers/${id}`)).body).toMatchObject({ isFieldTaken: false });
  const { body: log } = await ask('GET', `/readers/${id}/log`);
  const told = (log as { text: string }[]).map(({ text }) => text);
  expect(told).toContain('GET PROCESSING OPTIONS · 9000');
  expect(told.slice(-seen.length)).toEqual(seen);
  const { body: transcript } = await ask('GET', `/readers/${id}/transcript`);
  expect((transcript as { report: string }[])[0]?.report).toMatch(/^FFFFFFFF86[0-9A-F]{118}$/);
  watcher.close();
});

test('a fault by HTTP: the cable is pulled, and plugged in again', async () => {
  const { id, url, acquirerUrl } = await newReader();
  const options = { acquirer: httpAcquirer(acquirerUrl), trust: 'development' as const };
  const reader = await connect(webSocket(url), options);
  await ask('POST', `/readers/${id}/fault`, { kind: 'unplug', at: 'during-authorisation' });
  await ask('POST', `/readers/${id}/tap`, { card: 'visa-debit' });
  const key = newKey('order');
  expect(await reader.pay({ amount, key })).toMatchObject({ status: 'unknown', charged: 'maybe' });
  expect((await ask('GET', `/readers/${id}`)).body).toMatchObject({ isPowered: false });
  await ask('POST', `/readers/${id}/restart`);
  await using again = await connect(webSocket(url), options);
  expect(await again.lookup(key)).toMatchObject({ status: 'approved' });
});

test('time that is stepped by hand', async () => {
  const { id } = await newReader({ target: 'node', clock: 'manual', seed: 9 });
  await ask('POST', `/readers/${id}/clock/advance`, { ms: 5000 });
  expect((await ask('GET', `/readers/${id}`)).body).toMatchObject({ atMs: 5000, seed: 9 });
});

describe('what is wrong is refused, and says so', () => {
  test.each<[string, string, unknown, number, string | undefined]>([
    ['POST', '/readers', { seed: 'x' }, 400, 'seed must be a whole number'],
    ['POST', '/readers', '{', 400, 'the body is no JSON'],
    ['POST', '/readers', `"${'x'.repeat(70_000)}"`, 413, 'longer than 65536 bytes'],
    ['POST', '/readers', `"${'x'.repeat(8_000_000)}"`, 413, 'longer than 65536 bytes'],
    ['GET', '/readers/999', undefined, 404, 'there is no reader 999'],
    ['DELETE', '/readers/999', undefined, 404, 'there is no reader 999'],
    ['GET', '/somewhere', undefined, 404, undefined],
    ['DELETE', '/readers', undefined, 405, undefined],
  ])('%s %s', async (method, path, body, status, error) => {
    const answered = await ask(method, path, body);
    expect(answered.status).toBe(status);
    if (error !== undefined) expect(answered.body).toMatchObject({ error: expect.stringContaining(error) });
  });

  test('a card that nobody has, a fault that there is not', async () => {
    const { id } = await newReader();
    expect(await ask('POST', `/readers/${id}/tap`, { card: 'x' })).toMatchObject({ status: 409 });
    expect(await ask('POST', `/readers/${id}/fault`, { kind: 'fire' })).toMatchObject({ status: 400 });
  });

  test('without the token, and from a page of the web', async () => {
    const { origin } = new URL(server.url);
    expect((await fetch(`${origin}/readers`)).status).toBe(403);
    expect((await fetch(`${server.url}/readers`, { headers: { origin: 'http://shop.example' } })).status).toBe(403);
  });
});

describe('whoever leaves in the middle, or stays', () => {
  const upgrade = (path: string): string =>
    `GET ${path} HTTP/1.1\r\nhost: HOST\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`;

  /** Says it, and never ends its own side. */
  async function says(url: string, text: string) {
    const { hostname, port, host } = new URL(url);
    const socket = createConnection({ host: hostname, port: Number(port), allowHalfOpen: true });
    socket.on('error', () => undefined);
    socket.write(text.replace('HOST', host));
    return socket;
  }

  test('a body that breaks off is nobody else’s trouble', async () => {
    const { pathname } = new URL(server.url);
    const head = `POST ${pathname}/readers HTTP/1.1\r\nhost: HOST\r\ncontent-length: 100\r\n\r\n{`;
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const socket = await says(server.url, head);
    await vi.waitFor(async () => expect((await ask('GET', '/readers')).status).toBe(200));
    socket.destroy();
    await once(socket, 'close');
    await vi.waitFor(async () => expect((await ask('GET', '/readers')).status).toBe(200));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test('who is refused and stays is shut out, and no server waits for it', async () => {
    const own = await serveSimulator({ port: 0, token: 'another-token-of-the-tests' });
    const reader = await own.readers.create({ target: 'node' });
    for (const url of [own.url, reader.about.url]) {
      const socket = await says(url, upgrade('/not-the-token'));
      socket.resume();
      await once(socket, 'end');
      expect(socket.destroyed).toBe(false);
    }
    await own.close();
  });
});

test('no more readers are made than may be, at once or one after the other', async () => {
  const readers = createServedReaders(2);
  const made = await Promise.allSettled([1, 2, 3].map((seed) => readers.create({ seed, target: 'node' })));
  expect(made.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  await readers.remove('1');
  await readers.create({ target: 'node' });
  await expect(readers.create({ target: 'node' })).rejects.toThrow('there are 2 readers already');
  await readers.close();
});

test('readers end, and are gone', async () => {
  const { id, url } = await newReader();
  expect((await ask('DELETE', `/readers/${id}`)).status).toBe(204);
  expect((await ask('GET', `/readers/${id}`)).status).toBe(404);
  await expect(connect(webSocket(url), { trust: 'development' })).rejects.toMatchObject({ code: 'link/denied' });
});

test('the OpenAPI file has every route, and is the one in the repository', () => {
  const { paths } = JSON.parse(openApiText()) as { paths: Record<string, Record<string, { operationId: string }>> };
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const sockets = ['GET /live', 'GET /readers/{id}/events'];
  expect(routes.sort()).toEqual([...CONTROL_ROUTES.map(({ method, path }) => `${method} ${path}`), ...sockets].sort());
  const names = Object.values(paths).flatMap((operations) => Object.values(operations).map((one) => one.operationId));
  expect(new Set(names).size).toBe(names.length);
  const page = readFileSync(new URL('../../../docs/reference/simulator.openapi.json', import.meta.url), 'utf8');
  expect(page).toBe(openApiText());
});

describe('what a page asks', () => {
  test("a payment at the server's till: how it ended, what left, and no card number in it", async () => {
    const { id } = await newReader({ target: 'node', seed: 5 });
    await ask('POST', `/readers/${id}/tap`, { card: 'visa-debit' });
    const paid = await ask('POST', `/readers/${id}/pay`, { amount: 1250 });
    expect(paid.body).toMatchObject({
      status: 'approved',
      charged: 'yes',
      text: '12.50 EUR from VISA DEBIT 476173******0119',
    });
    expect((await ask('POST', `/readers/${id}/lookup`)).body).toMatchObject({ status: 'approved' });
    const { body: left } = await ask('GET', `/readers/${id}/left`);
    const names = (left as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['envelope', 'indexToken', 'maskedNumber', 'cryptogram']));
    const [number = ''] = numbersOf(id);
    expect(number).toHaveLength(16);
    expect(JSON.stringify([left, await everythingOpened(id)])).not.toContain(number);
  });

  test('a payment that nobody pays is ended by the clerk, and another till is told to wait', async () => {
    const { id } = await newReader();
    const waiting = ask('POST', `/readers/${id}/pay`, { amount: 1 });
    await vi.waitFor(async () => expect((await ask('GET', `/readers/${id}`)).body).toMatchObject({ prompt: 2 }));
    expect(await ask('POST', `/readers/${id}/pay`, { amount: 1 })).toMatchObject({ status: 409 });
    await ask('DELETE', `/readers/${id}/pay`);
    expect((await waiting).body).toMatchObject({ status: 'cancelled', charged: 'no' });
  });

  test('all readers, live: what they show, and each entry once', async () => {
    const { id } = await newReader({ target: 'node', clock: 'manual' });
    const seen: LiveMessage[] = [];
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/live`);
    socket.on('message', (data) => seen.push(JSON.parse(String(data)) as LiveMessage));
    await vi.waitFor(() => expect(seen.length).toBeGreaterThan(0));
    await ask('POST', `/readers/${id}/tap`, { card: 'mastercard' });
    await ask('POST', `/readers/${id}/unplug`, {});
    await ask('POST', `/readers/${id}/clock/advance`, { ms: 70 });
    const last = (): object | undefined =>
      seen
        .flatMap((message) => (message.kind === 'readers' ? [message.readers] : []))
        .at(-1)
        ?.find((one) => one.id === id);
    await vi.waitFor(() => expect(last()).toMatchObject({ isPowered: false, fieldCards: ['mastercard'], atMs: 70 }));
    const entries = seen.flatMap((message) => (message.kind === 'log' && message.id === id ? message.entries : []));
    expect(entries.map(({ text }) => text)).toEqual(['taps mastercard', 'the cable is pulled']);
    expect(seen.flatMap((message) => faultIn(message, LIVE_RULE) ?? [])).toEqual([]);
    await ask('DELETE', `/readers/${id}`);
    await vi.waitFor(() => expect(last()).toBe(undefined));
    socket.close();
  });

  test('its files come with a policy that lets nothing in from elsewhere, and need the token', async () => {
    const moved = await fetch(server.url, { redirect: 'manual' });
    expect([moved.status, moved.headers.get('location')]).toEqual([308, `${new URL(server.url).pathname}/`]);
    const page = await fetch(`${server.url}/`);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect((await fetch(new URL('/page.js', server.url))).status).toBe(403);
  });
});

test('the client has the same answers, with types', async () => {
  const client = simulatorClient(server.url);
  const { id, seed } = await client.ask('post', '/readers', {}, { target: 'node', seed: 3 });
  expect(seed).toBe(3);
  expect(await client.ask('post', '/readers/{id}/tap', { id }, { card: 'visa-debit' })).toBe(undefined);
  const [entry] = await client.ask('get', '/readers/{id}/log', { id });
  expect(entry).toMatchObject({ number: 0, who: 'customer', text: 'taps visa-debit' });
  await expect(client.ask('get', '/readers/{id}/log/{number}', { id, number: 0 })).rejects.toMatchObject({
    status: 404,
    message: 'there is nothing behind entry 0',
  });
});

test('what a reader remembers does not grow', async () => {
  await using simulation = await simulate({ target: 'node', historyMax: 10 });
  await using reader = await connect(simulation, simulation);
  for (const order of [1, 2, 3]) {
    simulation.tap('no-oda');
    expect(await reader.pay({ amount, key: newKey(`${order}`) })).toMatchObject({ status: 'approved' });
    simulation.lift();
  }
  for (const kept of [simulation.log(), simulation.transcript(), simulation.messages()])
    expect(kept.length).toBeLessThanOrEqual(10);
  const numbers = simulation.log().map(({ number }) => number);
  expect(numbers[0]).toBeGreaterThan(10);
  expect(simulation.opened(0)).toBe(undefined);
  const frame = simulation.log().find(({ holds }) => holds === 'frame');
  expect(simulation.opened(frame?.number ?? 0)).toMatchObject({ holds: 'frame' });
});

describe('as commands', { timeout: 120_000 }, () => {
  let command: string;
  let folder: string;
  beforeAll(async () => {
    command = join(await bundleCommands('serve'), 'comptoir-sim.js');
    folder = mkdtempSync(join(tmpdir(), 'serve-'));
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  /** @returns the process, and what it printed first */
  async function started(...args: readonly string[]): Promise<readonly [ChildProcess, Record<string, string>]> {
    const child = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await child.stdout.take(1).toArray()) as Buffer[];
    return [child, JSON.parse(String(line)) as Record<string, string>];
  }
  function ended(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const code = new Promise<number | null>((resolve) => child.on('exit', resolve));
    child.kill(signal);
    return code;
  }

  test('serve: its ready file for its owner alone, several readers, and 0 after SIGTERM in the middle of a sale', async () => {
    const file = join(folder, 'ready');
    // Left over, and open to all.
    writeFileSync(file, 'http://127.0.0.1:1/old');
    chmodSync(file, 0o644);
    const [child, { url = '' }] = await started('serve', '--ready-file', file);
    expect(readFileSync(file, 'utf8')).toBe(`${url}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const client = simulatorClient(url);
    const ids = await Promise.all(
      [1, 2, 3].map(async (seed) => (await client.ask('post', '/readers', {}, { target: 'node', seed })).id),
    );
    const paid = await Promise.all(
      ids.map(async (id) => {
        await client.ask('post', '/readers/{id}/tap', { id }, { card: 'no-oda' });
        return client.ask('post', '/readers/{id}/pay', { id }, { amount: 100 });
      }),
    );
    expect(paid.map(({ status }) => status)).toEqual(['approved', 'approved', 'approved']);
    await client.ask('post', '/readers/{id}/lift', { id: ids[0] ?? '' });
    // Its end may come before the server's.
    const open = Promise.allSettled([client.ask('post', '/readers/{id}/pay', { id: ids[0] ?? '' }, { amount: 100 })]);
    expect(await ended(child)).toBe(0);
    expect(existsSync(file)).toBe(false);
    const [settled] = await open;
    if (settled.status === 'fulfilled') expect(settled.value.status).not.toBe('approved');
  });

  test('serve: 2 and a sentence for a port that is taken, no port, a file that can not be written; 0 after Ctrl-C', async () => {
    const [child, { url = '' }] = await started('serve');
    const port = new URL(url).port;
    mkdirSync(join(folder, 'a-folder'));
    const wrong: readonly (readonly [readonly string[], string])[] = [
      [['serve', '--port', port], `The port ${port} can not be had. 0 takes any that is free.`],
      [['serve', '--port', 'http'], 'The port is a whole number from 0 to 65535, not "http".'],
      [['serve', '--ready-file', join(folder, 'no', 'such')], 'can not be written'],
      [['serve', '--ready-file', join(folder, 'a-folder')], 'can not be written'],
      [['serve', '--readers', '3'], 'unknown option'],
    ];
    for (const [args, sentence] of wrong) {
      const { code, err } = await runProcess(process.execPath, [command, ...args], folder);
      expect([args, code]).toEqual([args, 2]);
      expect(err).toContain(sentence);
    }
    expect(await ended(child, 'SIGINT')).toBe(0);
  });

  test('reader: 2 and a sentence when its cable can not be had, and it ends', async () => {
    const { code, err } = await runProcess(
      process.execPath,
      [command, 'reader', '--target', 'node', '--page', '--usbredir', join(folder, 'no', 'such')],
      folder,
    );
    expect([code, err]).toEqual([2, expect.stringContaining('listen')]);
  });

  test('reader --page: the one reader, on a page that can end it', async () => {
    const [child, { page = '', serial }] = await started('reader', '--ws', '0', '--target', 'node', '--page', '--json');
    const client = simulatorClient(page);
    expect(await client.ask('get', '/readers')).toMatchObject([{ id: '1', serial, isPowered: true }]);
    const code = new Promise((resolve) => child.on('exit', resolve));
    await client.ask('delete', '/readers/{id}', { id: '1' });
    expect(await code).toBe(0);
  });
});

/** That the card told the reader. */
function numbersOf(id: string): readonly string[] {
  const exchanges = server.readers.find(id)?.simulation.exchanges() ?? [];
  return exchanges.flatMap(({ response }) => cardNumbersIn(response).map((number) => number.join('')));
}

async function everythingOpened(id: string): Promise<readonly unknown[]> {
  const { body } = await ask('GET', `/readers/${id}/log`);
  const held = (body as { number: number; holds?: string }[]).filter(({ holds }) => holds !== undefined);
  const opened = await Promise.all(held.map(({ number }) => ask('GET', `/readers/${id}/log/${number}`)));
  expect(opened.every(({ status }) => status === 200)).toBe(true);
  return opened.map((one) => one.body);
}
