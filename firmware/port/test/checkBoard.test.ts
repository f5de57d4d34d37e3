/** board.h and board.ts agree, and the checker sees when they don't. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const checker = new URL('../checkBoard.mjs', import.meta.url).pathname;
const typeScript = readFileSync(new URL('../../src/board/board.ts', import.meta.url), 'utf8');
const header = readFileSync(new URL('../include/board.h', import.meta.url), 'utf8');
const cardTypeScript = readFileSync(new URL('../../src/board/cardBoard.ts', import.meta.url), 'utf8');
const cardHeader = readFileSync(new URL('../include/cardBoard.h', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'board-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** @param texts of both files of the reader, then of both of the card, as far as they aren't the true ones */
function check(...texts: readonly string[]): string {
  const paths = ['board.ts', 'board.h', 'cardBoard.ts', 'cardBoard.h'].map((name) => join(folder, name));
  const all = [typeScript, header, cardTypeScript, cardHeader].map((text, at) => texts[at] ?? text);
  for (const [at, path] of paths.entries()) writeFileSync(path, all[at] ?? '');
  const { status, stderr } = spawnSync('node', [checker, ...paths], { encoding: 'utf8' });
  expect(status).toBe(stderr === '' ? 0 : 1);
  return stderr;
}

test('the two of each device mirror each other', () => expect(check()).toBe(''));

test.each<[string, string, string, string]>([
  ['another type', 'isPressed(): boolean;', 'isPressed(): number;', 'cardBoard.ts has isPressed(): number;'],
  [
    'a member more',
    '  identifier(): Uint8Array;',
    '  age(): number;\n  identifier(): Uint8Array;',
    'cardBoard.ts has age()',
  ],
])('%s in cardBoard.ts is named', (_what, from, to, told) => {
  expect(cardTypeScript).toContain(from);
  expect(check(typeScript, header, cardTypeScript.replace(from, to), cardHeader)).toContain(told);
});

test('a function of another name in cardBoard.h is named', () => {
  const [from, to] = ['board_secure_rsa_sign(', 'board_secure_sign('];
  expect(cardHeader).toContain(from);
  const told = check(typeScript, header, cardTypeScript, cardHeader.replace(from, to));
  expect(told).toContain('instead of board_secure_rsa_sign');
});

test.each<[string, string, string, string]>([
  ['another type', 'poll(): number;', 'poll(): boolean;', 'board.ts has poll(): boolean;'],
  ['another name', 'sendReport(', 'giveReport(', 'board.ts has giveReport('],
  ['a member more', 'wink(): void;', 'wink(): void;\n  dim(): void;', 'board.ts has dim(): void;, board.h nothing'],
  ['a member less', '  release(): void;\n', '', 'CardPort: board.ts has nothing'],
  [
    'an interface more',
    'export interface Display {',
    'export interface Bell {\n  ring(): void;\n}\n\nexport interface Display {',
    'Bell: ',
  ],
])('%s in board.ts is named', (_what, from, to, told) => {
  expect(typeScript).toContain(from);
  expect(check(typeScript.replace(from, to), header)).toContain(told);
});

test.each<[string, string, string, string]>([
  ['another order', '/// sha1(', '/// sha256(', 'Secure: board.ts has sha1('],
  ['a function of another name', 'board_clock_uptime_ms(', 'board_clock_up(', 'instead of board_clock_uptime_ms'],
  ['no function', 'void board_display_wink(void);', '', 'board.h declares nothing instead of board_display_wink'],
])('%s in board.h is named', (_what, from, to, told) => {
  expect(header).toContain(from);
  expect(check(typeScript, header.replace(from, to))).toContain(told);
});
