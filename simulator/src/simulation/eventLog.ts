/**
 * What happened in a simulation, in order and in words: frames, commands to cards, prompts, phases of a sale, faults. Fit to print: no byte of a
 * card's answer but its status word, and no byte of a frame. An entry that is opened shows them, masked.
 * Floor: simulator simulation.
 */
import { COMMAND, NO_BYTES, PROMPT, REPORT_SIZE_BYTES, toHex } from '@comptoir/protocol';
import { lastOnes } from '../machine/lastOnes.js';
import {
  type CardNumber,
  cardNumbersIn,
  type MaskedObject,
  maskedObjects,
  maskTrace,
} from '../world/cards/maskTrace.js';
import { nameOfCommand } from '../world/cards/nameOfCommand.js';

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
  | { readonly holds: 'apdu'; readonly command: Uint8Array; readonly response: Uint8Array | undefined };

/** `what`: the text, or what it's made of when somebody reads it. */
interface Kept {
  readonly number: number;
  readonly atMs: number;
  readonly who: LogEntry['who'];
  readonly what: string | Behind;
}

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
  const kept = lastOnes<Kept>(max);
  const lastFrame: Partial<Record<'toReader' | 'toHost', Uint8Array[]>> = {};

  const add = (who: LogEntry['who'], what: string | Behind): void => {
    const one = { number: kept.next(), atMs: now(), who, what };
    kept.push(one);
    logged?.(entryOf(one));
  };
  const behindOf = ({ what }: Kept): Behind | undefined => (typeof what === 'string' ? undefined : what);
  const numbers = (): readonly CardNumber[] =>
    kept.all().flatMap((one) => {
      const behind = behindOf(one);
      return behind?.holds === 'apdu' ? cardNumbersIn(behind.response ?? NO_BYTES) : [];
    });
  return {
    note: (who, text) => add(who, text),
    entries: () => kept.all().map(entryOf),
    report(direction, report) {
      const last = lastFrame[direction];
      if (!isFirstReport(report)) {
        if (last !== undefined && last.length < REPORTS_MAX && isSameChannel(last[0], report)) last.push(report);
        return;
      }
      const reports = [report];
      lastFrame[direction] = reports;
      add(direction === 'toReader' ? 'host' : 'reader', { holds: 'frame', reports });
    },
    apdu: (command, response) => add('card', { holds: 'apdu', command: command.slice(), response: response?.slice() }),
    prompt(prompt) {
      const name = nameIn(PROMPT, prompt);
      add('reader', name === undefined ? 'shows nothing' : `shows ${name}`);
    },
    opened(number) {
      const one = kept.at(number);
      const behind = one && behindOf(one);
      if (behind === undefined) return undefined;
      if (behind.holds === 'frame') return { holds: 'frame', reports: behind.reports.map((report) => toHex(report)) };
      const known = numbers();
      const said = behind.response ?? NO_BYTES;
      const response = maskTrace(said, 'response', known);
      return {
        holds: 'apdu',
        command: maskTrace(behind.command, 'command', known),
        response,
        objects: maskedObjects(said, response),
      };
    },
  };
}

function entryOf({ number, atMs, who, what }: Kept): LogEntry {
  if (typeof what === 'string') return { number, atMs, who, text: what };
  return { number, atMs, who, text: textOf(what), holds: what.holds };
}

function textOf(behind: Behind): string {
  if (behind.holds === 'frame') return frameText(behind.reports[0] ?? NO_BYTES);
  const { command, response } = behind;
  return `${nameOfCommand(command)} · ${response === undefined ? 'no answer' : toHex(response.subarray(-STATUS_WORD_BYTES))}`;
}

/** False for a report that goes on with a frame. */
function isFirstReport(report: Uint8Array): boolean {
  return report.length === REPORT_SIZE_BYTES && ((report[COMMAND_AT] ?? 0) & FIRST_REPORT) !== 0;
}

function frameText(first: Uint8Array): string {
  const command = (first[COMMAND_AT] ?? 0) & ~FIRST_REPORT;
  const length = ((first[LENGTH_AT] ?? 0) << 8) | (first[LENGTH_AT + 1] ?? 0);
  return `${(nameIn(COMMAND, command) ?? `command ${command}`).toUpperCase()}, ${length} bytes`;
}

function isSameChannel(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one !== undefined && [0, 1, 2, 3].every((at) => one[at] === other[at]);
}

function nameIn(table: Readonly<Record<string, number>>, number: number): string | undefined {
  return Object.keys(table).find((name) => table[name] === number);
}
