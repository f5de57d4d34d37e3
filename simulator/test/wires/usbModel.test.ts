/** The reader as a USB device: what a host reads, what is refused, and how reports go. */
import { BROADCAST_CHANNEL, COMMAND, encodeFrame, REPORT_SIZE_BYTES } from '@comptoir/protocol';
import * as table from '@comptoir/protocol/usb';
import type { ReportHandlers } from '@comptoir/sdk';
import type { ReportPort } from '@comptoir/sdk/transports/memory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseConfiguration } from '../../src/machine/usb/usbDescriptors.js';
import type { SetupPacket } from '../../src/machine/usb/usbDevice.js';
import { createUsbModel, type UsbModel } from '../../src/machine/usb/usbModel.js';
import { UsbGone, UsbStall } from '../../src/machine/usb/usbTransfer.js';
import { simulate } from '../../src/simulation/simulate.js';

const SERIAL = 'SIM12345678';
const NONE = { requestType: 0, request: 0, value: 0, index: 0, length: 0 };
const CONFIGURE = { ...NONE, request: 9, value: 1 };
const descriptor = (type: number, index = 0, length = 255): SetupPacket => ({
  ...NONE,
  requestType: 0x80,
  request: 6,
  value: (type << 8) | index,
  length,
});

/** A reader that hears, and says what the test gives it. */
function bareReader(): {
  readonly port: ReportPort;
  readonly heard: Uint8Array[];
  say(report: Uint8Array): void;
  leave(): void;
} {
  const heard: Uint8Array[] = [];
  let host: ReportHandlers | undefined;
  return {
    heard,
    say: (report) => host?.report(report),
    leave: () => host?.closed(),
    port: {
      device: { id: '', serial: SERIAL, model: '', firmware: '', transport: 'memory' },
      open(handlers) {
        host = handlers;
        return { send: (report) => void heard.push(report), close: () => undefined };
      },
    },
  };
}

function poweredModel(reader = bareReader()): UsbModel {
  const model = createUsbModel({ port: reader.port, serial: SERIAL });
  model.powered();
  return model;
}

async function configured(reader = bareReader()): Promise<UsbModel> {
  const model = poweredModel(reader);
  await model.control(CONFIGURE).done;
  return model;
}

const report = (channel: number, first: number): Uint8Array => {
  const bytes = new Uint8Array(REPORT_SIZE_BYTES).fill(first);
  new DataView(bytes.buffer).setUint32(0, channel);
  return bytes;
};

describe('descriptors', () => {
  test.each<[string, SetupPacket, Uint8Array]>([
    ['device', descriptor(1), table.deviceDescriptor()],
    ['configuration', descriptor(2), table.configurationDescriptor()],
    ['binary object store', descriptor(15), table.binaryObjectStore()],
    ['languages', descriptor(3, 0), table.languagesDescriptor()],
    ['serial number', descriptor(3, table.USB_STRING.serial), table.stringDescriptor(SERIAL)],
    ['HID', { ...descriptor(0x21), requestType: 0x81 }, table.hidDescriptor()],
    ['HID report', { ...descriptor(0x22), requestType: 0x81 }, table.hidReportDescriptor()],
    ['Microsoft', { ...NONE, requestType: 0xc0, request: 2, index: 7, length: 255 }, table.microsoftDescriptorSet()],
    ['cut to what was asked for', descriptor(1, 0, 8), table.deviceDescriptor().slice(0, 8)],
  ])('%s', async (_, setup, expected) => {
    expect(await (await configured()).control(setup).done).toEqual(expected);
  });

  test.each<[string, SetupPacket]>([
    ['the qualifier, which full-speed devices have not', descriptor(6)],
    ['a second configuration', descriptor(2, 1)],
    ['a string that is not there', descriptor(3, 9)],
    ['another configuration set', { ...CONFIGURE, value: 2 }],
    ['a landing page', { ...NONE, requestType: 0xc0, request: 1, index: 2, length: 255 }],
    ['a report set', { ...NONE, requestType: 0x21, request: 9, value: 0x0200, length: 64 }],
    ['an endpoint that is not there', { ...NONE, requestType: 0x82, index: 0x83, length: 2 }],
    ['an interface that is not there', { ...NONE, requestType: 0x81, request: 10, index: 2, length: 1 }],
    ['another alternate setting', { ...NONE, requestType: 1, request: 11, value: 1 }],
  ])('refused: %s', async (_, setup) => {
    const model = await configured();
    const data = new Uint8Array((setup.requestType & 0x80) === 0 ? setup.length : 0);
    await expect(model.control(setup, data).done).rejects.toThrowError(UsbStall);
    expect((await model.control(descriptor(1)).done).length).toBe(18);
  });

  test('the configuration is what a host reads out of it', async () => {
    const { value, interfaces } = parseConfiguration(await (await configured()).control(descriptor(2)).done);
    expect(value).toBe(1);
    expect(interfaces.map((each) => [each.class, each.endpoints.map(({ type }) => type)])).toEqual([
      [0x03, ['interrupt', 'interrupt']],
      [0xff, ['bulk', 'bulk']],
    ]);
  });
});

test('whatever is asked on endpoint 0, with whatever data, is answered or refused, and never longer than asked for', async () => {
  const byte = fc.nat({ max: 255 });
  const word = fc.nat({ max: 65_535 });
  const few = fc.nat({ max: 15 });
  const setups = fc.record({
    requestType: fc.oneof(byte, fc.constantFrom(0x00, 0x80, 0x01, 0x81, 0x02, 0x82, 0x21, 0xa1, 0x40, 0xc0)),
    request: fc.oneof(byte, few),
    value: fc.oneof(word, few, fc.constantFrom(0x0100, 0x0200, 0x0303, 0x0f00, 0x2200)),
    index: fc.oneof(word, few, fc.constantFrom(0x81, 0x82)),
    length: fc.oneof(word, few),
  });
  await fc.assert(
    fc.asyncProperty(setups, fc.uint8Array({ maxLength: 80 }), fc.boolean(), async (setup, data, isExact) => {
      const model = await configured();
      const given = isExact ? new Uint8Array(setup.length) : data;
      const ended = await model.control(setup, given).done.catch((fault: unknown) => fault);
      if (ended instanceof Error) expect(ended).toBeInstanceOf(UsbStall);
      else expect((ended as Uint8Array).length).toBeLessThanOrEqual(setup.length);
      expect((await model.control(descriptor(1)).done).length).toBe(18);
    }),
    { numRuns: 2000 },
  );
});

describe('endpoints', () => {
  test('an IN endpoint says NAK until there is a report; a cancelled transfer takes none', async () => {
    const reader = bareReader();
    const model = await configured(reader);
    await model.transferOut(1, report(7, 1)).done;
    const cancelled = model.transferIn(1, 64);
    const waiting = model.transferIn(1, 64);
    cancelled.cancel();
    await expect(cancelled.done).rejects.toThrowError(UsbGone);
    reader.say(report(7, 2));
    expect(await waiting.done).toEqual(report(7, 2));
  });

  test('only whole packets are reports', async () => {
    const reader = bareReader();
    const model = await configured(reader);
    for (const length of [0, 1, 63, 64, 65, 130]) await model.transferOut(1, new Uint8Array(length)).done;
    expect(reader.heard.map(({ length }) => length)).toEqual([64, 64, 64, 64]);
  });

  test('a long transfer takes as many reports as fit', async () => {
    const reader = bareReader();
    const model = await configured(reader);
    const long = model.transferIn(1, 128);
    for (const first of [1, 2, 3]) reader.say(report(7, first));
    expect((await long.done).length).toBe(128);
    expect(await model.transferIn(1, 64).done).toEqual(report(7, 3));
  });

  test('a halted endpoint refuses until it is cleared', async () => {
    const reader = bareReader();
    const model = await configured(reader);
    const waiting = model.transferIn(1, 64);
    await model.control({ ...NONE, requestType: 2, request: 3, index: 0x81 }).done;
    await expect(waiting.done).rejects.toThrowError(UsbStall);
    expect(await model.control({ ...NONE, requestType: 0x82, index: 0x81, length: 2 }).done).toEqual(
      Uint8Array.of(1, 0),
    );
    await expect(model.transferIn(1, 64).done).rejects.toThrowError(UsbStall);
    await model.control({ ...NONE, requestType: 2, request: 1, index: 0x81 }).done;
    reader.say(report(7, 9));
    expect(await model.transferIn(1, 64).done).toEqual(report(7, 9));
  });

  test('an answer goes back on the interface on which its channel was heard last', async () => {
    const reader = bareReader();
    const model = await configured(reader);
    await model.transferOut(1, report(7, 1)).done;
    await model.transferOut(2, report(8, 1)).done;
    const hid = model.transferIn(1, 64);
    const vendor = model.transferIn(2, 64);
    reader.say(report(8, 2));
    reader.say(report(7, 2));
    expect(await hid.done).toEqual(report(7, 2));
    expect(await vendor.done).toEqual(report(8, 2));
  });

  test('a host that never asks for its reports holds no memory: the oldest are lost', async () => {
    const reader = bareReader();
    const model = await configured(reader);
    for (let number = 0; number < 1000; number += 1) reader.say(report(number, 0));
    const first = new DataView((await model.transferIn(1, 64).done).buffer).getUint32(0);
    expect(first).toBe(1000 - 256);
  });

  test('without a configuration there is no endpoint; unplugged, everything ends; plugged in, it begins anew', async () => {
    const reader = bareReader();
    const model = poweredModel(reader);
    await expect(model.transferIn(1, 64).done).rejects.toThrowError(UsbStall);
    await model.control(CONFIGURE).done;
    const waiting = model.transferIn(1, 64);
    const changes: boolean[] = [];
    model.connectionChanged = (isConnected) => changes.push(isConnected);
    reader.leave();
    await expect(waiting.done).rejects.toThrowError(UsbGone);
    await expect(model.control(descriptor(1)).done).rejects.toThrowError(UsbGone);
    model.powered();
    expect(changes).toEqual([false, true]);
    expect(await model.control({ ...NONE, requestType: 0x80, request: 8, length: 1 }).done).toEqual(Uint8Array.of(0));
  });
});

test('the simulated reader answers on both interfaces, and comes back after its cable was pulled', async () => {
  await using simulation = await simulate({ target: 'node', record: false });
  const device = simulation.usb();
  expect(simulation.usb()).toBe(device);
  for (const round of [1, 2]) {
    await device.control(CONFIGURE).done;
    for (const endpoint of [1, 2]) {
      const [init] = encodeFrame({
        channel: BROADCAST_CHANNEL,
        command: COMMAND.init,
        payload: Uint8Array.of(round, endpoint, 0, 0, 0, 0, 0, 0),
      });
      await device.transferOut(endpoint, init ?? new Uint8Array()).done;
      const answer = await device.transferIn(endpoint, 64).done;
      expect([...answer.subarray(4, 9)]).toEqual([0x80 | COMMAND.init, 0, 15, round, endpoint]);
    }
    simulation.unplug();
    expect(device.isConnected()).toBe(false);
    await simulation.restart();
    expect(device.isConnected()).toBe(true);
  }
});
