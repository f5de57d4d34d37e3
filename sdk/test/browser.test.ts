import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'tsup';
import { expect, test } from 'vitest';

const sdk = fileURLToPath(new URL('..', import.meta.url));

const PROTOCOL = '@comptoir/protocol';

/** What an entry brings along; modules in `external`, and those that aren't ours, stay imports. */
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
    external: [...external, 'ws', /^node:/, /^@noble/],
    esbuildOptions: (options) => {
      options.conditions = ['comptoir-source'];
    },
  });
  return readFileSync(`${sdk}test/dist/browser/${name}.js`, 'utf8');
}

/** docs/reference/sdk.md promises these. */
const CORE_GZIP_BYTES_MAX = 13 * 1024;
const WITH_PROTOCOL_GZIP_BYTES_MAX = 18 * 1024;

test('the core runs in browsers: with the protocol it imports nothing, and is small', async () => {
  const text = await bundle('index', 'index.ts');
  expect(text).not.toMatch(/\bfrom\s*["']|\bimport\s*[("']/);
  expect(gzipSync(text).length).toBeLessThan(WITH_PROTOCOL_GZIP_BYTES_MAX);
});

test('the core alone is smaller', async () => {
  expect(gzipSync(await bundle('core', 'index.ts', [PROTOCOL])).length).toBeLessThan(CORE_GZIP_BYTES_MAX);
});

test('the WebSocket transport imports `ws` only when it is needed', async () => {
  const text = await bundle('webSocket', 'transports/webSocket.ts');
  expect(text.match(/\bfrom\s*["'][^"']+|\bimport\s*\(?["'][^"']+/g)).toEqual(['import("ws']);
});

test('sabotage: the same search finds what the acquirer imports', async () => {
  expect(await bundle('acquirer', 'acquirer/index.ts')).toMatch(/from\s*["']@noble/);
});
