/** Whatever a host sends, the reader answers the next one who asks. */
import { COMMAND, encodeFrame, encodeMessage } from '@comptoir/protocol';
import { FakeBoard, FakeHost } from '../../../firmware/test/fakeBoard.js';
import { EXAMPLES } from '../../src/cli/docs/exampleMessages.js';
import { developmentConfiguration } from '../../src/world/configuration.js';
import { createTestPki } from '../../src/world/pki/testPki.js';
import { hold, Input } from '../target.js';

const CHANNELS = 3;
const FRAMES_MAX = 64;
const PING = Uint8Array.of(1, 2, 3);
let configuration: Uint8Array | undefined;

/** Frames: channel, command, time that passes (in tenths of a second), length (two bytes), payload. */
export function seeds(): readonly Uint8Array[] {
  const frame = (command: number, payload: Uint8Array) =>
    Uint8Array.of(1, command, 1, payload.length >> 8, payload.length & 0xff, ...payload);
  const messages = Object.values(EXAMPLES)
    .map((message) => encodeMessage(message))
    .filter(({ length }) => length < 1800);
  return [
    ...messages.map((bytes) => frame(COMMAND.message, bytes)),
    frame(COMMAND.cancel, new Uint8Array(0)),
    frame(COMMAND.info, new Uint8Array(0)),
    frame(COMMAND.part, Uint8Array.of(0, 1, 2)),
  ];
}

export function fuzz(data: Uint8Array): void {
  const input = new Input(data);
  const board = new FakeBoard();
  configuration ??= developmentConfiguration(createTestPki());
  board.configurationBytes = configuration;
  const host = new FakeHost(board);
  const own = host.init();
  for (let count = 0; count < FRAMES_MAX && !input.isEmpty; count += 1) {
    const channel = [0xffffffff, own, own + 1][input.byte() % CHANNELS] as number;
    const command = input.byte() & 0x7f;
    board.nowMs += 100 * input.byte();
    const payload = input.take(((input.byte() << 8) | input.byte()) % 1887);
    board.toReader.push(...encodeFrame({ channel, command, payload }));
    for (let step = 0; step < 4; step += 1) host.step();
  }
  // What was begun is cancelled, and ends.
  const channel = host.init();
  host.send(channel, COMMAND.cancel);
  const pong = host.send(channel, COMMAND.ping, PING).find((frame) => frame.command === COMMAND.ping);
  hold(pong?.payload.length === PING.length, 'the reader answers');
}
