import type { RequestListener } from 'node:http';
import { httpAcquirer } from '@comptoir/sdk';
import { afterEach, expect, test } from 'vitest';
import { bodyOf, type Loopback, serve } from '../loopback.js';
import { complete, KEY } from '../sale.js';
import { createScriptedReader } from '../scriptedReader.js';

const BINARY = { 'content-type': 'application/octet-stream' };
const open: Loopback[] = [];
afterEach(async () => {
  for (const loopback of open.splice(0)) await loopback.close();
});

async function acquirerBehind(onRequest: RequestListener) {
  const loopback = await serve(createScriptedReader(), onRequest);
  open.push(loopback);
  return httpAcquirer(loopback.acquirerUrl);
}

test('authorise posts the request with its key, and gives the answer', async () => {
  let seen: unknown;
  const acquirer = await acquirerBehind(async (request, response) => {
    seen = [request.method, request.url, request.headers['comptoir-key'], await bodyOf(request)];
    response.writeHead(200, BINARY).end(complete('00'));
  });
  expect(await acquirer.authorise(Uint8Array.of(1, 2, 3), KEY)).toEqual(complete('00'));
  expect(seen).toEqual(['POST', '/a-secret-token/acquirer/authorise', KEY, Uint8Array.of(1, 2, 3)]);
});

test('status asks for the key; 204 is null', async () => {
  const urls: (string | undefined)[] = [];
  const acquirer = await acquirerBehind((request, response) => {
    urls.push(request.url);
    if (urls.length === 1) response.writeHead(204).end();
    else response.writeHead(200, BINARY).end(complete('00'));
  });
  expect(await acquirer.status('a b&c' as typeof KEY)).toBeNull();
  expect(await acquirer.status(KEY)).toEqual(complete('00'));
  expect(urls).toEqual(['/a-secret-token/acquirer/status?key=a%20b%26c', `/a-secret-token/acquirer/status?key=${KEY}`]);
});

test('nonce and settle: what a checkout asks besides', async () => {
  const urls: string[] = [];
  const answers = [
    new Uint8Array(8).fill(7),
    Uint8Array.of(0),
    new Uint8Array(33).fill(1),
    Uint8Array.of(2),
    new Uint8Array(7),
  ];
  const acquirer = await acquirerBehind((request, response) => {
    urls.push(`${request.method} ${request.url}`);
    response.writeHead(200, BINARY).end(answers.shift());
  });
  const planId = new Uint8Array(16).fill(0xab);
  expect(await acquirer.nonce()).toEqual(new Uint8Array(8).fill(7));
  expect(await acquirer.settle(KEY, planId, 'void')).toEqual({ end: 'void' });
  expect(await acquirer.settle(KEY, planId, 'stands')).toEqual({
    end: 'stands',
    accountToken: new Uint8Array(32).fill(1),
  });
  await expect(acquirer.settle(KEY, planId, 'stands')).rejects.toThrow();
  await expect(acquirer.nonce()).rejects.toThrow();
  expect(urls.slice(0, 3)).toEqual([
    'POST /a-secret-token/acquirer/nonce',
    `POST /a-secret-token/acquirer/settle?key=${KEY}&sale=${'AB'.repeat(16)}&end=void`,
    `POST /a-secret-token/acquirer/settle?key=${KEY}&sale=${'AB'.repeat(16)}&end=stands`,
  ]);
});

test.each<readonly [string, RequestListener]>([
  ['404', (_request, response) => response.writeHead(404).end()],
  ['500', (_request, response) => response.writeHead(500, BINARY).end(complete('00'))],
  ['a page', (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
  ['another place', (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end()],
  ['too many bytes', (_request, response) => response.writeHead(200, BINARY).end(new Uint8Array(5000))],
  [
    'half an answer',
    (_request, response) =>
      void response.writeHead(200, { ...BINARY, 'content-length': '99' }).write('x', () => response.destroy()),
  ],
])('an answer that is %s rejects: nobody knows', async (_, onRequest) => {
  const acquirer = await acquirerBehind(onRequest);
  await expect(acquirer.status(KEY)).rejects.toThrow();
  await expect(acquirer.authorise(Uint8Array.of(1), KEY)).rejects.toThrow();
});

test.each([
  '',
  'pay.example',
  '/acquirer',
  'ws://h/acquirer',
  'http://u:p@h/acquirer',
  'http://h/?token=secret',
  'http://h/#x',
])('%j is no address of an acquirer', (url) => {
  expect(() => httpAcquirer(url)).toThrow(expect.objectContaining({ code: 'usage/invalid', charged: 'no' }));
  expect(() => httpAcquirer(url)).not.toThrow(/secret/);
});

test('no address at all is none either', () => {
  expect(() => httpAcquirer(undefined as never)).toThrow(expect.objectContaining({ code: 'usage/invalid' }));
});

test('slashes at the end of the address are cut', async () => {
  const urls: (string | undefined)[] = [];
  const loopback = await serve(createScriptedReader(), (request, response) => {
    urls.push(request.url);
    response.writeHead(204).end();
  });
  open.push(loopback);
  await httpAcquirer(`${loopback.acquirerUrl}//`).status(KEY);
  expect(urls).toEqual([`/a-secret-token/acquirer/status?key=${KEY}`]);
});

test.each([0.5, 1e12])('a timeout of %d ms is one that timers can hold', async (timeoutMs) => {
  const acquirer = await acquirerBehind((_request, response) => response.writeHead(204).end());
  const outcome = await acquirer.status(KEY, { timeoutMs }).catch((error: unknown) => error);
  expect(outcome).not.toBeInstanceOf(RangeError);
  if (timeoutMs > 1) expect(outcome).toBeNull();
});

test('an acquirer that does not answer rejects at its timeout, or when the signal is aborted', async () => {
  const acquirer = await acquirerBehind(() => {});
  await expect(acquirer.status(KEY, { timeoutMs: 20 })).rejects.toThrow();
  await expect(acquirer.status(KEY, { signal: AbortSignal.abort() })).rejects.toThrow();
});

test('settle of one card names the key alone; a 204 says nothing', async () => {
  const seen: unknown[] = [];
  const acquirer = await acquirerBehind((request, response) => {
    seen.push([request.method, request.url]);
    if (seen.length === 1) response.writeHead(200, BINARY).end(Uint8Array.of(0));
    else response.writeHead(204).end();
  });
  expect(await acquirer.settle(KEY, undefined, 'void')).toEqual({ end: 'void' });
  expect(seen).toEqual([['POST', `/a-secret-token/acquirer/settle?key=${KEY}&end=void`]]);
  await expect(acquirer.settle(KEY, undefined, 'void')).rejects.toThrow();
});
