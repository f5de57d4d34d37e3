import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { inspect } from 'node:util';
import { connect } from '@comptoir/sdk';
import { webSocket } from '@comptoir/sdk/transports/webSocket';
import { afterEach, expect, test } from 'vitest';
import { type Loopback, serve } from '../loopback.js';
import { AMOUNT, COMPLETE, createAcquirer, KEY, PAY } from '../sale.js';
import { createScriptedReader, type ScriptOptions } from '../scriptedReader.js';

const open: Loopback[] = [];
afterEach(async () => {
  for (const loopback of open.splice(0)) await loopback.close();
});

async function scripted(options: ScriptOptions) {
  const script = createScriptedReader(options);
  const loopback = await serve(script, (_request, response) => response.writeHead(404).end());
  open.push(loopback);
  return { script, url: loopback.url };
}

test('a payment over a WebSocket', async () => {
  const { script, url } = await scripted({ steps: [PAY, COMPLETE] });
  const reader = await connect(webSocket(url), { acquirer: createAcquirer(), trust: 'development' });
  expect(reader.info).toMatchObject({ serial: 'S-0001', transport: 'webSocket' });
  expect((await reader.pay({ amount: AMOUNT, key: KEY })).status).toBe('approved');
  await reader.close();
  script.assertDrained();
});

test('the token of the address stays out of the device', async () => {
  const device = await webSocket('ws://127.0.0.1:4242/a-secret-token').request();
  expect(JSON.stringify(device)).not.toContain('secret');
  const named = await webSocket('ws://me:my-secret@127.0.0.1:4242/a-secret-token').request();
  expect(named.id).toBe('ws://127.0.0.1:4242');
});

test.each(['ws://127.0.0.1:99999/a-secret-token', 'ws://one two/a-secret-token', 'wss:///a-secret-token'])(
  'an address that can not be is refused, and its token not told: %s',
  async (url) => {
    const transport = webSocket(url);
    const device = { id: 'ws:', serial: '', model: '', firmware: '', transport: 'webSocket' };
    for (const work of [transport.request(), transport.open(device, { report() {}, closed() {} })]) {
      const error: unknown = await work.catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'usage/invalid' });
      expect(inspect(error)).not.toContain('secret');
    }
  },
);

test.each([0.5, 1e12])('a timeout of %d ms is one that timers can hold', async (timeoutMs) => {
  const { url } = await scripted({ steps: [PAY, COMPLETE] });
  const connection = webSocket(url).open(
    await webSocket(url).request(),
    { report: () => {}, closed: () => {} },
    { timeoutMs },
  );
  // Half a millisecond may be too short; it's a whole one, and no fault of the caller.
  const outcome = await connection.catch((error: unknown) => error);
  if (timeoutMs < 1) expect(outcome).not.toBeInstanceOf(RangeError);
  else await (await connection).close();
});

test('a server that closes the socket: the link is lost', async () => {
  const { url } = await scripted({ steps: [{ expect: 'pay', act: (say) => say.unplug() }] });
  const reader = await connect(webSocket(url), { acquirer: createAcquirer(), trust: 'development' });
  await expect(reader.pay({ amount: AMOUNT, key: KEY })).rejects.toMatchObject({ code: 'link/lost', charged: 'no' });
  expect(reader.state).toBe('gone');
});

test('a wrong token, and nobody there: denied, without the token in the error', async () => {
  const { url } = await scripted({});
  for (const wrong of [`${url}-wrong`, 'ws://127.0.0.1:9/a-secret-token']) {
    const error: unknown = await connect(webSocket(wrong), { trust: 'development' }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'link/denied', charged: 'no', recovery: { do: 'reconnect' } });
    expect(String(error)).not.toContain('secret');
  }
});

test('a server that never says good-bye keeps no program from ending', async () => {
  const server = createServer();
  const opened = new Promise<Socket>((resolve) => {
    server.on('upgrade', (request, socket) => {
      const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
      const accept = createHash('sha1').update(key).digest('base64');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
      );
      resolve(socket as Socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const transport = webSocket(`ws://127.0.0.1:${port}/frozen`);
  let closed = 0;
  const handlers = {
    report: () => {},
    closed() {
      closed += 1;
    },
  };
  const connection = await transport.open(await transport.request(), handlers);
  const socket = await opened;
  const left = new Promise((resolve) => socket.once('end', resolve));
  socket.on('error', () => {}).resume();
  await connection.close();
  await connection.close();
  expect(closed).toBe(1);
  // Not only said to be closed: the socket is let go.
  await left;
  socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

test.each(['http://127.0.0.1/x', '127.0.0.1:80', ''])('%j is no address of a reader', async (url) => {
  await expect(connect(webSocket(url), { trust: 'development' })).rejects.toMatchObject({ code: 'usage/invalid' });
});
