/**
 * What happened in a simulation, in order and in words: frames, commands to cards, prompts, phases of a sale, faults. Fit to print: no byte of a
 * card's answer but its status word, and no byte of a frame.
 * Floor: simulator.
 */
import { COMMAND, PROMPT, REPORT_SIZE_BYTES, toHex } from '@comptoir/protocol';
import { nameOfCommand } from './cards/nameOfCommand.js';

export interface LogEntry {
  /** Since the start of the simulation. */
  readonly atMs: number;
  readonly who: 'host' | 'reader' | 'card' | 'customer' | 'sale' | 'fault';
  readonly text: string;
}

export interface EventLog {
  report(direction: 'toReader' | 'toHost', report: Uint8Array): void;
  /** @param response undefined: none came */
  apdu(command: Uint8Array, response: Uint8Array | undefined): void;
  prompt(prompt: number): void;
  note(who: LogEntry['who'], text: string): void;
  entries(): readonly LogEntry[];
}

/** @see docs/reference/protocol.md: channel 4, command 1 with bit 7 set in a first report, length 2 */
const COMMAND_AT = 4;
const LENGTH_AT = 5;
const FIRST_REPORT = 0x80;
const STATUS_WORD_BYTES = 2;

/**
 * @param now    since the start of the simulation, in milliseconds
 * @param logged called with each entry
 */
export function createEventLog(now: () => number, logged?: (entry: LogEntry) => void): EventLog {
  const entries: LogEntry[] = [];
  const note = (who: LogEntry['who'], text: string): void => {
    const entry = { atMs: now(), who, text };
    entries.push(entry);
    logged?.(entry);
  };
  return {
    note,
    entries: () => [...entries],
    report(direction, report) {
      const frame = frameIn(report);
      if (frame !== undefined) note(direction === 'toReader' ? 'host' : 'reader', frame);
    },
    apdu(command, response) {
      const answer = response === undefined ? 'no answer' : toHex(response.subarray(-STATUS_WORD_BYTES));
      note('card', `${nameOfCommand(command)} · ${answer}`);
    },
    prompt(prompt) {
      const name = nameIn(PROMPT, prompt);
      note('reader', name === undefined ? 'shows nothing' : `shows ${name}`);
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

function nameIn(table: Readonly<Record<string, number>>, number: number): string | undefined {
  return Object.keys(table).find((name) => table[name] === number);
}
