/**
 * `run`: scenarios, beside each other, with an exit code that a continuous integration understands.
 * Source: docs/how-to/run-scenarios.md.   Floor: simulator cli.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { loadPicoImage } from '../machine/targets/picoImages.js';
import { junitXml } from '../trials/replay/junit.js';
import { notOnTarget } from '../trials/scenarios/notOnTarget.js';
import { ScenarioFileError, scenarioAt } from '../trials/scenarios/readScenario.js';
import type { ScenarioReport } from '../trials/scenarios/runScenario.js';
import { scenarioFiles } from '../trials/scenarios/scenarioFiles.js';
import { runJobs } from '../trials/scenarios/scenarioJobs.js';
import { annotation, failureText } from '../trials/scenarios/scenarioText.js';
import { UsageError } from '../trials/usageError.js';
import type { Surroundings } from './surroundings.js';
import { EXIT, targetFrom, wholeNumberFrom } from './usage.js';

interface RunOptions {
  readonly target: string;
  readonly jobs?: string;
  readonly seed?: string;
  readonly junit?: string;
  readonly json?: boolean;
}

const JOBS_MAX = 256;

export function addRunCommand(program: Command, around: Surroundings): void {
  program
    .command('run')
    .description('runs scenario files')
    .argument('<files...>', 'scenarios in YAML or JSON, or folders of them')
    .option('--jobs <number>', 'how many beside each other; default: as many as the machine has processors')
    .option('--target <name>', 'node, quickjs or pico', 'quickjs')
    .option('--seed <number>', 'instead of those of the scenarios')
    .option('--junit <file>', 'writes a JUnit report, too')
    .option('--json', 'one JSON value a scenario, in the order of the files')
    .action(async (files: readonly string[], options: RunOptions) => {
      around.exit(await runCommand(files, options, around));
    });
}

/** @returns the exit code: 0 all well, 1 something failed, 42 out of simulated time @throws UsageError, ImageMissingError */
async function runCommand(
  paths: readonly string[],
  options: RunOptions,
  { out, err, worker }: Surroundings,
): Promise<number> {
  const target = targetFrom(options.target);
  const jobs = options.jobs === undefined ? availableParallelism() : wholeNumberFrom('--jobs', options.jobs, JOBS_MAX);
  if (jobs === 0) throw new UsageError('--jobs is 1 or more.');
  const seed = options.seed && wholeNumberFrom('The seed', options.seed, Number.MAX_SAFE_INTEGER);
  const files = usable(() => scenarioFiles(paths));
  const work = files.map((file) => ({
    scenario: usable(() => scenarioAt(file)),
    target,
    ...(typeof seed === 'number' && { seed }),
  }));
  const refused = work.flatMap(({ scenario }, at) => {
    const whyNot = notOnTarget(scenario, target);
    return whyNot === undefined ? [] : [`${files[at]}: ${whyNot}`];
  });
  if (refused.length > 0) throw new UsageError(refused.join('\n'));
  // Told here in a sentence, and not by each thread.
  if (target === 'pico') loadPicoImage('comptoir');
  const bar = startBar(files.length);
  const reports = await runJobs(work, jobs, worker, bar.step);
  bar.stop();
  for (const [at, file] of files.entries())
    tell(file, reports[at] as ScenarioReport, options.json === true, { out, err });
  if (options.junit !== undefined) writeReport(options.junit, files, reports);
  const count = (ending: ScenarioReport['ending']): number =>
    reports.filter((report) => report.ending === ending).length;
  const late = count('outOfTime') === 0 ? '' : `, ${count('outOfTime')} out of simulated time`;
  err(`${count('passed')} of ${reports.length} scenarios passed on ${target}${late}`);
  if (count('failed') > 0) return EXIT.failed;
  return count('outOfTime') > 0 ? EXIT.outOfTime : EXIT.well;
}

function tell(
  file: string,
  report: ScenarioReport,
  isJson: boolean,
  { out, err }: Pick<Surroundings, 'out' | 'err'>,
): void {
  const { log, ...short } = report;
  const hasPassed = report.ending === 'passed';
  if (isJson) out(JSON.stringify({ file, ...short, ...(!hasPassed && { log }) }));
  if (hasPassed) return;
  if (!isJson) out(failureText(file, report));
  // GitHub hears both; a program that reads the values hears no other lines.
  if (process.env['GITHUB_ACTIONS'] === 'true') (isJson ? err : out)(annotation(file, report));
}

function writeReport(path: string, files: readonly string[], reports: readonly ScenarioReport[]): void {
  const cases = reports.map((report, at) => ({
    id: report.title,
    kind: 'scenarios',
    pass: report.ending === 'passed',
    target: report.target,
    ms: report.tookMs,
    failure: failureText(files[at] ?? '', report),
  }));
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, junitXml(cases));
  } catch (fault) {
    throw new UsageError(`${path} can not be written: ${fault instanceof Error ? fault.message : String(fault)}`);
  }
}

function usable<T>(take: () => T): T {
  try {
    return take();
  } catch (fault) {
    if (fault instanceof ScenarioFileError) throw new UsageError(fault.message);
    throw fault;
  }
}

/** On a terminal; elsewhere nothing. */
function startBar(total: number): { step(): void; stop(): void } {
  if (!process.stderr.isTTY) return { step() {}, stop() {} };
  const format = '{bar} {value}/{total} scenarios';
  // The terminal is left as it was whenever the process is ended.
  const options = { stream: process.stderr, format, clearOnComplete: true, linewrap: true };
  const bar = new SingleBar(options, Presets.shades_classic);
  bar.start(total, 0);
  return { step: () => bar.increment(), stop: () => bar.stop() };
}
