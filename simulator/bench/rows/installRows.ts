/**
 * What the SDK costs whoever installs it, beside two peers: packages, bytes, compressed bytes of a page, time to import. Peers are installed
 * into a folder for this run; without a registry there are none, and the rows say so.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'tsup';
import { spreadOf } from '../stopwatch.js';
import type { Row } from './row.js';

const TOP = fileURLToPath(new URL('../../../', import.meta.url));
const SDK = join(TOP, 'sdk');
const LEDGER = '@ledgerhq/hw-transport-node-hid';
const STRIPE = '@stripe/terminal-js';
const PEERS = { [LEDGER]: '6.33.5', [STRIPE]: '0.26.0' };

const PACKAGES_MAX = 5;
const MEBIBYTE = 1024 * 1024;
const MEBIBYTES_MAX = 2;
const CORE_KIBIBYTES_MAX = 15;
const IMPORT_RATIO_MAX = 0.5;
const STARTS = 11;

export async function installRows(): Promise<Row[]> {
  // Declarations are installed, too.
  execFileSync('npx', ['tsc', '-b', 'sdk'], { cwd: TOP });
  execFileSync('npm', ['run', '-s', 'bundle', '-w', '@comptoir/protocol', '-w', '@comptoir/sdk'], { cwd: TOP });
  const folder = mkdtempSync(join(tmpdir(), 'comptoir-bench-'));
  try {
    const peers = Object.keys(PEERS).map((name) => peerIn(folder, name));
    const own = ownInstall(folder);
    return [
      row('packages that the SDK brings', '', own.packages, PACKAGES_MAX, 'packages', peers),
      row('installed, without native parts', 'MiB', own.bytes / MEBIBYTE, MEBIBYTES_MAX, 'MiB', peers),
      ...(await pageRows()),
      importRow(peers.find(({ name }) => name === LEDGER)),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Installed {
  readonly packages: number;
  /** Without prebuilt libraries. */
  readonly bytes: number;
}

interface Peer {
  readonly name: string;
  readonly folder: string;
  /** Undefined: there is no registry. */
  readonly installed: Installed | undefined;
}

function row(name: string, unit: string, value: number, most: number, of: string, peers: readonly Peer[]): Row {
  const told = peers.map(({ name: peer, installed }) => {
    const figure = of === 'packages' ? `${installed?.packages} packages` : `${mebibytes(installed)} MiB`;
    return `${peer}: ${installed === undefined ? NO_REGISTRY : figure}`;
  });
  return { name, unit, value, goal: { kind: 'atMost', value: most }, detail: told.join('; ') };
}

const NO_REGISTRY = 'not installed, there is no registry here';

function mebibytes(installed: Installed | undefined): string {
  return ((installed?.bytes ?? 0) / MEBIBYTE).toFixed(2);
}

/** The SDK as `npm pack` makes it, in an empty folder. It needs no registry: all that it depends on is ours. */
function ownInstall(folder: string): Installed {
  const own = mkdtempSync(join(folder, 'own-'));
  const workspaces = ['-w', '@comptoir/protocol', '-w', '@comptoir/sdk'];
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', own, ...workspaces], { cwd: TOP });
  const tarballs = readdirSync(own).map((name) => join(own, name));
  installInto(own, tarballs);
  return installedIn(own);
}

function installInto(folder: string, packages: readonly string[]): void {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages];
  execFileSync('npm', args, { stdio: 'ignore', cwd: folder });
}

function installedIn(folder: string): Installed {
  const lock = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8'));
  return { packages: Object.keys(lock.packages).length, bytes: bytesOf(join(folder, 'node_modules')) };
}

function peerIn(folder: string, name: string): Peer {
  const own = mkdtempSync(join(folder, 'peer-'));
  const version = PEERS[name as keyof typeof PEERS];
  try {
    installInto(own, [`${name}@${version}`]);
  } catch {
    return { name, folder: own, installed: undefined };
  }
  return { name, folder: own, installed: installedIn(own) };
}

/** Of a file, or of all files in a folder; native parts, and the sources that they are built from, don't count. */
function bytesOf(path: string): number {
  const entry = statSync(path);
  if (!entry.isDirectory()) return path.endsWith('.node') ? 0 : entry.size;
  return readdirSync(path)
    .filter((name) => !['prebuilds', 'libusb', 'hidapi'].includes(name))
    .reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}

async function pageRows(): Promise<Row[]> {
  const page = await compressed('test/reader/payingPage', ['@comptoir/protocol']);
  const core = await compressed('src/index', ['@comptoir/protocol']);
  const whole = await compressed('src/index', []);
  const transports: string[] = [];
  for (const name of ['nodeHid', 'usb', 'webHid', 'webUsb'])
    transports.push(`${name} ${kibibytes(await compressed(`src/transports/${name}`, ['@comptoir/protocol']))}`);
  return [
    {
      name: 'the core in a page that pays, compressed',
      unit: 'KiB',
      value: page / 1024,
      goal: { kind: 'atMost', value: CORE_KIBIBYTES_MAX },
      detail: `gzip, without the link's cryptography; ${kibibytes(core)} with all that the entry exports, ${kibibytes(whole)} with the protocol; ${transports.join(', ')}`,
    },
  ];
}

function kibibytes(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}

/** What is loaded at once of an entry, minified and compressed. What is loaded later is in files of its own. */
async function compressed(entry: string, external: readonly string[]): Promise<number> {
  const outDir = mkdtempSync(join(tmpdir(), 'comptoir-page-'));
  try {
    await build({
      config: false,
      silent: true,
      entry: { page: join(SDK, `${entry}.ts`) },
      outDir,
      format: 'esm',
      target: 'es2022',
      platform: 'browser',
      minify: true,
      noExternal: external.length > 0 ? [] : ['@comptoir/protocol'],
      external: [...external, 'ws', 'node-hid', 'usb', /^@noble/],
      esbuildOptions: (options) => {
        options.conditions = ['comptoir-source'];
      },
    });
    return gzipSync(loadedWith(outDir, 'page.js', new Set())).length;
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

function loadedWith(folder: string, name: string, seen: Set<string>): string {
  if (seen.has(name)) return '';
  seen.add(name);
  const text = readFileSync(join(folder, name), 'utf8');
  return text.replace(/import\s*(?:\{[^}]*\}\s*from\s*)?"\.\/(chunk-[^"]+)"/g, (_, chunk: string) =>
    loadedWith(folder, chunk, seen),
  );
}

/** Core and node-hid transport, beside the peer that does the same: a new process each time. */
function importRow(ledger: Peer | undefined): Row {
  const own = loadMs(SDK, "Promise.all([import('./dist/index.js'), import('./dist/transports/nodeHid.js')])");
  const name = 'import, core and nodeHid';
  if (ledger?.installed === undefined)
    return { name, unit: 'ms', value: own.median, min: own.min, max: own.max, detail: `${LEDGER}: ${NO_REGISTRY}` };
  // Its ES modules name files without their endings, which Node doesn't load.
  const peer = loadMs(ledger.folder, `Promise.resolve(require('${LEDGER}'))`);
  return {
    name: `${name}, of ${LEDGER}'s`,
    unit: '×',
    value: own.median / peer.median,
    goal: { kind: 'atMost', value: IMPORT_RATIO_MAX },
    detail: `${own.median.toFixed(0)} and ${peer.median.toFixed(0)} ms, of the processor, median of ${STARTS} processes`,
  };
}

/** @param load an expression that gives a promise */
function loadMs(cwd: string, load: string): ReturnType<typeof spreadOf> {
  // Of the processor, not of the wall: what else the machine does is no matter.
  const took = 'Object.values(process.cpuUsage(from)).reduce((a, b) => a + b) / 1000';
  const script = `const from = process.cpuUsage(); ${load}.then(() => console.log(${took}))`;
  const once = (): number => Number(execFileSync(process.execPath, ['-e', script], { cwd, encoding: 'utf8' }));
  once();
  return spreadOf(Array.from({ length: STARTS }, once));
}
