/** The chip's own USB device and the model of it are one device to a host. `npm run test:chip` runs it. */
import { BROADCAST_CHANNEL, COMMAND, encodeFrame, PROMPT } from '@comptoir/protocol';
import { connect, money, newKey, type Transport } from '@comptoir/sdk';
import { describe, expect, test } from 'vitest';
import { createVirtualClock } from '../../../src/machine/clock.js';
import type { SetupPacket, UsbDevice } from '../../../src/machine/usb/usbDevice.js';
import { type Simulation, simulate } from '../../../src/simulation/simulate.js';

const TIMEOUT_MS = 120_000;
const SERIAL = 'PICO0001';
const NONE: SetupPacket = { requestType: 0, request: 0, value: 0, index: 0, length: 0 };
const CONFIGURE = { ...NONE, request: 9, value: 1 };

/** As a HID driver carries reports. */
function transportOver(device: UsbDevice): Transport {
  return {
    request: async () => ({ id: 'usb', serial: SERIAL, model: '', firmware: '', transport: 'usb' }),
    async open(_info, { report, closed }) {
      let listening = device.transferIn(1, 64);
      const listen = async (): Promise<void> => {
        for (;;) {
          const { done } = listening;
          listening = device.transferIn(1, 64);
          report(await done);
        }
      };
      void listen().catch(closed);
      return {
        send: async (bytes) => {
          await device.transferOut(1, bytes).done;
        },
        close: async () => listening.cancel(),
      };
    },
  };
}

interface Plugged extends AsyncDisposable {
  readonly device: UsbDevice;
  readonly simulation: Simulation;
}

async function plugged(
  target: 'node' | 'pico',
  prompted: (prompt: number) => void = () => undefined,
): Promise<Plugged> {
  const clock = createVirtualClock();
  const simulation = await simulate({ target, serial: SERIAL, clock, record: false, prompted });
  const device = simulation.usb();
  await connected(device, true);
  await device.control(CONFIGURE).done;
  return { device, simulation, [Symbol.asyncDispose]: () => simulation.close() };
}

function connected(device: UsbDevice, isConnected: boolean): Promise<void> {
  return new Promise((resolve) => {
    if (device.isConnected() === isConnected) return resolve();
    device.connectionChanged = (is) => {
      if (is === isConnected) resolve();
    };
  });
}

/** Bytes, or why not. */
async function said(device: UsbDevice, setup: SetupPacket): Promise<string> {
  const data = new Uint8Array((setup.requestType & 0x80) === 0 ? setup.length : 0);
  return device.control(setup, data).done.then(
    (bytes) => Buffer.from(bytes).toString('hex'),
    (fault: Error) => fault.name,
  );
}

/** Every type of descriptor with every index that might be there, of the device and of its interface; cut and whole. */
function descriptorRequests(): readonly SetupPacket[] {
  return [0x80, 0x81].flatMap((requestType) =>
    [1, 2, 3, 4, 6, 7, 15, 0x21, 0x22, 0x99].flatMap((type) =>
      [0, 1, 2, 3, 4, 0xee].flatMap((number) =>
        [0, 8, 255, 1024].map((length) => {
          const value = (type << 8) | number;
          return { requestType, request: 6, value, index: requestType === 0x80 && type === 3 ? 0x0409 : 0, length };
        }),
      ),
    ),
  );
}

const others: readonly SetupPacket[] = [
  { ...NONE, requestType: 0xc0, request: 2, index: 7, length: 4096 },
  { ...NONE, requestType: 0xc0, request: 2, index: 8, length: 255 },
  { ...NONE, requestType: 0xc0, request: 1, index: 2, length: 255 },
  { ...NONE, requestType: 0x80, request: 0, length: 2 },
  { ...NONE, requestType: 0x80, request: 8, length: 1 },
  { ...NONE, requestType: 0x81, request: 10, length: 1 },
  { ...NONE, requestType: 0x81, request: 10, index: 1, length: 1 },
  { ...NONE, requestType: 0x82, request: 0, index: 0x81, length: 2 },
  { ...NONE, requestType: 0x21, request: 10, value: 0 },
  { ...NONE, requestType: 0xa1, request: 1, value: 0x0100, length: 64 },
  { ...NONE, requestType: 0xa1, request: 2, value: 0, length: 1 },
  { ...NONE, requestType: 0xa1, request: 3, value: 0, length: 1 },
  { ...NONE, requestType: 0x21, request: 9, value: 0x0200, length: 64 },
  { ...NONE, requestType: 0x02, request: 1, index: 0x81 },
  { ...NONE, requestType: 0x02, request: 1, index: 0x01 },
  { ...NONE, requestType: 0x00, request: 9, value: 2 },
  { ...NONE, requestType: 0x43, request: 9 },
];

describe('the chip and the model', { timeout: TIMEOUT_MS }, () => {
  test('give the same bytes, or refuse, for every descriptor and for what a host asks besides', async () => {
    await using model = await plugged('node');
    await using chip = await plugged('pico');
    for (const setup of [...descriptorRequests(), ...others])
      expect([setup, await said(chip.device, setup)]).toEqual([setup, await said(model.device, setup)]);
  });

  test('take reports on both interfaces, and answer on the same; configured again, they answer again', async () => {
    await using chip = await plugged('pico');
    const { device } = chip;
    for (const [round, endpoint] of [1, 2, 1, 2].entries()) {
      await device.control(CONFIGURE).done;
      await device.control({ ...NONE, requestType: 2, request: 1, index: 0x80 | endpoint }).done;
      const payload = Uint8Array.of(round, endpoint, 0, 0, 0, 0, 0, 0);
      const [init] = encodeFrame({ channel: BROADCAST_CHANNEL, command: COMMAND.init, payload });
      await device.transferOut(endpoint, init ?? new Uint8Array(64)).done;
      const answer = await device.transferIn(endpoint, 64).done;
      expect([...answer.subarray(4, 9)]).toEqual([0x80 | COMMAND.init, 0, 15, round, endpoint]);
    }
  });

  test('a sale by a till that has nothing but the USB device', async () => {
    // The customer sees what the reader asks for, though its reports go elsewhere.
    await using chip = await plugged(
      'pico',
      (prompt) => prompt === PROMPT.presentCard && chip.simulation.tap('visa-debit'),
    );
    const { device, simulation } = chip;
    const reader = await connect(transportOver(device), simulation);
    const { status } = await reader.pay({ amount: money(1250, 'EUR'), key: newKey('over-usb') });
    expect(status).toBe('approved');
    await reader.close();
  });

  test('the cable out and in: the device goes and comes', async () => {
    await using chip = await plugged('pico');
    const { device, simulation } = chip;
    const gone = connected(device, false);
    simulation.unplug();
    await gone;
    const back = connected(device, true);
    await simulation.restart();
    await back;
    await device.control(CONFIGURE).done;
  });
});
