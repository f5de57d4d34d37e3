/**
 * The page in Chromium: the SDK's transports over the real `navigator`, called over a WebSocket by whoever served
 * the page.
 */
import {
  type Connection,
  connect,
  type DeviceChange,
  type DeviceInfo,
  type DeviceTransport,
  money,
  newKey,
} from '@comptoir/sdk';
import { webHid } from '@comptoir/sdk/transports/webHid';
import { webUsb } from '@comptoir/sdk/transports/webUsb';
import { slowClock } from '../../../../sdk/test/contract/bench.js';
import { farCalls } from './farCalls.js';
import { measure } from './measure.js';
import { SLOWER } from './slower.js';

const clock = slowClock(SLOWER);
const transports: Readonly<Record<string, DeviceTransport>> = { webHid: webHid({ clock }), webUsb: webUsb({ clock }) };
const connections = new Map<number, Connection>();
const watches = new Map<number, AbortController>();
let last = 0;

function named(name: string): DeviceTransport {
  const transport = transports[name];
  if (transport === undefined) throw new Error(`there is no transport ${name}`);
  return transport;
}

const socket = new WebSocket(`ws://${location.host}`);
const driver = farCalls((text) => socket.send(text), {
  list: (name: string) => named(name).list(),
  request: (name: string) => named(name).request(),
  async open(name: string, device: DeviceInfo) {
    last += 1;
    const number = last;
    const connection = await named(name).open(device, {
      report: (report) => void driver.call('heard', number, [...report]),
      closed: () => void driver.call('closed', number),
    });
    connections.set(number, connection);
    return number;
  },
  send: (number: number, report: readonly number[]) => connections.get(number)?.send(Uint8Array.from(report)),
  close: (number: number) => connections.get(number)?.close(),
  watch(name: string) {
    last += 1;
    const number = last;
    const stop = new AbortController();
    watches.set(number, stop);
    void tellChanges(number, named(name).watch({ signal: stop.signal }));
    return number;
  },
  unwatch: (number: number) => watches.get(number)?.abort(),
  measure: (name: string) => measure(named(name)),
  /** A sale by the SDK alone, as a till's page makes it. */
  async pay(name: string, minor: number) {
    const acquirer = {
      authorise: async (request: Uint8Array, key: string) =>
        Uint8Array.from((await driver.call('authorise', [...request], key)) as number[]),
      status: async (key: string) => {
        const known = (await driver.call('status', key)) as number[] | null;
        return known === null ? null : Uint8Array.from(known);
      },
    };
    const reader = await connect(named(name), { acquirer, clock, trust: 'development' });
    const result = await reader.pay({ amount: money(minor, 'EUR'), key: newKey(name, minor) });
    await reader.close();
    return result.status;
  },
});
socket.addEventListener('message', ({ data }) => driver.receive(data));

async function tellChanges(number: number, changes: AsyncIterable<DeviceChange>): Promise<void> {
  for await (const change of changes) await driver.call('changed', number, change);
  await driver.call('changed', number, null);
}
