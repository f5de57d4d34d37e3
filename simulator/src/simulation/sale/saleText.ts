/**
 * A sale for people to read on a terminal.
 * Floor: simulator simulation.
 */
import { toHex } from '@comptoir/protocol';
import { formatMoney, type PayResult } from '@comptoir/sdk';
import type { TranscriptEntry } from '../simulate.js';
import type { Step } from '../steps.js';
import type { SaleReport } from './sale.js';

/** Everything a little to the right, values in one column. */
const COLUMN_CHARACTERS = 26;
/** Of longer values only the beginning is shown. */
const VALUE_CHARACTERS_MAX = 48;

/** @param withTrace shows every APDU, masked, and every report of the host link */
export function saleText(report: SaleReport, withTrace: boolean): string {
  const { firmware, target, card, interface: used, authentication } = report;
  return sectionsText([
    ['reader', [row('firmware', `SHA-256 ${firmware.sha256}`), row('target', target)]],
    ['card', [row(card.label, `${card.name}, ${used}`)]],
    ['reading', stepLines(report.steps, withTrace)],
    [
      'offline data authentication',
      [authentication === null ? '(no card was read)' : row(authentication.method, authentication.result)],
    ],
    ['what left the reader', Object.entries(report.left).map(([name, value]) => row(name, shown(name, value)))],
    ['result', [outcome(report.result)]],
    ['receipt', report.receipt],
    ...(withTrace ? [['reports', report.transcript.map(reportLine)] as const] : []),
  ]);
}

/** Those that hold something. */
export function sectionsText(sections: readonly (readonly [title: string, lines: readonly string[]])[]): string {
  return sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [title, ...lines.map((line) => `  ${line}`), ''].join('\n'))
    .join('\n');
}

export function stepLines(steps: readonly Step[], withTrace: boolean): readonly string[] {
  return steps.flatMap((step) => [
    row(step.sw === '' ? '(none)' : step.sw, step.name, 6),
    ...(withTrace ? apdu(step) : []),
  ]);
}

export function row(name: string, value: string, column: number = COLUMN_CHARACTERS): string {
  return `${name.padEnd(column)} ${value}`;
}

function apdu({ command, response }: { readonly command: string; readonly response: string }): readonly string[] {
  return [`       > ${command}`, `       < ${response}`];
}

function shown(name: string, value: string | number): string {
  const text = String(value);
  if (name === 'envelope' || name === 'emvData') return `${text.length / 2} bytes, ${text.slice(0, 16)}…`;
  return text.length <= VALUE_CHARACTERS_MAX ? text : `${text.slice(0, VALUE_CHARACTERS_MAX)}…`;
}

export function outcome(result: PayResult): string {
  switch (result.status) {
    case 'approved':
      return `approved  ${formatMoney(result.payment.taken)}`;
    case 'partial':
      return `approved in part  ${formatMoney(result.payment.taken)}, still due ${formatMoney(result.remaining)}`;
    case 'declined':
      return `declined  ${result.code}. ${result.recovery.message}${reversal(result.reversal)}`;
    case 'cancelled':
      return `cancelled by ${result.by}`;
    case 'stored':
      return `stored  ${formatMoney(result.payment.taken)}`;
    case 'unknown':
      return `unknown. ${result.recovery.message}`;
  }
}

/** Of an approval that the card, or its absence, made worthless. */
function reversal(state: 'done' | 'due' | undefined): string {
  if (state === undefined) return '';
  return state === 'done' ? ' The acquirer had been asked; what it approved is reversed.' : ' The reversal is due.';
}

export function reportLine({ atMs, direction, report }: TranscriptEntry): string {
  return `${String(atMs).padStart(6)} ms ${direction === 'toReader' ? '>' : '<'} ${toHex(report)}`;
}
