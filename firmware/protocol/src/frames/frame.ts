/**
 * Frames over 64-byte reports, shaped like CTAPHID.
 *
 *   offset  size  first report           next reports
 *   0       4     channel                channel
 *   4       1     command | 0x80         sequence 0..30
 *   5       2     payload length, BE     payload…
 *   7       57    payload…
 *
 * Unused bytes are zero. A frame is at most 32 reports.   Worked examples: docs/reference/protocol.md
 * Source: FIDO CTAP 2.1 §11.2.4 for the shape; the commands are ours.   Floor: protocol.
 */

export const REPORT_SIZE_BYTES = 64;
export const FIRST_PAYLOAD_BYTES = 57;
export const NEXT_PAYLOAD_BYTES = 59;
export const FRAME_REPORTS_MAX = 32;
/** 57 + 31 × 59. */
export const FRAME_PAYLOAD_BYTES_MAX = 1886;
/** INIT on this channel gives a channel. */
export const BROADCAST_CHANNEL = 0xffffffff;

export const COMMAND = {
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
} as const;

export type CommandName = keyof typeof COMMAND;

export interface Frame {
  readonly channel: number;
  readonly command: number;
  readonly payload: Uint8Array;
}

/** Reports that a payload of this length takes. @param length 0..1886 bytes */
export function reportCount(length: number): number {
  return length <= FIRST_PAYLOAD_BYTES ? 1 : 1 + Math.ceil((length - FIRST_PAYLOAD_BYTES) / NEXT_PAYLOAD_BYTES);
}

/**
 * Writes one report of a frame.
 * @param report 64 bytes, overwritten whole
 * @param number 0 is the first report of the frame
 */
export function writeReport(report: Uint8Array, frame: Frame, number: number): void {
  const { channel, payload } = frame;
  report[0] = channel >>> 24;
  report[1] = channel >>> 16;
  report[2] = channel >>> 8;
  report[3] = channel;
  let from = 0;
  let at = 5;
  if (number === 0) {
    report[4] = frame.command | 0x80;
    report[5] = payload.length >> 8;
    report[6] = payload.length;
    at = 7;
  } else {
    report[4] = number - 1;
    from = FIRST_PAYLOAD_BYTES + (number - 1) * NEXT_PAYLOAD_BYTES;
  }
  const room = REPORT_SIZE_BYTES - at;
  const rest = payload.length - from;
  if (rest >= room) {
    report.set(payload.subarray(from, from + room), at);
  } else {
    report.set(payload.subarray(from), at);
    report.fill(0, at + rest);
  }
}

/**
 * All reports of a frame, each a view of the same new memory.
 * @param frame payload of at most 1,886 bytes; above that it throws, since only our own code can ask for it
 */
export function encodeFrame(frame: Frame): Uint8Array[] {
  if (frame.payload.length > FRAME_PAYLOAD_BYTES_MAX) throw new Error('a frame carries at most 1886 bytes');
  const count = reportCount(frame.payload.length);
  const memory = new Uint8Array(count * REPORT_SIZE_BYTES);
  const reports: Uint8Array[] = [];
  for (let number = 0; number < count; number += 1) {
    const report = memory.subarray(number * REPORT_SIZE_BYTES, (number + 1) * REPORT_SIZE_BYTES);
    writeReport(report, frame, number);
    reports.push(report);
  }
  return reports;
}

/** The channel of a report. @param report 64 bytes */
export function channelOf(report: Uint8Array): number {
  return (
    (((report[0] as number) << 24) |
      ((report[1] as number) << 16) |
      ((report[2] as number) << 8) |
      (report[3] as number)) >>>
    0
  );
}
