/**
 * `conform`: whether a reader, any reader behind a transport of the SDK, does what a reader must; what doesn't hold, and how fast it answers.
 * Source: docs/how-to/check-a-reader.md.   Floor: simulator cli.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { realClock } from '../machine/clock.js';
import { conform } from '../trials/conform/conform.js';
import { conformReader } from '../trials/conform/conformReader.js';
import {
  type ConformReport,
  type ConformResult,
  countsOf,
  type Latency,
  quantileMs,
} from '../trials/conform/conformReport.js';
import { htmlReport } from '../trials/conform/htmlReport.js';
import type { Ask } from '../trials/conform/operator.js';
import { openWire } from '../trials/conform/wire.js';
import { junitXml } from '../trials/replay/junit.js';
import { ScenarioFileError, scenarioAt } from '../trials/scenarios/readScenario.js';
import { scenarioFiles } from '../trials/scenarios/scenarioFiles.js';
import { UsageError } from '../trials/usageError.js';
import type { Surroundings } from './surroundings.js';
import { cardNameFrom, EXIT, targetFrom, wholeNumberFrom } from './usage.js';

interface Options {
  readonly reader: string;
  readonly acquirerUrl?: string;
  readonly trust: string;
  readonly cards?: string;
  readonly scenarios?: readonly string[];
  readonly target: string;
  readonly seed: string;
  readonly times: string;
  readonly html?: string;
  readonly junit?: string;
  readonly json?: true;
}

const TIMES_MAX = 10_000;

export function addConformCommand(program: Command, around: Surroundings): void {
  program
    .command('conform')
    .description('whether a reader does what a reader must, also with a hostile host, and how fast')
    .requiredOption(
      '--reader <reader>',
      'ws://…, hid:SERIAL, usb:SERIAL, or http://… of `serve`, which makes readers for it',
    )
    .option('--acquirer-url <url>', 'the acquirer; for ws://… the one beside the reader')
    .option('--trust <keys>', 'whose readers are trusted: `development`, or public keys of factories', 'development')
    .option('--cards <names>', 'that are at hand, with commas between: you are asked to present them')
    .option('--scenarios <files...>', 'scenarios, or folders of them, that are played where that is possible')
    .option('--target <name>', 'of the readers that `serve` makes', 'quickjs')
    .option('--seed <number>', 'of what a hostile host says', '1')
    .option('--times <number>', 'how often each command is measured; 0: not at all', '20')
    .option('--html <file>', 'writes a report with plots')
    .option('--junit <file>', 'writes a JUnit report, too')
    .option('--json', 'one JSON value a case, then one about the reader')
    .action(async (options: Options) => around.exit(await conformCommand(options, around)));
}

/** @returns the exit code @throws UsageError */
async function conformCommand(options: Options, { out, err, ask = askOnTerminal }: Surroundings): Promise<number> {
  const isJson = options.json === true;
  const seed = wholeNumberFrom('The seed', options.seed, Number.MAX_SAFE_INTEGER);
  const times = wholeNumberFrom('--times', options.times, TIMES_MAX);
  const cards = options.cards?.split(',').map((name) => cardNameFrom(name.trim())) ?? [];
  const scenarios = scenariosIn(options.scenarios ?? []);
  const choice = { ...options, cards, seed, target: targetFrom(options.target) };
  const reader = await conformReader(choice, err, ask);
  try {
    await mustBeThere(reader.transport, options.reader);
    const told = (result: ConformResult): void => out(isJson ? JSON.stringify(result) : lineOf(result));
    const now = (): number => performance.now();
    const report = await conform(reader, { seed, times, cards, scenarios, clock: realClock, now, told });
    const { holds, fails, notRun } = countsOf(report.results);
    if (isJson) out(JSON.stringify({ reader: report.reader, latencies: report.latencies.map(figuresOf) }));
    else if (report.latencies.length > 0) out(latencyText(report.latencies));
    if (options.html !== undefined) write(options.html, htmlReport(report));
    if (options.junit !== undefined) write(options.junit, junitOf(report));
    err(`${holds} of ${holds + fails} hold${notRun === 0 ? '' : `, ${notRun} not tried`}`);
    return fails === 0 ? EXIT.well : EXIT.failed;
  } finally {
    await reader.close();
  }
}

async function mustBeThere(transport: Parameters<typeof openWire>[0], name: string): Promise<void> {
  try {
    await (await openWire(transport, realClock)).close();
  } catch (fault) {
    throw new UsageError(`There is no reader at ${name}: ${fault instanceof Error ? fault.message : String(fault)}`);
  }
}

function scenariosIn(paths: readonly string[]): Parameters<typeof conform>[1]['scenarios'] {
  if (paths.length === 0) return [];
  try {
    return scenarioFiles(paths).map((path) => ({
      name: basename(path).replace(/\.(ya?ml|json)$/, ''),
      scenario: scenarioAt(path),
    }));
  } catch (fault) {
    if (fault instanceof ScenarioFileError) throw new UsageError(fault.message);
    throw fault;
  }
}

function lineOf({ name, problem, notRun, ms }: ConformResult): string {
  if (notRun !== undefined) return `-       ${name}: not tried, ${notRun}`;
  return problem === undefined ? `holds   ${name} (${ms} ms)` : `FAILS   ${name}: ${problem}`;
}

function figuresOf(latency: Latency): Readonly<Record<string, string | number>> {
  const [medianMs, p95Ms, maxMs] = [0.5, 0.95, 1].map((share) => Number(quantileMs(latency, share).toFixed(3)));
  return {
    command: latency.command,
    times: latency.samplesMs.length,
    medianMs: medianMs ?? 0,
    p95Ms: p95Ms ?? 0,
    maxMs: maxMs ?? 0,
  };
}

function latencyText(latencies: readonly Latency[]): string {
  const rows = latencies.map((latency) =>
    [0.5, 0.95, 1].map((share) => `${quantileMs(latency, share).toFixed(1)} ms`.padStart(12)).join(''),
  );
  const width = Math.max(...latencies.map(({ command }) => command.length));
  const head = `${''.padEnd(width)}${['median', '95 %', 'longest'].map((name) => name.padStart(12)).join('')}`;
  return ['', head, ...latencies.map(({ command }, at) => `${command.padEnd(width)}${rows[at]}`)].join('\n');
}

function junitOf({ results, reader }: ConformReport): string {
  return junitXml(
    results
      .filter(({ notRun }) => notRun === undefined)
      .map(({ kind, name, problem, ms }) => ({
        id: name,
        kind,
        target: reader.model,
        pass: problem === undefined,
        ms,
        ...(problem !== undefined && { failure: problem }),
      })),
  );
}

function write(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (fault) {
    throw new UsageError(`${path} can not be written: ${fault instanceof Error ? fault.message : String(fault)}`);
  }
}

const askOnTerminal: Ask = async (what) => {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<void>((resolve) => lines.once('close', resolve));
  // Where nobody can press a key, nobody is waited for.
  await Promise.race([lines.question(`${what} `), ended]);
  lines.close();
};
