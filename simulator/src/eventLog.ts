/**
 * What happened in a simulation, in order and in words: frames, commands to cards, prompts, phases of a sale, faults. Fit to print: no byte of a
 * card's answer but its status word, and no byte of a frame. An entry that is opened shows them, masked.
 * Floor: simulator.
 */
import { COMMAND, PROMPT, REPORT_SIZE_BYTES, toHex } from '@comptoir/protocol';
import { type CardNumber, cardNumbersIn, type MaskedObject, maskedObjects, maskTrace } from './cards/maskTrace.js';
import { nameOfCommand } from './cards/nameOfCommand.js';
import { lastOnes } from './lastOnes.js';

export interface LogEntry {
  /** Which entry, counted from 0. */
  readonly number: number;
  /** Since the start of the simulation. */
  readonly atMs: number;
  readonly who: 'host' | 'reader' | 'card' | 'customer' | 'sale' | 'fault';
  readonly text: string;
  /** What `opened` shows of it; not there: nothing more. */
  readonly holds?: 'frame' | 'apdu';
}

/** What is behind an entry, fit to print. Hexadecimal; `*` for what must not be seen. */
export type OpenedEntry =
  /** Reports of 64 bytes, as they crossed the link: free of card numbers, because the wire is. */
  | { readonly holds: 'frame'; readonly reports: readonly string[] }
  /** No response: none came. `objects`: those of the response. */
  | {
      readonly holds: 'apdu';
      readonly command: string;
      readonly response: string;
      readonly objects: readonly MaskedObject[];
    };

export interface EventLog {
  /** @param report kept, so never changed */
  report(direction: 'toReader' | 'toHost', report: Uint8Array): void;
  /** @param response undefined: none came */
  apdu(command: Uint8Array, response: Uint8Array | undefined): void;
  prompt(prompt: number): void;
  note(who: LogEntry['who'], text: string): void;
  entries(): readonly LogEntry[];
  /** @returns undefined: there is nothing more, or it's forgotten */
  opened(number: number): OpenedEntry | undefined;
}

type Behind =
  | { readonly holds: 'frame'; readonly reports: Uint8Array[] }
  | { readonly holds: 'apdu'; readonly command: Uint8Array; readonly response: Uint8Array };

/** @see docs/reference/protocol.md: channel 4, command 1 with bit 7 set in a first report, length 2 */
const COMMAND_AT = 4;
const LENGTH_AT = 5;
const FIRST_REPORT = 0x80;
const STATUS_WORD_BYTES = 2;
/** A frame has no more; what goes on without end is none. */
const REPORTS_MAX = 32;

/**
 * @param now    since the start of the simulation, in milliseconds
 * @param logged called with each entry
 * @param max    how many entries are remembered. Default: all
 */
export function createEventLog(now: () => number, logged?: (entry: LogEntry) => void, max?: number): EventLog {
  const kept = lastOnes<{ readonly entry: LogEntry; readonly behind: Behind | undefined }>(max);
  const lastFrame: Partial<Record<'toReader' | 'toHost', Uint8Array[]>> = {};

  const add = (who: LogEntry['who'], text: string, behind?: Behind): void => {
    const entry = { number: kept.next(), atMs: now(), who, text, ...(behind && { holds: behind.holds }) };
    kept.push({ entry, behind });
    logged?.(entry);
  };
  const numbers = (): readonly CardNumber[] =>
    kept.all().flatMap(({ behind }) => (behind?.holds === 'apdu' ? cardNumbersIn(behind.response) : []));
  return {
    note: (who, text) => add(who, text),
    entries: () => kept.all().map(({ entry }) => entry),
    report(direction, report) {
      const frame = frameIn(report);
      const last = lastFrame[direction];
      if (frame === undefined) {
        if (last !== undefined && last.length < REPORTS_MAX && isSameChannel(last[0], report)) last.push(report);
        return;
      }
      const reports = [report];
      lastFrame[direction] = reports;
      add(direction === 'toReader' ? 'host' : 'reader', frame, { holds: 'frame', reports });
    },
    apdu(command, response) {
      const answer = response === undefined ? 'no answer' : toHex(response.subarray(-STATUS_WORD_BYTES));
      const said = response?.slice() ?? new Uint8Array(0);
      add('card', `${nameOfCommand(command)} · ${answer}`, { holds: 'apdu', command: command.slice(), response: said });
    },
    prompt(prompt) {
      const name = nameIn(PROMPT, prompt);
      add('reader', name === undefined ? 'shows nothing' : `shows ${name}`);
    },
    opened(number) {
      const behind = kept.at(number)?.behind;
      if (behind === undefined) return undefined;
      if (behind.holds === 'frame') return { holds: 'frame', reports: behind.reports.map((report) => toHex(report)) };
      const known = numbers();
      const response = maskTrace(behind.response, 'response', known);
      return {
        holds: 'apdu',
        command: maskTrace(behind.command, 'command', known),
        response,
        objects: maskedObjects(behind.response, response),
      };
    },
  };
}

/** @returns undefined for a report that goes on with a frame */
function frameIn(report: Uint8Array): string | undefined {
  const command = report[COMMAND_AT] ?? 0;
  if (report.length !== REPORT_SIZE_BYTES || (command & FIRST_REPORT) === 0) return undefined;
  const length = ((report[LENGTH_AT] ?? 0) << 8) | (report[LENGTH_AT + 1] ?? 0);
  const name = nameIn(COMMAND, command & ~FIRST_REPORT) ?? `command ${command & ~FIRST_REPORT}`;
  return `${name.toUpperCase()}, ${length} bytes`;
}

function isSameChannel(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one !== undefined && [0, 1, 2, 3].every((at) => one[at] === other[at]);
}

function nameIn(table: Readonly<Record<string, number>>, number: number): string | undefined {
  return Object.keys(table).find((name) => table[name] === number);
}
