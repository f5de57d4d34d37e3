/**
 * The handshake on the chip: four points of a curve, and whoever says CANCEL or INIT meanwhile is answered between two of them. Times are
 * the chip's own, as the emulator counts them, without caches and wait states.
 */

import { seededBytes } from '@comptoir/crypto/seed';
import {
  BROADCAST_CHANNEL,
  COMMAND,
  encodeInitRequest,
  type Frame,
  NO_PARTS,
  type OutgoingFrame,
  splitMessage,
  stepParts,
} from '@comptoir/protocol';
import { linkPrologue } from '@comptoir/protocol/link';
import { expect, test } from 'vitest';
import { NoiseInitiator } from '../../../../sdk/src/link/session/noiseInitiator.js';
import { type BareHost, bareHost, type StartedReader, startedReader } from '../chip/chipReader.js';

/** Of what CANCEL is promised. @see docs/reference/protocol.md */
const ANSWER_NANOS_MAX = 100e6;
const SETTLED_MS = 5000;
const HANDSHAKE_NANOS_MAX = 300e6;

async function greet(host: BareHost, nonce: string): Promise<{ channel: number; noise: NoiseInitiator }> {
  const request = encodeInitRequest({ nonce: seededBytes(nonce)(8), lowestVersion: 2, highestVersion: 2 });
  host.sendFrame({ channel: BROADCAST_CHANNEL, command: COMMAND.init, payload: request });
  const { payload } = await host.frame();
  const channel = new DataView(payload.buffer, payload.byteOffset).getUint32(8);
  return { channel, noise: new NoiseInitiator(linkPrologue(request, payload), seededBytes(`${nonce} till`)) };
}

function send(host: BareHost, channel: number, message: Uint8Array): void {
  const [frame] = splitMessage(message) as [OutgoingFrame];
  host.sendFrame({ channel, ...frame });
}

function messageIn({ command, payload }: Frame): Uint8Array {
  const step = stepParts(NO_PARTS, command, payload);
  if (step.kind !== 'message') throw new Error('no whole message came');
  return step.message;
}

/** How long it took, of the chip's time. */
async function timed<T>({ reader }: StartedReader, work: Promise<T>): Promise<{ nanos: number; made: T }> {
  const before = reader.chip.nanos();
  const made = await work;
  return { nanos: reader.chip.nanos() - before, made };
}

test('a handshake, and CANCEL and INIT in the middle of it, are answered in time', { timeout: 300_000 }, async () => {
  await using started = await startedReader();
  const host = bareHost(started, 'hid');
  // The self-tests after a start are over; then a host is there, and a new reader writes its first keys into the flash: that takes a second.
  await started.clock.sleep(SETTLED_MS);
  await greet(host, 'who comes first');
  await started.clock.sleep(SETTLED_MS);
  const { channel, noise } = await greet(host, 'a handshake');
  send(host, channel, noise.first());
  const whole = await timed(started, host.frame());
  expect(whole.nanos).toBeLessThan(HANDSHAKE_NANOS_MAX);
  expect(noise.second(messageIn(whole.made))).toBeDefined();

  const other = await greet(host, 'a handshake that is disturbed');
  send(host, other.channel, other.noise.first());
  host.sendFrame({ channel, command: COMMAND.cancel, payload: new Uint8Array(0) });
  const cancelled = await timed(started, host.frame());
  expect(cancelled.made).toMatchObject({ channel, command: COMMAND.cancel });
  expect(cancelled.nanos).toBeLessThan(ANSWER_NANOS_MAX);
  host.sendFrame({ channel: BROADCAST_CHANNEL, command: COMMAND.init, payload: seededBytes('third')(8) });
  const greeted = await timed(started, host.frame());
  expect(greeted.made.command).toBe(COMMAND.init);
  expect(greeted.nanos).toBeLessThan(ANSWER_NANOS_MAX);
  expect(other.noise.second(messageIn(await host.frame()))).toBeDefined();
  console.log(
    `message 2 after ${(whole.nanos / 1e6).toFixed(0)} ms; meanwhile CANCEL after ${(cancelled.nanos / 1e6).toFixed(0)} ms, INIT after ${(greeted.nanos / 1e6).toFixed(0)} ms`,
  );
});
