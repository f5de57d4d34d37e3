/**
 * What a file of vectors is, and the mistakes of one: a record has an id, a kind, and says where it comes from and how that is known.
 * Source: test-vectors/README.md.   Floor: simulator trials.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FieldRules, faultIn, type Rule, schemaOf } from '#files';
import { isProblem, readVectorFolder } from './vectorFiles.js';

const TEXT: Rule = { is: 'text', pattern: '^(.|\\n){1,4000}$', says: 'a text' };
const fields: FieldRules = {
  id: {
    rule: { is: 'text', pattern: '^[A-Za-z0-9._-]{1,80}$', says: 'letters, digits, points and dashes' },
    meaning: 'unique over all files',
    isRequired: true,
  },
  kind: { rule: TEXT, meaning: 'what runs it', isRequired: true },
  title: { rule: TEXT, meaning: 'what it shows, for people' },
  source: { rule: { is: 'any' }, meaning: 'where it comes from, with the licence', isRequired: true },
  input: { rule: { is: 'any' }, meaning: 'what the firmware is given', isRequired: true },
  expected: { rule: { is: 'any' }, meaning: 'what must come out; only these fields are compared', isRequired: true },
  validated_by: { rule: TEXT, meaning: 'how that is known', isRequired: true },
  note: { rule: TEXT, meaning: 'for people' },
};
const RECORD: Rule = { is: 'object', fields };
const RECORDS_MAX = 100_000;

/** No records of the form above: tables, and selection scenarios, which have a form of their own. */
const OTHER_FORMS: readonly string[] = ['capks.json', 'INDEX.json', 'selection.json', 'selection-own.json'];

/** JSON Schema of a file of records, with a line end at its end. */
export function vectorSchemaText(): string {
  const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'A file of Comptoir test vectors' };
  return `${JSON.stringify({ ...schema, ...schemaOf({ is: 'list', of: RECORD, min: 1, max: RECORDS_MAX }) }, null, 2)}\n`;
}

/** What is wrong in a folder, a sentence each. @throws when the folder can't be read */
export function vectorMistakes(folder: string): readonly string[] {
  const { entries } = readVectorFolder(folder);
  const mistakes = entries.flatMap((entry) => (isProblem(entry) ? [`${entry.id}: ${entry.problem}`] : []));
  for (const file of recordFiles(folder)) mistakes.push(...mistakesIn(folder, file));
  return mistakes;
}

function recordFiles(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json') && !OTHER_FORMS.includes(name))
    .sort();
}

function mistakesIn(folder: string, file: string): readonly string[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  } catch {
    return [];
  }
  if (!Array.isArray(content)) return [];
  return content.flatMap((record: { readonly id?: unknown } | null, at) => {
    const fault = faultIn(record, RECORD);
    const name = `${file}[${at}]${typeof record?.id === 'string' ? ` ${record.id}` : ''}`;
    return fault === undefined ? [] : [`${name}: ${fault.at === '' ? 'it' : fault.at} ${fault.must}`];
  });
}

/** A record of that kind to fill in, as JSON. */
export function newRecord(kind: string): string {
  const record = {
    id: `${kind.replaceAll('.', '-')}-own-001`,
    kind,
    title: '',
    source: { original: '' },
    input: {},
    expected: {},
  };
  return `${JSON.stringify([{ ...record, validated_by: '' }], null, 1)}\n`;
}
