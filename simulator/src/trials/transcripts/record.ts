/**
 * Listens to a till and a reader, any reader: to the messages in clear through the SDK's `traced`, to what is in clear on the wire through the
 * transport.
 *
 *   const recorder = record(transport, { clock });
 *   const reader = await connect(recorder.transport, { ...options, traced: recorder.traced });
 *
 * Floor: simulator trials.
 */
import {
  COMMAND,
  channelOf,
  createReassemblyBuffer,
  IDLE,
  NO_BYTES,
  PROMPT,
  type Reassembly,
  stepReassembly,
} from '@comptoir/protocol';
import type { Clock, Connection, ReportHandlers, Transport } from '@comptoir/sdk';
import type { Transcript, TranscriptLine } from './transcript.js';

export interface Recorder {
  /** For `connect`, instead of the one that it listens to. */
  readonly transport: Transport;
  /** For `connect`, as its `traced`. */
  readonly traced: (direction: 'toReader' | 'toHost', message: Uint8Array) => void;
  /** What was said so far. */
  transcript(): Transcript;
}

interface Ear {
  report(report: Uint8Array): void;
  listenTo(channel: number): void;
}

export function record(transport: Transport, { clock }: { readonly clock: Pick<Clock, 'now'> }): Recorder {
  const startMs = clock.now();
  const lines: TranscriptLine[] = [];
  const frames = { toReader: { count: 0, bytes: 0 }, toHost: { count: 0, bytes: 0 } };
  let info = NO_BYTES;
  let prompt = 0;
  let latestMs = 0;
  /** Whole, and never less than before: a chip's time has fractions, and a till's clock may be set back. */
  const at = (): number => {
    latestMs = Math.max(latestMs, Math.floor(clock.now() - startMs));
    return latestMs;
  };

  function count(direction: keyof typeof frames, report: Uint8Array): boolean {
    const isFirst = ((report[4] ?? 0) & FIRST_REPORT) !== 0;
    frames[direction].bytes += report.length;
    if (isFirst) frames[direction].count += 1;
    return isFirst;
  }
  function heard(command: number, payload: Uint8Array): void {
    const [first = 0] = payload;
    if (command === COMMAND.info) info = payload.slice();
    if (command === COMMAND.error) lines.push({ kind: 'status', atMs: at(), status: first });
    // A prompt without a name is one of another version: no line can say it.
    if (command !== COMMAND.keepalive || first === prompt || !PROMPTS.has(first)) return;
    prompt = first;
    lines.push({ kind: 'prompt', atMs: at(), prompt });
  }
  return {
    traced(direction, message) {
      prompt = 0;
      lines.push({ kind: direction === 'toReader' ? 'host' : 'reader', atMs: at(), message: message.slice() });
    },
    transcript: () => ({
      info,
      lines: [...lines],
      frames: { toReader: { ...frames.toReader }, toHost: { ...frames.toHost } },
    }),
    transport: {
      request: (options) => transport.request(options),
      async open(device, handlers, options): Promise<Connection> {
        const ear = createEar(heard);
        const listening: ReportHandlers = {
          report(report) {
            count('toHost', report);
            ear.report(report);
            handlers.report(report);
          },
          closed: () => handlers.closed(),
        };
        const connection = await transport.open(device, listening, options);
        return {
          send(report) {
            const isFirst = count('toReader', report);
            ear.listenTo(channelOf(report));
            if (isFirst && report[4] === (COMMAND.cancel | FIRST_REPORT)) lines.push({ kind: 'cancel', atMs: at() });
            return connection.send(report);
          },
          close: () => connection.close(),
        };
      },
    },
  };
}

const FIRST_REPORT = 0x80;
const PROMPTS: ReadonlySet<number> = new Set(Object.values(PROMPT));

/** Puts the reader's frames of one channel together. */
function createEar(heard: (command: number, payload: Uint8Array) => void): Ear {
  const buffer = createReassemblyBuffer();
  let reassembly: Reassembly = IDLE;
  let channel = 0;
  return {
    listenTo(given) {
      channel = given;
    },
    report(report) {
      if (channelOf(report) !== channel) return;
      const { state, event } = stepReassembly(reassembly, buffer, report, 0);
      reassembly = state;
      if (event?.kind === 'frame') heard(event.frame.command, event.frame.payload);
    },
  };
}
