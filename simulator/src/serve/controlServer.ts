/**
 * A simulator for programs in any language: readers that are made, steered and watched over HTTP and a WebSocket, on loopback only.
 *
 *   http://127.0.0.1:PORT/TOKEN/readers…             see controlRoutes.ts, and docs/reference/simulator.openapi.json
 *   ws://127.0.0.1:PORT/TOKEN/readers/{id}/events    what happens, an entry of the log in JSON each
 *   ws://127.0.0.1:PORT/TOKEN/live                   how all readers are and what happens, see liveFeed.ts
 *   http://127.0.0.1:PORT/TOKEN/                     the page for people, see pageFiles.ts
 *
 * Floor: simulator serve.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GiftBooks } from '@comptoir/issuer/authorisers';
import { type WebSocket, WebSocketServer } from 'ws';
import { faultIn } from '#files';
import { createAccess } from '../wires/access.js';
import { requestBody } from '../wires/requestBody.js';
import { CONTROL_ROUTES, type ControlRoute, NotThereError, type PathValues } from './controlRoutes.js';
import { feedLive } from './liveFeed.js';
import { answerWithPage } from './pageFiles.js';
import { createServedReaders, type ServedReaders } from './servedReaders.js';

const BODY_BYTES_MAX = 65_536;
const WATCHERS_MAX = 64;
/** Who doesn't read is given up when this much waits. */
const BUFFERED_BYTES_MAX = 1024 * 1024;
const WENT_AWAY = 1001;

export interface ControlServer {
  /** With the token: whoever has it has the simulator. */
  readonly url: string;
  readonly readers: ServedReaders;
  close(): Promise<void>;
}

interface ControlServerOptions {
  /** 0 takes any that is free. */
  readonly port: number;
  /** Printable, at least 16 characters. */
  readonly token: string;
  /** Of every reader that is made: see `simulate`. */
  readonly giftBooks?: GiftBooks;
}

/** Rejects when the port is taken. */
export async function serveSimulator({ port, token, giftBooks }: ControlServerOptions): Promise<ControlServer> {
  const readers = createServedReaders(undefined, giftBooks);
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 0, perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const listening = (server.address() as AddressInfo).port;
  const access = createAccess(token, listening);

  server.on('request', (request, response) => {
    const path = access.allowed(request);
    if (path === undefined) response.writeHead(403).end();
    else if (!answerWithPage(`/${token}`, path, request, response)) void answer(readers, path, request, response);
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const feed = feedAt(readers, access.allowed(request));
    if (feed === undefined || sockets.clients.size >= WATCHERS_MAX) {
      // Whoever stays nevertheless would be waited for at the end.
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n', () => socket.destroy());
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client: WebSocket) => {
      const stop = feed((message) => {
        if (client.bufferedAmount > BUFFERED_BYTES_MAX) client.terminate();
        else client.send(message);
      });
      client.on('error', () => client.terminate());
      client.on('close', stop);
    });
  });
  return {
    url: `http://127.0.0.1:${listening}/${token}`,
    readers,
    async close() {
      for (const client of sockets.clients) client.close(WENT_AWAY);
      await readers.close();
      const ended = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      // Who asked for the end is answered.
      await Promise.race([ended, new Promise<void>((resolve) => setImmediate(resolve))]);
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await ended;
    },
  };
}

/** Sends messages until the function that it returns is called. */
type Feed = (send: (message: string) => void) => () => void;

/** @param path what `Access.allowed` gave */
function feedAt(readers: ServedReaders, path: string | undefined): Feed | undefined {
  if (path === '/live') return (send) => feedLive(readers, send);
  const id = /^\/readers\/([^/]+)\/events$/.exec(path ?? '')?.[1];
  const reader = id === undefined ? undefined : readers.find(id);
  return (
    reader &&
    ((send) =>
      reader.listen((entry) => {
        if (entry !== undefined) send(JSON.stringify(entry));
      }))
  );
}

async function answer(
  readers: ServedReaders,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const matching = CONTROL_ROUTES.flatMap((route) => {
    const at = valuesIn(route.path, path);
    return at === undefined ? [] : [{ route, at }];
  });
  const match = matching.find(({ route }) => route.method === request.method);
  if (match === undefined) return end(response, matching.length === 0 ? 404 : 405);
  const body = await bodyOf(match.route, request);
  if (!body.ok) return end(response, body.status ?? 400, { error: body.problem });
  try {
    const result = await match.route.run(readers, match.at, body.value);
    if (match.route.answer === undefined) end(response, 204);
    else end(response, 200, result);
  } catch (fault) {
    const error = fault instanceof Error ? fault.message : String(fault);
    end(response, fault instanceof NotThereError ? 404 : 409, { error });
  }
}

/** @returns what stands for the names in braces; undefined: another path */
function valuesIn(pattern: string, path: string): PathValues | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return undefined;
  const values: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (name !== undefined) values[name] = given[at] ?? '';
    else if (part !== given[at]) return undefined;
  }
  return values;
}

type Body =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string; readonly status?: 413 };

async function bodyOf({ body: rule }: ControlRoute, request: IncomingMessage): Promise<Body> {
  const bytes = await requestBody(request, BODY_BYTES_MAX);
  if (bytes === 'too long')
    return { ok: false, status: 413, problem: `the body is longer than ${BODY_BYTES_MAX} bytes` };
  if (bytes === 'broken off') return { ok: false, problem: 'the body broke off' };
  if (rule === undefined) return { ok: true, value: undefined };
  try {
    const value: unknown = bytes.length === 0 ? {} : JSON.parse(Buffer.from(bytes).toString());
    const fault = faultIn(value, rule);
    return fault === undefined
      ? { ok: true, value }
      : { ok: false, problem: `${fault.at === '' ? 'the body' : fault.at} ${fault.must}` };
  } catch {
    return { ok: false, problem: 'the body is no JSON' };
  }
}

function end(response: ServerResponse, status: number, value?: unknown): void {
  if (value === undefined) response.writeHead(status).end();
  else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
