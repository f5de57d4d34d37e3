/**
 * Reports by function call, within one process: how a simulated reader shows itself.
 * Source: docs/reference/sdk.md.   Floor: sdk transports.
 * Memory: reports are copied in both directions.
 */
import type { Connection, DeviceInfo, ReportHandlers, Transport } from '../link/transport.js';

/** The reader's end. */
export interface ReportPort {
  readonly device: DeviceInfo;
  /** Called for each connection. The port may call the handlers at any time, inside `send` too. */
  open(handlers: ReportHandlers): OpenPort;
}

export interface OpenPort {
  send(report: Uint8Array): void;
  /** Called once; the port doesn't call the handlers afterwards. */
  close(): void;
}

export function memory(port: ReportPort): Transport {
  return {
    request: async () => port.device,
    open: async (_device, handlers) => openMemory(port, handlers),
  };
}

function openMemory(port: ReportPort, handlers: ReportHandlers): Connection {
  let isOpen = true;
  const end = (): void => {
    if (!isOpen) return;
    isOpen = false;
    handlers.closed();
  };
  const opened = port.open({
    report(report) {
      if (isOpen) handlers.report(report.slice());
    },
    closed: end,
  });
  return {
    async send(report) {
      if (!isOpen) throw new Error('the memory connection is closed');
      opened.send(report.slice());
    },
    async close() {
      if (!isOpen) return;
      opened.close();
      end();
    },
  };
}
