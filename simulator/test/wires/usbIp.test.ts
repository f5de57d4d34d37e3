/** USB/IP by hand: a device imported, transfers answered once, hostile clients cut off. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { BROADCAST_CHANNEL, COMMAND, encodeFrame } from '@comptoir/protocol';
import { deviceDescriptor } from '@comptoir/protocol/usb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { realClock } from '../../src/machine/clock.js';
import { openTransfer, type UsbDevice } from '../../src/machine/usb/usbDevice.js';
import { type Simulation, simulate } from '../../src/simulation/simulate.js';
import { serveWire } from '../../src/wires/usb/serveWire.js';
import { createUsbIpConnection } from '../../src/wires/usb/usbIpConnection.js';
import { serveUsbIp } from '../../src/wires/usb/usbIpServer.js';
import type { ServedWire } from '../../src/wires/usb/wire.js';
import { GET_DEVICE_DESCRIPTOR, importDevice, SET_CONFIGURATION, type UsbIpClient } from './usbIpClient.js';

let simulation: Simulation;
let wire: ServedWire;

beforeAll(async () => {
  simulation = await simulate({ target: 'node', clock: realClock, record: false });
  wire = await serveWire(simulation.usb(), { wire: 'usbip', port: 0, attach: false }, undefined);
});
afterAll(async () => {
  await wire.close();
  await simulation.close();
});

async function configured(): Promise<UsbIpClient> {
  const client = await importDevice(wire.port);
  expect((await client.submit(0, false, 0, { setup: SET_CONFIGURATION }).answer).status).toBe(0);
  return client;
}

async function left({ socket, closed }: UsbIpClient): Promise<void> {
  socket.destroy();
  await closed;
  // The server has seen it when another client may have the device.
  for (let isFree = false; !isFree; ) {
    isFree = await importDevice(wire.port).then(
      async (client) => {
        client.socket.destroy();
        await client.closed;
        return true;
      },
      () => false,
    );
  }
}

const init = (): Uint8Array =>
  encodeFrame({ channel: BROADCAST_CHANNEL, command: COMMAND.init, payload: new Uint8Array(8) })[0] ?? new Uint8Array();

test('the list says what the device is', async () => {
  const socket = connect(wire.port, '127.0.0.1');
  socket.write(Buffer.from([0x01, 0x11, 0x80, 0x05, 0, 0, 0, 0]));
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part);
  const bytes = Buffer.concat(parts);
  expect(bytes.length).toBe(12 + 312 + 8);
  expect(bytes.readUInt32BE(8)).toBe(1);
  expect(bytes.toString('latin1', 12 + 256, 12 + 259)).toBe('1-1');
  expect([bytes.readUInt16BE(12 + 300), bytes.readUInt16BE(12 + 302)]).toEqual([0x1209, 1]);
});

test('imported: descriptors, reports there and back; one client at a time', async () => {
  const client = await configured();
  const { status, data } = await client.submit(0, true, 18, { setup: GET_DEVICE_DESCRIPTOR }).answer;
  expect([status, Uint8Array.from(data)]).toEqual([0, deviceDescriptor()]);
  await expect(importDevice(wire.port)).rejects.toThrow('status 2');
  const coming = client.submit(1, true, 64).answer;
  expect((await client.submit(1, false, 64, { data: init() }).answer).status).toBe(0);
  expect((await coming).data[4]).toBe(0x80 | COMMAND.init);
  await left(client);
});

test('a transfer that is unlinked is answered for once; one that was over is told so', async () => {
  const client = await configured();
  const { sequence } = client.submit(1, true, 64);
  expect(await client.unlink(sequence)).toBe(-104);
  expect(await client.unlink(sequence)).toBe(0);
  expect(await client.unlink(0xffffffff)).toBe(0);
  // Nothing was taken by it.
  const coming = client.submit(1, true, 64).answer;
  client.submit(1, false, 64, { data: init() });
  expect((await coming).data.length).toBe(64);
  await left(client);
});

test.each<[string, (client: UsbIpClient) => Promise<{ status: number }>, number]>([
  [
    'a refused request is a stall',
    (client) => client.submit(0, true, 9, { setup: [0x80, 6, 0, 0x99, 0, 0, 9, 0] }).answer,
    -32,
  ],
  ['an endpoint that is not there', (client) => client.submit(9, true, 64).answer, -32],
  ['a transfer too long to hold', (client) => client.submit(1, true, 0xffffffff).answer, -90],
  [
    'data too long to hold are skipped',
    (client) => client.submit(1, false, 70_000, { data: new Uint8Array(70_000) }).answer,
    -90,
  ],
])('%s', async (_, ask, status) => {
  const client = await configured();
  expect((await ask(client)).status).toBe(status);
  expect((await client.submit(0, true, 18, { setup: GET_DEVICE_DESCRIPTOR }).answer).data.length).toBe(18);
  await left(client);
});

test('more transfers at once than a client may have are refused, and the rest go on', async () => {
  const client = await configured();
  const answers = Array.from({ length: 300 }, () => client.submit(1, true, 64).answer);
  expect((await answers[299])?.status).toBe(-12);
  expect((await client.submit(0, true, 18, { setup: GET_DEVICE_DESCRIPTOR }).answer).status).toBe(-12);
  await left(client);
});

test('unplugged, the connection is cut; plugged in, it can be had again', async () => {
  const client = await configured();
  simulation.unplug();
  await client.closed;
  await expect(importDevice(wire.port)).rejects.toThrow('status 4');
  await simulation.restart();
  await left(await configured());
});

test('a device that is back before its last client has left is free', async () => {
  let asked = 0;
  const device: UsbDevice = {
    isConnected() {
      asked += 1;
      // The first client is asked about as it comes; before the second has its answer, the cable is pulled and plugged in again.
      if (asked === 2) for (const is of [false, true]) device.connectionChanged(is);
      return true;
    },
    connectionChanged: () => undefined,
    control: () => openTransfer().transfer,
    transferIn: () => openTransfer().transfer,
    transferOut: () => openTransfer().transfer,
    reset: async () => undefined,
  };
  const served = await serveUsbIp({ device, port: 0, attach: false });
  const first = await importDevice(served.port);
  const second = await importDevice(served.port);
  await first.closed;
  second.socket.destroy();
  await served.close();
});

/** Both ends of a connection: ours, and the kernel's. */
async function socketPair(): Promise<readonly [Socket, Socket]> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const ours = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const kernels = await accepted;
  server.close();
  return [ours, kernels.on('error', () => undefined)];
}

describe('a device that attaches itself', () => {
  function pluggable(): UsbDevice & { isThere: boolean } {
    const device = {
      isThere: false,
      isConnected: () => device.isThere,
      connectionChanged: () => undefined,
      control: () => openTransfer().transfer,
      transferIn: () => openTransfer().transfer,
      transferOut: () => openTransfer().transfer,
      reset: async () => undefined,
    };
    return device;
  }
  const plugIn = (device: UsbDevice & { isThere: boolean }): void => {
    device.isThere = true;
    device.connectionChanged(true);
  };

  test('has one host, also when another client is quicker than the kernel', async () => {
    const device = pluggable();
    const [ours, kernels] = await socketPair();
    const ended = new Promise((resolve) => kernels.once('end', resolve).resume());
    let quicker: UsbIpClient | undefined;
    const kernel = async (): Promise<Socket> => {
      quicker = await importDevice(served.port);
      return ours;
    };
    const served = await serveUsbIp({ device, port: 0, attach: true, kernel });
    plugIn(device);
    await ended;
    expect(quicker?.socket.destroyed).toBe(false);
    kernels.destroy();
    await served.close();
  });

  test('reaches the kernel, however many clients look on', async () => {
    const device = pluggable();
    const [ours, kernels] = await socketPair();
    const served = await serveUsbIp({ device, port: 0, attach: true, kernel: async () => ours });
    const idle = Array.from({ length: 20 }, () => connect(served.port, '127.0.0.1').on('error', () => undefined));
    // Those beyond the limit are closed, so the limit is reached.
    await Promise.race(idle.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    plugIn(device);
    // CMD_UNLINK of nothing, as the kernel sends it; its answer has 48 bytes.
    const unlink = Buffer.alloc(48);
    unlink.writeUInt32BE(2, 0);
    kernels.write(unlink);
    const [answer] = (await once(kernels, 'data')) as [Buffer];
    expect([answer.readUInt32BE(0), answer.length]).toEqual([4, 48]);
    for (const socket of [...idle, kernels]) socket.destroy();
    await served.close();
  });
});

describe('hostile clients', () => {
  test('whatever comes, cut anywhere, the server lives and holds no more than one transfer', async () => {
    const word = fc.oneof(
      fc.constantFrom(0, 1, 2, 3, 0x10002, 0xffffffff, 0x7fffffff, 64),
      fc.nat({ max: 0xffffffff }),
    );
    const command = fc.array(word, { minLength: 12, maxLength: 12 }).map((words) => {
      const bytes = Buffer.alloc(48);
      for (const [at, value] of words.entries()) bytes.writeUInt32BE(value, at * 4);
      return Uint8Array.from(bytes);
    });
    const junk = fc.oneof(command, fc.uint8Array({ maxLength: 200 }));
    const device = simulation.usb();
    await fc.assert(
      fc.asyncProperty(fc.array(junk, { maxLength: 8 }), fc.boolean(), async (parts, isImported) => {
        let written = 0;
        const connection = createUsbIpConnection({
          device,
          client: {
            write: (bytes) => {
              written += bytes.length;
            },
            end: () => undefined,
          },
          mayImport: () => true,
          isImported,
        });
        for (const part of parts) connection.receive(part);
        await new Promise((resolve) => setImmediate(resolve));
        connection.close();
        expect(written).toBeLessThan(parts.length * 700 + 1000);
      }),
      { numRuns: 500 },
    );
    await left(await configured());
  });

  /** A device that ends nothing, and the connection of a client that has it. */
  function stillDevice() {
    const asked: string[] = [];
    const never = (what: string) => {
      asked.push(what);
      return { done: new Promise<Uint8Array>(() => undefined), cancel: () => void asked.push('cancel') };
    };
    const device: UsbDevice = {
      isConnected: () => true,
      connectionChanged: () => undefined,
      control: () => never('control'),
      transferIn: () => never('in'),
      transferOut: () => never('out'),
      reset: async () => undefined,
    };
    const answers: (readonly [code: number, sequence: number, status: number])[] = [];
    const write = (bytes: Uint8Array): void => {
      const answer = Buffer.from(bytes);
      answers.push([answer.readUInt32BE(0), answer.readUInt32BE(4), answer.readInt32BE(20)]);
    };
    const client = { write, end: () => undefined };
    const connection = createUsbIpConnection({ device, client, mayImport: () => true, isImported: true });
    return { asked, answers, connection };
  }
  /** command | sequence | device | direction | endpoint, then by command. */
  function command(words: readonly number[], setup: readonly number[] = []): Buffer {
    const bytes = Buffer.alloc(48);
    for (const [at, word] of words.entries()) bytes.writeUInt32BE(word, 4 * at);
    bytes.set(setup, 40);
    return bytes;
  }

  test('one transfer unlinked again and again is ended once, and no more waits than there are transfers', () => {
    const { asked, answers, connection } = stillDevice();
    connection.receive(command([1, 1, 0x10002, 1, 1, 0, 64]));
    for (let sequence = 2; sequence < 1002; sequence += 1) connection.receive(command([2, sequence, 0x10002, 0, 0, 1]));
    expect(asked).toEqual(['in', 'cancel']);
    // All but the first have their answer: there was nothing left to end.
    expect(answers.map(([code, , status]) => `${code} ${status}`)).toEqual(Array.from({ length: 999 }, () => '4 0'));
    connection.close();
  });

  test('data that are not as long as their request says are refused before any device has to do with them', () => {
    const { asked, answers, connection } = stillDevice();
    const setIdle = [0x21, 0x0a, 0, 0, 0, 0, 8, 0];
    connection.receive(command([1, 1, 0x10002, 0, 0, 0, 2], setIdle));
    connection.receive(Uint8Array.of(1, 2));
    expect([asked, answers]).toEqual([[], [[3, 1, -32]]]);
    connection.receive(command([1, 2, 0x10002, 0, 0, 0, 8], setIdle));
    connection.receive(new Uint8Array(8));
    expect(asked).toEqual(['control']);
    connection.close();
  });

  test('a page that speaks HTTP to the port is cut off without a word', async () => {
    const socket = connect(wire.port, '127.0.0.1');
    socket.write(
      `POST / HTTP/1.1\r\nhost: 127.0.0.1:${wire.port}\r\ncontent-length: 8\r\n\r\n\x01\x11\x80\x05\0\0\0\0`,
    );
    const parts: Buffer[] = [];
    for await (const part of socket) parts.push(part);
    expect(parts).toEqual([]);
  });

  test('many connections: the first are served, the others closed', async () => {
    const sockets = Array.from({ length: 40 }, () => connect(wire.port, '127.0.0.1'));
    const closed = sockets.slice(20).map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of sockets) socket.on('error', () => undefined);
    await Promise.all(closed);
    for (const socket of sockets) socket.destroy();
    await left(
      await (async () => {
        for (;;) {
          const client = await importDevice(wire.port).catch(() => undefined);
          if (client !== undefined) return client;
        }
      })(),
    );
  });
});
