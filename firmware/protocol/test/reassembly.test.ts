import {
  BROADCAST_CHANNEL,
  COMMAND,
  createReassemblyBuffer,
  encodeFrame,
  expireReassembly,
  FRAME_PAYLOAD_BYTES_MAX,
  type Frame,
  IDLE,
  INTER_REPORT_TIMEOUT_MS,
  type Reassembly,
  type ReassemblyEvent,
  STATUS,
  stepReassembly,
  toHex,
} from '@comptoir/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const A = 0x0000_000a;
const B = 0x0000_000b;

/** Feeds reports at the same instant and keeps what came out, payloads copied. */
function feed(
  reports: Iterable<Uint8Array>,
  from: Reassembly = IDLE,
): { state: Reassembly; events: ReassemblyEvent[] } {
  const buffer = createReassemblyBuffer();
  const events: ReassemblyEvent[] = [];
  let state = from;
  for (const report of reports) {
    const step = stepReassembly(state, buffer, report, 0);
    state = step.state;
    if (step.event?.kind === 'frame')
      events.push({ kind: 'frame', frame: { ...step.event.frame, payload: step.event.frame.payload.slice() } });
    else if (step.event !== undefined) events.push(step.event);
  }
  return { state, events };
}

function reportsOf(channel: number, command: number, length: number): Uint8Array[] {
  return encodeFrame({ channel, command, payload: new Uint8Array(length).fill(0xa5) });
}

function framesOf(events: readonly ReassemblyEvent[]): string[] {
  return events.map((event) =>
    event.kind === 'frame'
      ? `frame ${event.frame.channel} ${event.frame.command} ${event.frame.payload.length}`
      : `fault ${event.channel} ${event.status}`,
  );
}

const init = encodeFrame({
  channel: BROADCAST_CHANNEL,
  command: COMMAND.init,
  payload: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
});
const initFrame = `frame ${BROADCAST_CHANNEL} ${COMMAND.init} 8`;

describe('frames come back', () => {
  test(`of every length, 0..${FRAME_PAYLOAD_BYTES_MAX}`, () => {
    const pattern = new Uint8Array(FRAME_PAYLOAD_BYTES_MAX).map((_, at) => 1 + (at % 251));
    for (let length = 0; length <= FRAME_PAYLOAD_BYTES_MAX; length += 1) {
      const payload = pattern.subarray(0, length);
      const { state, events } = feed(encodeFrame({ channel: A, command: COMMAND.message, payload }));
      const [event] = events;
      if (state !== IDLE || events.length !== 1 || event?.kind !== 'frame')
        throw new Error(`length ${length}: ${framesOf(events)}`);
      if (toHex(event.frame.payload) !== toHex(payload)) throw new Error(`length ${length}: other bytes`);
    }
  });

  test('one after another, with any content', () => {
    const frame: fc.Arbitrary<Frame> = fc.record({
      channel: fc.integer({ min: 0, max: BROADCAST_CHANNEL }),
      command: fc.integer({ min: 0, max: 0x7f }),
      payload: fc.uint8Array({ maxLength: FRAME_PAYLOAD_BYTES_MAX, size: 'max' }),
    });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 4 }), (frames) => {
        const { events } = feed(frames.flatMap((one) => encodeFrame(one)));
        expect(events).toEqual(frames.map((one) => ({ kind: 'frame', frame: one })));
      }),
    );
  });
});

describe('rules', () => {
  test('a report out of order ends its frame', () => {
    const [first, second, third] = reportsOf(A, COMMAND.ping, 150) as [Uint8Array, Uint8Array, Uint8Array];
    for (const order of [
      [first, third],
      [first, second, second],
    ]) {
      const { state, events } = feed(order);
      expect([state, framesOf(events)]).toEqual([IDLE, [`fault ${A} ${STATUS.invalidSequence}`]]);
    }
  });

  test('a first report inside the own frame ends it, unless it is INIT', () => {
    const [first] = reportsOf(A, COMMAND.ping, 100) as [Uint8Array];
    expect(framesOf(feed([first, ...reportsOf(A, COMMAND.ping, 3)]).events)).toEqual([
      `fault ${A} ${STATUS.invalidSequence}`,
    ]);
    const resync = feed([first, ...reportsOf(A, COMMAND.init, 8)]);
    expect([resync.state, framesOf(resync.events)]).toEqual([IDLE, [`frame ${A} ${COMMAND.init} 8`]]);
  });

  test('next reports without a first one are dropped in silence', () => {
    const [, ...rest] = reportsOf(A, COMMAND.ping, 200);
    expect(feed(rest)).toEqual({ state: IDLE, events: [] });
  });

  test('another channel gets its short frames through, and busy for a long one; the first is not spoilt', () => {
    const [first, ...rest] = reportsOf(A, COMMAND.ping, 100) as [Uint8Array, ...Uint8Array[]];
    const { events } = feed([
      first,
      ...reportsOf(B, COMMAND.wink, 0),
      ...reportsOf(B, COMMAND.ping, 100),
      ...init,
      ...rest,
    ]);
    expect(framesOf(events)).toEqual([
      `frame ${B} ${COMMAND.wink} 0`,
      `fault ${B} ${STATUS.busy}`,
      initFrame,
      `frame ${A} ${COMMAND.ping} 100`,
    ]);
  });

  test.each([1887, 0xffff])('a length of %d is refused', (length) => {
    const [report] = reportsOf(A, COMMAND.ping, 0) as [Uint8Array];
    report[5] = length >> 8;
    report[6] = length & 0xff;
    expect(framesOf(feed([report]).events)).toEqual([`fault ${A} ${STATUS.invalidLength}`]);
  });

  test('the refused length does not spoil the frame of another channel', () => {
    const [first, ...rest] = reportsOf(A, COMMAND.ping, 100) as [Uint8Array, ...Uint8Array[]];
    const [report] = reportsOf(B, COMMAND.ping, 0) as [Uint8Array];
    report.set([0xff, 0xff], 5);
    expect(framesOf(feed([first, report, ...rest]).events)).toEqual([
      `fault ${B} ${STATUS.invalidLength}`,
      `frame ${A} ${COMMAND.ping} 100`,
    ]);
  });

  test('every padding byte must be zero', () => {
    for (const length of [0, 8, 56, 58, 60, 115]) {
      const reports = reportsOf(A, COMMAND.ping, length);
      const last = reports.at(-1) ?? new Uint8Array(64);
      for (let at = (reports.length === 1 ? 7 : 5 - 57) + length; at < 64; at += 1) {
        last[at] = 1;
        expect(framesOf(feed(reports).events)).toEqual([`fault ${A} ${STATUS.paddingNotZero}`]);
        last[at] = 0;
      }
      expect(framesOf(feed(reports).events)).toEqual([`frame ${A} ${COMMAND.ping} ${length}`]);
    }
  });

  test('a report of another size is no report', () => {
    const [first, second] = reportsOf(A, COMMAND.ping, 100) as [Uint8Array, Uint8Array];
    const { events } = feed([first, second.subarray(0, 63), new Uint8Array(65), Uint8Array.of(), second]);
    expect(framesOf(events)).toEqual([`frame ${A} ${COMMAND.ping} 100`]);
  });
});

describe('time', () => {
  const [first, second] = reportsOf(A, COMMAND.ping, 150) as [Uint8Array, Uint8Array];

  test('the rest may take 199 ms a report, not 200', () => {
    const buffer = createReassemblyBuffer();
    const { state } = stepReassembly(IDLE, buffer, first, 1000);
    expect(expireReassembly(state, 999 + INTER_REPORT_TIMEOUT_MS)).toEqual({ state, event: undefined });
    expect(expireReassembly(state, 1000 + INTER_REPORT_TIMEOUT_MS)).toEqual({
      state: IDLE,
      event: { kind: 'fault', channel: A, status: STATUS.timeout },
    });
    const later = stepReassembly(state, buffer, second, 1199).state;
    expect(expireReassembly(later, 1398).state).toBe(later);
  });

  test('nothing expires when nothing is open', () => {
    expect(expireReassembly(IDLE, Number.MAX_SAFE_INTEGER)).toEqual({ state: IDLE, event: undefined });
  });
});

describe('any reports', () => {
  const report = fc
    .tuple(
      fc.constantFrom(A, B, BROADCAST_CHANNEL, 0),
      fc.oneof(fc.integer({ min: 0x80, max: 0xff }), fc.integer({ min: 0, max: 3 })),
      fc.uint8Array({ minLength: 59, maxLength: 59 }),
      fc.boolean(),
    )
    .map(([channel, kind, rest, isShort]) => {
      const bytes = new Uint8Array(64);
      bytes.set([channel >>> 24, channel >>> 16, channel >>> 8, channel, kind]);
      if (isShort) bytes.set([0, 80], 5);
      else bytes.set(rest, 5);
      return bytes;
    });
  const anything = fc.array(
    fc.oneof(report, fc.uint8Array({ minLength: 64, maxLength: 64 }), fc.uint8Array({ maxLength: 130 })),
    { maxLength: 60 },
  );

  test('never throw, never fill more than the buffer, and INIT gets through after them', () =>
    fc.assert(
      fc.property(anything, (reports) => {
        const { state, events } = feed(reports);
        for (const event of events)
          if (event.kind === 'frame') expect(event.frame.payload.length).toBeLessThanOrEqual(FRAME_PAYLOAD_BYTES_MAX);
        if (state.kind === 'collecting') expect(state.filled).toBeLessThan(state.length);
        expect(framesOf(feed(init, state).events)).toEqual([initFrame]);
      }),
      { numRuns: 1000 },
    ));

  test('a frame open on a channel ends with INIT on that channel', () =>
    fc.assert(
      fc.property(anything, fc.constantFrom(A, B, 0), (reports, channel) => {
        const { state } = feed(reports);
        const after = feed(reportsOf(channel, COMMAND.init, 8), state);
        expect(framesOf(after.events)).toEqual([`frame ${channel} ${COMMAND.init} 8`]);
        expect(after.state.kind === 'collecting' && after.state.channel === channel).toBe(false);
      }),
    ));
});
