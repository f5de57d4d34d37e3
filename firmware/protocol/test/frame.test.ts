import {
  BROADCAST_CHANNEL,
  COMMAND,
  channelOf,
  decodeInitAnswer,
  encodeFrame,
  encodeInitAnswer,
  FIRST_PAYLOAD_BYTES,
  FRAME_PAYLOAD_BYTES_MAX,
  FRAME_REPORTS_MAX,
  NEXT_PAYLOAD_BYTES,
  REPORT_SIZE_BYTES,
  reportCount,
  toHex,
  writeReport,
} from '@comptoir/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

describe('frames', () => {
  test('the numbers of the wire', () => {
    expect(COMMAND).toEqual({
      ping: 0x01,
      info: 0x04,
      init: 0x06,
      wink: 0x08,
      message: 0x10,
      cancel: 0x11,
      part: 0x12,
      taken: 0x13,
      keepalive: 0x3b,
      error: 0x3f,
    });
    expect(FRAME_PAYLOAD_BYTES_MAX).toBe(FIRST_PAYLOAD_BYTES + (FRAME_REPORTS_MAX - 1) * NEXT_PAYLOAD_BYTES);
  });

  test.each([
    [0, 1],
    [57, 1],
    [58, 2],
    [116, 2],
    [117, 3],
    [1827, 31],
    [1828, 32],
    [1886, 32],
  ])('%d bytes take %d reports', (length, reports) => expect(reportCount(length)).toBe(reports));

  test('a first and a last report, byte by byte', () => {
    const payload = new Uint8Array(60).map((_, at) => at + 1);
    const [first, last] = encodeFrame({ channel: 0x01020304, command: COMMAND.message, payload }).map(toHex);
    expect(first).toBe(`0102030490003C${toHex(payload.subarray(0, 57))}`);
    expect(last).toBe(`0102030400${toHex(payload.subarray(57))}${'00'.repeat(56)}`);
  });

  test('a used report is overwritten whole', () => {
    const report = new Uint8Array(REPORT_SIZE_BYTES).fill(0xee);
    writeReport(report, { channel: 1, command: COMMAND.wink, payload: Uint8Array.of() }, 0);
    expect(toHex(report)).toBe(`00000001880000${'00'.repeat(57)}`);
  });

  test('one byte too many throws', () => {
    const frame = { channel: 1, command: COMMAND.ping, payload: new Uint8Array(FRAME_PAYLOAD_BYTES_MAX + 1) };
    expect(() => encodeFrame(frame)).toThrow('1886');
  });

  test('every report has 64 bytes, the channel, and its number', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: BROADCAST_CHANNEL }),
        fc.nat({ max: FRAME_PAYLOAD_BYTES_MAX }),
        (channel, length) => {
          const reports = encodeFrame({ channel, command: COMMAND.ping, payload: new Uint8Array(length) });
          expect(reports.length).toBe(reportCount(length));
          for (const [number, report] of reports.entries()) {
            expect(report.length).toBe(REPORT_SIZE_BYTES);
            expect(channelOf(report)).toBe(channel);
            expect(report[4]).toBe(number === 0 ? COMMAND.ping | 0x80 : number - 1);
          }
        },
      ),
    ));
});

describe('the answer to INIT', () => {
  test('comes back', () =>
    fc.assert(
      fc.property(
        fc.record({
          nonce: fc.uint8Array({ minLength: 8, maxLength: 8 }),
          channel: fc.integer({ min: 0, max: BROADCAST_CHANNEL }),
          lowestVersion: fc.nat({ max: 255 }),
          highestVersion: fc.nat({ max: 255 }),
          capabilities: fc.nat({ max: 255 }),
        }),
        (answer) => {
          const bytes = encodeInitAnswer(answer);
          expect(bytes.length).toBe(15);
          expect(decodeInitAnswer(bytes)).toEqual(answer);
        },
      ),
    ));

  test('has fifteen bytes, or is none', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(decodeInitAnswer(bytes) === undefined).toBe(bytes.length !== 15);
      }),
    ));
});
