/**
 * `conform`: whether a reader, any reader behind a WebSocket, keeps to the wire; what doesn't hold, and how fast it answers.
 * Source: docs/how-to/port-to-a-board.md.   Floor: simulator.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { webSocket } from '@comptoir/sdk/transports/webSocket';
import type { Command } from 'commander';
import type { Surroundings } from '../cli/surroundings.js';
import { EXIT, UsageError, wholeNumberFrom } from '../cli/usage.js';
import { realClock } from '../clock.js';
import { junitXml } from '../replay/junit.js';
import { seededBytes } from '../seed.js';
import { openWire, type Wire } from './wire.js';
import { WIRE_CASES } from './wireCases.js';

interface ConformOptions {
  readonly reader: string;
  readonly seed: string;
  readonly junit?: string;
  readonly json?: true;
}

export interface ConformResult {
  readonly name: string;
  /** What doesn't hold. */
  readonly problem?: string;
  readonly ms: number;
}

export function addConformCommand(program: Command, { out, err, exit }: Surroundings): void {
  program
    .command('conform')
    .description('whether a reader keeps to the wire, also with a hostile host')
    .requiredOption('--reader <url>', 'ws://…, as `reader --ws` and `serve` print it')
    .option('--seed <number>', 'of what a hostile host says', '1')
    .option('--junit <file>', 'writes a JUnit report, too')
    .option('--json', 'one JSON value a case')
    .action(async ({ reader, seed, junit, json }: ConformOptions) => {
      const number = wholeNumberFrom('The seed', seed, Number.MAX_SAFE_INTEGER);
      const results = await conformResults(reader, number);
      for (const result of results) out(json === true ? JSON.stringify(result) : lineOf(result));
      if (junit !== undefined) writeReport(junit, results);
      const failed = results.filter(({ problem }) => problem !== undefined).length;
      err(`${results.length - failed} of ${results.length} hold`);
      exit(failed === 0 ? EXIT.well : EXIT.failed);
    });
}

async function conformResults(url: string, seed: number): Promise<readonly ConformResult[]> {
  const results: ConformResult[] = [];
  for (const { name, run } of WIRE_CASES) {
    // A connection each: what one case left behind is nothing to the next.
    const wire = await open(url);
    const startMs = performance.now();
    const problem = await run(wire, seededBytes(`${seed}/${name}`));
    const ms = Math.round(performance.now() - startMs);
    await wire.close();
    results.push({ name, ms, ...(problem !== undefined && { problem }) });
  }
  return results;
}

async function open(url: string): Promise<Wire> {
  try {
    return await openWire(webSocket(url), realClock);
  } catch (fault) {
    throw new UsageError(`There is no reader at ${url}: ${fault instanceof Error ? fault.message : String(fault)}`);
  }
}

function lineOf({ name, problem, ms }: ConformResult): string {
  return problem === undefined ? `holds   ${name} (${ms} ms)` : `FAILS   ${name}: ${problem}`;
}

function writeReport(path: string, results: readonly ConformResult[]): void {
  const cases = results.map(({ name, problem, ms }) => ({
    id: name,
    kind: 'wire',
    target: 'reader',
    pass: problem === undefined,
    ms,
    ...(problem !== undefined && { failure: problem }),
  }));
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, junitXml(cases));
  } catch (fault) {
    throw new UsageError(`${path} can not be written: ${fault instanceof Error ? fault.message : String(fault)}`);
  }
}
