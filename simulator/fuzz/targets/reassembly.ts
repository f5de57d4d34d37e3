/** Reports of three channels and a clock: what comes out as a frame is what its reports say. */
import { isDeepStrictEqual } from 'node:util';
import {
  createReassemblyBuffer,
  encodeFrame,
  expireReassembly,
  FRAME_PAYLOAD_BYTES_MAX,
  type Frame,
  IDLE,
  REPORT_SIZE_BYTES,
  type Reassembly,
  stepReassembly,
} from '@comptoir/protocol';
import { hold, Input } from '../target.js';

const CHANNELS = 3;

/** Each report: what it is, the channel, time that passed, its fifth byte, and what follows; the rest of it is zeros. */
export function seeds(): readonly Uint8Array[] {
  const first = (channel: number, ...rest: readonly number[]) => [rest.length, channel, 0, ...rest];
  return [
    first(0, 0x81, 0, 4, 1, 2, 3, 4),
    [...first(0, 0x90, 0, 60, 1), ...first(0, 0, 5)],
    [...first(0, 0x90, 7, 0x5e, 1), ...first(1, 0x90, 0, 60, 1), ...first(0, 0), ...first(0, 1), ...first(0, 3)],
    [...first(0, 0x90, 7, 0x5f), ...first(2, 0x86, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8)],
    [...first(0, 0x90, 0, 60), 1, 0, 0xff, 0],
  ].map((bytes) => Uint8Array.from(bytes));
}

export function fuzz(data: Uint8Array): void {
  const input = new Input(data);
  const buffer = createReassemblyBuffer();
  let state: Reassembly = IDLE;
  let nowMs = 0;
  while (!input.isEmpty) {
    const length = input.byte();
    const channel = input.byte() % CHANNELS;
    nowMs += input.byte();
    const report = new Uint8Array(length > 250 ? length - 200 : REPORT_SIZE_BYTES);
    report.set(Uint8Array.of(0, 0, 0, channel, ...input.take(length % 60)).subarray(0, report.length));
    state = expireReassembly(state, nowMs).state;
    const step = stepReassembly(state, buffer, report, nowMs);
    state = step.state;
    if (state.kind === 'collecting')
      hold(
        state.filled < state.length && state.length <= FRAME_PAYLOAD_BYTES_MAX,
        'a frame that is collected is not whole',
      );
    if (step.event?.kind === 'frame') checkFrame(step.event.frame);
  }
}

/** Sent again, it comes again. */
function checkFrame(frame: Frame): void {
  const whole = { ...frame, payload: frame.payload.slice() };
  const buffer = createReassemblyBuffer();
  let state: Reassembly = IDLE;
  let frames = 0;
  for (const report of encodeFrame(whole)) {
    const step = stepReassembly(state, buffer, report, 0);
    state = step.state;
    if (step.event?.kind !== 'frame') continue;
    frames += 1;
    hold(
      isDeepStrictEqual({ ...step.event.frame, payload: step.event.frame.payload.slice() }, whole),
      'a frame is what was sent',
    );
  }
  hold(frames === 1, 'a frame comes once');
}
