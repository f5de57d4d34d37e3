/**
 * `replay`: runs every record of a folder of vectors through the firmware on a target.
 * Source: test-vectors/README.md.   Floor: simulator.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { TargetName } from '../targets/target.js';
import { findTarget } from '../targets/targets.js';
import { type KeyTable, keysForTrace, keyTables } from './certificationAuthorityKeys.js';
import { isExpected } from './comparison.js';
import { HOST_KINDS, isHostKind } from './hostKinds.js';
import { junitXml } from './junit.js';
import { maskText, maskValue, secretsOf } from './masking.js';
import { parseReplayOptions, REPLAY_USAGE, type ReplayOptions } from './replayOptions.js';
import type { ReplayResult } from './replayResult.js';
import { type Answer, createVectorEngine, type VectorEngine } from './vectorEngine.js';
import {
  isObject,
  isProblem,
  readVectorFolder,
  type VectorFolder,
  type VectorProblem,
  type VectorRecord,
} from './vectorFiles.js';
import { vectorsScript } from './vectorsScript.js';

export interface ReplaySurroundings {
  /** Takes a line of results. */
  out(line: string): void;
  /** Takes a message for people. */
  err(line: string): void;
  /** Text of the firmware's vectors entry. */
  script(): Promise<string>;
  /** For one record, in milliseconds. */
  readonly timeLimitMs: number;
}

const processSurroundings: ReplaySurroundings = {
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
  script: () => vectorsScript(processSurroundings.err),
  timeLimitMs: 10_000,
};

/** @returns the exit code: 0 all passed, 1 something failed, 2 wrong command line or nothing to run */
export async function runReplayCommand(
  args: readonly string[],
  surroundings: ReplaySurroundings = processSurroundings,
): Promise<number> {
  const { err } = surroundings;
  let options: ReplayOptions;
  let folder: VectorFolder;
  let tables: readonly KeyTable[];
  try {
    options = parseReplayOptions(args);
    folder = readVectorFolder(options.folder);
    tables = keyTables(options.folder, options.keyFile);
  } catch (fault) {
    err(fault instanceof Error ? fault.message : String(fault));
    err(REPLAY_USAGE);
    return 2;
  }
  if (folder.entries.length === 0) {
    err('the folder holds no record');
    return 2;
  }

  const results: ReplayResult[] = [];
  for (const target of options.targets) results.push(...(await replayOn(target, folder, tables, surroundings)));
  if (options.junit !== undefined) {
    mkdirSync(dirname(options.junit), { recursive: true });
    writeFileSync(options.junit, junitXml(results));
  }
  const failed = results.filter(({ pass }) => !pass);
  for (const [kind, reason] of summary(results)) err(`${kind}: ${reason}`);
  err(`${results.length - failed.length} of ${results.length} passed on ${options.targets.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
}

async function replayOn(
  target: TargetName,
  folder: VectorFolder,
  tables: readonly KeyTable[],
  { out, script, timeLimitMs }: ReplaySurroundings,
): Promise<ReplayResult[]> {
  const engine = createVectorEngine(findTarget(target), await script(), timeLimitMs);
  const results: ReplayResult[] = [];
  try {
    for (const entry of folder.entries) {
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

function problemResult({ id, kind, problem }: VectorProblem, target: TargetName): ReplayResult {
  return { id, kind, pass: false, target, actual: problem, ms: 0 };
}

async function replayRecord(
  record: VectorRecord,
  target: TargetName,
  tables: readonly KeyTable[],
  engine: VectorEngine,
): Promise<ReplayResult> {
  const { id, kind, expected } = record;
  // A stopwatch on the outside: no answer depends on it.
  const startMs = performance.now();
  const answer = isHostKind(kind) ? onHost(record) : await engine.run(kind, inputOf(record, tables));
  const ms = Math.round((performance.now() - startMs) * 1000) / 1000;
  const actual = actualOf(answer);
  const pass = answer.kind === 'actual' && isExpected(kind, expected, actual);
  const secrets = secretsOf(record, actual);
  return {
    id: maskText(id, secrets),
    kind,
    pass,
    target,
    ...(isHostKind(kind) ? { side: 'host' as const } : {}),
    ...(pass ? {} : { expected: maskValue(expected, secrets), actual: maskValue(actual, secrets) }),
    ms,
  };
}

function inputOf({ kind, input }: VectorRecord, tables: readonly KeyTable[]): unknown {
  return kind.startsWith('trace.') && isObject(input) ? { ...input, capks: keysForTrace(input, tables) } : input;
}

function onHost({ kind, input }: VectorRecord): Answer {
  const run = HOST_KINDS.get(kind);
  if (run === undefined) return { kind: 'unsupported' };
  try {
    return { kind: 'actual', actual: run(input) };
  } catch (fault) {
    return { kind: 'fault', message: fault instanceof Error ? fault.message : String(fault) };
  }
}

function actualOf(answer: Answer): unknown {
  switch (answer.kind) {
    case 'actual':
      return answer.actual;
    case 'unsupported':
      return 'unsupported';
    case 'fault':
      return { fault: answer.message };
  }
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
