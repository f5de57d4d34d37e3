/** The vectors image of the Pico on the emulated chip, one kind of records after the other. `npm run test:chip` runs it. */
import { afterAll, expect, test } from 'vitest';
import { loadPicoImage } from '../../src/machine/targets/picoImages.js';
import { keyTables } from '../../src/trials/replay/kinds/certificationAuthorityKeys.js';
import { createPicoVectorEngine } from '../../src/trials/replay/picoVectors.js';
import { replayRecord } from '../../src/trials/replay/replayRecord.js';
import type { ReplayResult } from '../../src/trials/replay/replayResult.js';
import { isProblem, readVectorFolder } from '../../src/trials/replay/vectorFiles.js';

const FOLDER = 'test-vectors';
const TIMEOUT_MS = 600_000;
const { entries } = readVectorFolder(FOLDER);
const tables = keyTables(FOLDER, undefined);
const engine = createPicoVectorEngine(loadPicoImage('comptoir-vectors'));
afterAll(() => engine.dispose());

test.each([...new Set(entries.map(({ kind }) => kind))])(
  'every vector of %s has the same answer on the chip',
  { timeout: TIMEOUT_MS },
  async (wanted) => {
    const results: ReplayResult[] = [];
    for (const entry of entries.filter(({ kind }) => kind === wanted)) {
      if (isProblem(entry)) throw new Error(`${entry.id}: ${entry.problem}`);
      results.push(await replayRecord(entry, 'pico', tables, engine));
    }
    expect(results.filter(({ pass }) => !pass)).toEqual([]);
  },
);
