/**
 * The page docs/reference/card-files.md and the schema beside it.
 * Floor: simulator world.
 */

import { type FieldRules, type Rule, saysOf, schemaOf } from '#files';
import { CARD_RULE } from './cardRules.js';

/** @returns JSON Schema, with a line end at its end */
export function cardSchemaText(): string {
  const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'A Comptoir test card' };
  return `${JSON.stringify({ ...schema, ...schemaOf(CARD_RULE) }, null, 2)}\n`;
}

/** @returns Markdown, with a line end at its end */
export function cardFilesPage(): string {
  return `${[...introduction, ...fieldTables('The card', CARD_RULE.fields)].join('\n')}\n`;
}

const introduction: readonly string[] = [
  '# Card files',
  '',
  'A test card described by data: a JSON file whose name ends in `.json`. [Write a card](../how-to/write-a-card.md) shows one.',
  '[card.schema.json](card.schema.json) is the same as a JSON Schema, for editors. A field that is not there has the value after the',
  'semicolon, or that of the ordinary card of the network.',
  '',
  'A file that is a JSON list is a card transcript: `{ "atMs", "command", "response", "workMs" }` each, as `--card-transcript` writes it.',
];

/** A table of the fields, and after it the tables of the objects in them. */
export function fieldTables(title: string, fields: FieldRules): readonly string[] {
  const rows = Object.entries(fields).map(([name, { rule, meaning, isRequired }]) => {
    const inner = innerOf(rule);
    const says = inner === undefined ? saysOf(rule) : `${saysOf(rule)}, see [${name}](#${name.toLowerCase()})`;
    return `| \`${name}\` | ${isRequired ? 'required' : ''} | ${says} | ${meaning} |`;
  });
  const inner = Object.entries(fields).flatMap(([name, { rule }]) => {
    const found = innerOf(rule);
    return found === undefined ? [] : fieldTables(name, found);
  });
  return ['', `## ${title}`, '', '| field | | value | meaning |', '| --- | --- | --- | --- |', ...rows, ...inner];
}

function innerOf(rule: Rule): FieldRules | undefined {
  if (rule.is === 'object') return rule.fields;
  return rule.is === 'list' ? innerOf(rule.of) : undefined;
}
