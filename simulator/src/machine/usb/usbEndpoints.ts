/**
 * Endpoints that carry whole reports. One that is not ready says NAK: the transfer waits.
 * Source: USB 2.0 §5.7, §5.8, §8.4.5.   Floor: simulator machine.
 */
import { concatBytes, NO_BYTES, REPORT_SIZE_BYTES } from '@comptoir/protocol';
import { type OpenTransfer, openTransfer, type Transfer } from './usbDevice.js';
import { UsbStall } from './usbTransfer.js';

/** A host that doesn't ask for its reports loses the oldest. More than the longest answer and its keepalives. */
const WAITING_REPORTS_MAX = 256;

interface Endpoint {
  /** Ends what waits. */
  end(fault: Error): void;
  isHalted(): boolean;
  /** Halted, it refuses everything until it's told otherwise. */
  setHalted(isHalted: boolean): void;
}

export interface EndpointIn extends Endpoint {
  /** Until there are so many bytes. */
  take(length: number): Transfer;
  put(report: Uint8Array): void;
}

export interface EndpointOut extends Endpoint {
  /** Cut into packets; those that aren't full are no reports, and are dropped. */
  give(data: Uint8Array): Transfer;
}

export function createEndpointIn(): EndpointIn {
  let reports: readonly Uint8Array[] = [];
  let waiting: readonly { readonly length: number; bytes: Uint8Array; readonly open: OpenTransfer }[] = [];
  let isHalted = false;

  function work(): void {
    for (;;) {
      const [report, ...restReports] = reports;
      const [first, ...restWaiting] = waiting;
      if (report === undefined || first === undefined) return;
      reports = restReports;
      first.bytes = concatBytes(first.bytes, report);
      if (first.bytes.length < first.length) continue;
      waiting = restWaiting;
      first.open.finish(first.bytes);
    }
  }
  function end(fault: Error): void {
    const ended = waiting;
    waiting = [];
    for (const { open } of ended) open.fail(fault);
  }
  return {
    end(fault) {
      reports = [];
      end(fault);
    },
    isHalted: () => isHalted,
    setHalted(is) {
      isHalted = is;
      if (is) end(halted());
    },
    take(length) {
      const open = openTransfer(() => {
        waiting = waiting.filter((each) => each.open !== open);
      });
      if (isHalted) open.fail(halted());
      else {
        waiting = [...waiting, { length, bytes: NO_BYTES, open }];
        work();
      }
      return open.transfer;
    },
    put(report) {
      reports = [...reports.slice(1 - WAITING_REPORTS_MAX), report];
      work();
    },
  };
}

/** @param send resolves when the reader takes the next; rejects when there is no reader any more */
export function createEndpointOut(send: (report: Uint8Array) => Promise<void>): EndpointOut {
  let waiting: readonly { readonly data: Uint8Array; readonly open: OpenTransfer }[] = [];
  let isHalted = false;
  let isWorking = false;

  async function work(): Promise<void> {
    if (isWorking) return;
    isWorking = true;
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      const { data, open } = first;
      for (let at = 0; at + REPORT_SIZE_BYTES <= data.length && waiting[0] === first; at += REPORT_SIZE_BYTES)
        await send(data.slice(at, at + REPORT_SIZE_BYTES)).catch((fault: Error) => open.fail(fault));
      if (waiting[0] === first) waiting = waiting.slice(1);
      open.finish(NO_BYTES);
    }
    isWorking = false;
  }
  function end(fault: Error): void {
    const ended = waiting;
    waiting = [];
    for (const { open } of ended) open.fail(fault);
  }
  return {
    end,
    isHalted: () => isHalted,
    setHalted(is) {
      isHalted = is;
      if (is) end(halted());
    },
    give(data) {
      const open = openTransfer(() => {
        waiting = waiting.filter((each) => each.open !== open);
      });
      if (isHalted) open.fail(halted());
      else {
        waiting = [...waiting, { data, open }];
        void work();
      }
      return open.transfer;
    },
  };
}

function halted(): UsbStall {
  return new UsbStall('the endpoint is halted');
}
