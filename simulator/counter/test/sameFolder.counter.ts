/** A counter on a folder that was begun with another seed: other cards' keys, the same shop, and the same gift card. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCounter } from '../src/openCounter.js';

test('another seed goes on with the same folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'counter-'));
  const codes: string[] = [];
  for (const seed of [1, 2]) {
    const counter = await openCounter({ seed, database: join(folder, 'shop') });
    codes.push(counter.giftCode);
    await counter.close();
  }
  rmSync(folder, { recursive: true });
  expect(codes[1]).toBe(codes[0]);
});
