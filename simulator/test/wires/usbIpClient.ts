/** A kernel's end of USB/IP, for tests: as much of it as imports a device and asks for transfers. */
import { connect, type Socket } from 'node:net';

const HEAD = 48;
const IMPORT_BYTES = 320;

export interface Urb {
  readonly status: number;
  readonly data: Buffer;
}

export interface UsbIpClient {
  /** @returns its sequence number, and its answer */
  submit(
    endpoint: number,
    isIn: boolean,
    length: number,
    rest?: { setup?: readonly number[]; data?: Uint8Array },
  ): { sequence: number; answer: Promise<Urb> };
  /** @returns the status of RET_UNLINK */
  unlink(sequence: number): Promise<number>;
  readonly socket: Socket;
  readonly closed: Promise<void>;
}

/** Rejects with the status when the device is refused. */
export async function importDevice(port: number): Promise<UsbIpClient> {
  const socket = connect(port, '127.0.0.1');
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => undefined);
  let held = Buffer.alloc(0);
  let wake: () => void = () => undefined;
  socket.on('data', (bytes) => {
    held = Buffer.concat([held, bytes]);
    wake();
  });
  socket.once('close', () => wake());
  const take = async (length: number): Promise<Buffer> => {
    while (held.length < length) {
      if (socket.destroyed) throw new Error('the connection is closed');
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const taken = held.subarray(0, length);
    held = held.subarray(length);
    return taken;
  };
  const asked = Buffer.alloc(40);
  asked.writeUInt16BE(0x0111, 0);
  asked.writeUInt16BE(0x8003, 2);
  asked.write('1-1', 8);
  socket.write(asked);
  const head = await take(8);
  if (head.readUInt32BE(4) !== 0) throw new Error(`refused with status ${head.readUInt32BE(4)}`);
  await take(IMPORT_BYTES - 8);

  const waiting = new Map<number, { readonly isIn: boolean; readonly told: (urb: Urb) => void }>();
  const unlinking = new Map<number, (status: number) => void>();
  let last = 0;
  const listen = async (): Promise<void> => {
    for (;;) {
      const answer = await take(HEAD);
      const sequence = answer.readUInt32BE(4);
      const status = answer.readInt32BE(20);
      if (answer.readUInt32BE(0) === 4) {
        unlinking.get(sequence)?.(status);
        continue;
      }
      const urb = waiting.get(sequence);
      if (urb === undefined) throw new Error(`an answer to nothing: ${sequence}`);
      waiting.delete(sequence);
      urb.told({ status, data: urb.isIn ? Buffer.from(await take(answer.readUInt32BE(24))) : Buffer.alloc(0) });
    }
  };
  listen().catch(() => undefined);
  const command = (code: number): Buffer => {
    last += 1;
    const bytes = Buffer.alloc(HEAD);
    bytes.writeUInt32BE(code, 0);
    bytes.writeUInt32BE(last, 4);
    bytes.writeUInt32BE(0x10002, 8);
    return bytes;
  };
  return {
    socket,
    closed,
    submit(endpoint, isIn, length, { setup = [], data = Buffer.alloc(0) } = {}) {
      const bytes = command(1);
      const sequence = last;
      bytes.writeUInt32BE(isIn ? 1 : 0, 12);
      bytes.writeUInt32BE(endpoint, 16);
      bytes.writeUInt32BE(length, 24);
      bytes.set(setup, 40);
      const answer = new Promise<Urb>((told) => waiting.set(sequence, { isIn, told }));
      socket.write(Buffer.concat([bytes, data]));
      return { sequence, answer };
    },
    unlink(sequence) {
      const bytes = command(2);
      bytes.writeUInt32BE(sequence, 20);
      const answer = new Promise<number>((told) => unlinking.set(last, told));
      socket.write(bytes);
      return answer;
    },
  };
}

export const GET_DEVICE_DESCRIPTOR: readonly number[] = [0x80, 6, 0, 1, 0, 0, 18, 0];
export const SET_CONFIGURATION: readonly number[] = [0x00, 9, 1, 0, 0, 0, 0, 0];
