/**
 * The table of messages as the codec has it: each field a number, the names of a content one text. An object of the table costs the
 * chip a hundred bytes of heap and there are two hundred of them; a number in a table costs eight, a text none.
 * Floor: simulator cli.
 */
import { FIELDS, type FieldName, MESSAGES, TEMPLATES, type TemplateName } from '@comptoir/protocol';

/** In the order of their numbers. */
const FORMATS: readonly string[] = ['text', 'bytes', 'unsigned', 'bcd', 'textUpTo', 'bytesUpTo', 'list'];

interface Format {
  readonly tag: number;
  readonly format: string;
  readonly max?: number;
  readonly size?: number;
  readonly of?: TemplateName;
}
interface Content {
  readonly required: readonly FieldName[];
  readonly optional: readonly FieldName[];
}

/** @returns text of firmware/protocol/src/messages/messageCodes.gen.ts */
export function messageCodesText(): string {
  const templates = Object.keys(TEMPLATES) as TemplateName[];
  const codes = (Object.keys(FIELDS) as FieldName[]).map((name) => `  ${name}: ${codeOf(FIELDS[name], templates)},`);
  const contents: readonly (readonly [string, Content])[] = [...Object.entries(MESSAGES), ...Object.entries(TEMPLATES)];
  const listed = (part: keyof Content): string[] =>
    contents.map(([name, content]) => `  ${name}: '${content[part].join(' ')}',`);
  return [
    '/**',
    ' * Printed from messageTable.ts by `npm run docs`: the same for the codec, with little memory.',
    ' * A code is tag << 15 | format << 12 | size, largest length, or number of the template; formats are 0 text, 1 bytes,',
    ' * 2 unsigned, 3 bcd, 6 list; 4 and 5 are text and bytes of at most that length.',
    ' */',
    ...record('FIELD_CODES', 'number', codes),
    ...record(
      'MESSAGE_TAGS',
      'number',
      Object.entries(MESSAGES).map(([name, { tag }]) => `  ${name}: 0x${tag.toString(16)},`),
    ),
    '/** Names of fields, of messages and templates. */',
    ...record('REQUIRED', 'string', listed('required')),
    ...record('OPTIONAL', 'string', listed('optional')),
    '/** By their numbers in the codes of lists. */',
    `export const TEMPLATE_NAMES = '${templates.join(' ')}';`,
    '',
  ].join('\n');
}

function record(name: string, of: string, lines: readonly string[]): string[] {
  return [`export const ${name}: Readonly<Record<string, ${of}>> = {`, ...lines, '};'];
}

function codeOf({ tag, format, max, size, of }: Format, templates: readonly TemplateName[]): number {
  const number = of === undefined ? (size ?? max ?? 0) : templates.indexOf(of);
  const code = FORMATS.indexOf(max === undefined ? format : `${format}UpTo`);
  return tag * 0x8000 + code * 0x1000 + number;
}
