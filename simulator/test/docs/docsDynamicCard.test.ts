/** docs/tutorials/your-first-dynamic-card.md: every block of commands is run, and says what the page shows. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleCommands, runProcess } from '../cli/commandProcess.js';

const docs = fileURLToPath(new URL('../../../docs', import.meta.url));
const page = readFileSync(`${docs}/tutorials/your-first-dynamic-card.md`, 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'tutorial-'));
let bundles = '';
beforeAll(async () => {
  bundles = await bundleCommands('docsDynamicCard');
  mkdirSync(join(folder, 'docs/tutorials'), { recursive: true });
  cpSync(`${docs}/tutorials/basket.json`, join(folder, 'docs/tutorials/basket.json'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Block {
  readonly commands: string;
  /** Lines that the page shows, in order; there may be more between them. */
  readonly shown: readonly string[];
}

const blocks: readonly Block[] = [...page.matchAll(/^```sh\n(.*?)^```\n(?:\n```text\n(.*?)^```)?/gms)].map(
  ([, commands = '', shown = '']) => ({ commands, shown: shown.split('\n').filter((line) => line !== '') }),
);

/** What `npm ci && npm run build` puts in place, from the bundles of this test. */
const shell = (commands: string): string => `
set -e
npx() { name=$1; shift; "${process.execPath}" "${bundles}/$name.js" "$@"; }
npm() { if [ "$1" = start ]; then shift 2; npx comptoir-sim sale "$@"; fi; }
${commands}`;

test('the page has its blocks', () => {
  expect(blocks.length).toBeGreaterThan(12);
  expect(blocks.filter(({ shown }) => shown.length > 0).length).toBeGreaterThan(9);
});

test('from a fresh clone to a blocked profile', async () => {
  for (const { commands, shown } of blocks) {
    const { code, out, err } = await runProcess('sh', ['-c', shell(commands)], folder);
    const isRefused = shown.some((line) => line.includes('refused, '));
    expect({ commands, code, err }).toEqual({ commands, code: isRefused ? 1 : 0, err: '' });
    const lines = out.replaceAll(/\b[0-9A-F]{16}\b/g, '0011223344556677').split('\n');
    let at = -1;
    for (const line of shown) {
      const found = lines.indexOf(line, at + 1);
      expect(found, `"${line}" after line ${at + 1} of\n${lines.join('\n')}`).toBeGreaterThan(at);
      at = found;
    }
  }
});
