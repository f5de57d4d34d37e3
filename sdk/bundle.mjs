/**
 * `npm run bundle` of a package under sdk: one build for the entries that its package.json exports, and its command, so that they share what they have in common.
 * `tsc -b` writes the declarations beside; those of the private rooms `crypto` and `files`, which are bundled, are copied into it.
 * Why @noble/* is in it, and why Rolldown makes it: docs/decisions/0070-the-cryptography-is-in-the-bundle.md.
 */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'rolldown';

const OUT = 'dist';
const {
  bin,
  exports = {},
  imports = {},
  dependencies,
  peerDependencies = {},
} = JSON.parse(readFileSync('package.json', 'utf8'));
const sources = Object.values(exports).map((entry) => entry['comptoir-source']);
if (bin !== undefined) sources.push('./src/comptoir.ts');

/**
 * What most programs import at once, in one file with all that it needs at once: a file takes Node half a millisecond.
 * What is loaded later has files of its own, cryptography first of all.
 */
const CORE = /\/sdk\/src\/(index|transports\/(ending|usbReaders|watchDevices))\.ts$/;

const others = Object.keys({ ...dependencies, ...peerDependencies });
await build({
  input: Object.fromEntries(sources.map((path) => [path.replace(/^\.\/src\/|\.ts$/g, ''), path])),
  platform: 'node',
  external: [/^node:/, ...others.map((name) => new RegExp(`^${name}(/|$)`)), 'ws', 'node-hid', 'usb'],
  resolve: { conditionNames: ['comptoir-source', 'import', 'default'] },
  transform: { target: 'es2022' },
  output: {
    dir: OUT,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'parts/[name]-[hash].js',
    codeSplitting: { groups: [{ name: 'core', test: CORE }] },
  },
  plugins: [withoutEarlierFiles(), licences()],
});

for (const room of Object.keys(imports)) {
  const name = /^#(\w+)/.exec(room)[1];
  const from = join(import.meta.dirname, name, OUT);
  if (existsSync(from)) cpSync(from, join(OUT, name), { recursive: true, filter: (path) => !path.endsWith('.map') });
}
/** Parts of earlier builds go, once the new ones are there: whoever imports meanwhile finds the one or the other. Declarations stay. */
function withoutEarlierFiles() {
  return {
    name: 'without-earlier-files',
    writeBundle(_, bundle) {
      for (const { name, parentPath } of readdirSync(OUT, { recursive: true, withFileTypes: true })) {
        const path = relative(OUT, join(parentPath, name)).replaceAll('\\', '/');
        if (path.endsWith('.js') && !(path in bundle)) rmSync(join(OUT, path));
      }
    },
  };
}

/** What is bundled of others: their licences for people, and a bill of materials for what looks for known faults. */
function licences() {
  return {
    name: 'licences',
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
      const folders = modules.flatMap((id) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []);
      const packages = [...new Set(folders)].sort().map((folder) => ({
        ...JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')),
        text: licenceIn(folder),
      }));
      const told = packages.map(({ name, version, text }) => `${name} ${version}\n\n${text}`);
      this.emitFile({ type: 'asset', fileName: 'LICENSES.txt', source: told.join('\n\n\n') });
      const bill = { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components: packages.map(component) };
      this.emitFile({ type: 'asset', fileName: 'bundled.cdx.json', source: JSON.stringify(bill, null, 2) });
    },
  };
}

/** @param {{ name: string, version: string, license: string }} of its package.json */
function component({ name, version, license }) {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return { type: 'library', 'bom-ref': purl, name, version, purl, licenses: [{ license: { id: license } }] };
}

function licenceIn(folder) {
  for (const name of ['LICENSE', 'license', 'LICENSE-MIT.txt', 'LICENSE.md']) {
    try {
      return readFileSync(`${folder}/${name}`, 'utf8').trim();
    } catch {
      // Another name, then.
    }
  }
  throw new Error(`${folder} has no licence`);
}
