/** usbredir by hand, as QEMU speaks it: the device told, its requests, reports, the cable, and hostile peers. */
import { BROADCAST_CHANNEL, COMMAND, encodeFrame, NO_BYTES } from '@comptoir/protocol';
import { deviceDescriptor } from '@comptoir/protocol/usb';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openTransfer, type Transfer } from '../../src/machine/usb/usbDevice.js';
import { type Simulation, simulate } from '../../src/simulation/simulate.js';
import { UsbRedirConnection } from '../../src/wires/usb/usbRedirConnection.js';
import {
  formOf,
  NO_FORM,
  PACKET,
  type Packet,
  type RedirForm,
  readPacket,
  writePacket,
} from '../../src/wires/usb/usbRedirPackets.js';

/** QEMU's: versions, acknowledgements, packet sizes, long ids, long bulk. */
const CAPABILITIES = 0b1111010;

interface Guest {
  readonly connection: UsbRedirConnection;
  send(type: number, ...body: readonly Uint8Array[]): void;
  /** The next packet of that type; what comes before it is passed over. */
  next(type: number): Promise<Packet>;
  readonly isEnded: () => boolean;
}

function guestOf(simulation: Simulation): Guest {
  const device = simulation.usb();
  let form: RedirForm = NO_FORM;
  let held: Buffer = Buffer.alloc(0);
  let isEnded = false;
  let wake: () => void = () => undefined;
  let id = 0n;
  const connection = new UsbRedirConnection(device, {
    write(bytes) {
      held = Buffer.concat([held, bytes]);
      wake();
    },
    end: () => {
      isEnded = true;
      wake();
    },
  });
  device.connectionChanged = (isConnected) => connection.connectionChanged(isConnected);
  return {
    connection,
    isEnded: () => isEnded,
    send(type, ...body) {
      id += 1n;
      connection.receive(writePacket(type, id, form, ...body));
      if (type === PACKET.hello) form = formOf(Buffer.from(body[0] ?? NO_BYTES));
    },
    async next(type) {
      for (;;) {
        // The first hello is in the short form, whatever was agreed on since.
        const read = readPacket(held, held.length >= 8 && held.readUInt32LE(0) === PACKET.hello ? NO_FORM : form);
        if (read === 'too long') throw new Error('a packet that is too long');
        if (read === undefined) {
          if (isEnded) throw new Error('the connection is closed');
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        held = held.subarray(read.length);
        if (read.packet.type === type) return read.packet;
      }
    },
  };
}

function hello(): Uint8Array {
  const body = Buffer.alloc(68);
  body.write('a guest');
  body.writeUInt32LE(CAPABILITIES, 64);
  return body;
}

/** endpoint | request | request type | status | value | index | length */
function control(requestType: number, request: number, value: number, length: number): Uint8Array {
  const head = Buffer.alloc(10);
  head.set([requestType & 0x80, request, requestType, 0]);
  head.writeUInt16LE(value, 4);
  head.writeUInt16LE(length, 8);
  return head;
}

const init = (): Uint8Array =>
  encodeFrame({ channel: BROADCAST_CHANNEL, command: COMMAND.init, payload: new Uint8Array(8) })[0] ?? NO_BYTES;

test('a guest finds the device, configures it, and has reports there and back on both interfaces', async () => {
  await using simulation = await simulate({ target: 'node', record: false });
  const guest = guestOf(simulation);
  guest.send(PACKET.hello, hello());
  expect((await guest.next(PACKET.interfaceInfo)).body.readUInt32LE(0)).toBe(2);
  const endpoints = (await guest.next(PACKET.endpointInfo)).body;
  expect([0, 1, 2, 16, 17, 18].map((at) => endpoints[at])).toEqual([0, 3, 2, 0, 3, 2]);
  expect((await guest.next(PACKET.deviceConnect)).body.toString('hex', 4)).toBe('091201000001');

  guest.send(PACKET.setConfiguration, Uint8Array.of(1));
  expect([...(await guest.next(PACKET.configurationStatus)).body]).toEqual([0, 1]);
  guest.send(PACKET.control, control(0x80, 6, 0x0100, 18));
  const told = (await guest.next(PACKET.control)).body;
  expect([told[3], Uint8Array.from(told.subarray(10))]).toEqual([0, deviceDescriptor()]);
  guest.send(PACKET.control, control(0x80, 6, 0x9900, 18));
  expect((await guest.next(PACKET.control)).body[3]).toBe(4);

  guest.send(PACKET.startInterrupt, Uint8Array.of(0x81));
  expect([...(await guest.next(PACKET.interruptStatus)).body]).toEqual([0, 0x81]);
  guest.send(PACKET.interrupt, Uint8Array.of(0x01, 0, 64, 0), init());
  // The answer may be there before what was sent is told to be over.
  const packets = [(await guest.next(PACKET.interrupt)).body, (await guest.next(PACKET.interrupt)).body];
  const [sent, report] = packets.sort((one, other) => one.length - other.length);
  expect([...(sent ?? [])]).toEqual([0x01, 0, 64, 0]);
  expect([report?.length, report?.[0], report?.[8]]).toEqual([68, 0x81, 0x80 | COMMAND.init]);

  guest.send(PACKET.bulk, Uint8Array.of(0x82, 0, 64, 0, 0, 0, 0, 0, 0, 0));
  guest.send(PACKET.bulk, Uint8Array.of(0x02, 0, 64, 0, 0, 0, 0, 0, 0, 0), init());
  const transfers = [(await guest.next(PACKET.bulk)).body, (await guest.next(PACKET.bulk)).body];
  const [, answer] = transfers.sort((one, other) => one.length - other.length);
  expect([answer?.length, answer?.[0], answer?.[14]]).toEqual([74, 0x82, 0x80 | COMMAND.init]);
});

test('the cable is pulled from outside, and plugged in again; a cancelled transfer says so', async () => {
  await using simulation = await simulate({ target: 'node', record: false });
  const guest = guestOf(simulation);
  guest.send(PACKET.hello, hello());
  await guest.next(PACKET.deviceConnect);
  guest.send(PACKET.setConfiguration, Uint8Array.of(1));
  guest.send(PACKET.bulk, Uint8Array.of(0x82, 0, 64, 0, 0, 0, 0, 0, 0, 0));
  guest.connection.receive(writePacket(PACKET.cancel, 3n, formOf(Buffer.from(hello()))));
  expect((await guest.next(PACKET.bulk)).body[1]).toBe(1);
  simulation.unplug();
  await guest.next(PACKET.deviceDisconnect);
  await simulation.restart();
  await guest.next(PACKET.deviceConnect);
});

test('a guest that asks without end, of a device that stands still, is refused in the end', () => {
  let asked = 0;
  const never = (): Transfer => {
    asked += 1;
    return openTransfer().transfer;
  };
  const connection = new UsbRedirConnection(
    {
      isConnected: () => true,
      connectionChanged: () => undefined,
      control: never,
      transferIn: never,
      transferOut: never,
      reset: () => never().done.then(() => undefined),
    },
    { write: () => undefined, end: () => undefined },
  );
  connection.receive(writePacket(PACKET.hello, 0n, NO_FORM, hello()));
  const form = formOf(Buffer.from(hello()));
  const asks = [PACKET.reset, PACKET.setConfiguration, PACKET.getConfiguration, PACKET.setAlternate, PACKET.control];
  for (let id = 0; id < 2000; id += 1)
    connection.receive(writePacket(asks[id % asks.length] ?? 0, BigInt(id), form, control(0x80, 6, 0x0100, 18)));
  expect(asked).toBe(256);
  connection.close();
});

test('reports are listened for at one endpoint; data of another length than told, or the wrong way, are refused', async () => {
  await using simulation = await simulate({ target: 'node', record: false });
  const guest = guestOf(simulation);
  guest.send(PACKET.hello, hello());
  guest.send(PACKET.setConfiguration, Uint8Array.of(1));
  // The endpoint out of the same number, the vendor interface, and those that aren't there.
  for (const address of [0x01, 0x82, 0x83, 0xf1]) {
    guest.send(PACKET.startInterrupt, Uint8Array.of(address));
    expect([...(await guest.next(PACKET.interruptStatus)).body]).toEqual([2, address]);
  }
  guest.send(PACKET.interrupt, Uint8Array.of(0x81, 0, 64, 0), init());
  expect((await guest.next(PACKET.interrupt)).body[1]).toBe(2);
  guest.send(PACKET.interrupt, Uint8Array.of(0x01, 0, 63, 0), init());
  expect((await guest.next(PACKET.interrupt)).body[1]).toBe(2);
  guest.send(PACKET.bulk, Uint8Array.of(0x02, 0, 0, 1, 0, 0, 0, 0, 0, 0), init());
  expect((await guest.next(PACKET.bulk)).body[1]).toBe(2);
  guest.send(PACKET.control, control(0x21, 0x0a, 0, 8));
  expect((await guest.next(PACKET.control)).body[3]).toBe(2);
  // Nobody took the answer away from who listens for it.
  guest.send(PACKET.startInterrupt, Uint8Array.of(0x81));
  await guest.next(PACKET.interruptStatus);
  guest.send(PACKET.interrupt, Uint8Array.of(0x01, 0, 64, 0), init());
  const packets = [(await guest.next(PACKET.interrupt)).body, (await guest.next(PACKET.interrupt)).body];
  expect(packets.map((body) => body[8] ?? 0).sort((one, other) => one - other)).toEqual([0, 0x80 | COMMAND.init]);
  guest.connection.close();
});

test('whatever comes, cut anywhere, nothing is thrown, and what is too long ends the connection', async () => {
  await using simulation = await simulate({ target: 'node', record: false });
  const type = fc.oneof(fc.constantFrom(...Object.values(PACKET)), fc.nat());
  const packet = fc
    .tuple(type, fc.uint8Array({ maxLength: 90 }))
    .map(([of, body]) => writePacket(of, 1n, formOf(Buffer.from(hello())), body));
  const junk = fc.oneof(packet, fc.uint8Array({ maxLength: 90 }));
  await fc.assert(
    fc.asyncProperty(fc.array(junk, { maxLength: 10 }), fc.boolean(), async (parts, hasHello) => {
      const guest = guestOf(simulation);
      if (hasHello) guest.send(PACKET.hello, hello());
      for (const part of parts) guest.connection.receive(part);
      await new Promise((resolve) => setImmediate(resolve));
      guest.connection.close();
    }),
    { numRuns: 300 },
  );
  const guest = guestOf(simulation);
  const long = Buffer.alloc(12);
  long.writeUInt32LE(0xffffffff, 4);
  guest.connection.receive(long);
  expect(guest.isEnded()).toBe(true);
});
