/**
 * `node messageCodes.mjs [--check]`: prints src/messages/messageCodes.gen.ts, or compares it: the table of messages as the codec has it, each
 * field a number, the names of a content one text. An object of the table costs the chip a hundred bytes of heap and there are two
 * hundred of them; a number in a table costs eight, a text none. Needs the bundle of this package.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { FIELDS, MESSAGES, TEMPLATES } from '@comptoir/protocol';

const FILE = new URL('src/messages/messageCodes.gen.ts', import.meta.url);

/** In the order of their numbers. */
const FORMATS = ['text', 'bytes', 'unsigned', 'bcd', 'textUpTo', 'bytesUpTo', 'list'];
const templates = Object.keys(TEMPLATES);
const contents = [...Object.entries(MESSAGES), ...Object.entries(TEMPLATES)];

const text = [
  '/**',
  ' * Printed from messageTable.ts by `npm run docs`: the same for the codec, with little memory.',
  ' * A code is tag << 15 | format << 12 | size, largest length, or number of the template; formats are 0 text, 1 bytes,',
  ' * 2 unsigned, 3 bcd, 6 list; 4 and 5 are text and bytes of at most that length.',
  ' */',
  ...record(
    'FIELD_CODES',
    'number',
    Object.entries(FIELDS).map(([name, field]) => `  ${name}: ${codeOf(field)},`),
  ),
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

if (process.argv[2] !== '--check') writeFileSync(FILE, text);
else if (readFileSync(FILE, 'utf8') !== text) {
  console.error('messageCodes.gen.ts differs from messageTable.ts; npm run docs prints it anew');
  process.exitCode = 1;
}

/** @param part `required` or `optional` */
function listed(part) {
  return contents.map(([name, content]) => `  ${name}: '${content[part].join(' ')}',`);
}

function record(name, of, lines) {
  return [`export const ${name}: Readonly<Record<string, ${of}>> = {`, ...lines, '};'];
}

function codeOf({ tag, format, max, size, of }) {
  const number = of === undefined ? (size ?? max ?? 0) : templates.indexOf(of);
  const code = FORMATS.indexOf(max === undefined ? format : `${format}UpTo`);
  return tag * 0x8000 + code * 0x1000 + number;
}
