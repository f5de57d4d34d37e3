/**
 * Compares firmware/port/include/board.h with firmware/src/board/board.ts, and cardBoard.h with cardBoard.ts: the same interfaces
 * in the same order, the same members in the same order and words, and below each function's `///` line the C function that
 * is named after it.
 * Ends with 1 and a line for each difference.   node firmware/port/checkBoard.mjs [board.ts board.h [cardBoard.ts cardBoard.h]]
 */
import { readFileSync } from 'node:fs';

/** C prefix of each interface's functions. */
const PREFIXES = {
  Board: 'board',
  Identity: 'board_identity',
  HostPort: 'board_host',
  CardPort: 'board_card',
  UartPort: 'board_nfc',
  ContactLinePort: 'board_contact_line',
  Secure: 'board_secure',
  KeyStore: 'board_keys',
  BoardClock: 'board_clock',
  Display: 'board_display',
  FirmwareStore: 'board_firmware',
  Records: 'board_records',
  ConfigurationStore: 'board_configuration',
  CardBoard: 'board',
  FieldPort: 'board_field',
  Button: 'board_button',
  CardDisplay: 'board_card_display',
  CardSecure: 'board_secure',
};
/** What cardBoard.ts takes from board.ts, and board.h has for it. */
const SHARED = ['Records', 'BoardClock', 'UartPort'];

/** Interface name to its members, as `name: type;` and `name(parameters): type;`, comments and `readonly` left out. */
function membersOfTypeScript(source) {
  const text = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
  const interfaces = new Map();
  for (const [, name, body] of text.matchAll(/^export interface (\w+) \{$([\s\S]*?)^\}/gm)) {
    const members = body.split(';').map((member) =>
      member
        .replace(/\s+/g, ' ')
        .trim()
        .replace(/^readonly /, ''),
    );
    interfaces.set(
      name,
      members.filter((member) => member !== '').map((member) => `${member};`),
    );
  }
  return interfaces;
}

/** The same of the header, and for each member the C function declared after it, or undefined. */
function membersOfHeader(source) {
  const interfaces = new Map();
  let members;
  for (const line of source.split('\n')) {
    const [, name] = /^\/\/ interface (\w+)/.exec(line) ?? [];
    const [, member] = /^\/\/\/ (.*)$/.exec(line) ?? [];
    const [, declared] = /^\w[\w *]*?\b(\w+)\(.*\);/.exec(line) ?? [];
    if (name !== undefined) {
      members = [];
      interfaces.set(name, members);
    } else if (member !== undefined) members?.push({ member, declared: undefined });
    else if (declared !== undefined && members?.at(-1) !== undefined) members.at(-1).declared ??= declared;
    else if (line.startsWith('// ')) members = undefined;
  }
  return interfaces;
}

/** @param names of the files in the sentences @returns a sentence for each difference */
function differences(typeScript, header, names) {
  const found = [];
  const [wanted, given] = [membersOfTypeScript(typeScript), membersOfHeader(header)];
  for (const name of new Set([...wanted.keys(), ...given.keys()])) {
    const inTypeScript = wanted.get(name) ?? [];
    const inHeader = given.get(name) ?? [];
    for (let at = 0; at < Math.max(inTypeScript.length, inHeader.length); at += 1) {
      const [member, { member: mirrored, declared } = {}] = [inTypeScript[at], inHeader[at]];
      if (member !== mirrored)
        found.push(`${name}: ${names[0]} has ${member ?? 'nothing'}, ${names[1]} ${mirrored ?? 'nothing'}`);
      else if (isOwnFunction(member, wanted) && declared !== functionName(name, member))
        found.push(
          `${name}: below ${member} ${names[1]} declares ${declared ?? 'nothing'} instead of ${functionName(name, member)}`,
        );
    }
  }
  return found;
}

/** Members that are interfaces themselves are mirrored by their own members. */
function isOwnFunction(member, interfaces) {
  const [, type] = /: (\w+)( \| undefined)?;$/.exec(member) ?? [];
  return member.includes('(') || !(interfaces.has(type) || SHARED.includes(type));
}

function functionName(name, member) {
  const words = (/^\w+/.exec(member) ?? [''])[0].replace(/(?<=[a-z])(\d+|[A-Z])/g, (found) =>
    /\d/.test(found) ? found : `_${found}`,
  );
  return `${PREFIXES[name]}_${words.toLowerCase()}`;
}

const FILES = ['../src/board/board.ts', 'include/board.h', '../src/board/cardBoard.ts', 'include/cardBoard.h'];
const texts = FILES.map((path, at) => readFileSync(process.argv[2 + at] ?? new URL(path, import.meta.url), 'utf8'));
const found = [
  ...differences(texts[0], texts[1], ['board.ts', 'board.h']),
  ...differences(texts[2], texts[3], ['cardBoard.ts', 'cardBoard.h']),
];
for (const sentence of found) console.error(sentence);
process.exitCode = found.length === 0 ? 0 : 1;
