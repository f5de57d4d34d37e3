/**
 * What others install: the packages as `npm pack` makes them, in a folder of their own without the repository, without a registry. And the steps of the
 * action for GitHub, as its runner would run them.
 */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Ran, runProcess } from './commandProcess.js';

const top = fileURLToPath(new URL('../../..', import.meta.url));
const PACKAGES = ['acquirer', 'issuer', 'factory', 'cli'];
const OURS = ['firmware/protocol', 'firmware', 'sdk', ...PACKAGES.map((name) => `sdk/${name}`), 'simulator'];

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

describe('the SDK alone', () => {
  const SDK = 'node_modules/@comptoir/sdk';
  const BYTES_MAX = 2 * 1024 * 1024;
  let empty = '';
  const text = (path: string): string => readFileSync(join(empty, path), 'utf8');
  const files = (path: string): readonly string[] =>
    readdirSync(join(empty, path), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(empty, join(entry.parentPath, entry.name)));
  beforeAll(() => {
    empty = mkdtempSync(join(folder, 'empty-'));
    writeFileSync(join(empty, 'package.json'), '{ "private": true }');
    const tarballs = ['protocol', 'sdk'].map((name) => join(folder, `comptoir-${name}-0.1.0.tgz`));
    execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', ...tarballs], { cwd: empty });
  }, 60_000);

  test('it is two packages, without a registry and without maps', () => {
    expect(readdirSync(join(empty, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['@comptoir']);
    expect(readdirSync(join(empty, 'node_modules/@comptoir')).sort()).toEqual(['protocol', 'sdk']);
    const sizes = files('node_modules').map((path) => statSync(join(empty, path)).size);
    expect(sizes.reduce((a, b) => a + b)).toBeLessThan(BYTES_MAX);
    expect(files('node_modules').filter((path) => path.endsWith('.map'))).toEqual([]);
  });

  test('each entry loads, and none needs Node', async () => {
    const names = entriesOf(text(`${SDK}/package.json`));
    expect(names.length).toBeGreaterThan(10);
    expect(await load(names, empty)).toMatchObject({ code: 0, err: '' });
    const needNode = files(`${SDK}/dist`).filter((path) => path.endsWith('.js') && /["']node:/.test(text(path)));
    expect(needNode).toEqual([]);
  });

  /** Node takes half a millisecond for each, whatever is in it. */
  const FILES_AT_ONCE_MAX = 5;

  test('core and nodeHid come in few files, and their cryptography is loaded later', () => {
    const seen = new Set<string>();
    const follow = (path: string): void => {
      if (seen.has(path)) return;
      seen.add(path);
      for (const [, next = ''] of text(path).matchAll(/^(?:import|export) [^;]*?["'](\.[^"']+)["']/gm))
        follow(join(dirname(path), next));
    };
    follow(`${SDK}/dist/index.js`);
    follow(`${SDK}/dist/transports/nodeHid.js`);
    const core = [...seen].find((path) => path.includes('/parts/core-')) ?? '';
    // What bundles a page looks for every package that is named.
    expect(text(core)).not.toMatch(/["'](ws|usb|node-hid)["']/);
    expect(seen.size).toBeLessThanOrEqual(FILES_AT_ONCE_MAX);
    for (const path of seen) expect(text(path)).not.toContain('noble');
  });

  test('it tells what of others is in it, in the version that the lock file knows', () => {
    const { components } = JSON.parse(text(`${SDK}/dist/bundled.cdx.json`)) as {
      readonly components: readonly { readonly name: string; readonly version: string; readonly purl: string }[];
    };
    const { packages } = JSON.parse(readFileSync(join(top, 'package-lock.json'), 'utf8')) as {
      readonly packages: Readonly<Record<string, { readonly version: string }>>;
    };
    expect(components.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['@noble/ciphers', '@noble/curves', '@noble/hashes']),
    );
    for (const { name, version, purl } of components) {
      expect(version, name).toBe(packages[`node_modules/${name}`]?.version);
      expect(purl).toBe(`pkg:npm/${name.replace('@', '%40')}@${version}`);
      expect(text(`${SDK}/dist/LICENSES.txt`)).toContain(`${name} ${version}\n\n`);
    }
  });
});

function entriesOf(manifest: string): readonly string[] {
  const { name, exports: entries = {} } = JSON.parse(manifest) as { readonly name: string; readonly exports?: object };
  return Object.keys(entries).map((entry) => join(name, entry));
}

function load(names: readonly string[], where: string): Promise<Ran> {
  const script = `for (const name of ${JSON.stringify(names)}) if (Object.keys(await import(name)).length === 0) throw name`;
  return runProcess(process.execPath, ['--input-type=module', '-e', script], where);
}

describe('the packages for others than tills', () => {
  const manifestOf = (name: string): string =>
    readFileSync(join(folder, 'node_modules/@comptoir', name, 'package.json'), 'utf8');

  test('each entry loads, and so does the command', async () => {
    const names = PACKAGES.flatMap((name) => entriesOf(manifestOf(name)));
    expect(names.length).toBeGreaterThan(5);
    expect(await load(names, folder)).toMatchObject({ code: 0, err: '' });
    const help = await runProcess(join(folder, 'node_modules/.bin/comptoir'), ['--help'], folder);
    expect(help).toMatchObject({ code: 0, err: '' });
  });

  test('none depends on a room that is never published, and its types lead nowhere else', () => {
    for (const name of [...PACKAGES, 'sdk', 'simulator']) {
      const { dependencies = {} } = JSON.parse(manifestOf(name)) as Manifest;
      expect(Object.keys(dependencies)).not.toEqual(expect.arrayContaining([expect.stringMatching(/crypto|files/)]));
      const from = join(folder, 'node_modules/@comptoir', name, 'dist');
      for (const path of readdirSync(from, { recursive: true, encoding: 'utf8' }).filter((one) =>
        one.endsWith('.d.ts'),
      )) {
        const declarations = readFileSync(join(from, path), 'utf8');
        expect(declarations, path).not.toMatch(/@comptoir\/(crypto|files)/);
        for (const [, room = ''] of declarations.matchAll(/["']#(crypto\/\w+|files\/disk|files)["']/g))
          expect(existsSync(join(from, room === 'files' ? 'files/index.d.ts' : `${room}.d.ts`)), room).toBe(true);
      }
    }
  });
});

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

test('editors find the schema of scenarios', () => {
  const page = readFileSync(join(top, 'docs/reference/scenario-files.md'), 'utf8');
  const [path = ''] = /node_modules\/@comptoir\/\S*\.json/.exec(page) ?? [];
  const ours = readFileSync(join(top, 'test-vectors/schema/scenario.schema.json'), 'utf8');
  expect(readFileSync(join(folder, path), 'utf8')).toBe(ours);
});

test('what is bundled comes with its licence', () => {
  const page = join(folder, 'node_modules/@comptoir/simulator/dist/page');
  expect(readFileSync(join(page, 'LICENSE-preact.txt'), 'utf8')).toContain('Jason Miller');
});

test('what needs the repository says so, in a sentence', { timeout: 120_000 }, async () => {
  const sim = (...args: readonly string[]): Promise<Ran> =>
    runProcess('npx', ['--no', '--offline', '--', 'comptoir-sim', ...args], folder);
  for (const [args, told] of [
    [['run', 'scenarios', '--target', 'pico'], 'There is no firmware/port/build/pico/comptoir.uf2'],
    [['docs', '--check'], 'The documentation is printed in its repository'],
    [['vectors', 'check'], 'The folder "test-vectors" can not be read'],
  ] as const)
    expect(await sim(...args)).toEqual({ code: 2, out: '', err: expect.stringMatching(new RegExp(`^${told}.*\n$`)) });
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

test('the script of that page that serves readers leaves nothing behind', { timeout: 120_000 }, async () => {
  const page = readFileSync(join(top, 'docs/how-to/run-in-your-ci.md'), 'utf8');
  const [script = ''] = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, text = '']) =>
    text.includes(' serve ') ? [text] : [],
  );
  writeFileSync(join(folder, 'run-the-tests-of-the-till'), '#!/bin/sh\necho "at $COMPTOIR_SIMULATOR"\n', {
    mode: 0o755,
  });
  // The output closes with the last process that holds it: with a server that went on, this would never be over.
  const { code, out } = await runProcess('bash', ['-euo', 'pipefail', '-c', script], folder);
  // The server and the tests write side by side: either may be first.
  expect([code, out.split('\n').sort().join('\n')]).toEqual([0, expect.stringMatching(/^\nat (.*)\n\{"url":"\1"\}$/)]);
  expect(existsSync(join(folder, 'ready.txt'))).toBe(false);
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
