import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'tsup';
import { expect, test } from 'vitest';

const sdk = fileURLToPath(new URL('../..', import.meta.url));

const PROTOCOL = '@comptoir/protocol';

/**
 * What an entry brings along when it's loaded; modules in `external`, and those that aren't ours, stay imports, and so does what
 * is loaded later.
 */
async function bundle(name: string, entry: string, external: readonly string[] = []): Promise<string> {
  await build({
    config: false,
    silent: true,
    entry: { [name]: `${sdk}src/${entry}` },
    outDir: `${sdk}test/dist/browser`,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    minify: true,
    noExternal: external.includes(PROTOCOL) ? [] : [PROTOCOL],
    external: [...external, 'ws', 'node-hid', 'usb', /^node:/, /^@noble/],
    esbuildOptions: (options) => {
      options.conditions = ['comptoir-source'];
    },
  });
  return loaded(`${name}.js`);
}

/** A file with the chunks that it shares with others, each once, in place of their imports. */
function loaded(name: string, seen: Set<string> = new Set()): string {
  if (seen.has(name)) return '';
  seen.add(name);
  const text = readFileSync(`${sdk}test/dist/browser/${name}`, 'utf8');
  return text.replace(/import\s*(?:\{[^}]*\}\s*from\s*)?"\.\/(chunk-[^"]+)"/g, (_, chunk: string) =>
    loaded(chunk, seen),
  );
}

/** docs/reference/sdk.md promises these. */
const CORE_GZIP_BYTES_MAX = 17.5 * 1024;
const PAYING_PAGE_GZIP_BYTES_MAX = 16.25 * 1024;
const TRANSPORT_GZIP_BYTES_MAX = 4.5 * 1024;
const WITH_PROTOCOL_GZIP_BYTES_MAX = 24.5 * 1024;

test('the core runs in browsers: with the protocol it imports nothing, and is small', async () => {
  const text = await bundle('index', 'index.ts');
  // What updates a reader, what takes baskets, and the link's cryptography are loaded when it's asked for.
  const imports = text.match(/\bfrom\s*["'][^"']+|\bimport\s*\(?["'][^"']+/g) ?? [];
  expect(imports.map((one) => one.replace(/-[^-]*$/, '')).sort()).toEqual([
    'import("./configureReader',
    'import("./firmwareWork',
    'import("./payWork',
    'import("./seldomWork',
    'import("./sessionWork',
  ]);
  expect(gzipSync(text).length).toBeLessThan(WITH_PROTOCOL_GZIP_BYTES_MAX);
});

test('the core alone is smaller', async () => {
  expect(gzipSync(await bundle('core', 'index.ts', [PROTOCOL])).length).toBeLessThan(CORE_GZIP_BYTES_MAX);
});

test('a page that connects and pays carries less: what it does not import is left out', async () => {
  const text = await bundle('page', '../test/reader/payingPage.ts', [PROTOCOL]);
  expect(gzipSync(text).length).toBeLessThan(PAYING_PAGE_GZIP_BYTES_MAX);
});

test.each(['nodeHid', 'usb', 'webHid', 'webUsb'])('the transport %s is small', async (name) => {
  const text = await bundle(name, `transports/${name}.ts`, [PROTOCOL]);
  expect(gzipSync(text).length).toBeLessThan(TRANSPORT_GZIP_BYTES_MAX);
});

test('transports load their packages late, and in a browser there is none', async () => {
  expect(await bundle('late', 'transports/nodeHid.ts')).not.toMatch(/from\s*["'](node-hid|usb)["']/);
  expect(await bundle('early', 'transports/webUsb.ts')).not.toMatch(/["'](node-hid|usb)["']/);
});

test('the WebSocket transport imports `ws` only when it is needed', async () => {
  const text = await bundle('webSocket', 'transports/webSocket.ts');
  expect(text.match(/\bfrom\s*["'][^"']+|\bimport\s*\(?["'][^"']+/g)).toEqual(['import("ws']);
});

test('sabotage: the same search finds what the acquirer imports', async () => {
  expect(await bundle('acquirer', '../acquirer/src/index.ts')).toMatch(/from\s*["']@noble/);
});
