/** The vectors image of the Pico on the emulated chip. `npm run test:chip` runs it; `npm run firmware` builds it first. */
import { expect, test } from 'vitest';
import { addReplayCommand } from '../../src/cli/replayCommand.js';
import { run } from '../../src/cli/run.js';

const TIMEOUT_MS = 600_000;

test('every vector has the same answer on the chip', { timeout: TIMEOUT_MS }, async () => {
  const lines: string[] = [];
  const around = {
    out: (line: string) => void lines.push(line),
    err: () => undefined,
    ended: AbortSignal.any([]),
  };
  const firmware = { script: () => Promise.reject(new Error('the chip has its own')), timeLimitMs: TIMEOUT_MS };
  const code = await run(['replay', 'test-vectors', '--target', 'pico'], around, [
    (program, given) => addReplayCommand(program, given, firmware),
  ]);
  expect(lines.filter((line) => !line.includes('"pass":true'))).toEqual([]);
  expect(code).toBe(0);
});
