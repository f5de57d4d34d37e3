/** The events of uhid by hand: the device shown, reports there and back, and a client that sends more than a device takes. */
import { BROADCAST_CHANNEL, COMMAND, encodeFrame } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { openTransfer, type Transfer, type UsbDevice } from '../../src/machine/usb/usbDevice.js';
import { simulate } from '../../src/simulation/simulate.js';
import { createUhidConnection } from '../../src/wires/usb/uhidEvents.js';

const EVENT_BYTES = 4380;
const SIZE_AT = 4100;

/** data 4096 | size 2 | type 1; a zero stands before reports without numbers. */
function output(report: Uint8Array): Buffer {
  const event = Buffer.alloc(EVENT_BYTES);
  event.writeUInt32LE(6, 0);
  event.set(report, 5);
  event.writeUInt16LE(1 + report.length, SIZE_AT);
  event.writeUInt8(1, SIZE_AT + 2);
  return event;
}

test('the kernel is shown the device, and has reports there and back', async () => {
  await using simulation = await simulate({ target: 'node', record: false, serial: 'U-0001' });
  const written: Buffer[] = [];
  let wake = (): void => undefined;
  const connection = createUhidConnection(simulation.usb(), (event) => {
    written.push(Buffer.from(event));
    wake();
  });
  await connection.create();
  const [shown] = written;
  expect([shown?.readUInt32LE(0), shown?.toString('latin1', 196, 202)]).toEqual([11, 'U-0001']);
  expect([shown?.readUInt32LE(264), shown?.readUInt32LE(268)]).toEqual([0x1209, 1]);

  const answered = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const [init] = encodeFrame({ channel: BROADCAST_CHANNEL, command: COMMAND.init, payload: new Uint8Array(8) });
  connection.take(output(init ?? new Uint8Array()));
  await answered;
  const input = written[1];
  expect([input?.readUInt32LE(0), input?.readUInt16LE(4), input?.[10]]).toEqual([12, 64, 0x80 | COMMAND.init]);
  connection.destroy();
  expect(written.at(-1)?.readUInt32LE(0)).toBe(1);
});

test('what a device that stands still is sent beyond a message is dropped', () => {
  let asked = 0;
  const never = (): Transfer => {
    asked += 1;
    return openTransfer().transfer;
  };
  const device: UsbDevice = {
    isConnected: () => true,
    connectionChanged: () => undefined,
    control: never,
    transferIn: never,
    transferOut: never,
    reset: async () => undefined,
  };
  const connection = createUhidConnection(device, () => undefined);
  for (let sent = 0; sent < 2000; sent += 1) connection.take(output(new Uint8Array(64)));
  expect(asked).toBe(64);
});
