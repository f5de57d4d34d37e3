/**
 * What others install: the packages as `npm pack` makes them, in a folder of their own without the repository, without a network. And the steps of the
 * action for GitHub, as its runner would run them.
 */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Ran, runProcess } from './commandProcess.js';

const top = fileURLToPath(new URL('../..', import.meta.url));
const OURS = ['firmware/protocol', 'firmware', 'sdk', 'simulator'];

interface Manifest {
  readonly name: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

let folder = '';
beforeAll(() => {
  // The bundles, where they aren't up to date.
  execFileSync(process.execPath, ['simulator/run.mjs', 'run', '--help'], { cwd: top, stdio: 'ignore' });
  folder = mkdtempSync(join(tmpdir(), 'installed-'));
  const packed = OURS.flatMap((workspace) => ['-w', workspace]);
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder, ...packed], { cwd: top });
  for (const tarball of readdirSync(folder)) install(join(folder, tarball));
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  mkdirSync(join(folder, 'scenarios'));
  for (const name of ['sale-contactless.yaml', 'link-unplug-during.yaml'])
    copyFileSync(join(top, 'test-vectors/scenarios', name), join(folder, 'scenarios', name));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** As npm lays it out: our packages as they are packed, those of others beside them. */
function install(tarball: string): void {
  const unpacked = mkdtempSync(join(folder, 'unpacked-'));
  execFileSync('tar', ['-xzf', tarball, '-C', unpacked]);
  const {
    name,
    bin = {},
    dependencies = {},
  } = JSON.parse(readFileSync(join(unpacked, 'package/package.json'), 'utf8')) as Manifest;
  const place = join(folder, 'node_modules', name);
  mkdirSync(dirname(place), { recursive: true });
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  execFileSync('mv', [join(unpacked, 'package'), place]);
  rmSync(unpacked, { recursive: true });
  for (const [command, path] of Object.entries(bin)) {
    execFileSync('chmod', ['+x', join(place, path)]);
    symlinkSync(join(place, path), join(folder, 'node_modules/.bin', command));
  }
  for (const other of Object.keys(dependencies).filter((one) => !one.startsWith('@comptoir/'))) linkPackage(other);
}

function linkPackage(name: string): void {
  const place = join(folder, 'node_modules', name);
  mkdirSync(dirname(place), { recursive: true });
  try {
    symlinkSync(join(top, 'node_modules', name), place);
  } catch (fault) {
    if (!(fault instanceof Error && 'code' in fault && fault.code === 'EEXIST')) throw fault;
  }
}

test('npx runs scenarios from the packages alone', { timeout: 120_000 }, async () => {
  const args = [
    '--no',
    '--offline',
    '--',
    'comptoir-sim',
    'run',
    'scenarios',
    '--junit',
    'scenarios.xml',
    '--jobs',
    '2',
  ];
  const ran = await runProcess('npx', args, folder);
  expect(ran).toEqual({ code: 0, out: '', err: '2 of 2 scenarios passed on quickjs\n' });
  expect(readFileSync(join(folder, 'scenarios.xml'), 'utf8')).toContain('tests="2" failures="0"');
});

test('each command of the page on continuous integration runs there, and its files for servers are YAML', {
  timeout: 120_000,
}, async () => {
  const page = readFileSync(join(top, 'docs/how-to/run-in-your-ci.md'), 'utf8');
  const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => parse(text) as object);
  expect(blocks.map((block) => Object.keys(block).length > 0)).toEqual([true, true, true]);
  const commands = new Set([...page.matchAll(/npx comptoir-sim run [^#\n]*/g)].map(([text]) => text.trim()));
  expect(commands.size).toBe(3);
  for (const command of commands)
    expect(await runProcess('bash', ['-euo', 'pipefail', '-c', command], folder), command).toMatchObject({ code: 0 });
});

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>;
  readonly runs: {
    readonly using: string;
    readonly steps: readonly {
      readonly shell: string;
      readonly env: Readonly<Record<string, string>>;
      readonly run: string;
    }[];
  };
}

/** Runs the steps as a runner does: inputs go into `env`, and nowhere else. */
async function runAction(inputs: Readonly<Record<string, string>>): Promise<readonly Ran[]> {
  const action = parse(readFileSync(join(top, '.github/actions/scenarios/action.yml'), 'utf8')) as Action;
  expect(action.runs.using).toBe('composite');
  const given = (name: string): string => inputs[name] ?? action.inputs[name]?.default ?? '';
  const ran: Ran[] = [];
  for (const { shell, env, run } of action.runs.steps) {
    expect(shell).toBe('bash');
    // What a person gives must not become a part of the script.
    expect(run).not.toContain('${{');
    const values = Object.entries(env).map(
      ([name, text]) => `${name}=${text.replace(/\$\{\{ inputs\.(\w+) \}\}/g, (_, input: string) => given(input))}`,
    );
    ran.push(
      await runProcess('env', [...values, 'bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', run], folder),
    );
  }
  return ran;
}

test('the action for GitHub runs them, in as many files as it is given, and fails when one fails', {
  timeout: 120_000,
}, async () => {
  const files = 'scenarios/sale-contactless.yaml scenarios/link-unplug-during.yaml';
  const [passed] = await runAction({ files, target: 'node', jobs: '1' });
  expect(passed).toMatchObject({ code: 0, err: '2 of 2 scenarios passed on node\n' });
  const wrong = join(folder, 'wrong.yaml');
  writeFileSync(
    wrong,
    readFileSync(join(folder, 'scenarios/sale-contactless.yaml'), 'utf8').replace(
      'status: approved',
      'status: declined',
    ),
  );
  const [failed] = await runAction({ files: wrong, target: 'node', junit: 'wrong.xml' });
  expect(failed).toMatchObject({ code: 1, err: '0 of 1 scenarios passed on node\n' });
  expect(readFileSync(join(folder, 'wrong.xml'), 'utf8')).toContain('failures="1"');
});
