/**
 * A simulated reader for other processes: its reports over a WebSocket, its test acquirer over HTTP, both on loopback only.
 *
 *   ws://127.0.0.1:PORT/TOKEN                    binary frames of one 64-byte report
 *   http://127.0.0.1:PORT/TOKEN/acquirer/authorise   see acquirerRoutes.ts
 *   http://127.0.0.1:PORT/TOKEN/acquirer/status
 *
 * Any number of clients share the one reader, as processes share a HID device: each gets every report.
 * Floor: simulator wires.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { REPORT_SIZE_BYTES } from '@comptoir/protocol';
import type { Acquirer, Transport } from '@comptoir/sdk';
import { type WebSocket, WebSocketServer } from 'ws';
import { createAccess } from './access.js';
import { answerAcquirerRequest } from './acquirerRoutes.js';

/** A client that doesn't read is given up when this much waits for it. */
const BUFFERED_BYTES_MAX = 1024 * 1024;
const CLIENTS_MAX = 64;

const CLOSE = { wentAway: 1001, notAReport: 1008, readerGone: 1011 } as const;

export interface ReaderServer {
  /** With the token: whoever has it has the reader. */
  readonly url: string;
  readonly acquirerUrl: string;
  close(): Promise<void>;
}

interface ReaderServerOptions {
  /** 0 takes any that is free. */
  readonly port: number;
  readonly token: string;
  readonly reader: Transport;
  readonly acquirer: Required<Acquirer>;
}

/** Rejects when the port is taken. */
export async function serveReader({ port, token, reader, acquirer }: ReaderServerOptions): Promise<ReaderServer> {
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: REPORT_SIZE_BYTES, perMessageDeflate: false });
  const listening = await listen(server, port);
  const access = createAccess(token, listening);

  server.on('request', (request, response) => {
    const route = access.allowed(request);
    if (route === undefined) response.writeHead(403).end();
    else void answerAcquirerRequest(acquirer, route, request, response);
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (access.allowed(request) !== '' || sockets.clients.size >= CLIENTS_MAX) {
      // Whoever stays nevertheless would be waited for at the end.
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n', () => socket.destroy());
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => void attach(client, reader));
  });
  return {
    url: `ws://127.0.0.1:${listening}/${token}`,
    acquirerUrl: `http://127.0.0.1:${listening}/${token}/acquirer`,
    async close() {
      for (const client of sockets.clients) client.close(CLOSE.wentAway);
      const ended = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await Promise.race([ended, new Promise<void>((resolve) => setImmediate(resolve))]);
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await ended;
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** Joins a client to the reader until one of them leaves. */
export async function attach(client: WebSocket, reader: Transport): Promise<void> {
  const opened = openReader(client, reader);
  client.on('error', () => client.terminate());
  client.on('message', (data, isBinary) => {
    if (!isBinary || !(data instanceof Uint8Array) || data.length !== REPORT_SIZE_BYTES)
      return client.close(CLOSE.notAReport);
    const report = Uint8Array.from(data);
    opened.then((connection) => connection.send(report)).catch(() => client.close(CLOSE.readerGone));
  });
  client.on('close', () => {
    opened.then((connection) => connection.close()).catch(() => undefined);
  });
  await opened.catch(() => client.close(CLOSE.readerGone));
}

async function openReader(client: WebSocket, reader: Transport): ReturnType<Transport['open']> {
  return reader.open(await reader.request(), {
    report(report) {
      if (client.bufferedAmount > BUFFERED_BYTES_MAX) client.terminate();
      else client.send(report);
    },
    closed: () => client.close(CLOSE.readerGone),
  });
}
