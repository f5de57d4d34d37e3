/**
 * What every reader must do on the wire, whatever it is made of, also when its host is broken or hostile. In clear: what is said before a session.
 * Source: docs/reference/protocol.md.   Floor: simulator trials.
 */
import {
  BROADCAST_CHANNEL,
  COMMAND,
  decodeInitAnswer,
  decodeMessage,
  encodeFrame,
  equalBytes,
  FRAME_PAYLOAD_BYTES_MAX,
  type Frame,
  INIT_NONCE_BYTES,
  NO_BYTES,
  REPORT_SIZE_BYTES,
  STATUS,
  type StatusName,
  statusName,
} from '@comptoir/protocol';
import type { Wire } from './wire.js';

interface WireCase {
  readonly name: string;
  /** @returns what doesn't hold, in a sentence; undefined: it holds */
  run(wire: Wire, random: (length: number) => Uint8Array): Promise<string | undefined>;
}

const UNKNOWN_COMMAND = 0x2a;
const NEVER_GIVEN = 0x0badcafe;
const HOSTILE_REPORTS = 300;
const FRAME_OVER_MS = 300;

async function init(wire: Wire, random: (length: number) => Uint8Array, channel: number): Promise<number | string> {
  const nonce = random(INIT_NONCE_BYTES);
  // As a host says it that speaks version 1 alone: every reader answers that.
  await wire.send(channel, COMMAND.init, nonce);
  const answers = ({ command, payload }: Frame): boolean =>
    command === COMMAND.init && equalBytes(payload.subarray(0, INIT_NONCE_BYTES), nonce);
  const frame = await wire.next(answers);
  const answer = frame && decodeInitAnswer(frame.payload);
  if (answer === undefined) return 'INIT was not answered';
  if (answer.channel === 0 || answer.channel === BROADCAST_CHANNEL) return `INIT gave the channel ${answer.channel}`;
  return answer.channel;
}

async function ping(wire: Wire, channel: number, content: Uint8Array): Promise<string | undefined> {
  await wire.send(channel, COMMAND.ping, content);
  const frame = await wire.next((one) => one.channel === channel && one.command === COMMAND.ping);
  if (frame === undefined) return `a PING of ${content.length} bytes was not answered`;
  return equalBytes(frame.payload, content) ? undefined : `a PING of ${content.length} bytes came back changed`;
}

async function refused(wire: Wire, channel: number, wanted: StatusName): Promise<string | undefined> {
  const frame = await wire.next((one) => one.channel === channel && one.command === COMMAND.error);
  const status = frame?.payload[0];
  if (status === STATUS[wanted]) return undefined;
  return `expected the status ${wanted}, seen ${status === undefined ? 'none' : (statusName(status) ?? status)}`;
}

/** Does something on a channel of its own, and sees that the reader still answers there. */
function onChannel(
  name: string,
  run: (wire: Wire, channel: number, random: (length: number) => Uint8Array) => Promise<string | undefined>,
): WireCase {
  return {
    name,
    async run(wire, random) {
      const channel = await init(wire, random, BROADCAST_CHANNEL);
      if (typeof channel === 'string') return channel;
      return (await run(wire, channel, random)) ?? (await ping(wire, channel, random(REPORT_SIZE_BYTES)));
    },
  };
}

const firstReport = (channel: number, command: number, payload: Uint8Array): Uint8Array =>
  encodeFrame({ channel, command, payload })[0] ?? NO_BYTES;
const nextReport = (channel: number, payload: Uint8Array): Uint8Array =>
  encodeFrame({ channel, command: COMMAND.ping, payload })[1] ?? NO_BYTES;
/** Two reports. */
const TWO = 100;

export const WIRE_CASES: readonly WireCase[] = [
  onChannel('INIT gives a channel', async () => undefined),
  onChannel('INIT on a channel keeps it', async (wire, channel, random) => {
    const again = await init(wire, random, channel);
    return again === channel ? undefined : `it gave ${again}`;
  }),
  onChannel('PING echoes every length of a frame', async (wire, channel, random) => {
    for (const length of [0, 1, 56, 57, 58, 116, 117, FRAME_PAYLOAD_BYTES_MAX]) {
      const wrong = await ping(wire, channel, random(length));
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }),
  onChannel('INFO says who it is', async (wire, channel) => {
    await wire.send(channel, COMMAND.info, NO_BYTES);
    const frame = await wire.next((one) => one.channel === channel && one.command === COMMAND.info);
    const decoded = frame && decodeMessage(frame.payload);
    if (decoded?.ok !== true || decoded.message.kind !== 'info') return 'the answer is no info';
    return decoded.message.selfTest === 0 ? undefined : `its self-test says ${decoded.message.selfTest}`;
  }),
  onChannel('CANCEL is answered when nothing runs', async (wire, channel) => {
    await wire.send(channel, COMMAND.cancel, NO_BYTES);
    const frame = await wire.next((one) => one.channel === channel && one.command === COMMAND.cancel);
    return frame?.payload[0] === 0 ? undefined : 'the answer is not that nothing was cancelled';
  }),
  onChannel('an unknown command is refused', async (wire, channel) => {
    await wire.send(channel, UNKNOWN_COMMAND, NO_BYTES);
    return refused(wire, channel, 'unknownCommand');
  }),
  onChannel('a channel that was never given is refused', async (wire) => {
    await wire.send(NEVER_GIVEN, COMMAND.ping, NO_BYTES);
    return refused(wire, NEVER_GIVEN, 'invalidChannel');
  }),
  onChannel('a frame longer than the limit is refused', async (wire, channel, random) => {
    const report = firstReport(channel, COMMAND.ping, random(10));
    report.set([0xff, 0xff], 5);
    await wire.sendReport(report);
    return refused(wire, channel, 'invalidLength');
  }),
  onChannel('bytes after the payload must be zero', async (wire, channel, random) => {
    const report = firstReport(channel, COMMAND.ping, random(10));
    report[REPORT_SIZE_BYTES - 1] = 1;
    await wire.sendReport(report);
    return refused(wire, channel, 'paddingNotZero');
  }),
  onChannel('a report out of order is refused', async (wire, channel, random) => {
    const content = random(TWO);
    await wire.sendReport(firstReport(channel, COMMAND.ping, content));
    const report = nextReport(channel, content);
    report[4] = 7;
    await wire.sendReport(report);
    return refused(wire, channel, 'invalidSequence');
  }),
  onChannel('the rest of a frame that does not come is not waited for', async (wire, channel, random) => {
    await wire.sendReport(firstReport(channel, COMMAND.ping, random(TWO)));
    return refused(wire, channel, 'timeout');
  }),
  onChannel('a message that is none is refused', async (wire, channel, random) => {
    await wire.send(channel, COMMAND.message, random(40));
    const frame = await wire.next((one) => one.channel === channel && one.command === COMMAND.error);
    return frame === undefined ? 'it was not refused' : undefined;
  }),
  onChannel('a host that sends anything at all is survived', async (wire, _, random) => {
    for (let sent = 0; sent < HOSTILE_REPORTS; sent += 1) await wire.sendReport(random(REPORT_SIZE_BYTES));
    // A frame that the last of them began keeps the others out until its time is over.
    await wire.next(() => false, FRAME_OVER_MS);
    if (wire.isGone()) return 'the reader went away';
    const channel = await init(wire, random, BROADCAST_CHANNEL);
    return typeof channel === 'string' ? channel : ping(wire, channel, random(REPORT_SIZE_BYTES));
  }),
];
