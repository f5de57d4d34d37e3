import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { ScriptedReader } from './scriptedReader.js';

export interface Loopback {
  /** `ws://127.0.0.1:PORT/TOKEN` */
  readonly url: string;
  /** `http://127.0.0.1:PORT/TOKEN/acquirer` */
  readonly acquirerUrl: string;
  close(): Promise<void>;
}

const TOKEN = 'a-secret-token';

/** Shows a scripted reader on a WebSocket, and answers HTTP beside it, on loopback only. */
export async function serve(script: ScriptedReader, onRequest: RequestListener): Promise<Loopback> {
  const server = createServer(onRequest);
  const sockets = new WebSocketServer({ server, path: `/${TOKEN}` });
  sockets.on('connection', (socket) => {
    const opened = script.port.open({ report: (report) => socket.send(report), closed: () => socket.close() });
    socket.on('message', (data: Buffer) => opened.send(new Uint8Array(data)));
    socket.on('close', () => opened.close());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/${TOKEN}`,
    acquirerUrl: `http://127.0.0.1:${port}/${TOKEN}/acquirer`,
    async close() {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return new Uint8Array(Buffer.concat(parts));
}
