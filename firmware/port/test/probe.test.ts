/**
 * The engine by itself, from firmware/port/test/probe.js: what a wrong build breaks, our patches, and the ends that must be resets.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { startChild } from './childExchange.js';
import { type TwinKind, twinProgram } from './hostTarget.js';
import { createCtrDrbg } from './secure/ctrDrbg.js';

const kinds: readonly TwinKind[] = ['host', 'host-sanitized'];
const RESET_EXIT_CODE = 70;
/** For a text of 80 million digits and its copies. */
const environment = { COMPTOIR_HEAP_KIB: String(512 * 1024) };

const source = readFileSync(new URL('probe.js', import.meta.url), 'utf8');
const names = Array.from(source.matchAll(/^ {2}'?([\w.]+)'?\(\) \{$/gm), ([, name]) => name ?? '');
const answered = names.filter((name) => !/^(?:fatal|frozen)\./.test(name) && name !== 'errors.thrown');
const fatal = names.filter((name) => name.startsWith('fatal.'));

describe.each(kinds)('%s', (kind) => {
  test.each(answered)('%s', async (name) => {
    const child = startChild(twinProgram(kind, 'probe'), environment);
    expect(child.readLine()).toBe('comptoir-vectors ready');
    child.write(Buffer.from(`${name} {}\n`));
    expect(child.readLine()).toBe('{"actual":{"ok":true}}');
    expect((await child.end()).code).toBe(0);
  });

  test('an error is answered, and the engine starts afresh', async () => {
    const child = startChild(twinProgram(kind, 'probe'));
    child.readLine();
    child.write(Buffer.from('errors.thrown {}\ncollections {}\n'));
    expect(JSON.parse(child.readLine())).toEqual({ error: 'Error: as asked "with quotes"' });
    expect(child.readLine()).toBe('{"actual":{"ok":true}}');
    expect((await child.end()).code).toBe(0);
  });

  test('a write to what was made before the entry ends the program', async () => {
    const child = startChild(twinProgram(kind, 'probe'));
    child.readLine();
    child.write(Buffer.from('frozen.write {}\n'));
    expect(() => child.readLine()).toThrow('the program has ended');
    const { code, said } = await child.end();
    expect(`${code} ${said}`).toMatch(kind === 'host' ? /^SIGSEGV/ : /AddressSanitizer: SEGV/);
  });

  test.each(fatal)('%s ends in a reset, with its reason', async (name) => {
    const child = startChild(twinProgram(kind, 'probe'));
    child.readLine();
    child.write(Buffer.from(`${name} {}\n`));
    expect(() => child.readLine()).toThrow('the program has ended');
    expect(await child.end()).toMatchObject({
      code: RESET_EXIT_CODE,
      said: expect.stringMatching(
        name.includes('noEnd') ? /fatal: the script found no end/ : /fatal: the script has used up its memory/,
      ),
    });
  });
});

/** Sabotage twin of the patches: without them each of these reads or writes where it must not, or is wrong. */
test.each(['bigint.print', 'bigint.parse', 'bytes.lastIndexOf', 'strings.add'])(
  'without its patch %s fails',
  async (name) => {
    const child = startChild(twinProgram('host-faulty', 'probe'), environment);
    child.readLine();
    child.write(Buffer.from(`${name} {}\n`));
    let answer = '';
    try {
      answer = child.readLine();
    } catch {}
    expect(answer).not.toBe('{"actual":{"ok":true}}');
    expect(await child.end()).not.toBe('');
  },
);

/** Functions of QuickJS that a released fault of its needs: CVE-2025-62490, -62491, -62495 and the regular expressions. */
const FAULTY = [
  'js_print_object',
  'js_std_promise_rejection_check',
  '__JS_EvalInternal',
  'js_parse_program',
  'lre_compile',
  'lre_exec_backtrack',
];

test.each(['vectors', 'reader'] as const)(
  'the image %s holds no parser, no RegExp and no printing of objects',
  (image) => {
    const symbols = symbolsOf(twinProgram('host', image));
    for (const name of FAULTY) expect(symbols, name).not.toContain(name);
    // Sabotage twin: the same search finds what is there, and the compiler's own program has a parser.
    expect(symbols).toContain('JS_CallInternal');
    expect(symbolsOf(new URL('../build/comptoir-compile', import.meta.url).pathname)).toContain('__JS_EvalInternal');
  },
);

function symbolsOf(program: string): readonly string[] {
  const printed = execFileSync('nm', [program], { encoding: 'utf8', maxBuffer: 1 << 26 });
  return printed.split('\n').map((line) => line.split(' ').at(-1)?.split('.')[0] ?? '');
}

/** Names of romWriter.h. */
const WRITTEN = /^(?:[a-hkmnopr-x]\d+|(?:values|context|class_proto|begin)0|atoms|atom_hash|shapes|globals|js_rom)$/;

test.each(['vectors', 'reader', 'probe'] as const)('what the script compiler wrote is read only in %s', (image) => {
  const printed = execFileSync('nm', ['-f', 'sysv', twinProgram('host', image)], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const symbols = printed.split('\n').map((line) => line.split('|').map((field) => field.trim()));
  const sectionsOf = (isWanted: (name: string) => boolean): readonly string[] =>
    symbols.filter(([name = '']) => isWanted(name)).map((fields) => fields.at(-1) ?? '');
  const written = sectionsOf((name) => WRITTEN.test(name));
  expect(written.length).toBeGreaterThan(500);
  for (const section of written) expect(section).toMatch(/^\.rodata|^\.data\.rel\.ro/);
  // Sabotage twin: a variable of the engine is told from it.
  expect(sectionsOf((name) => name === 'collected_bytes')).toEqual(['.bss']);
});

test('the known answer of the random generator is that of an independent one', () => {
  const made = createCtrDrbg(Uint8Array.from({ length: 48 }, (_, at) => at))(32);
  const text = readFileSync(new URL('../secure/random.c', import.meta.url), 'utf8');
  const written = /known_answer\[32\] = \{([^}]*)\}/.exec(text)?.[1] ?? '';
  expect(Array.from(written.matchAll(/0x([0-9a-f]{2})/g), ([, hex]) => hex).join('')).toBe(made.toString('hex'));
});
