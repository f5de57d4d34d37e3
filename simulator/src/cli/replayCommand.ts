/**
 * `replay`: runs every record of a folder of vectors through the firmware on a target.
 * Source: test-vectors/README.md.   Floor: simulator cli.
 */
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { loadPicoImage } from '../machine/targets/picoImages.js';
import { findTarget, type ReaderTargetName, targetNames } from '../machine/targets/targets.js';
import { junitXml } from '../trials/replay/junit.js';
import { type KeyTable, keyTables } from '../trials/replay/kinds/certificationAuthorityKeys.js';
import { createPicoVectorEngine } from '../trials/replay/picoVectors.js';
import { replayRecord } from '../trials/replay/replayRecord.js';
import type { ReplayResult } from '../trials/replay/replayResult.js';
import { createVectorEngine, type VectorEngine } from '../trials/replay/vectorEngine.js';
import { isProblem, readVectorFolder, type VectorFolder, type VectorProblem } from '../trials/replay/vectorFiles.js';
import { vectorsScript } from '../trials/replay/vectorsScript.js';
import { UsageError } from '../trials/usageError.js';
import type { Surroundings } from './surroundings.js';
import { EXIT, targetFrom } from './usage.js';

/** What records are run with. */
interface ReplayFirmware {
  /** Text of the firmware's vectors entry. @param tell gets what is being done, in a sentence */
  script(tell: (sentence: string) => void): Promise<string>;
  /** For one record, in milliseconds. */
  readonly timeLimitMs: number;
}

const BUNDLED_FIRMWARE: ReplayFirmware = { script: vectorsScript, timeLimitMs: 10_000 };
const ALL = 'all';

interface ReplayOptions {
  readonly target: string;
  readonly junit?: string;
  readonly capks?: string;
}

export function addReplayCommand(
  program: Command,
  around: Surroundings,
  firmware: ReplayFirmware = BUNDLED_FIRMWARE,
): void {
  program
    .command('replay')
    .description('runs a folder of vectors through the firmware')
    .argument('<folder>', 'of *.json files')
    .option('--target <name>', `node, quickjs, pico, or ${ALL} for both engines`, 'quickjs')
    .option('--junit <file>', 'writes a JUnit report, too')
    .option('--capks <file>', 'CA public keys for traces, when the folder has no capks.json')
    .action(async (folder: string, options: ReplayOptions) => {
      around.exit(await runReplayCommand(folder, options, around, firmware));
    });
}

/** @returns the exit code: 0 all passed, 1 something failed @throws UsageError before the first record runs */
async function runReplayCommand(
  folder: string,
  { target: name, junit, capks }: ReplayOptions,
  around: Surroundings,
  firmware: ReplayFirmware,
): Promise<number> {
  const targets = name === ALL ? targetNames : [targetFrom(name)];
  const vectors = usable(() => readVectorFolder(folder));
  const tables = usable(() => keyTables(folder, capks));
  if (vectors.entries.length === 0) throw new UsageError(`The folder "${folder}" holds no record.`);
  const engines = new Map<ReaderTargetName, VectorEngine>();
  for (const target of targets) engines.set(target, await engineFor(target, firmware, around));
  const report = junit === undefined ? undefined : usable(() => openReport(junit));

  const results: ReplayResult[] = [];
  try {
    for (const [target, on] of engines) results.push(...(await replayOn(target, on, vectors, tables, around)));
    if (report !== undefined) writeFileSync(report, junitXml(results));
  } finally {
    if (report !== undefined) closeSync(report);
  }
  const failed = results.filter(({ pass }) => !pass);
  for (const [kind, reason] of summary(results)) around.err(`${kind}: ${reason}`);
  around.err(`${results.length - failed.length} of ${results.length} passed on ${targets.join(', ')}`);
  return failed.length === 0 ? EXIT.well : EXIT.failed;
}

/** What the command was given can't be used: that is for people to read. */
function usable<T>(take: () => T): T {
  try {
    return take();
  } catch (fault) {
    throw new UsageError(fault instanceof Error ? fault.message : String(fault));
  }
}

/** Before the run, which may take long. @returns the file, empty */
function openReport(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  return openSync(path, 'w');
}

async function engineFor(
  target: ReaderTargetName,
  { script, timeLimitMs }: ReplayFirmware,
  { err }: Surroundings,
): Promise<VectorEngine> {
  if (target === 'pico') return usable(() => createPicoVectorEngine(loadPicoImage('comptoir-vectors')));
  return createVectorEngine(findTarget(target), await script(err), timeLimitMs);
}

async function replayOn(
  target: ReaderTargetName,
  engine: VectorEngine,
  vectors: VectorFolder,
  tables: readonly KeyTable[],
  { out }: Surroundings,
): Promise<ReplayResult[]> {
  const results: ReplayResult[] = [];
  try {
    for (const entry of vectors.entries) {
      const result = isProblem(entry)
        ? problemResult(entry, target)
        : await replayRecord(entry, target, tables, engine);
      results.push(result);
      out(JSON.stringify(result));
    }
  } finally {
    engine.dispose();
  }
  return results;
}

function problemResult({ id, kind, problem }: VectorProblem, target: ReaderTargetName): ReplayResult {
  return { id, kind, pass: false, target, actual: problem, ms: 0 };
}

/** How many of each kind passed. */
function summary(results: readonly ReplayResult[]): Map<string, string> {
  const lines = new Map<string, string>();
  for (const kind of new Set(results.map((result) => result.kind))) {
    const ofKind = results.filter((result) => result.kind === kind);
    const failed = ofKind.filter(({ pass }) => !pass).map(({ id }) => id);
    lines.set(
      kind,
      `${ofKind.length - failed.length} of ${ofKind.length}${failed.length > 0 ? `, failed ${failed.join(' ')}` : ''}`,
    );
  }
  return lines;
}
