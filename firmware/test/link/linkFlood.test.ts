/**
 * A host that sends reports without end, of every kind, on its own channels, on those of others and on none: INIT of an honest one is
 * answered all the time, and then a session opens. `npm run flood` sends a million of them.
 */

import { seededBytes } from '@comptoir/crypto/seed';
import { COMMAND, encodeFrame, encodeInitRequest, encodeMessage, REPORT_SIZE_BYTES } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { FakeBoard, FakeHost } from '../fakeBoard.js';
import { answerOf } from '../paymentMessages.js';

const REPORTS = Number(process.env['COMPTOIR_REPORTS'] ?? 20_000);
const BETWEEN_INITS = 400;
/** Of the board's time: a host repeats INIT after so long. */
const INIT_MS_MAX = 250;
/** What a cable carries in a millisecond is less. */
const REPORTS_A_MS = 16;

const random = seededBytes('flood');
const byte = (): number => random(1)[0] as number;
const LOOKUP = encodeMessage({ kind: 'lookup', key: 'order-1' });
/** How many of each kind were sent. */
const sent = { noise: 0, frames: 0, halves: 0, strays: 0, greetings: 0, handshakes: 0, cancels: 0 };

/** The next thing that the hostile host does. @param channels that it was given, or has seen */
function hostile(channels: readonly number[]): readonly Uint8Array[] {
  const channel = channels[byte() % channels.length] ?? 0x01020304;
  const kind = byte();
  if (kind < 60) {
    sent.noise += 1;
    return [random(REPORT_SIZE_BYTES)];
  }
  if (kind < 120) {
    sent.frames += 1;
    return encodeFrame({ channel, command: byte() & 0x7f, payload: random(byte() % 58) });
  }
  if (kind < 170) {
    sent.halves += 1;
    const reports = encodeFrame({ channel, command: COMMAND.message, payload: random(400 + byte()) });
    return reports.slice(0, 1 + (byte() % (reports.length - 1)));
  }
  if (kind < 210) {
    sent.strays += 1;
    const report = random(REPORT_SIZE_BYTES);
    new DataView(report.buffer).setUint32(0, channel);
    report[4] = (report[4] as number) & 0x1f;
    return [report];
  }
  if (kind < 240) {
    sent.greetings += 1;
    const payload = encodeInitRequest({ nonce: random(8), lowestVersion: byte() & 3, highestVersion: byte() & 3 });
    return encodeFrame({ channel: kind < 225 ? 0xffffffff : channel, command: COMMAND.init, payload });
  }
  if (kind < 244) {
    sent.handshakes += 1;
    return encodeFrame({ channel, command: COMMAND.message, payload: random(kind < 242 ? 32 : 64) });
  }
  sent.cancels += 1;
  return encodeFrame({ channel, command: COMMAND.cancel, payload: new Uint8Array(0) });
}

test(`${REPORTS} reports of a hostile host, and INIT is answered all the time`, () => {
  const host = new FakeHost(new FakeBoard());
  const { board } = host;
  const channels: number[] = [];
  let longestMs = 0;
  let inits = 0;
  for (let reports = 0; reports < REPORTS; ) {
    for (const until = reports + BETWEEN_INITS; reports < until; ) {
      const batch: Uint8Array[] = [];
      while (batch.length < REPORTS_A_MS) batch.push(...hostile(channels));
      board.toReader.push(...batch);
      reports += batch.length;
      board.nowMs += 1;
      host.reader.step();
      const last = board.toHost.splice(0).at(-1);
      if (last !== undefined && channels.length < 64) channels.push(new DataView(last.buffer).getUint32(0));
    }
    inits += 1;
    const nonce = random(8);
    const startMs = board.nowMs;
    const request = encodeInitRequest({ nonce, lowestVersion: 2, highestVersion: 2 });
    board.toReader.push(...encodeFrame({ channel: 0xffffffff, command: COMMAND.init, payload: request }));
    let channel: number | undefined;
    while (channel === undefined && board.nowMs - startMs < INIT_MS_MAX) {
      board.nowMs += 1;
      host.reader.step();
      const answer = board.toHost
        .splice(0)
        .find((report) => report[4] === (COMMAND.init | 0x80) && nonce.every((one, at) => report[7 + at] === one));
      if (answer !== undefined) channel = new DataView(answer.buffer).getUint32(15);
    }
    expect(channel, `INIT after ${reports} reports`).toBeDefined();
    longestMs = Math.max(longestMs, board.nowMs - startMs);
    channels.splice(0, 1, channel as number);
  }
  // Whatever was begun and not ended is given up, and an honest host does what it came for.
  board.nowMs += 1000;
  const channel = host.init();
  expect(answerOf(host.send(channel, COMMAND.message, LOOKUP))).toMatchObject({ kind: 'neverSeen' });
  if (REPORTS > 100_000) console.info(`INIT answered ${inits} times, within ${longestMs} ms;`, sent);
}, 3_600_000);
