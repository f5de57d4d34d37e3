/** A reader's thread that stands still: whoever waits for it in a kernel is answered, and it's there again when it goes on. */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { UsbGone } from '../../src/machine/usb/usbTransfer.js';
import { simulate } from '../../src/simulation/simulate.js';
import { type FarDevice, farDevice, serveDevice } from '../../src/wires/usb/threads.js';
import { serveUsbIp } from '../../src/wires/usb/usbIpServer.js';
import { importDevice, SET_CONFIGURATION } from './usbIpClient.js';

const SILENT_MS = 2_000;
const NEVER_MS = 3_600_000;

/** The device's thread is there, and then does nothing any more. @returns what it's asked meanwhile, too */
async function stillDevice(
  silentMsMax: number,
): Promise<{ far: FarDevice; port: MessagePort; asked: { ask: string }[] }> {
  const { port1, port2 } = new MessageChannel();
  const far = farDevice(port2, silentMsMax);
  const asked: { ask: string }[] = [];
  port1.on('message', (message: { ask: string }) => asked.push(message));
  port1.postMessage({ tell: 'connection', isConnected: true });
  await far.known;
  return { far, port: port1, asked };
}

test('a transfer that the host gives up ends, whether the reader says so or not', async () => {
  const { far, port } = await stillDevice(NEVER_MS);
  const waiting = far.transferIn(1, 64);
  waiting.cancel();
  await expect(waiting.done).rejects.toThrowError(UsbGone);
  far.close();
  port.close();
});

test('after a while it is unplugged: what waits ends, and is taken back from the reader; then it is there again', async () => {
  const { far, port, asked } = await stillDevice(SILENT_MS);
  const waiting = far.transferIn(1, 64);
  const changed = (): Promise<boolean> =>
    new Promise((resolve) => {
      far.connectionChanged = resolve;
    });
  expect(await changed()).toBe(false);
  await expect(waiting.done).rejects.toThrowError(UsbGone);
  await expect(
    far.control({ requestType: 0x80, request: 6, value: 0x100, index: 0, length: 18 }).done,
  ).rejects.toThrowError(UsbGone);
  const back = changed();
  port.postMessage({ tell: 'heartbeat' });
  expect(await back).toBe(true);
  expect(asked.filter(({ ask }) => ask === 'cancel').length).toBe(1);
  far.close();
  port.close();
});

describe('USB/IP', () => {
  test('UNLINK is answered while the reader stands still, and after a while the cable is pulled', async () => {
    const { far, port } = await stillDevice(SILENT_MS);
    const server = await serveUsbIp({ device: far, port: 0, attach: false });
    const client = await importDevice(server.port);
    const { sequence } = client.submit(1, true, 64);
    client.submit(0, false, 0, { setup: SET_CONFIGURATION });
    expect(await client.unlink(sequence)).toBe(-104);
    await client.closed;
    await server.close();
    far.close();
    port.close();
  });

  test('what the reader said before it was unlinked is not lost', async () => {
    await using simulation = await simulate({ target: 'node', record: false });
    const { port1, port2 } = new MessageChannel();
    const device = simulation.usb();
    const unserve = serveDevice(device, port1);
    const far = farDevice(port2, NEVER_MS);
    await far.known;
    const server = await serveUsbIp({ device: far, port: 0, attach: false });
    const client = await importDevice(server.port);
    await client.submit(0, false, 0, { setup: SET_CONFIGURATION }).answer;
    const init = new Uint8Array(64);
    init.set([0xff, 0xff, 0xff, 0xff, 0x86, 0, 8]);
    // Each round, the answer and the unlink are on their ways at the same time: the report comes by one transfer or by the next.
    for (let round = 0; round < 20; round += 1) {
      const first = client.submit(1, true, 64);
      let isFirst = false;
      void first.answer.then(() => {
        isFirst = true;
      });
      client.submit(1, false, 64, { data: init });
      const status = await client.unlink(first.sequence);
      const { data } = isFirst ? await first.answer : await client.submit(1, true, 64).answer;
      expect([status, data[4]]).toEqual([isFirst ? 0 : -104, 0x86]);
    }
    await server.close();
    far.close();
    unserve();
    port1.close();
  });
});
