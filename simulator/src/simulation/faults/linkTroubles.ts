/**
 * What happens to the cable, and to the frames in it. It sees reports only, so it knows no message: a frame is counted by its first report.
 * Source: docs/reference/protocol.md, frames.   Floor: simulator simulation.
 */
import { COMMAND } from '@comptoir/protocol';
import { ReaderError } from '@comptoir/sdk';
import type { OpenPort, ReportPort } from '@comptoir/sdk/transports/memory';
import type { LinkFaultData, Phase } from './fault.js';

type Sender = 'host' | 'reader';

export interface LinkTroubles {
  inject(fault: LinkFaultData): void;
  /** The till's end. */
  readonly port: ReportPort;
  /** A sale has come so far. */
  reached(phase: Phase): void;
}

interface Trouble {
  readonly fault: LinkFaultData;
  readonly frames: Record<Sender, number>;
}

/** @see docs/reference/protocol.md: channel 4, command 1 with bit 7 set, length 2 */
const COMMAND_AT = 4;
const FIRST_REPORT = 0x80;
const PAYLOAD_AT = 7;
/** What the next message of the reader begins. */
const ANSWERS: Readonly<Partial<Record<Phase, Phase>>> = {
  reading: 'before-authorisation',
  'after-authorisation': 'result',
};
/** In the answer to INIT, after nonce and channel. */
const VERSIONS_AT = PAYLOAD_AT + 12;

/** @param unplug pulls the cable @param lost called when the reader has gone from the till */
export function createLinkTroubles(
  port: ReportPort,
  unplug: (replugMs: number | undefined) => void,
  lost: () => void,
): LinkTroubles {
  let troubles: readonly Trouble[] = [];
  let phase: Phase | undefined;

  const over = (ended: Trouble): void => {
    troubles = troubles.filter((trouble) => trouble !== ended);
  };
  const pull = (trouble: Trouble, replugMs: number | undefined): readonly Uint8Array[] => {
    over(trouble);
    unplug(replugMs);
    return [];
  };

  /** @returns the reports that arrive instead of this one */
  function pass(report: Uint8Array, from: Sender): readonly Uint8Array[] {
    const isFirst = ((report[COMMAND_AT] ?? 0) & FIRST_REPORT) !== 0;
    let reports: readonly Uint8Array[] = [report];
    for (const trouble of troubles) {
      if (isFirst) trouble.frames[from] += 1;
      reports = reports.flatMap((one) => passOne(trouble, one, from, isFirst));
    }
    return reports;
  }

  function passOne(trouble: Trouble, report: Uint8Array, from: Sender, isFirst: boolean): readonly Uint8Array[] {
    const { fault, frames } = trouble;
    switch (fault.kind) {
      case 'unplug': {
        const isAnswer = from === 'reader' && isFirst && isMessage(report);
        const isDue = isAnswer && phase !== undefined && fault.at !== undefined && ANSWERS[phase] === fault.at;
        const isFrame = fault.atFrame !== undefined && frames.host + frames.reader >= fault.atFrame;
        return isDue || isFrame ? pull(trouble, fault.replugMs) : [report];
      }
      case 'frames': {
        if (from !== fault.from) return [report];
        const first = fault.atFrame ?? 1;
        const number = frames[from];
        if (number >= first + (fault.count ?? 1)) over(trouble);
        else if (number >= first) return troubled(report, fault.does);
        return [report];
      }
      case 'version':
        return [from === 'reader' ? withVersions(report, fault) : report];
      case 'impostor':
        return [from === 'reader' ? withOtherSerial(report) : report];
      case 'no-transport':
        return [report];
    }
  }

  function refuse(): void {
    const trouble = troubles.find(({ fault }) => fault.kind === 'no-transport');
    if (trouble?.fault.kind !== 'no-transport') return;
    over(trouble);
    throw new ReaderError(`link/${trouble.fault.why}`, { charged: 'no' });
  }

  return {
    inject(fault) {
      if (fault.kind === 'unplug' && fault.at === undefined && fault.atFrame === undefined) unplug(fault.replugMs);
      else troubles = [...troubles, { fault, frames: { host: 0, reader: 0 } }];
    },
    reached(reached) {
      phase = reached;
      for (const trouble of troubles)
        if (trouble.fault.kind === 'unplug' && trouble.fault.at === reached) pull(trouble, trouble.fault.replugMs);
    },
    port: {
      device: port.device,
      open(handlers): OpenPort {
        refuse();
        const opened = port.open({
          report(report) {
            for (const one of pass(report, 'reader')) handlers.report(one);
          },
          closed() {
            handlers.closed();
            lost();
          },
        });
        return {
          send(report) {
            for (const one of pass(report, 'host')) opened.send(one);
          },
          close: () => opened.close(),
        };
      },
    },
  };
}

function isMessage(report: Uint8Array): boolean {
  return [COMMAND.message, COMMAND.part].some((command) => report[COMMAND_AT] === (command | FIRST_REPORT));
}

function withVersions(report: Uint8Array, { lowest, highest }: { lowest: number; highest: number }): Uint8Array {
  if (report[COMMAND_AT] !== (COMMAND.init | FIRST_REPORT)) return report;
  const changed = report.slice();
  changed.set([lowest, highest], VERSIONS_AT);
  return changed;
}

/** The last character of the serial number in INFO: the template of `info` begins with the model, tag DF10, then DF11. */
function withOtherSerial(report: Uint8Array): Uint8Array {
  if (report[COMMAND_AT] !== (COMMAND.info | FIRST_REPORT)) return report;
  const at = report.findIndex((byte, index) => byte === 0xdf && report[index + 1] === 0x11);
  const last = at + 2 + (report[at + 2] ?? 0);
  const changed = report.slice();
  if (at > 0 && last < changed.length) changed[last] = (changed[last] ?? 0) ^ 1;
  return changed;
}

function troubled(report: Uint8Array, does: 'drop' | 'corrupt' | 'duplicate'): readonly Uint8Array[] {
  if (does === 'drop') return [];
  if (does === 'duplicate') return [report, report];
  const changed = report.slice();
  changed[PAYLOAD_AT] = (changed[PAYLOAD_AT] ?? 0) ^ 1;
  return [changed];
}
