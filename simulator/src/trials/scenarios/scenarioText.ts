/**
 * What a run says of a scenario: for people, for GitHub and for a JUnit report.
 * Floor: simulator trials.
 */
import type { LogEntry } from '../../simulation/eventLog.js';
import type { ScenarioReport } from './runScenario.js';

const TIME_WIDTH = 8;
const WHO_WIDTH = 8;

/** What wasn't as expected, what happened, and how to see it again. */
export function failureText(file: string, report: ScenarioReport): string {
  return [
    `${file}: ${report.title}`,
    ...report.differences.map((difference) => `  ${difference}`),
    '',
    ...logLines(report.log).map((line) => `  ${line}`),
    '',
    `Again: ${repeatLine(file, report)}`,
  ].join('\n');
}

function repeatLine(file: string, { seed, target }: ScenarioReport): string {
  return `comptoir-sim run ${file} --seed ${seed} --target ${target}`;
}

export function logLines(log: readonly LogEntry[]): readonly string[] {
  // A chip's time has fractions.
  const time = (atMs: number): string => `${Number(atMs.toFixed(1))} ms`;
  return log.map(({ atMs, who, text }) => `${time(atMs).padStart(TIME_WIDTH)}  ${who.padEnd(WHO_WIDTH)}  ${text}`);
}

/** @see GitHub's documentation of workflow commands */
export function annotation(file: string, { title, differences }: ScenarioReport): string {
  const escaped = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
  return `::error file=${property(file)},title=${property(title)}::${escaped(differences.join('\n'))}`;
}
