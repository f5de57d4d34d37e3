/**
 * The host side of the board: two bounded queues of 64-byte reports, as short as an endpoint's.
 * Floor: simulator machine.
 */
import type { HostPort } from '@comptoir/firmware/board';
import { REPORT_SIZE_BYTES } from '@comptoir/protocol';

/** What a USB host holds back is without limit; a program that never lets the reader run is broken. */
const INBOUND_REPORTS_MAX = 1024;
/** Small enough that every long answer meets a full endpoint. */
const OUTBOUND_REPORTS_MAX = 8;

export interface HostQueues {
  /** The firmware's end. */
  readonly port: HostPort;
  /** Takes a report from the host. @param report 64 bytes; another length throws, and so does a reader that takes nothing any more */
  push(report: Uint8Array): void;
  /** Hands the waiting reports over, the oldest first. @returns true when the firmware had met a full queue since the last call */
  drain(deliver: (report: Uint8Array) => void): boolean;
}

export function createHostQueues(): HostQueues {
  const inbound: Uint8Array[] = [];
  const outbound: Uint8Array[] = [];
  let wasFull = false;
  return {
    port: {
      receiveReport: () => inbound.shift(),
      sendReport(report) {
        if (report.length !== REPORT_SIZE_BYTES) throw new Error('a report has 64 bytes');
        if (outbound.length >= OUTBOUND_REPORTS_MAX) {
          wasFull = true;
          return false;
        }
        outbound.push(report.slice());
        return true;
      },
    },
    push(report) {
      if (report.length !== REPORT_SIZE_BYTES) throw new Error('a report has 64 bytes');
      if (inbound.length >= INBOUND_REPORTS_MAX) throw new Error('the reader takes no more reports');
      inbound.push(report.slice());
    },
    drain(deliver) {
      const hadBeenFull = wasFull;
      wasFull = false;
      for (let report = outbound.shift(); report !== undefined; report = outbound.shift()) deliver(report);
      return hadBeenFull;
    },
  };
}
