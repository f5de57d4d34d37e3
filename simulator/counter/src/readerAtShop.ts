/**
 * The simulated reader and its test acquirer at the shop's own address, so that the till's page may reach them: a page reaches no other origin.
 *
 *   ws:…/TOKEN/reader          reports of 64 bytes
 *   …/TOKEN/acquirer/authorise…    see acquirerRoutes.ts of the simulator
 *
 * Floor: counter.
 */
import type { Acquirer, Transport } from '@comptoir/sdk';
import type { FastifyInstance } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import { answerAcquirerRequest } from '../../src/wires/acquirerRoutes.js';
import { attach } from '../../src/wires/webSocketServer.js';

const REPORT_BYTES = 64;
const CLIENTS_MAX = 16;

interface ReaderAtShop {
  readonly token: string;
  readonly origin: string;
  readonly reader: Transport;
  readonly acquirer: Required<Acquirer>;
}

export function readerAtShop(server: FastifyInstance, { token, origin, reader, acquirer }: ReaderAtShop): void {
  void server.register(async (inner) => {
    // The bytes are the host's to read.
    inner.removeAllContentTypeParsers();
    inner.addContentTypeParser('*', (_request, _payload, done) => done(null));
    inner.all(`/${token}/acquirer/*`, (request, reply) => {
      reply.hijack();
      const route = request.raw.url?.split('?', 1)[0]?.slice(token.length + 1) ?? '';
      void answerAcquirerRequest(acquirer, route, request.raw, reply.raw);
    });
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: REPORT_BYTES, perMessageDeflate: false });
  server.server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const isOurs = request.headers.origin === undefined || request.headers.origin === origin;
    if (request.url !== `/${token}/reader` || !isOurs || sockets.clients.size >= CLIENTS_MAX) {
      // Whoever stays nevertheless would be waited for at the end.
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n', () => socket.destroy());
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client: WebSocket) => void attach(client, reader));
  });
  server.addHook('preClose', async () => {
    for (const client of sockets.clients) client.terminate();
  });
}
