/** The page in Chromium: the SDK's transports over the real `navigator`, and calls for whoever drives the page. */
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
import { SLOWER } from './slower.js';

/** What the driver gives: bytes cross as arrays of numbers. */
interface Driver {
  hostAuthorises(request: readonly number[], key: string): Promise<number[]>;
  hostKnows(key: string): Promise<number[] | null>;
  heard(connection: number, report: readonly number[]): Promise<void>;
  closed(connection: number): Promise<void>;
  changed(watch: number, change: DeviceChange | null): Promise<void>;
}

const driver = globalThis as unknown as Driver;
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

const calls = {
  list: (name: string) => named(name).list(),
  request: (name: string) => named(name).request(),
  async open(name: string, device: DeviceInfo) {
    last += 1;
    const number = last;
    const connection = await named(name).open(device, {
      report: (report) => void driver.heard(number, [...report]),
      closed: () => void driver.closed(number),
    });
    connections.set(number, connection);
    return number;
  },
  send: (number: number, report: readonly number[]) => connections.get(number)?.send(Uint8Array.from(report)),
  close: (number: number) => connections.get(number)?.close(),
  async watch(name: string) {
    last += 1;
    const number = last;
    const stop = new AbortController();
    watches.set(number, stop);
    void tellChanges(number, named(name).watch({ signal: stop.signal }));
    return number;
  },
  unwatch: (number: number) => watches.get(number)?.abort(),
  /** A sale by the SDK alone, as a till's page makes it. */
  async pay(name: string, minor: number) {
    const host = {
      authorise: async (request: Uint8Array, key: string) =>
        Uint8Array.from(await driver.hostAuthorises([...request], key)),
      status: async (key: string) => {
        const known = await driver.hostKnows(key);
        return known === null ? null : Uint8Array.from(known);
      },
    };
    const reader = await connect(named(name), { host, clock, trust: 'development' });
    const result = await reader.pay({ amount: money(minor, 'EUR'), key: newKey(name, minor) });
    await reader.close();
    return result.status;
  },
};

async function tellChanges(number: number, changes: AsyncIterable<DeviceChange>): Promise<void> {
  for await (const change of changes) await driver.changed(number, change);
  await driver.changed(number, null);
}

/** What a call gave, or its error in the words of the SDK. */
async function call(name: keyof typeof calls, ...args: readonly unknown[]): Promise<unknown> {
  try {
    return { value: await (calls[name] as (...given: readonly unknown[]) => unknown)(...args) };
  } catch (fault) {
    const { code, message, stack, recovery } = fault as Error & { code?: string; recovery?: unknown };
    return { code, message, stack, recovery };
  }
}
Object.assign(globalThis, { comptoir: call });
