/**
 * Frames on their way to the host: cut into reports one by one, as the endpoint takes them.
 * Source: docs/reference/protocol.md.   Floor: link.
 */
import { type Frame, REPORT_SIZE_BYTES, reportCount, writeReport } from '@comptoir/protocol';
import type { HostPort } from '../board/board.js';

/** With more frames waiting, no report is taken from the host: a host that doesn't read can't make memory grow. */
const FRAMES_MAX = 8;

export class ReportQueue {
  private readonly frames: Frame[] = [];
  private readonly report: Uint8Array = new Uint8Array(REPORT_SIZE_BYTES);
  private nextReport = 0;

  get isFull(): boolean {
    return this.frames.length >= FRAMES_MAX;
  }

  get isEmpty(): boolean {
    return this.frames.length === 0;
  }

  /** @param payload kept until it's sent: must not change */
  push(channel: number, command: number, payload: Uint8Array): void {
    this.frames.push({ channel, command, payload });
  }

  /** Sends until the endpoint is busy. */
  flush(host: HostPort): void {
    for (let frame = this.frames[0]; frame !== undefined; frame = this.frames[0]) {
      const count = reportCount(frame.payload.length);
      while (this.nextReport < count) {
        writeReport(this.report, frame, this.nextReport);
        if (!host.sendReport(this.report)) return;
        this.nextReport += 1;
      }
      this.nextReport = 0;
      this.frames.shift();
    }
  }
}
