import { connect } from '@comptoir/sdk';
import { webSocket } from '@comptoir/sdk/transports/webSocket';
import { afterEach, expect, test } from 'vitest';
import { type Loopback, serve } from './loopback.js';
import { AMOUNT, COMPLETE, createHost, KEY, PAY } from './sale.js';
import { createScriptedReader, type ScriptOptions } from './scriptedReader.js';

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
  const reader = await connect(webSocket(url), { host: createHost(), trust: 'development' });
  expect(reader.info).toMatchObject({ serial: 'S-0001', transport: 'webSocket' });
  expect((await reader.pay({ amount: AMOUNT, key: KEY })).status).toBe('approved');
  await reader.close();
  script.assertDrained();
});

test('the token of the address stays out of the device', async () => {
  const device = await webSocket('ws://127.0.0.1:4242/a-secret-token').request();
  expect(JSON.stringify(device)).not.toContain('secret');
});

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
  const reader = await connect(webSocket(url), { host: createHost(), trust: 'development' });
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

test.each(['http://127.0.0.1/x', '127.0.0.1:80', ''])('%j is no address of a reader', async (url) => {
  await expect(connect(webSocket(url), { trust: 'development' })).rejects.toMatchObject({ code: 'usage/invalid' });
});
