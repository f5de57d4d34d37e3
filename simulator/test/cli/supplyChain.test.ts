/** What comes from npm: every package by its hash, none that runs anything when it's installed, none in the firmware. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const top = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string): unknown => JSON.parse(readFileSync(`${top}${path}`, 'utf8'));

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}
type Lock = Readonly<Record<string, Locked>>;

/** Their scripts look for what was built before, and build it when it isn't there: it is there. */
const WITH_SCRIPT: readonly string[] = ['node_modules/esbuild', 'node_modules/node-hid', 'node_modules/usb'];
/** Nothing that asks for its source to be given away with ours. MPL is of files, and of tools that we don't give away. */
const LICENCES =
  /^(MIT|ISC|0BSD|Unlicense|BSD-[23]-Clause|Apache-2\.0|BlueOak-1\.0\.0|Python-2\.0|CC0-1\.0|CC-BY-4\.0|MPL-2\.0|X11|WTFPL|PostgreSQL)$/;

/** What is wrong with a lock file, a sentence each. */
function mistakesIn(lock: Lock): readonly string[] {
  return Object.entries(lock).flatMap(([path, { integrity, resolved, link, license, hasInstallScript }]) => {
    if (!path.includes('node_modules/') || link === true) return [];
    const mistakes: string[] = [];
    if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '')) mistakes.push(`${path} is not known by its SHA-512`);
    if (resolved !== undefined) mistakes.push(`${path} comes from ${resolved}`);
    if (hasInstallScript === true && !WITH_SCRIPT.includes(path))
      mistakes.push(`${path} runs something when it's installed`);
    const choices = (license ?? '').replaceAll(/[()]/g, '').split(' OR ');
    if (!choices.some((one) => LICENCES.test(one))) mistakes.push(`${path} has the licence ${license}`);
    return mistakes;
  });
}

const { packages } = read('package-lock.json') as { readonly packages: Lock };

test('the lock file knows every package by its hash, from the registry alone', () => {
  expect(Object.keys(packages).length).toBeGreaterThan(100);
  expect(mistakesIn(packages)).toEqual([]);
});

test('no package runs anything when it is installed', () => {
  expect(readFileSync(`${top}.npmrc`, 'utf8').split('\n')).toContain('ignore-scripts=true');
});

test('the firmware has no dependency but the protocol, and that has none', () => {
  expect(read('firmware/package.json')).toMatchObject({ dependencies: { '@comptoir/protocol': '0.1.0' } });
  expect(Object.keys((read('firmware/package.json') as Locked).dependencies ?? {})).toEqual(['@comptoir/protocol']);
  expect((read('firmware/protocol/package.json') as Locked).dependencies ?? {}).toEqual({});
});

test('what the C port is built from is pinned by its hash', () => {
  const pinned = readFileSync(`${top}firmware/port/engine/sources.sha256`, 'utf8').trimEnd().split('\n');
  expect(pinned.length).toBeGreaterThan(1);
  for (const line of pinned) expect(line).toMatch(/^[0-9a-f]{64} {2}\S+$/);
});

describe('sabotage', () => {
  const one = 'node_modules/commander';
  test.each<[string, Partial<Locked>, string]>([
    ['another hash', { integrity: 'sha1-AAAA' }, 'is not known by its SHA-512'],
    ['another place', { resolved: 'git+ssh://somewhere/else.git' }, 'comes from git+ssh://somewhere/else.git'],
    ['a script', { hasInstallScript: true }, "runs something when it's installed"],
    ['a licence that binds', { license: 'AGPL-3.0' }, 'has the licence AGPL-3.0'],
  ])('%s is seen', (_, changed, said) => {
    expect(packages[one]).toBeDefined();
    expect(mistakesIn({ ...packages, [one]: { ...packages[one], ...changed } })).toEqual([`${one} ${said}`]);
  });
});
