/** What pages have to do with: people, permissions, browsers without an interface, several readers. */
import { connect, type DeviceInfo, ReaderError } from '@comptoir/sdk';
import { type Hid, type HidDevice, webHid } from '@comptoir/sdk/transports/webHid';
import { type Usb, webUsb } from '@comptoir/sdk/transports/webUsb';
import { type Simulation, simulate } from '@comptoir/simulator';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { serialOf } from '../../src/transports/serialOf.js';
import type { Person } from '../contract/pageShim.js';
import { createUsbMachine, type UsbMachine } from '../contract/usbMachine.js';
import { createHidShim } from '../contract/webHidShim.js';
import { createUsbShim } from '../contract/webUsbShim.js';

interface Machine {
  readonly simulation: Simulation;
  readonly machine: UsbMachine;
}

let open: Simulation[] = [];
let person: Person;
beforeEach(() => {
  open = [];
  person = { hasClicked: false, picks: true };
});
afterEach(async () => {
  vi.unstubAllGlobals();
  for (const simulation of open) await simulation.close();
});

async function machineOf(seed: number): Promise<Machine> {
  const simulation = await simulate({ seed, record: false });
  open.push(simulation);
  const machine = createUsbMachine(simulation.usb());
  await machine.settled(true);
  return { simulation, machine };
}

const refused = async (work: Promise<unknown>): Promise<ReaderError> => {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ReaderError);
  return error as ReaderError;
};

describe.each([
  ['webHid', (machine: UsbMachine, isGranted: boolean) => webHid({ hid: createHidShim(machine, person, isGranted) })],
  ['webUsb', (machine: UsbMachine, isGranted: boolean) => webUsb({ usb: createUsbShim(machine, person, isGranted) })],
] as const)('%s', (name, transportOf) => {
  test('a page that has the reader asks nobody', async () => {
    const { machine } = await machineOf(1);
    expect(await transportOf(machine, true).request()).toMatchObject({ transport: name, model: 'Comptoir reader' });
  });

  test('a page that has nothing asks a person, after a click', async () => {
    const { machine, simulation } = await machineOf(1);
    const transport = transportOf(machine, false);
    expect(await transport.list()).toEqual([]);
    expect(await refused(transport.request())).toMatchObject({
      code: 'link/denied',
      recovery: { do: 'fix-code', message: expect.stringContaining('click') },
    });
    person.hasClicked = true;
    person.picks = false;
    expect(await refused(transport.request())).toMatchObject({ code: 'link/not-found' });
    person.picks = true;
    const device = await transport.request();
    const { clock } = simulation;
    const reader = await connect(transport, { device, clock, trust: 'development' });
    expect(reader.info.serial).toBe(simulation.serial);
    await reader.close();
    expect(await transport.list()).toHaveLength(1);
  });

  test('the first reports after plugging in are lost, and the reader is found nevertheless', async () => {
    const { machine, simulation } = await machineOf(1);
    simulation.unplug();
    await machine.settled(false);
    machine.failingWrites = name === 'webHid' ? 5 : 0;
    await simulation.restart();
    await machine.settled(true);
    const reader = await connect(transportOf(machine, true), { clock: simulation.clock, trust: 'development' });
    await reader.close();
  });

  test('one connection of a page has the device; the next one may follow at once', async () => {
    const { machine, simulation } = await machineOf(1);
    const transport = transportOf(machine, true);
    const options = { clock: simulation.clock, trust: 'development' } as const;
    const first = await transport.open(await transport.request(), { report() {}, closed() {} });
    expect(await refused(connect(transport, options))).toMatchObject({ code: 'link/in-use', charged: 'no' });
    void first.close();
    await (await connect(transport, options)).close();
  });

  test('a browser without the interface, and a page without HTTPS', async () => {
    vi.stubGlobal('navigator', {});
    const [transport] = name === 'webHid' ? [webHid()] : [webUsb()];
    expect(await refused(transport.list())).toMatchObject({
      code: 'link/unsupported-here',
      recovery: { do: 'fix-code', message: expect.stringContaining('Chrome') },
    });
    vi.stubGlobal('isSecureContext', false);
    expect((await refused(transport.request())).recovery.message).toContain('HTTPS');
  });
});

test.each([
  ['WebHID', (machine: UsbMachine, serial: string) => webHid({ hid: createHidShim(machine, person, false), serial })],
  ['WebUSB', (machine: UsbMachine, serial: string) => webUsb({ usb: createUsbShim(machine, person, false), serial })],
] as const)(
  '%s: a person who picks another reader than the one that is meant is not taken at their word',
  async (_, of) => {
    const { machine, simulation } = await machineOf(1);
    person.hasClicked = true;
    const { clock, serial } = simulation;
    const options = { clock, trust: 'development' } as const;
    expect(await refused(connect(of(machine, 'SIM00000000'), options))).toMatchObject({ code: 'link/not-found' });
    await (await connect(of(machine, serial), options)).close();
  },
);

test('WebUSB: another page has the interface; a reader without a serial number', async () => {
  const { machine, simulation } = await machineOf(1);
  const options = { clock: simulation.clock, trust: 'development' } as const;
  const page = (): ReturnType<typeof webUsb> => webUsb({ usb: createUsbShim(machine, person, true) });
  const first = await connect(page(), options);
  expect(await refused(connect(page(), options))).toMatchObject({ code: 'link/in-use' });
  await first.close();
  Object.assign(machine.plugged ?? {}, { serialNumber: '' });
  expect(await refused(connect(page(), options))).toMatchObject({
    code: 'link/denied',
    message: 'The reader tells no serial number.',
  });
});

/** A page that has several readers: WebHID doesn't tell which is which, so they are asked. */
function severalHid(...machines: readonly UsbMachine[]): Hid {
  const pages = machines.map((machine) => createHidShim(machine, person, true));
  return {
    getDevices: async () => (await Promise.all(pages.map((page) => page.getDevices()))).flat(),
    requestDevice: async () => [],
    addEventListener: (type, listener) => pages.forEach((page) => void page.addEventListener(type, listener)),
    removeEventListener: (type, listener) => pages.forEach((page) => void page.removeEventListener(type, listener)),
  };
}

test('WebHID, two readers: the serial number chooses, also after a replug; without one they are listed', async () => {
  const [one, two] = [await machineOf(1), await machineOf(2)];
  const hid = severalHid(one.machine, two.machine);
  expect(await refused(webHid({ hid }).request())).toMatchObject({
    code: 'usage/invalid',
    message: expect.stringMatching(/webHid:\d+, webHid:\d+/),
  });
  // What asks them comes in a file of its own: loading it is no matter of a virtual clock.
  expect(await serialOf(() => Promise.reject(new Error('none')), two.simulation.clock)).toBeUndefined();
  for (const { simulation, machine } of [two, one]) {
    const transport = webHid({ hid, serial: simulation.serial, clock: simulation.clock });
    const options = { clock: simulation.clock, trust: 'development' } as const;
    const reader = await connect(transport, options);
    expect(reader.info.serial).toBe(simulation.serial);
    await reader.close();
    simulation.unplug();
    await machine.settled(false);
    await simulation.restart();
    await machine.settled(true);
    const again = await connect(transport, { ...options, device: reader.info });
    expect(again.info.serial).toBe(simulation.serial);
    await again.close();
  }
  const [device] = await webHid({ hid }).list();
  const stranger = webHid({ hid, clock: one.simulation.clock }).open(
    { ...(device as DeviceInfo), id: 'webHid:0', serial: 'SIM99999999' },
    { report() {}, closed() {} },
  );
  expect(await refused(stranger)).toMatchObject({ code: 'link/not-found' });
});

test('another reader in place of the one that was meant is not it', async () => {
  const { machine, simulation } = await machineOf(1);
  const transport = webHid({ hid: createHidShim(machine, person, true), clock: simulation.clock });
  const device = { ...(await transport.request()), serial: 'SIM99999999' };
  const error = await refused(connect(transport, { device, clock: simulation.clock, trust: 'development' }));
  expect(error).toMatchObject({ code: 'link/not-found', message: expect.stringContaining('and not SIM99999999') });
});

test('a device that may not be opened, and one that failed', async () => {
  const hidOf = (fault: Error): Hid => {
    const device = { vendorId: 0x1209, productId: 1, productName: 'x', open: () => Promise.reject(fault) };
    const hid = { getDevices: async () => [device as unknown as HidDevice], requestDevice: async () => [] };
    return { ...hid, addEventListener() {}, removeEventListener() {} };
  };
  const opened = (fault: Error): Promise<ReaderError> =>
    refused(connect(webHid({ hid: hidOf(fault) }), { trust: 'development' }));
  expect(await opened(new DOMException('Failed to open the device.', 'NotAllowedError'))).toMatchObject({
    code: 'link/denied',
    recovery: { do: 'replug', message: expect.stringContaining('/etc/udev/rules.d/70-comptoir.rules') },
  });
  expect(await opened(new DOMException('x', 'NotFoundError'))).toMatchObject({ code: 'link/not-found' });
  // Pulled out since it was listed: the browser has the same word for it.
  const fault = new DOMException('Failed to open the device.', 'NotAllowedError');
  const hid = hidOf(fault);
  let lists = 0;
  const gone: Hid = {
    ...hid,
    getDevices: async () => {
      lists += 1;
      return lists <= 2 ? hid.getDevices() : [];
    },
  };
  expect(await refused(connect(webHid({ hid: gone }), { trust: 'development' }))).toMatchObject({
    code: 'link/not-found',
    recovery: { do: 'replug' },
    cause: fault,
  });
  expect(await opened(new Error('x'))).toMatchObject({ code: 'link/denied', recovery: { do: 'reconnect' } });
});

test('what browsers give is what the transports take', () => {
  const given: readonly [(hid: HID) => Hid, (usb: USB) => Usb] = [(hid) => hid, (usb) => usb];
  expect(given).toHaveLength(2);
});
