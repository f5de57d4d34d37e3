/**
 * The wire of a reader without an SDK: frames out, frames back, and time limits. What comes on any channel is heard.
 * Floor: simulator trials.
 */
import {
  channelOf,
  createReassemblyBuffer,
  encodeFrame,
  type Frame,
  IDLE,
  type Reassembly,
  stepReassembly,
} from '@comptoir/protocol';
import type { Clock, Transport } from '@comptoir/sdk';

export interface Wire {
  send(channel: number, command: number, payload: Uint8Array): Promise<void>;
  /** A report as it is, right or not. */
  sendReport(report: Uint8Array): Promise<void>;
  /** @returns the next frame that fits; what comes before it is passed over. Undefined: none came in time */
  next(fits: (frame: Frame) => boolean, withinMs?: number): Promise<Frame | undefined>;
  /** The reader went away. */
  isGone(): boolean;
  close(): Promise<void>;
}

/** A reader answers in a tenth of it. */
const ANSWER_MS = 1000;
const WAITING_MAX = 256;
/** More than a reader has: one that makes up others doesn't fill memory. The longest silent is forgotten. */
const CHANNELS_MAX = 16;

export async function openWire(transport: Transport, clock: Clock): Promise<Wire> {
  const buffers = new Map<number, { readonly buffer: ReturnType<typeof createReassemblyBuffer>; state: Reassembly }>();
  let waiting: Frame[] = [];
  let isGone = false;
  let woken: () => void = () => {};

  const connection = await transport.open(await transport.request(), {
    report(report) {
      const channel = channelOf(report);
      const own = buffers.get(channel) ?? { buffer: createReassemblyBuffer(), state: IDLE };
      buffers.delete(channel);
      buffers.set(channel, own);
      for (const oldest of buffers.keys()) if (buffers.size > CHANNELS_MAX) buffers.delete(oldest);
      const { state, event } = stepReassembly(own.state, own.buffer, report, clock.now());
      own.state = state;
      if (event?.kind !== 'frame') return;
      waiting = [...waiting, { ...event.frame, payload: event.frame.payload.slice() }].slice(-WAITING_MAX);
      woken();
    },
    closed() {
      isGone = true;
      woken();
    },
  });
  return {
    async send(channel, command, payload) {
      for (const report of encodeFrame({ channel, command, payload })) await connection.send(report);
    },
    sendReport: (report) => connection.send(report),
    async next(fits, withinMs = ANSWER_MS) {
      const over = new AbortController();
      let isLate = false;
      const late = clock.sleep(withinMs, over.signal).then(
        () => {
          isLate = true;
        },
        () => {},
      );
      for (;;) {
        const at = waiting.findIndex(fits);
        const found = waiting[at];
        if (found !== undefined || isLate || isGone) {
          over.abort();
          waiting = at < 0 ? [] : waiting.slice(at + 1);
          return found;
        }
        await Promise.race([late, new Promise<void>((resolve) => (woken = resolve))]);
      }
    },
    isGone: () => isGone,
    close: () => connection.close(),
  };
}
