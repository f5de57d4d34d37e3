import { expect, test } from 'vitest';
import type { Chip } from '../../../src/machine/chip/chip.js';
import { createTimers } from '../../../src/machine/chip/timers.js';
import { type EnumeratedDevice, UsbHost } from '../../../src/machine/usb/usbHost.js';
import { UsbGone, UsbStall } from '../../../src/machine/usb/usbTransfer.js';
import { chipWith } from './chipProgram.js';
import { usbDevice } from './chipPrograms.gen.js';

const VENDOR = { requestType: 0x40, request: 0x42, value: 0, index: 0 };

interface Plugged {
  readonly chip: Chip;
  readonly host: UsbHost;
  readonly device: EnumeratedDevice;
}

/** Runs the chip, a millisecond at a time, until the promise is settled. */
async function whileRunning<T>(chip: Chip, promise: Promise<T>, forMs = 200): Promise<T> {
  let isSettled = false;
  const settled = (): void => {
    isSettled = true;
  };
  promise.then(settled, settled);
  for (let ms = 0; ms < forMs && !isSettled; ms += 1) {
    chip.run({ steps: 1_000_000, untilNanos: chip.nanos() + 1e6 });
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (!isSettled) throw new Error(`nothing within ${forMs} ms; ${chip.fault ?? 'the chip runs'}`);
  return promise;
}

async function plugged(): Promise<Plugged> {
  const chip = chipWith(usbDevice);
  const host = new UsbHost(chip, createTimers(chip));
  const connected = new Promise<void>((resolve) => {
    host.connectionChanged = (isConnected) => isConnected && resolve();
  });
  await whileRunning(chip, connected);
  const device = await whileRunning(chip, host.enumerate());
  return { chip, host, device };
}

test('a device is found, addressed and configured', async () => {
  const { device, host } = await plugged();
  expect(device.descriptor.subarray(8, 12)).toEqual(Uint8Array.of(0x09, 0x12, 0x01, 0x00));
  expect(device.configuration.interfaces.map(({ endpoints }) => endpoints)).toEqual([
    [
      { number: 1, isIn: true, type: 'interrupt', interval: 1 },
      { number: 1, isIn: false, type: 'interrupt', interval: 2 },
    ],
    [
      { number: 2, isIn: true, type: 'bulk', interval: 0 },
      { number: 2, isIn: false, type: 'bulk', interval: 0 },
    ],
  ]);
  expect(host.bus.wrongToggles).toBe(0);
});

test('interrupt transfers: what goes out comes back, one in two frames', async () => {
  const { chip, host } = await plugged();
  const startNanos = chip.nanos();
  for (let round = 0; round < 50; round += 1) {
    const sent = Uint8Array.from({ length: 64 }, (_, at) => round + at);
    const back = host.transferIn(1, 64);
    host.transferOut(1, sent);
    expect(await whileRunning(chip, back.done)).toEqual(sent);
  }
  expect((chip.nanos() - startNanos) / 1e6).toBeCloseTo(100, -1);
  expect(host.bus.wrongToggles).toBe(0);
});

test('an IN transfer waits as long as the device has nothing, and can be taken back', async () => {
  const { chip, host } = await plugged();
  const waiting = host.transferIn(1, 64);
  chip.run({ steps: 10_000_000, untilNanos: chip.nanos() + 50e6 });
  waiting.cancel();
  await expect(waiting.done).rejects.toThrowError(UsbGone);
  const next = host.transferIn(1, 64);
  host.transferOut(1, Uint8Array.of(7));
  expect(await whileRunning(chip, next.done)).toEqual(Uint8Array.of(7));
});

test('bulk transfers end by a packet that is not full, a zero-length one included', async () => {
  const { chip, host } = await plugged();
  expect((await whileRunning(chip, host.transferIn(2, 512).done)).length).toBe(128);
  const again = await plugged();
  // As long as it was asked for: the zero-length packet is the next transfer.
  expect((await whileRunning(again.chip, again.host.transferIn(2, 128).done)).length).toBe(128);
  expect((await whileRunning(again.chip, again.host.transferIn(2, 64).done)).length).toBe(0);
});

test('STALL: of a request, of an endpoint; the device goes on', async () => {
  const { chip, host } = await plugged();
  await expect(whileRunning(chip, host.descriptor(0x99, 0, 8))).rejects.toThrowError(UsbStall);
  await expect(whileRunning(chip, host.transferOut(2, Uint8Array.of(1)).done)).rejects.toThrowError(UsbStall);
  expect((await whileRunning(chip, host.descriptor(1, 0, 18))).length).toBe(18);
});

test('control transfers with data, out and in, one after the other', async () => {
  const { chip, host } = await plugged();
  const data = Uint8Array.from({ length: 64 }, (_, at) => at);
  const put = host.request({ ...VENDOR, length: 64 }, data);
  const got = host.request({ ...VENDOR, requestType: 0xc0, request: 0x43, length: 255 });
  await whileRunning(chip, put);
  expect(await whileRunning(chip, got)).toEqual(data);
});

test('a bus reset ends what runs, and the device can be had again', async () => {
  const { chip, host } = await plugged();
  const waiting = host.transferIn(1, 64);
  const again = host.enumerate();
  await expect(waiting.done).rejects.toThrowError(UsbGone);
  await whileRunning(chip, again);
  const back = host.transferIn(1, 64);
  host.transferOut(1, Uint8Array.of(1, 2, 3));
  expect(await whileRunning(chip, back.done)).toEqual(Uint8Array.of(1, 2, 3));
});

test('a suspended bus moves nothing until it is resumed', async () => {
  const { chip, host } = await plugged();
  const back = host.transferIn(1, 64);
  host.bus.suspend();
  host.transferOut(1, Uint8Array.of(9));
  await expect(whileRunning(chip, back.done, 20)).rejects.toThrowError('nothing within');
  host.bus.resume();
  expect(await whileRunning(chip, back.done)).toEqual(Uint8Array.of(9));
});

test('a chip without power is a device that is gone', async () => {
  const { chip, host } = await plugged();
  const waiting = host.transferIn(1, 64);
  let isConnected = true;
  host.connectionChanged = (is) => {
    isConnected = is;
  };
  chip.powerOn();
  expect(isConnected).toBe(false);
  await expect(waiting.done).rejects.toThrowError(UsbGone);
});
