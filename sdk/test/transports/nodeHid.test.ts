/** What `nodeHid` makes of the package: its devices, its errors, its silence. The package itself meets a kernel in `npm run test:usb`. */
import { EventEmitter } from 'node:events';
import { connect, type DeviceChange, type DeviceInfo, ReaderError } from '@comptoir/sdk';
import { nodeHid } from '@comptoir/sdk/transports/nodeHid';
import { type Simulation, simulate } from '@comptoir/simulator';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchable } from '../../cli/src/readers.js';
import { createUsbMachine, type Plugged, type UsbMachine } from '../contract/usbMachine.js';
import { createManualClock, idle } from '../manualClock.js';

/** As `node-hid` 3.4 behaves, on the simulator's device model. */
const native = vi.hoisted(() => ({
  devices: async (): Promise<readonly object[]> => [],
  open: async (_path: string): Promise<object> => ({}),
  isOld: false,
}));
vi.mock('node-hid', () => ({
  default: {
    // Version 2 has only calls that block.
    get devicesAsync() {
      return native.isOld ? undefined : () => native.devices();
    },
    HIDAsync: { open: (path: string) => native.open(path) },
  },
}));

let simulation: Simulation;
let machine: UsbMachine;
beforeEach(async () => {
  simulation = await simulate({ record: false });
  machine = createUsbMachine(simulation.usb());
  await machine.settled(true);
  native.devices = async () => (machine.plugged === undefined ? [] : [listed(machine.plugged)]);
  native.open = async () => new HidHandle(machine.plugged as Plugged);
});
afterEach(() => simulation.close());

function listed({ serialNumber, productName: product }: Plugged): object {
  return { path: '/dev/hidraw0', serialNumber, product, usagePage: 0xff00, usage: 1, interface: 0, release: 0x100 };
}

class HidHandle extends EventEmitter {
  readonly written: number[] = [];
  private readonly plugged: Plugged;

  constructor(plugged: Plugged) {
    super();
    this.plugged = plugged;
    plugged.hidReaders.add(this.read);
    machine.watch((isConnected, gone) => {
      // Some versions tell of a pulled cable by an error without words.
      if (!isConnected && gone === plugged) this.emit('error', undefined);
    });
  }

  async write(bytes: Uint8Array): Promise<number> {
    if (!this.plugged.isThere) throw new TypeError('Cannot write to hid device');
    this.written.push(bytes.length);
    await this.plugged.device.transferOut(1, Uint8Array.from(bytes.subarray(1))).done;
    return bytes.length;
  }

  async close(): Promise<void> {
    this.plugged.hidReaders.delete(this.read);
  }

  private readonly read = (report: Uint8Array): void => void this.emit('data', Buffer.from(report));
}

const refused = async (work: Promise<unknown>): Promise<ReaderError> => {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ReaderError);
  return error as ReaderError;
};
const options = (): Parameters<typeof connect>[1] & object => ({ clock: simulation.clock, trust: 'development' });

test('what a device says of itself never moves a cursor', async () => {
  native.devices = async () => [
    { path: '/dev/hidraw0', serialNumber: 'S\u001b[2J', product: 'Reader\u0007', usagePage: 0xff00 },
  ];
  expect(await nodeHid().list()).toEqual([
    { id: 'hid:/dev/hidraw0', serial: '', model: '', firmware: '', transport: 'nodeHid' },
  ]);
});

test('each write is 65 bytes: the identifier that no report has, and the report', async () => {
  const handle = new HidHandle(machine.plugged as Plugged);
  native.open = async () => handle;
  const reader = await connect(nodeHid(), options());
  expect(reader.info).toMatchObject({ id: `hid:${simulation.serial}`, transport: 'nodeHid' });
  await reader.close();
  expect(new Set(handle.written)).toEqual(new Set([65]));
});

test('a cable that is pulled is an error without words: the link is lost, and found again by the serial number', async () => {
  const reader = await connect(nodeHid(), options());
  simulation.unplug();
  await machine.settled(false);
  await idle();
  expect(reader.state).toBe('gone');
  await simulation.restart();
  await machine.settled(true);
  const again = await connect(nodeHid(), { ...options(), device: reader.info });
  expect(again.info.serial).toBe(simulation.serial);
  await again.close();
});

test.each([
  ["Failed to open a device with path '/dev/hidraw0': Permission denied", 'link/denied', '70-comptoir.rules'],
  ['hid_open_path: failed: (0xE00002E2) (iokit/common) not permitted', 'link/denied', '70-comptoir.rules'],
  ['hid_open_path: (0xE00002C5) (iokit/common) exclusive access and device already open', 'link/in-use', 'Close'],
  ['open: (0x00000020) The file is being used by another process.', 'link/in-use', 'Close'],
  ["Failed to open a device with path '/dev/hidraw0': No such file or directory", 'link/not-found', 'Plug'],
  ['something else', 'link/denied', 'Check'],
])('it can not be opened: %s', async (message, code, next) => {
  native.open = () => Promise.reject(new TypeError(`cannot open device with path /dev/hidraw0: ${message}`));
  const error = await refused(connect(nodeHid({ clock: simulation.clock }), options()));
  expect(error).toMatchObject({ code, charged: 'no', recovery: { message: expect.stringContaining(next) } });
  expect(error.cause).toBeInstanceOf(TypeError);
});

test('no reader, several, another one, one without a serial number, no library', async () => {
  expect(await refused(nodeHid({ serial: 'X' }).request())).toMatchObject({
    code: 'link/not-found',
    message: 'There is no reader X.',
  });
  const [one] = await native.devices();
  native.devices = async () => [one as object, { ...one, path: '/dev/hidraw1', serialNumber: 'B' }];
  expect((await refused(nodeHid().request())).message).toBe(
    `There are several readers: hid:${simulation.serial}, hid:B. Say which one by its serial number.`,
  );
  expect(await nodeHid({ serial: 'B' }).request()).toMatchObject({ id: 'hid:B', serial: 'B' });
  native.devices = async () => [{ ...one, serialNumber: '' }];
  expect(await refused(connect(nodeHid(), options()))).toMatchObject({
    code: 'link/denied',
    message: 'The reader tells no serial number.',
  });
  native.devices = async () => [{ ...one, usagePage: 0xf1d0 }];
  expect(await nodeHid().list()).toEqual([]);
  native.devices = () => Promise.reject(new Error('libusb-1.0.so.0: cannot open shared object file'));
  expect(await refused(nodeHid().list())).toMatchObject({
    code: 'link/unsupported-here',
    recovery: { message: expect.stringContaining('comptoir doctor') },
  });
});

test('an older version of the package, as others bring it, says so', async () => {
  native.isOld = true;
  expect(await refused(nodeHid().list())).toMatchObject({
    code: 'link/unsupported-here',
    charged: 'no',
    recovery: { do: 'fix-code', message: expect.stringContaining('npm install node-hid@3') },
  });
  native.isOld = false;
});

test('comptoir watch: of a reader that is named, only that one is meant', async () => {
  const [device] = await nodeHid().list();
  const meant = (text: string | undefined): boolean | undefined => watchable(text)?.isMeant(device as DeviceInfo);
  expect([undefined, 'hid', `hid:${simulation.serial}`, 'hid:B'].map(meant)).toEqual([true, true, true, false]);
});

test('watch polls, and ends with its signal and its time', async () => {
  const clock = createManualClock();
  const stop = new AbortController();
  const changes: DeviceChange['type'][] = [];
  const watching = (async () => {
    for await (const { type } of nodeHid({ clock }).watch({ signal: stop.signal })) changes.push(type);
  })();
  await clock.advance(100);
  const plugged = native.devices;
  native.devices = async () => [];
  await clock.advance(1000);
  native.devices = plugged;
  await clock.advance(1000);
  stop.abort();
  await watching;
  expect(changes).toEqual(['attached', 'detached', 'attached']);
  const short = nodeHid({ clock }).watch({ timeoutMs: 500 })[Symbol.asyncIterator]();
  expect((await short.next()).value).toMatchObject({ type: 'attached' });
  const end = short.next();
  await clock.advance(500);
  expect((await end).done).toBe(true);
  expect(clock.sleepers).toBe(0);
});

test('a reader that was plugged in just now has its rights a moment later; a caller that gives up is not kept', async () => {
  const clock = createManualClock();
  const { open } = native;
  let denials = 2;
  native.open = async (path) => {
    denials -= 1;
    if (denials < 0) return open(path);
    throw new TypeError('Permission denied');
  };
  const transport = nodeHid({ clock });
  const device = await transport.request();
  let isOver = false;
  const opening = transport.open(device, { report() {}, closed() {} }).finally(() => {
    isOver = true;
  });
  while (!isOver) await clock.advance(250);
  await (await opening).close();

  denials = Number.MAX_SAFE_INTEGER;
  const stop = new AbortController();
  const second = transport.open(device, { report() {}, closed() {} }, { signal: stop.signal });
  while (clock.sleepers === 0) await clock.advance(0);
  stop.abort();
  expect(await refused(second)).toMatchObject({ code: 'aborted' });
});

test('a close that hangs is over after a second', async () => {
  const clock = createManualClock();
  const handle = new HidHandle(machine.plugged as Plugged);
  handle.close = () => new Promise(() => {});
  native.open = async () => handle;
  const transport = nodeHid({ clock });
  const heard: string[] = [];
  const connection = await transport.open(await transport.request(), {
    report() {},
    closed: () => heard.push('closed'),
  });
  const closing = connection.close();
  await clock.advance(1000);
  await closing;
  expect([heard, clock.sleepers]).toEqual([['closed'], 0]);
  await expect(connection.send(new Uint8Array(64))).rejects.toThrow('closed');
});

test('aborted while it opens: nothing stays open', async () => {
  const stop = new AbortController();
  const handle = new HidHandle(machine.plugged as Plugged);
  native.open = async () => {
    stop.abort();
    return handle;
  };
  const transport = nodeHid();
  const opening = transport.open(await transport.request(), { report() {}, closed() {} }, { signal: stop.signal });
  expect(await refused(opening)).toMatchObject({ code: 'aborted' });
  expect(machine.plugged?.hidReaders.size).toBe(0);
});
