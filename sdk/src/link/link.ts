/**
 * Frames over a connection: one listener at a time hears the frames of one channel. What nobody listens to is dropped,
 * so that a talkative reader fills no memory.
 * Source: docs/reference/protocol.md.   Floor: sdk link.
 * Memory: a frame's payload is a view that lives until the next report. Copy what must stay.
 */
import {
  BROADCAST_CHANNEL,
  channelOf,
  createReassemblyBuffer,
  encodeFrame,
  IDLE,
  REPORT_SIZE_BYTES,
  type Reassembly,
  stepReassembly,
} from '@comptoir/protocol';
import { faultOfStatus, LinkFault } from '../values/linkFault.js';
import type { Connection, ReportHandlers } from './transport.js';

/** Over a cable: a reader that works says so ten times in this time. */
const SILENCE_MS = 1000;

interface LinkListener {
  frame(command: number, payload: Uint8Array): void;
  /** A frame of this channel came broken, or the link was lost. */
  fault(fault: LinkFault): void;
}

export interface Link {
  /** Why nothing goes any more; undefined while the link lives. */
  readonly lost: LinkFault | undefined;
  /** Resolves when it's lost. */
  readonly ended: Promise<void>;
  /** How long a reader that works may seem silent, in milliseconds. */
  readonly silenceMs: number;
  /** Sends and hears on this channel from now on. */
  use(channel: number): void;
  /** Hands the frames to `listener` until the returned function is called. One at a time. */
  listen(listener: LinkListener): () => void;
  /** Queues a frame; what fails later is told to the listener. */
  send(command: number, payload: Uint8Array): void;
  /** Gives the link up and closes it. The first fault counts. */
  lose(fault: LinkFault): void;
  close(): Promise<void>;
}

/** @param open gets the handlers and gives the connection; @param onLost is called once, when the link is lost */
export async function openLink(
  open: (handlers: ReportHandlers) => Promise<Connection>,
  onLost: (fault: LinkFault) => void,
): Promise<Link> {
  const buffer = createReassemblyBuffer();
  let reassembly: Reassembly = IDLE;
  let channel = BROADCAST_CHANNEL;
  let listener: LinkListener | undefined;
  let lost: LinkFault | undefined;
  let queue: Promise<void> = Promise.resolve();
  let connection: Connection | undefined;
  let tellEnd: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    tellEnd = resolve;
  });

  const close = async (): Promise<void> => connection?.close();
  const lose = (fault: LinkFault): void => {
    if (lost !== undefined) return;
    lost = fault;
    tellEnd();
    listener?.fault(fault);
    onLost(fault);
    close().catch(() => {});
  };
  const report = (bytes: Uint8Array): void => {
    // Reports of other hosts' channels come along on some systems: they must not disturb the reassembly of ours.
    if (lost !== undefined || bytes.length !== REPORT_SIZE_BYTES || channelOf(bytes) !== channel) return;
    // No frame expires here: it's the conversation that knows when the reader was silent for too long, and a page that was busy hears the
    // rest of a frame late.
    const { state, event } = stepReassembly(reassembly, buffer, bytes, 0);
    reassembly = state;
    if (event?.kind === 'frame') listener?.frame(event.frame.command, event.frame.payload);
    else if (event?.kind === 'fault') listener?.fault(faultOfStatus(event.status));
  };

  const opened = await open({ report, closed: () => lose(new LinkFault('link/lost')) });
  connection = opened;
  if (lost !== undefined) await close();
  return {
    get lost() {
      return lost;
    },
    ended,
    silenceMs: opened.silenceMs ?? SILENCE_MS,
    use(given) {
      channel = given;
      reassembly = IDLE;
    },
    listen(next) {
      if (listener !== undefined) throw new Error('two listeners on one link');
      listener = next;
      return () => {
        listener = undefined;
      };
    },
    send(command, payload) {
      const reports = encodeFrame({ channel, command, payload });
      queue = queue.then(async () => {
        for (const one of reports) {
          if (lost !== undefined) return;
          await opened.send(one);
        }
      });
      queue = queue.catch((cause: unknown) => lose(new LinkFault('link/lost', undefined, { cause })));
    },
    lose,
    close,
  };
}
