/** Frames and windows: what is sent arrives whole, in order, and once. */
import assert from 'node:assert/strict';
import { COMMAND, encodeFrame, FRAME_PAYLOAD_BYTES_MAX } from '@comptoir/protocol';
import type { Bench } from './bench.js';
import { openRaw } from './rawReports.js';

/** Empty, one report exactly, one byte more, 16 reports, 32 reports. */
const LENGTHS: readonly number[] = [0, 1, 57, 58, 57 + 15 * 59, FRAME_PAYLOAD_BYTES_MAX];
const ROUNDS = 20;
const NOBODYS_CHANNEL = 0x7fffffff;

export async function framesOfEveryLength({ transport }: Bench): Promise<void> {
  const own = transport();
  const raw = await openRaw(own, await own.request());
  for (const length of LENGTHS) {
    const payload = Uint8Array.from({ length }, (_, at) => at * 7 + length);
    assert.deepEqual(await raw.ask(COMMAND.ping, payload), payload, `an echo of ${length} bytes`);
  }
  await raw.close();
  await raw.ended;
}

/** The window: 32 reports without waiting for anything, both ways, again and again. */
export async function fullWindows({ transport }: Bench): Promise<void> {
  const own = transport();
  const raw = await openRaw(own, await own.request());
  for (let round = 0; round < ROUNDS; round += 1) {
    const payload = new Uint8Array(FRAME_PAYLOAD_BYTES_MAX).fill(round + 1);
    assert.deepEqual(await raw.ask(COMMAND.ping, payload), payload, `window ${round}`);
  }
  await raw.close();
}

/** Reports of nobody's channel are not in the way of ours. */
export async function strayReports({ transport }: Bench): Promise<void> {
  const own = transport();
  const raw = await openRaw(own, await own.request());
  const payload = new Uint8Array(100).fill(0xa5);
  const [alone] = encodeFrame({ channel: NOBODYS_CHANNEL, command: COMMAND.ping, payload: payload.subarray(0, 57) });
  const [, second] = encodeFrame({ channel: NOBODYS_CHANNEL, command: COMMAND.ping, payload });
  for (const report of [second, alone]) await raw.send(report as Uint8Array);
  assert.deepEqual(await raw.ask(COMMAND.ping, payload), payload);
  await raw.close();
  // Closed twice is closed once.
  await raw.close();
  await assert.rejects(raw.send(alone as Uint8Array));
}
