/** A simulator for other processes: made, steered and watched over HTTP, and stopped cleanly. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, httpHost, newKey } from '@comptoir/sdk';
import { webSocket } from '@comptoir/sdk/transports/webSocket';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { CONTROL_ROUTES } from '../src/serve/controlRoutes.js';
import { type ControlServer, serveSimulator } from '../src/serve/controlServer.js';
import { openApiText } from '../src/serve/openApi.js';
import type { ReaderNow } from '../src/serve/servedReaders.js';
import { bundleCommands } from './commandProcess.js';

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
  const { id, url, hostUrl, isPowered } = await newReader();
  expect(isPowered).toBe(true);
  const seen: string[] = [];
  const watcher = new WebSocket(`${server.url.replace('http', 'ws')}/readers/${id}/events`);
  watcher.on('message', (data) => seen.push((JSON.parse(String(data)) as { text: string }).text));
  await new Promise((resolve) => watcher.on('open', resolve));
  await using reader = await connect(webSocket(url), { host: httpHost(hostUrl), trust: 'development' as const });
  expect(await ask('POST', `/readers/${id}/tap`, { card: 'no-oda' })).toEqual({ status: 204, body: undefined });
  expect(await reader.pay({ amount, key: newKey('order') })).toMatchObject({ status: 'approved' });
  expect((await ask('GET', `/readers/${id}`)).body).toMatchObject({ isFieldTaken: true, isSlotTaken: false });
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
  const { id, url, hostUrl } = await newReader();
  const options = { host: httpHost(hostUrl), trust: 'development' as const };
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
    ['POST', '/readers', `"${'x'.repeat(70_000)}"`, 400, 'the body is too long'],
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
  const page = readFileSync(new URL('../../docs/reference/simulator.openapi.json', import.meta.url), 'utf8');
  expect(page).toBe(openApiText());
});

test('the command writes its ready file, and ends with 0 after SIGTERM', { timeout: 120_000 }, async () => {
  const command = join(await bundleCommands('serve'), 'comptoir-sim.js');
  const folder = mkdtempSync(join(tmpdir(), 'serve-'));
  const file = join(folder, 'ready');
  const child = spawn(process.execPath, [command, 'serve', '--ready-file', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await child.stdout.take(1).toArray()) as Buffer[];
  const { url } = JSON.parse(String(line)) as { url: string };
  expect(readFileSync(file, 'utf8')).toBe(`${url}\n`);
  expect(await (await fetch(`${url}/readers`, { method: 'POST', body: '{}' })).json()).toMatchObject({
    target: 'quickjs',
  });
  child.kill('SIGTERM');
  expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(0);
  expect(existsSync(file)).toBe(false);
  rmSync(folder, { recursive: true });
});
