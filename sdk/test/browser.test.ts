import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'tsup';
import { expect, test } from 'vitest';

const sdk = fileURLToPath(new URL('..', import.meta.url));

/** Everything that an entry brings along, the protocol included; a module that isn't ours stays an import. */
async function bundle(name: string, entry: string): Promise<string> {
  await build({
    config: false,
    silent: true,
    entry: { [name]: `${sdk}src/${entry}` },
    outDir: `${sdk}dist/test-browser`,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    minify: true,
    noExternal: ['@comptoir/protocol'],
    external: ['ws', /^node:/, /^@noble/],
    esbuildOptions: (options) => {
      options.conditions = ['comptoir-source'];
    },
  });
  return readFileSync(`${sdk}dist/test-browser/${name}.js`, 'utf8');
}

/** README and docs/reference/sdk.md promise this. */
const CORE_GZIP_BYTES_MAX = 12 * 1024;

test('the core runs in browsers: it imports nothing, and is small', async () => {
  const text = await bundle('index', 'index.ts');
  expect(text).not.toMatch(/\bfrom\s*["']|\bimport\s*[("']/);
  expect(gzipSync(text).length).toBeLessThan(CORE_GZIP_BYTES_MAX);
});

test('the WebSocket transport imports `ws` only when it is needed', async () => {
  const text = await bundle('webSocket', 'transports/webSocket.ts');
  expect(text.match(/\bfrom\s*["'][^"']+|\bimport\s*\(?["'][^"']+/g)).toEqual(['import("ws']);
});

test('sabotage: the same search finds what the acquirer imports', async () => {
  expect(await bundle('acquirer', 'acquirer/index.ts')).toMatch(/from\s*["']@noble/);
});
