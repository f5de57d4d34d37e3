/** What `usb` makes of the package: its devices, its errors, its silence. The package itself meets a kernel in `npm run test:usb`. */
import { EventEmitter } from 'node:events';
import { connect, loadLink, ReaderError } from '@comptoir/sdk';
import { usb } from '@comptoir/sdk/transports/usb';
import { type Simulation, simulate } from '@comptoir/simulator';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Transfer } from '../../../simulator/src/machine/usb/usbDevice.js';
import { createUsbMachine, type Plugged, type UsbMachine } from '../contract/usbMachine.js';
import { createManualClock, idle } from '../manualClock.js';

/** As `usb` 2.18 behaves, on the simulator's device model. */
const native = vi.hoisted(() => ({ devices: [] as object[], isOther: false }));
vi.mock('usb', () => ({
  get getDeviceList() {
    return native.isOther ? undefined : () => native.devices;
  },
  usb: { on() {}, off() {} },
}));

const LIBUSB = { access: -3, noDevice: -4, busy: -6, notSupported: -12, other: -99 } as const;
const failed = (errno: number): Error => Object.assign(new Error('LIBUSB_ERROR'), { errno });

let simulation: Simulation;
let machine: UsbMachine;
let handle: Handle;
// The clock of the simulation doesn't wait for what is loaded from a disk.
beforeAll(() => Promise.all([loadLink(), usb().list()]), 60_000);
beforeEach(async () => {
  simulation = await simulate({ record: false });
  machine = createUsbMachine(simulation.usb());
  await machine.settled(true);
  handle = new Handle(machine.plugged as Plugged);
  native.devices = [handle];
  native.isOther = false;
});
afterEach(() => simulation.close());

class Handle {
  readonly deviceDescriptor = { idVendor: 0x1209, idProduct: 1, iSerialNumber: 3 };
  readonly busNumber = 1;
  readonly deviceAddress = 7;
  readonly input: Input;
  isOpen = false;
  opened = 0;
  read: (tell: () => void) => void = queueMicrotask;
  /** Before udev has seen to its rights. */
  denials = 0;
  openFault: Error | undefined;
  claimFault: Error | undefined;
  serial: string;
  private readonly plugged: Plugged;

  constructor(plugged: Plugged) {
    this.plugged = plugged;
    this.serial = plugged.serialNumber;
    this.input = new Input(plugged);
  }

  open(): void {
    if (this.openFault !== undefined) throw this.openFault;
    if (this.denials > 0) {
      this.denials -= 1;
      throw failed(LIBUSB.access);
    }
    this.isOpen = true;
    this.opened += 1;
  }

  close(): void {
    this.isOpen = false;
  }

  getStringDescriptor(_index: number, told: (error: Error | undefined, value?: string) => void): void {
    this.read(() => told(this.isOpen ? undefined : failed(LIBUSB.noDevice), this.serial));
  }

  interface(): object {
    const transfer = (bytes: Buffer, told: (error?: Error) => void): void => {
      this.plugged.device.transferOut(2, Uint8Array.from(bytes)).done.then(
        () => told(),
        () => told(failed(LIBUSB.noDevice)),
      );
    };
    return {
      claim: () => {
        if (this.claimFault !== undefined) throw this.claimFault;
      },
      release: (told: () => void) => queueMicrotask(told),
      endpoint: (address: number) => (address > 0x80 ? this.input : { timeout: 0, transfer }),
    };
  }
}

class Input extends EventEmitter {
  pollActive = false;
  isGone = false;
  private readonly plugged: Plugged;
  private waiting: Transfer | undefined;

  constructor(plugged: Plugged) {
    super();
    this.plugged = plugged;
  }

  startPoll(): void {
    if (this.isGone) {
      this.emit('error', failed(LIBUSB.noDevice));
      throw new Error('Polling is not active.');
    }
    this.pollActive = true;
    void this.poll();
  }

  stopPoll(): void {
    this.waiting?.cancel();
  }

  private async poll(): Promise<void> {
    try {
      for (;;) {
        this.waiting = this.plugged.device.transferIn(2, 64);
        this.emit('data', Buffer.from(await this.waiting.done));
      }
    } catch {
      if (!this.plugged.isThere) this.emit('error', failed(LIBUSB.noDevice));
      this.pollActive = false;
      this.emit('end');
    }
  }
}

const refused = async (work: Promise<unknown>): Promise<ReaderError> => {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ReaderError);
  return error as ReaderError;
};
/** With the simulation's clock, which doesn't wait. */
const transport = (): ReturnType<typeof usb> => usb({ clock: simulation.clock });
const options = (): Parameters<typeof connect>[1] & object => ({ clock: simulation.clock, trust: 'development' });

test('a reader over the vendor interface; unplugged, the link is lost', async () => {
  const reader = await connect(usb(), options());
  expect(reader.info).toMatchObject({ id: `usb:${simulation.serial}`, transport: 'usb' });
  expect(await refused(connect(usb(), options()))).toMatchObject({ code: 'link/in-use', charged: 'no' });
  simulation.unplug();
  await machine.settled(false);
  await idle();
  expect(reader.state).toBe('gone');
});

test.each([
  ['access', 'link/denied', '70-comptoir.rules'],
  ['busy', 'link/in-use', 'Close'],
  ['noDevice', 'link/not-found', 'Plug'],
  ['notSupported', 'link/unsupported-here', 'nodeHid'],
  ['other', 'link/denied', 'Check'],
] as const)('it can not be opened, or its interface not be had: %s', async (name, code, next) => {
  const expected = { code, charged: 'no', recovery: { message: expect.stringContaining(next) } };
  handle.claimFault = failed(LIBUSB[name]);
  expect(await refused(connect(transport(), options()))).toMatchObject(expected);
  expect(handle.isOpen).toBe(false);
  handle.claimFault = undefined;
  // Another object of the same reader: its serial number can't be read, and opening it says why.
  handle = new Handle(machine.plugged as Plugged);
  handle.openFault = failed(LIBUSB[name]);
  native.devices = [handle];
  expect(await refused(connect(transport(), options()))).toMatchObject(expected);
});

test('no reader, several, one without a serial number, another version of the package', async () => {
  native.devices = [{ ...handle, deviceDescriptor: { idVendor: 0x1209, idProduct: 2, iSerialNumber: 3 } }];
  expect(await refused(usb({ serial: 'X' }).request())).toMatchObject({
    code: 'link/not-found',
    message: 'There is no reader X.',
  });
  const other = new Handle(machine.plugged as Plugged);
  other.serial = 'B';
  native.devices = [handle, other];
  expect((await refused(usb().request())).message).toContain(`usb:${simulation.serial}, usb:B`);
  other.serial = 'S\u001b[2J';
  native.devices = [Object.assign(new Handle(machine.plugged as Plugged), { serial: '\u001b[2J' })];
  expect(await refused(connect(usb(), options()))).toMatchObject({
    code: 'link/denied',
    message: 'The reader tells no serial number.',
  });
  native.isOther = true;
  expect(await refused(usb().list())).toMatchObject({
    code: 'link/unsupported-here',
    recovery: { do: 'fix-code', message: expect.stringContaining('npm install usb@2') },
  });
});

test('who looks while another opens does not close the reader under it', async () => {
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const reading: (() => void)[] = [];
  handle.read = (tell) => void reading.push(tell);
  const looking = usb().list();
  while (reading.length === 0) await turn();
  const device = { id: '', serial: simulation.serial, model: '', firmware: '', transport: 'usb' };
  const opening = usb().open(device, { report() {}, closed() {} });
  for (let turns = 0; turns < 20; turns += 1) await turn();
  // The last that was asked is answered first.
  while (reading.length > 0) {
    reading.pop()?.();
    for (let turns = 0; turns < 20; turns += 1) await turn();
  }
  const connection = await opening;
  expect((await looking).map(({ serial }) => serial)).toEqual([simulation.serial]);
  expect([handle.isOpen, handle.opened]).toEqual([true, 2]); // once for its serial number, once to be used
  await connection.close();
  expect(handle.isOpen).toBe(false);
});

test('a reader that was plugged in just now has its rights a moment later', async () => {
  handle.denials = 3;
  const clock = createManualClock();
  const device = { id: '', serial: '', model: '', firmware: '', transport: 'usb' };
  const opening = usb({ clock }).open(device, { report() {}, closed() {} });
  let isOver = false;
  const opened = opening.finally(() => {
    isOver = true;
  });
  while (!isOver) await clock.advance(250);
  const connection = await opened;
  expect([handle.denials, handle.isOpen]).toEqual([0, true]);
  await connection.close();
});

test('a reader that is pulled out while it is opened is lost, and nothing stays open', async () => {
  handle.input.isGone = true;
  const heard: string[] = [];
  const device = { id: '', serial: simulation.serial, model: '', firmware: '', transport: 'usb' };
  const opening = usb().open(device, { report() {}, closed: () => heard.push('closed') });
  expect(await refused(opening)).toMatchObject({ code: 'link/lost', charged: 'no', recovery: { do: 'reconnect' } });
  await idle();
  expect([heard, handle.isOpen]).toEqual([['closed'], false]);
});
