import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ERRORS } from '@comptoir/sdk';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('docs/reference/errors.md shows the table of errors', () => {
  const page = readFileSync(`${root}docs/reference/errors.md`, 'utf8');
  const table = page.split('\n\n').find((paragraph) => paragraph.startsWith('| code |')) ?? '';
  const rows = table.split('\n').slice(2);
  expect(rows).toEqual(
    Object.entries(ERRORS).map(([code, row]) => {
      return `| \`${code}\` | ${row.sentence}${row.reserved ? ' *Reserved.*' : ''} | \`${row.do}\` | ${row.next} |`;
    }),
  );
});

test('the examples of docs/reference/sdk.md compile', () => {
  const page = readFileSync(`${root}docs/reference/sdk.md`, 'utf8');
  const examples = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
  expect(examples.length).toBeGreaterThan(2);
  // Inside the package, so that its imports are found as a user's would be.
  const folder = mkdtempSync(`${root}sdk/test/.examples-`);
  try {
    const files = examples.map((text, i) => {
      const file = `${folder}/example${i}.ts`;
      writeFileSync(file, text);
      return file;
    });
    const base = ts.parseConfigFileTextToJson('tsconfig.json', readFileSync(`${root}tsconfig.json`, 'utf8')).config
      .compilerOptions;
    const { options } = ts.convertCompilerOptionsFromJson(
      {
        ...base,
        composite: false,
        emitDeclarationOnly: false,
        declaration: false,
        isolatedDeclarations: false,
        noEmit: true,
        lib: ['es2022', 'esnext.disposable', 'dom'],
      },
      root,
    );
    const program = ts.createProgram(files, options);
    const messages = ts
      .getPreEmitDiagnostics(program)
      .map((fault) => ts.flattenDiagnosticMessageText(fault.messageText, '\n'));
    expect(messages).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
