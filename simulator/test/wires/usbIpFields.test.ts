/** Every field of every command of USB/IP, with values that don't belong there: each is answered as the protocol says, or the client is cut off. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { UsbDevice } from '../../src/machine/usb/usbDevice.js';
import { type Simulation, simulate } from '../../src/simulation/simulate.js';
import { createUsbIpConnection } from '../../src/wires/usb/usbIpConnection.js';
import { SET_CONFIGURATION } from './usbIpClient.js';

const WORDS: readonly number[] = [0, 1, 2, 3, 4, 15, 16, 63, 64, 65, 128, 255, 256, 65_535, 65_536, 65_537, 0x10002];
const LARGE: readonly number[] = [0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
const OCTETS: readonly number[] = [0, 1, 2, 0x21, 0x7f, 0x80, 0x81, 0xa1, 0xff];
const HEAD_BYTES = 48;
const SETUP_AT = 40;
const GET_DEVICE = [0x80, 6, 0, 1, 0, 0, 18, 0] as const;
/** More than any command may ask for: the server waits for nothing. */
const REST = Buffer.alloc(70_000);

/** command | sequence | device | direction | endpoint | flags | length, … | setup */
function command(words: readonly number[], setup: readonly number[] = [], data = 0): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES + data);
  for (const [at, word] of words.entries()) bytes.writeUInt32BE(word, 4 * at);
  bytes.set(setup, SETUP_AT);
  return bytes;
}

const COMMANDS: readonly (readonly [string, Buffer])[] = [
  ['a request in', command([1, 7, 0x10002, 1, 0, 0, 18], GET_DEVICE)],
  ['a request without data', command([1, 7, 0x10002, 0, 0, 0, 0], SET_CONFIGURATION)],
  ['a report in', command([1, 7, 0x10002, 1, 1, 0, 64])],
  ['a report out', command([1, 7, 0x10002, 0, 1, 0, 64], [], 64)],
  ['an unlink', command([2, 8, 0x10002, 0, 0, 7])],
];

let simulation: Simulation;
let device: UsbDevice;
beforeAll(async () => {
  simulation = await simulate({ target: 'node', record: false });
  device = simulation.usb();
});
afterAll(() => simulation.close());

function* changed(right: Buffer): Generator<Buffer> {
  for (let at = 0; at < HEAD_BYTES; at += at < SETUP_AT ? 4 : 1) {
    for (const value of at < SETUP_AT ? [...WORDS, ...LARGE] : OCTETS) {
      const wrong = Buffer.from(right);
      if (at < SETUP_AT) wrong.writeUInt32BE(value, at);
      else wrong.writeUInt8(value, at);
      yield wrong;
    }
  }
}

/** @returns what the client is answered, and whether it was cut off */
async function answersTo(asked: Buffer): Promise<{ readonly answers: readonly Buffer[]; readonly isCut: boolean }> {
  const answers: Buffer[] = [];
  let isCut = false;
  const client = {
    write: (bytes: Uint8Array) => void answers.push(Buffer.from(bytes)),
    end: () => {
      isCut = true;
    },
  };
  const connection = createUsbIpConnection({ device, client, mayImport: () => true, isImported: true });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  connection.receive(asked);
  await turn();
  connection.receive(REST);
  await turn();
  connection.close();
  return { answers, isCut };
}

test.each(COMMANDS)('%s', async (_, right) => {
  await device.control({ requestType: 0, request: 9, value: 1, index: 0, length: 0 }).done;
  for (const asked of changed(right)) {
    const { answers, isCut } = await answersTo(asked);
    const told = asked.toString('hex', 0, HEAD_BYTES);
    // What comes after the command is no command, so the client is cut off in the end; only data that are too long are still passed over.
    const isSubmit = asked.readUInt32BE(0) === 1;
    const isPassedOver = isSubmit && asked.readUInt32BE(12) === 0 && asked.readUInt32BE(24) > REST.length;
    expect(isCut, told).toBe(!isPassedOver);
    expect(answers.length, told).toBeLessThanOrEqual(1);
    for (const answer of answers) {
      const isIn = asked.readUInt32BE(12) === 1;
      expect(answer.readUInt32BE(0), told).toBe(asked.readUInt32BE(0) + 2);
      expect(answer.readUInt32BE(4), told).toBe(asked.readUInt32BE(4));
      if (!isSubmit) continue;
      const length = answer.readUInt32BE(24);
      expect(length, told).toBeLessThanOrEqual(asked.readUInt32BE(24));
      expect(answer.length, told).toBe(HEAD_BYTES + (isIn ? length : 0));
    }
  }
  const request = { requestType: 0x80, request: 6, value: 0x0100, index: 0, length: 18 };
  expect(await device.control(request).done).toHaveLength(18);
});
