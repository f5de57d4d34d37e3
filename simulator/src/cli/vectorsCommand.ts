/**
 * `vectors check`, `explain` and `new`: for whoever writes test vectors.
 * Source: docs/how-to/replay-vectors.md.   Floor: simulator cli.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { findTarget } from '../machine/targets/targets.js';
import { keyTables } from '../trials/replay/kinds/certificationAuthorityKeys.js';
import { isHostKind } from '../trials/replay/kinds/hostKinds.js';
import { maskText, secretsOf } from '../trials/replay/masking.js';
import { replayRecord } from '../trials/replay/replayRecord.js';
import { createVectorEngine, type VectorEngine } from '../trials/replay/vectorEngine.js';
import { isObject, isProblem, readVectorFolder, type VectorRecord } from '../trials/replay/vectorFiles.js';
import { newRecord, vectorMistakes } from '../trials/replay/vectorRules.js';
import { vectorsScript } from '../trials/replay/vectorsScript.js';
import { UsageError } from '../trials/usageError.js';
import type { Surroundings } from './surroundings.js';
import { EXIT, targetFrom } from './usage.js';

const TIME_LIMIT_MS = 10_000;
const FOLDER = 'test-vectors';

export function addVectorsCommand(program: Command, { out, err, exit }: Surroundings): void {
  const vectors = program.command('vectors').description('for whoever writes test vectors');
  vectors
    .command('check')
    .description('whether the files have their form, and somebody runs their kinds')
    .argument('[folder]', 'of *.json files', FOLDER)
    .action(async (folder: string) => {
      const records = recordsIn(folder);
      if (records.length === 0 && vectorMistakes(folder).length === 0)
        throw new UsageError(`The folder "${folder}" holds no record.`);
      const mistakes = [
        ...vectorMistakes(folder),
        ...(await unknownKinds(new Set(records.map(({ kind }) => kind)), err)),
      ];
      for (const mistake of mistakes) out(mistake);
      err(`${records.length} records, ${mistakes.length} mistakes`);
      exit(mistakes.length === 0 ? EXIT.well : EXIT.failed);
    });
  vectors
    .command('explain')
    .description('one record: where it comes from, what it says, and what the firmware says to it')
    .argument('<id>')
    .option('--folder <folder>', 'of *.json files', FOLDER)
    .option('--target <name>', 'node or quickjs', 'node')
    .action(async (id: string, { folder, target }: { readonly folder: string; readonly target: string }) => {
      const record = recordsIn(folder).find((one) => one.id === id);
      if (record === undefined) throw new UsageError(`No record of ${folder} has the id "${id}".`);
      const name = targetFrom(target);
      if (name === 'pico') throw new UsageError('A record is explained on node or quickjs.');
      const engine = await engineOn(name, err);
      const result = await replayRecord(record, name, keyTables(folder, undefined), engine);
      engine.dispose();
      out(
        explanation(record, wholeRecord(folder, id), isHostKind(record.kind) ? 'in Node' : `the firmware on ${name}`),
      );
      out(
        result.pass ? 'It comes out as expected.' : `It comes out otherwise: ${JSON.stringify(result.actual, null, 2)}`,
      );
      exit(result.pass ? EXIT.well : EXIT.failed);
    });
  vectors
    .command('new')
    .description('a record to fill in')
    .argument('<kind>', 'such as tlv.parse')
    .action(async (kind: string) => {
      const [unknown] = await unknownKinds([kind], err);
      if (unknown !== undefined) throw new UsageError(`${unknown}: the kinds are in docs/reference/vectors.md.`);
      out(newRecord(kind).trimEnd());
    });
}

function recordsIn(folder: string): readonly VectorRecord[] {
  try {
    return readVectorFolder(folder).entries.flatMap((entry) => (isProblem(entry) ? [] : [entry]));
  } catch (fault) {
    const why = fault instanceof Error ? fault.message : String(fault);
    throw new UsageError(`The folder "${folder}" can not be read (${why}). Say which one holds the vectors.`);
  }
}

async function engineOn(target: 'node' | 'quickjs', err: (text: string) => void): Promise<VectorEngine> {
  return createVectorEngine(findTarget(target), await vectorsScript(err), TIME_LIMIT_MS);
}

/** The firmware is asked for each kind once: what it can't read is a fault, what it doesn't know is not supported. */
async function unknownKinds(kinds: Iterable<string>, err: (text: string) => void): Promise<readonly string[]> {
  const engine = await engineOn('node', err);
  const unknown: string[] = [];
  for (const kind of kinds) {
    if (isHostKind(kind)) continue;
    const answer = await engine.run(kind, {});
    if (answer.kind === 'unsupported') unknown.push(`nobody runs the kind ${kind}`);
  }
  engine.dispose();
  return unknown;
}

/** With what the runner doesn't need. */
function wholeRecord(folder: string, id: string): Readonly<Record<string, unknown>> {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const content: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const records = isObject(content) ? content['scenarios'] : content;
    const found = Array.isArray(records)
      ? records.find((one: unknown) => isObject(one) && one['id'] === id)
      : undefined;
    if (found !== undefined) return { file: join(folder, file), ...found };
  }
  return {};
}

function explanation(record: VectorRecord, whole: Readonly<Record<string, unknown>>, by: string): string {
  const told = ['file', 'title', 'source', 'validated_by', 'note', 'input', 'expected'].flatMap((name) =>
    whole[name] === undefined ? [] : [`${name}: ${printed(whole[name])}`],
  );
  const text = [`${record.id}, ${record.kind}, run by ${by}`, ...told].join('\n');
  return maskText(text, secretsOf(record, undefined));
}

function printed(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}
