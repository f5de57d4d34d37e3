/** The wire below the SDK's calls: whole frames over a connection. */
import {
  BROADCAST_CHANNEL,
  COMMAND,
  createReassemblyBuffer,
  decodeInitAnswer,
  encodeFrame,
  encodeInitRequest,
  IDLE,
  stepReassembly,
} from '@comptoir/protocol';
import type { Connection, DeviceInfo, Transport } from '@comptoir/sdk';

export interface RawReports {
  readonly channel: number;
  /** Sends all reports of a frame, then waits for a whole frame of the same command. @returns its payload; rejects for ERROR */
  ask(command: number, payload: Uint8Array): Promise<Uint8Array>;
  /** As it is. */
  send(report: Uint8Array): Promise<void>;
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

const NONCE = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const INIT_TRIES = 40;
const INIT_WAIT_MS = 250;

/** Opens the device and asks for a channel. */
export async function openRaw(transport: Transport, device: DeviceInfo): Promise<RawReports> {
  const buffer = createReassemblyBuffer();
  let state = IDLE;
  let heard: (command: number, payload: Uint8Array) => void = () => {};
  let channel = BROADCAST_CHANNEL;
  let tellEnd = (): void => {};
  const ended = new Promise<void>((resolve) => {
    tellEnd = resolve;
  });
  const connection: Connection = await transport.open(device, {
    report(report) {
      const own = new DataView(report.buffer, report.byteOffset, report.length).getUint32(0);
      if (own !== channel) return;
      const step = stepReassembly(state, buffer, report, 0);
      state = step.state;
      if (step.event?.kind === 'frame') heard(step.event.frame.command, step.event.frame.payload.slice());
    },
    closed: tellEnd,
  });
  const ask = async (command: number, payload: Uint8Array): Promise<Uint8Array> => {
    const answer = new Promise<Uint8Array>((resolve, reject) => {
      heard = (answered, bytes) => {
        if (answered === command) resolve(bytes);
        else if (answered === COMMAND.error) reject(new Error(`the reader answered with the status ${bytes[0]}`));
      };
    });
    for (const report of encodeFrame({ channel, command, payload })) await connection.send(report);
    return answer;
  };
  const init = encodeInitRequest({ nonce: NONCE, lowestVersion: 1, highestVersion: 2 });
  for (let tries = 0; channel === BROADCAST_CHANNEL && tries < INIT_TRIES; tries += 1) {
    const answer = await Promise.race([ask(COMMAND.init, init), after(INIT_WAIT_MS)]);
    channel = (answer && decodeInitAnswer(answer)?.channel) ?? BROADCAST_CHANNEL;
  }
  return {
    channel,
    ask,
    send: (report) => connection.send(report),
    ended,
    close: () => connection.close(),
  };
}

function after(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms, undefined));
}
