import {
  COMMAND,
  FRAME_PAYLOAD_BYTES_MAX,
  NO_PARTS,
  type OutgoingFrame,
  type Parts,
  STATUS,
  splitMessage,
  stepParts,
  toHex,
  WIRE_MESSAGE_BYTES_MAX,
} from '@comptoir/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

/** The message that the frames carry, or the status of the first fault. */
function join(frames: readonly OutgoingFrame[]): Uint8Array | number | undefined {
  let parts: Parts = NO_PARTS;
  for (const { command, payload } of frames) {
    const step = stepParts(parts, command, payload);
    if (step.kind === 'fault') return step.status;
    if (step.kind === 'message') return step.message;
    expect(step.index).toBe(payload[0]);
    parts = step.parts;
  }
  return undefined;
}

function part(index: number, length: number): OutgoingFrame {
  return { command: COMMAND.part, payload: new Uint8Array(length + 1).fill(index, 0, 1) };
}

function closing(length: number): OutgoingFrame {
  return { command: COMMAND.message, payload: new Uint8Array(length) };
}

describe('parts', () => {
  test(`messages of every length, 0..${WIRE_MESSAGE_BYTES_MAX}, come back`, () => {
    const pattern = new Uint8Array(WIRE_MESSAGE_BYTES_MAX).map((_, at) => at % 251);
    for (let length = 0; length <= WIRE_MESSAGE_BYTES_MAX; length += 1) {
      const message = pattern.subarray(0, length);
      const frames = splitMessage(message);
      if (frames.some(({ payload }) => payload.length > FRAME_PAYLOAD_BYTES_MAX))
        throw new Error(`length ${length}: a frame is too long`);
      const joined = join(frames);
      if (!(joined instanceof Uint8Array) || toHex(joined) !== toHex(message))
        throw new Error(`length ${length}: other bytes`);
    }
  });

  test.each([
    [1886, [1886]],
    [1887, [1886, 2]],
    [3771, [1886, 1886]],
    [3772, [1886, 1886, 2]],
    [4096, [1886, 1886, 326]],
    [4112, [1886, 1886, 342]],
  ])('%d bytes travel in payloads of %j', (length, sizes) =>
    expect(splitMessage(new Uint8Array(length)).map(({ payload }) => payload.length)).toEqual(sizes),
  );

  test('one byte too many throws here and is refused there', () => {
    expect(() => splitMessage(new Uint8Array(WIRE_MESSAGE_BYTES_MAX + 1))).toThrow('4112');
    expect(join([part(0, 1885), part(1, 1885), closing(342)])).toEqual(new Uint8Array(WIRE_MESSAGE_BYTES_MAX));
    expect(join([part(0, 1885), part(1, 1885), closing(343)])).toBe(STATUS.invalidLength);
    expect(join([part(0, 1885), part(1, 1885), part(2, 343)])).toBe(STATUS.invalidLength);
  });

  test.each([
    ['skipped', [part(0, 5), part(2, 5)]],
    ['repeated', [part(0, 5), part(1, 5), part(1, 5)]],
    ['without the first', [part(1, 5)]],
  ])('an index %s is refused', (_, frames) => expect(join(frames)).toBe(STATUS.invalidSequence));

  test('index 0 starts afresh', () =>
    expect(join([part(0, 5), part(1, 5), part(0, 2), closing(1)])).toEqual(new Uint8Array(3)));

  test('a part needs its index and a byte', () => {
    expect(join([{ command: COMMAND.part, payload: Uint8Array.of() }])).toBe(STATUS.malformed);
    expect(join([part(0, 0)])).toBe(STATUS.malformed);
  });

  test('what was taken does not change when the frame buffer does', () => {
    const payload = Uint8Array.of(0, 7);
    const step = stepParts(NO_PARTS, COMMAND.part, payload);
    payload[1] = 8;
    expect(step.kind === 'taken' && step.parts.bytes).toEqual(Uint8Array.of(7));
  });

  test('any payloads: never a throw, never more than the limit', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.constantFrom(COMMAND.part, COMMAND.message),
            fc.nat({ max: 3 }),
            fc.nat({ max: FRAME_PAYLOAD_BYTES_MAX }),
          ),
          { maxLength: 12 },
        ),
        (frames) => {
          let parts: Parts = NO_PARTS;
          for (const [command, index, length] of frames) {
            const step = stepParts(parts, command, new Uint8Array(length).fill(index, 0, 1));
            parts = step.kind === 'taken' ? step.parts : NO_PARTS;
            expect(parts.bytes.length).toBeLessThanOrEqual(WIRE_MESSAGE_BYTES_MAX);
            if (step.kind === 'message') expect(step.message.length).toBeLessThanOrEqual(WIRE_MESSAGE_BYTES_MAX);
          }
        },
      ),
    ));
});
