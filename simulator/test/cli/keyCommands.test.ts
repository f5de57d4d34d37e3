/** The ceremony of docs/how-to/load-keys.md: `comptoir` as a process of its own, at a reader that another one serves. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../src/cli/run.js';
import { bundleCommands, type Ran, runProcess } from './commandProcess.js';

const folder = mkdtempSync(join(tmpdir(), 'comptoir-keys-'));
const ending = new AbortController();
let ended: Promise<number>;
let url = '';
let commands = '';

beforeAll(async () => {
  commands = await bundleCommands('keyCommands');
  const printed = new Promise<string>((resolve) => {
    ended = run(['reader', '--ws', '0', '--card', 'visa-debit', '--target', 'node', '--json'], {
      out: resolve,
      err: (text) => resolve(text),
      ended: ending.signal,
    });
  });
  ({ url } = JSON.parse(await printed));
});
afterAll(async () => {
  ending.abort();
  await ended;
  rmSync(folder, { recursive: true });
});

/** @param line as a person types it */
function comptoir(line: string): Promise<Ran> {
  const words = line.split(' ').slice(1);
  return runProcess(process.execPath, [join(commands, 'comptoir.js'), '--reader', url, ...words], folder);
}

/** The commands of the page, in their order. */
const page = readFileSync(new URL('../../../docs/how-to/load-keys.md', import.meta.url), 'utf8');
const lines = [...page.matchAll(/^comptoir .*$/gm)].map(([line]) => line);

test('wrong use ends with 2 and says what to do', async () => {
  for (const [line, said] of [
    ['comptoir keys new-bdk other.json --identifier 1234', '8 hexadecimal digits'],
    ['comptoir keys ticket x.ticket --acquirer none.json', 'none.json can not be read'],
    ['comptoir keys decommission --serial NOT-THIS', 'not NOT-THIS'],
  ] as const) {
    const { code, err } = await comptoir(line);
    expect([line, code]).toEqual([line, 2]);
    expect(err).toContain(said);
  }
});

test('every command of the page does what the page says', async () => {
  expect(lines.length).toBeGreaterThan(6);
  for (const line of lines) {
    const { code, out, err } = await comptoir(line);
    expect([line, code, err.replace(/.*ExperimentalWarning.*\n?/g, '')]).toEqual([line, 0, '']);
    if (line.startsWith('comptoir keys load')) {
      expect(out).toMatch(/^B1: check value [0-9A-F]{10}\nM7: check value [0-9A-F]{10}\n/);
      expect(await comptoir(line)).toMatchObject({ code: 1, out: expect.stringContaining('refused: ') });
    }
    if (line.includes('decommission')) expect(out).toContain('destroys its keys');
  }
  // Its identity is gone, too: there is nobody left to talk to.
  const { code, err } = await comptoir('comptoir keys status');
  expect([code, err]).toEqual([1, expect.stringContaining('reader/keys')]);
});
