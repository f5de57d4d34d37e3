/** The examples of README and docs are true: each compiles against the packages, and the README's sale is made. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Store } from '@comptoir/sdk';
import ts from 'typescript';
import { afterAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const pages = [
  'README.md',
  ...readdirSync(`${root}/docs`, { recursive: true, encoding: 'utf8' }).map((page) => `docs/${page}`),
].filter((page) => page.endsWith('.md'));
const examples = pages.flatMap((page) =>
  [...readFileSync(`${root}/${page}`, 'utf8').matchAll(/^```(?:ts|js)\n(.*?)^```/gms)].map((block, i) => ({
    name: `${page} #${i + 1}`,
    text: block[1] ?? '',
    // Beside the tests, so that the packages resolve as they do for them.
    file: fileURLToPath(new URL(`./example-${page.replace(/\W/g, '-')}-${i + 1}.gen.ts`, import.meta.url)),
  })),
);

describe('examples', () => {
  afterAll(() => {
    for (const { file } of examples) rmSync(file, { force: true });
  });

  test('compile', () => {
    for (const { file, text } of examples) writeFileSync(file, `${text}\nexport {};\n`);
    const { config } = ts.readConfigFile(`${root}/simulator/test/tsconfig.json`, ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, `${root}/simulator/test`);
    const program = ts.createProgram({
      rootNames: examples.map(({ file }) => file),
      options: {
        ...options,
        noEmit: true,
        emitDeclarationOnly: false,
        composite: false,
        declaration: false,
        noUnusedLocals: false,
        rootDir: root,
      },
    });
    const faults = examples.flatMap(({ file, name }) => {
      const source = program.getSourceFile(file);
      const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
      return found.map(({ messageText }) => `${name}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
    });
    expect(examples.length).toBeGreaterThan(2);
    expect(faults).toEqual([]);
  });

  test('the README sale is approved, with a token and without a number', async () => {
    const example = examples.find(({ name }) => name === 'README.md #1');
    const shown: unknown[] = [];
    const log = console.log;
    console.log = (...values: unknown[]) => void shown.push(...values);
    try {
      await import(/* @vite-ignore */ example?.file ?? '');
    } finally {
      console.log = log;
    }
    expect(shown).toEqual(['476173******0119', expect.stringMatching(/^ri1/)]);
  });

  test('the refund of the how-to prints what the page says', async () => {
    const example = examples.find(({ name }) => name === 'docs/how-to/refund-a-sale.md #1');
    const shown: unknown[] = [];
    const log = console.log;
    console.log = (line: unknown) => void shown.push(line);
    try {
      await import(/* @vite-ignore */ example?.file ?? '');
    } finally {
      console.log = log;
    }
    const [, printed = ''] =
      /```text\n(.*?)\n```/s.exec(readFileSync(`${root}/docs/how-to/refund-a-sale.md`, 'utf8')) ?? [];
    expect(shown).toEqual(printed.split('\n'));
  });

  test('the basket of the how-to is taken, and its store keeps a journal', async () => {
    const named = (name: string): string => examples.find((example) => example.name === name)?.file ?? '';
    const shown: unknown[] = [];
    const log = console.log;
    console.log = (...values: unknown[]) => void shown.push(values.length > 1 ? values.join(' ') : values[0]);
    try {
      await import(/* @vite-ignore */ named('docs/how-to/take-a-basket.md #1'));
    } finally {
      console.log = log;
    }
    expect(shown).toEqual([
      'coupon 10 PERCENT OFF 290',
      'gift GIFT CARD 2500',
      'bank CB 1110',
      ['coupon 290', 'gift 2500', 'bank 1110'],
    ]);
    const { fileStore } = await import(/* @vite-ignore */ named('docs/how-to/take-a-basket.md #5'));
    const folder = mkdtempSync(join(tmpdir(), 'journal-'));
    const store: Store = fileStore(join(folder, 'new'));
    const keys = async (): Promise<readonly string[]> => {
      const found: string[] = [];
      for await (const key of store.keys('checkout/')) found.push(key);
      return found;
    };
    expect([await store.get('checkout/a/b'), await keys()]).toEqual([undefined, []]);
    await store.put('checkout/a/b', Uint8Array.of(1));
    await store.put('checkout/a/b', Uint8Array.of(2));
    await store.put('other', Uint8Array.of(3));
    expect([Array.from((await store.get('checkout/a/b')) ?? []), await keys()]).toEqual([[2], ['checkout/a/b']]);
    await store.del('checkout/a/b');
    expect(await keys()).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
