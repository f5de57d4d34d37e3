/**
 * How fast a reader answers: the same command again and again.
 * Floor: simulator trials.
 */
import {
  BROADCAST_CHANNEL,
  COMMAND,
  decodeInitAnswer,
  encodeInitRequest,
  equalBytes,
  FRAME_PAYLOAD_BYTES_MAX,
  INIT_NONCE_BYTES,
  NO_BYTES,
} from '@comptoir/protocol';
import { connect, newKey } from '@comptoir/sdk';
import type { Latency } from './conformReport.js';
import type { LinkParts } from './linkCases.js';
import { openWire, type Wire } from './wire.js';

/** A handshake is four points of a curve: a chip takes a second for it. */
const HANDSHAKES_OF = 4;

/** @param times of each command @param now in milliseconds, with fractions */
export async function measure(parts: LinkParts, times: number, now: () => number): Promise<readonly Latency[]> {
  const repeat: Repeat = async (command, count, run) => {
    const samplesMs: number[] = [];
    for (let at = 0; at < count; at += 1) {
      const startMs = now();
      await run();
      samplesMs.push(now() - startMs);
    }
    return { command, samplesMs };
  };
  const { transport, trust, clock, random } = parts;
  const latencies = await onWire(await openWire(transport, clock), random, times, repeat);
  const session = await repeat('a session', Math.ceil(times / HANDSHAKES_OF), async () => {
    const reader = await connect(transport, { trust, clock, random });
    await reader.close();
  });
  await using reader = await connect(transport, { trust, clock, random });
  const key = newKey('conform', 1, random);
  const lookup = await repeat('a sealed message and its answer', times, () => reader.lookup(key));
  return [...latencies, session, lookup];
}

type Repeat = (command: string, count: number, run: () => Promise<unknown>) => Promise<Latency>;

/** In clear. It closes the wire, also when something isn't answered. */
async function onWire(
  wire: Wire,
  random: LinkParts['random'],
  times: number,
  repeat: Repeat,
): Promise<readonly Latency[]> {
  try {
    const channel = await init(wire, random);
    const ping = (length: number) => () => exchange(wire, channel, COMMAND.ping, random(length));
    return [
      // On its own channel: each new one would take an older one away.
      await repeat('INIT', times, () => init(wire, random, channel)),
      await repeat('PING, 1 byte', times, ping(1)),
      await repeat(`PING, ${FRAME_PAYLOAD_BYTES_MAX} bytes`, times, ping(FRAME_PAYLOAD_BYTES_MAX)),
      await repeat('INFO', times, () => exchange(wire, channel, COMMAND.info, NO_BYTES)),
    ];
  } finally {
    await wire.close();
  }
}

async function exchange(wire: Wire, channel: number, command: number, payload: Uint8Array): Promise<void> {
  await wire.send(channel, command, payload);
  const frame = await wire.next((one) => one.channel === channel && one.command === command);
  if (frame === undefined) throw new Error('a command that answered before was not answered');
}

async function init(wire: Wire, random: LinkParts['random'], channel: number = BROADCAST_CHANNEL): Promise<number> {
  const nonce = random(INIT_NONCE_BYTES);
  const request = encodeInitRequest({ nonce, lowestVersion: 2, highestVersion: 2 });
  await wire.send(channel, COMMAND.init, request);
  const frame = await wire.next(
    ({ command, payload }) => command === COMMAND.init && equalBytes(payload.subarray(0, INIT_NONCE_BYTES), nonce),
  );
  const answer = frame && decodeInitAnswer(frame.payload);
  if (answer === undefined) throw new Error('INIT was not answered');
  return answer.channel;
}
