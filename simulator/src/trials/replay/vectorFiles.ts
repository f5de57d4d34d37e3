/**
 * A folder of test vectors, as records. What doesn't belong in it comes out as a problem, never as an exception.
 * Source: test-vectors/README.md.   Floor: simulator trials.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface VectorRecord {
  readonly id: string;
  readonly kind: string;
  readonly input: unknown;
  readonly expected: unknown;
}

/** Something in the folder that fails by itself: it's reported like a record. */
export interface VectorProblem {
  /** Id of the record, or name of the file. */
  readonly id: string;
  readonly kind: string;
  readonly problem: string;
}

export interface VectorFolder {
  /** In the order of the folder. */
  readonly entries: readonly (VectorRecord | VectorProblem)[];
}

const SELECTION_SCHEMA = 'dyncard-selection/1';
const NO_RECORDS_IN: readonly string[] = ['INDEX.json', 'capks.json'];
/** Kind of a problem that has no kind of its own. */
const FILE_KIND = 'file';

export function isProblem(entry: VectorRecord | VectorProblem): entry is VectorProblem {
  return 'problem' in entry;
}

/** Reads every `*.json` of a folder, sorted by name, without its subfolders. @throws when the folder can't be read */
export function readVectorFolder(folder: string): VectorFolder {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && entry.name.endsWith('.json') && !NO_RECORDS_IN.includes(entry.name))
    .map((entry) => entry.name)
    .sort();
  const entries: (VectorRecord | VectorProblem)[] = [];
  const seen = new Set<string>();
  for (const file of files) {
    for (const entry of readVectorFile(folder, file)) {
      if (isProblem(entry)) {
        entries.push(entry);
      } else if (seen.has(entry.id)) {
        entries.push({ id: entry.id, kind: entry.kind, problem: `the id is there twice, again in ${file}` });
      } else {
        seen.add(entry.id);
        entries.push(entry);
      }
    }
  }
  return { entries };
}

function readVectorFile(folder: string, file: string): (VectorRecord | VectorProblem)[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(join(folder, file), 'utf8').replace(/^\uFEFF/, ''));
  } catch {
    return [{ id: file, kind: FILE_KIND, problem: 'the file does not parse' }];
  }
  if (Array.isArray(content)) return content.map((record: unknown) => toRecord(record, file));
  if (isObject(content) && content['schema'] === SELECTION_SCHEMA && Array.isArray(content['scenarios'])) {
    return content['scenarios'].map((scenario: unknown) => toScenario(scenario, file));
  }
  return [{ id: file, kind: FILE_KIND, problem: 'the file holds no array of records' }];
}

function toRecord(record: unknown, file: string): VectorRecord | VectorProblem {
  if (!isObject(record)) return { id: file, kind: FILE_KIND, problem: 'a record is no object' };
  const { id, kind, input, expected } = record;
  if (typeof id !== 'string' || id === '') {
    return {
      id: file,
      kind: typeof kind === 'string' && kind !== '' ? kind : FILE_KIND,
      problem: 'a record has no id',
    };
  }
  if (typeof kind !== 'string' || kind === '')
    return { id, kind: FILE_KIND, problem: `the record has no kind, in ${file}` };
  return { id, kind, input, expected };
}

function toScenario(scenario: unknown, file: string): VectorRecord | VectorProblem {
  if (!isObject(scenario)) return { id: file, kind: 'selection', problem: 'a scenario is no object' };
  const { id, expected, ...input } = scenario;
  if (typeof id !== 'string' || id === '') return { id: file, kind: 'selection', problem: 'a scenario has no id' };
  return { id, kind: 'selection', input, expected };
}

/** True for JSON objects: neither null nor an array. */
export function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
