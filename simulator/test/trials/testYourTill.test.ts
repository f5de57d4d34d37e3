/** The tutorial's till passes its suite, and each of the three bugs that the page plants turns the suite red. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, expect, test } from 'vitest';
import { runProcess } from '../cli/commandProcess.js';

const top = fileURLToPath(new URL('../../..', import.meta.url));
const page = readFileSync(join(top, 'docs/tutorials/test-your-till.md'), 'utf8');
const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text);
const [till = '', suite = ''] = blocks('typescript');

/** Below the tests, so that the packages resolve as they do for them. */
const folder = join(top, 'simulator/test/dist/testYourTill');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CONFIG = `import { defineConfig } from 'vitest/config';
export default defineConfig({
  root: import.meta.dirname,
  ssr: { resolve: { conditions: ['comptoir-source'] } },
  resolve: { conditions: ['comptoir-source'] },
  test: { include: ['till.test.ts'], testTimeout: 60_000 },
});
`;

/** Applies the pieces of a diff, each where its old lines are; they must be there once. */
function changed(text: string, diff: string): string {
  return diff.split('@@\n').reduce((now, piece) => {
    const lines = piece.split('\n');
    const linesWith = (sign: string): string =>
      lines.flatMap((line) => (line.startsWith(sign) ? [`${line.slice(1)}\n`] : [])).join('');
    expect(now.split(linesWith('-')).length, piece).toBe(2);
    return now.replace(linesWith('-'), () => linesWith('+'));
  }, text);
}

/** @returns the names of the tests that failed, and the exit code */
async function suiteOn(name: string, text: string): Promise<{ code: number | null; failed: readonly string[] }> {
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'till.ts'), text);
  writeFileSync(join(place, 'till.test.ts'), suite);
  writeFileSync(join(place, 'vitest.config.mjs'), CONFIG);
  const report = join(place, 'report.json');
  const vitest = join(top, 'node_modules/vitest/vitest.mjs');
  const args = [
    vitest,
    'run',
    '--config',
    'vitest.config.mjs',
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${report}`,
  ];
  const { code, out, err } = await runProcess(process.execPath, args, place);
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    testResults: readonly { assertionResults: readonly { title: string; status: string }[] }[];
  };
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  expect(results).toHaveLength(5);
  // The fixture tells what happened, of tests that failed alone.
  expect(`${out}${err}`.includes('What happened (seed 1, node):')).toBe(code !== 0);
  return { code, failed: results.flatMap(({ title, status }) => (status === 'passed' ? [] : [title])) };
}

const PROPERTY = 'whatever the day brings, what is paid was charged once';

test('the till passes, and compiles', { timeout: 180_000 }, async () => {
  expect(await suiteOn('right', till)).toEqual({ code: 0, failed: [] });
  const { config } = ts.readConfigFile(join(top, 'simulator/test/tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, join(top, 'simulator/test'));
  const files = ['till.ts', 'till.test.ts'].map((name) => join(folder, 'right', name));
  const more = { noEmit: true, emitDeclarationOnly: false, composite: false, declaration: false, rootDir: top };
  const program = ts.createProgram({ rootNames: files, options: { ...options, ...more } });
  const faults = files.flatMap((file) => program.getSemanticDiagnostics(program.getSourceFile(file)));
  expect(faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))).toEqual([]);
});

test.each([
  ['a double charge', 0, 'the cable is pulled while the bank decides: paid, and charged once'],
  ['a lost result', 1, 'the cable is pulled while the bank decides: paid, and charged once'],
  ['a receipt too early', 2, 'the card has the last word, and it is no: no receipt'],
])('%s is found', { timeout: 180_000 }, async (name, number, by) => {
  const diff = blocks('diff')[number] ?? '';
  const { code, failed } = await suiteOn(name.replaceAll(' ', '-'), changed(till, diff));
  expect(code).toBe(1);
  expect(failed).toContain(by);
  expect(failed).not.toContain('a sale');
  expect(failed).toContain(PROPERTY);
});
