/** A wire whose thread dies: whoever plugged it in is told, and the command ends. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BroadcastChannel } from 'node:worker_threads';
import { afterAll, expect, test } from 'vitest';
import { run } from '../../src/cli/run.js';
import { realClock } from '../../src/machine/clock.js';
import { simulate } from '../../src/simulation/simulate.js';
import { serveWire } from '../../src/wires/usb/serveWire.js';

const folder = mkdtempSync(join(tmpdir(), 'usb-lost-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
  death.close();
});

/** A thread that does so much, and then dies. */
function thread(name: string, text: string): URL {
  const path = join(folder, name);
  writeFileSync(path, `import { parentPort } from 'node:worker_threads';\n${text}\n`);
  return pathToFileURL(path);
}
/** Dies when it's told to: after its wire is there. */
const DIES = thread(
  'dies.mjs',
  `import { BroadcastChannel } from 'node:worker_threads';
   new BroadcastChannel('usb-lost').onmessage = () => { throw new Error('out of memory'); };
   parentPort.postMessage({ listening: 7 });`,
);
const death = new BroadcastChannel('usb-lost');
const ENDS = thread('ends.mjs', '');
const LIVES = thread(
  'lives.mjs',
  "parentPort.once('message', () => parentPort.close()); parentPort.postMessage({ listening: 7 });",
);
const USB_IP = { wire: 'usbip', port: 0, attach: false } as const;

test('a wire that dies says so, and is closed at once', async () => {
  await using simulation = await simulate({ target: 'node', clock: realClock, record: false });
  const wire = await serveWire(simulation.usb(), USB_IP, DIES);
  death.postMessage('now');
  expect(await wire.lost).toMatchObject({ message: 'out of memory' });
  await wire.close();
});

test('a thread that ends before there is a wire is no wire', async () => {
  await using simulation = await simulate({ target: 'node', clock: realClock, record: false });
  await expect(serveWire(simulation.usb(), USB_IP, ENDS)).rejects.toThrow('thread');
});

test('a wire that is closed is not lost', async () => {
  await using simulation = await simulate({ target: 'node', clock: realClock, record: false });
  const wire = await serveWire(simulation.usb(), USB_IP, LIVES);
  let isLost = false;
  wire.lost.then(() => {
    isLost = true;
  });
  await wire.close();
  await new Promise((resolve) => setImmediate(resolve));
  expect(isLost).toBe(false);
});

test('reader --usb ends, and says why', async () => {
  const said: string[] = [];
  const code = await run(['reader', '--usb', '0', '--no-attach', '--target', 'node'], {
    // What it prints, it prints when the wire is there.
    out: () => death.postMessage('now'),
    err: (text) => said.push(text),
    worker: DIES,
    ended: new AbortController().signal,
  });
  expect([code, said]).toEqual([1, ['The wire of the reader ended: out of memory']]);
});
