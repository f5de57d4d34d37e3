/**
 * `node simulator/run.mjs sale|replay|bench|mutate|fuzz|soak|docs|counter|figures …`: brings the bundles up to date, then runs the command from them.
 * Plain JavaScript, because nothing is built yet when it starts. What the bundling says goes to standard error.
 */
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('..', import.meta.url));

/** What each bundle is made from, and what it makes. A bundle holds the sources of another package only where listed. */
const BUNDLES = [
  {
    workspace: '@comptoir/protocol',
    from: ['firmware/protocol/src', 'firmware/protocol/package.json'],
    to: ['firmware/protocol/dist/index.js'],
  },
  {
    workspace: '@comptoir/firmware',
    from: ['firmware/src', 'firmware/protocol/src', 'firmware/tsup.config.ts', 'firmware/package.json'],
    to: ['firmware/dist/reader.js', 'firmware/dist/vectors.js', 'firmware/dist/dynamicCard.js'],
  },
  {
    workspace: '@comptoir/sdk',
    from: ['sdk/src', 'sdk/crypto/src', 'sdk/bundle.mjs', 'sdk/package.json'],
    to: ['sdk/dist/index.js'],
  },
  ...['acquirer', 'issuer', 'factory', 'cli'].map((name) => ({
    workspace: `@comptoir/${name}`,
    from: [`sdk/${name}/src`, 'sdk/crypto/src', 'sdk/files/src', 'sdk/bundle.mjs', `sdk/${name}/package.json`],
    to: [`sdk/${name}/dist/${name === 'cli' ? 'comptoir' : 'index'}.js`],
  })),
  {
    workspace: '@comptoir/simulator',
    from: [
      'simulator/src',
      'simulator/page',
      'firmware/src/board',
      'simulator/tsup.config.ts',
      'simulator/package.json',
      'test-vectors/schema/scenario.schema.json',
    ],
    to: [
      'simulator/dist/index.js',
      'simulator/dist/cli/comptoirSim.js',
      'simulator/dist/page/page.js',
      'simulator/dist/schema/scenario.schema.json',
    ],
  },
];

/** The benchmarks have peers to run beside, and are a package of their own; so is what changes our sources to test the tests. */
const BENCH_COMMANDS = {
  bench: './bench/dist/bench.js',
  mutate: './bench/dist/mutation/mutateSelection.js',
  soak: './bench/dist/soak/soak.js',
};
const BENCH = {
  workspace: '@comptoir/bench',
  from: ['simulator/bench', ...BUNDLES.flatMap(({ from }) => from)],
  to: Object.values(BENCH_COMMANDS).map((path) => `simulator/${path}`),
};

/** The fuzzer and its targets, likewise; the targets are bundled from the sources. */
const FUZZ = {
  workspace: '@comptoir/fuzz',
  from: ['simulator/fuzz', 'firmware/test', ...BUNDLES.flatMap(({ from }) => from)],
  to: ['simulator/fuzz/dist/fuzz.js', 'simulator/fuzz/dist/targets/tlv.cjs'],
};

/** The counter: the shop, its site, and the till's page as vite builds it. */
const SHOP_AND_TILL = [
  'sdk/shop/src',
  'sdk/till/src',
  'sdk/till/public',
  'sdk/till/index.html',
  'sdk/till/vite.config.ts',
];
const TILL = {
  workspace: '@comptoir/till',
  from: ['sdk/src', 'firmware/protocol/src', ...SHOP_AND_TILL],
  to: ['sdk/till/dist/page/index.html'],
};
const COUNTER = {
  workspace: '@comptoir/counter',
  from: ['simulator/counter', ...SHOP_AND_TILL, ...BUNDLES.flatMap(({ from }) => from)],
  to: ['simulator/counter/dist/counter.js', 'simulator/counter/dist/figures.js'],
};
const COUNTER_COMMANDS = { counter: './counter/dist/counter.js', figures: './counter/dist/figures.js' };

const command = process.argv[2] ?? '';
const benchCommand = BENCH_COMMANDS[command];
const counterCommand = COUNTER_COMMANDS[command];
const more = counterCommand === undefined ? [] : [TILL, COUNTER];
const bundles = command === 'fuzz' ? [FUZZ] : [...BUNDLES, ...(benchCommand === undefined ? [] : [BENCH]), ...more];
await Promise.all(bundles.filter(isStale).map(bundle));
if (command === 'fuzz' || counterCommand !== undefined) process.argv.splice(2, 1);
await import(
  command === 'fuzz' ? './fuzz/dist/fuzz.js' : (benchCommand ?? counterCommand ?? './dist/cli/comptoirSim.js')
);

function isStale({ from, to }) {
  const newest = Math.max(...from.map(newestMs));
  return to.some((path) => (statSync(top + path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < newest);
}

/** When the file, or any file below the folder, was changed last. */
function newestMs(path) {
  const stat = statSync(top + path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  const names = readdirSync(top + path).filter((name) => !['dist', 'node_modules', 'found'].includes(name));
  return Math.max(...names.map((name) => newestMs(`${path}/${name}`)));
}

function bundle({ workspace }) {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['run', '-s', 'bundle', '-w', workspace], { cwd: top, stdio: ['ignore', 2, 2] });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`bundling ${workspace} failed`));
    });
  });
}
