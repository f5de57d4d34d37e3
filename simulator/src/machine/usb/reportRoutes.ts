/**
 * Which interface a report goes back on: the one from which its channel was heard last.
 * Source: firmware/port/boards/pico/usb/reportRoutes.c.   Floor: simulator machine.
 */

/** The reader has four channels at most; one more for the broadcast channel. */
const ROUTES_MAX = 5;
const CHANNEL_BYTES = 4;

interface ReportRoutes {
  /** @param interfaceNumber on which the host sent it */
  learn(report: Uint8Array, interfaceNumber: number): void;
  /** Of a channel that nobody used: where the host was heard last. */
  find(report: Uint8Array): number;
}

export function createReportRoutes(): ReportRoutes {
  /** The latest is the last. */
  const routes = new Map<string, number>();
  return {
    learn(report, interfaceNumber) {
      const channel = channelOf(report);
      routes.delete(channel);
      routes.set(channel, interfaceNumber);
      for (const oldest of routes.keys()) if (routes.size > ROUTES_MAX) routes.delete(oldest);
    },
    find: (report) => routes.get(channelOf(report)) ?? [...routes.values()].at(-1) ?? 0,
  };
}

function channelOf(report: Uint8Array): string {
  return report.subarray(0, CHANNEL_BYTES).join();
}
