/** Every vector on the modules themselves. On the targets, the bundled script: `npm run replay`. */

import { seededBytes } from '@comptoir/crypto/seed';
import { expect, test } from 'vitest';
import { softwareSecure } from '../../simulator/src/machine/board/keys/softwareSecure.js';
import { keyTables } from '../../simulator/src/trials/replay/kinds/certificationAuthorityKeys.js';
import { isHostKind } from '../../simulator/src/trials/replay/kinds/hostKinds.js';
import { replayRecord } from '../../simulator/src/trials/replay/replayRecord.js';
import type { VectorEngine } from '../../simulator/src/trials/replay/vectorEngine.js';
import { isProblem, readVectorFolder } from '../../simulator/src/trials/replay/vectorFiles.js';

const FOLDER = 'test-vectors';

/** The entry finds its board where a target puts it: among the globals. */
async function modules(): Promise<VectorEngine> {
  let run: ((kind: string, input: string) => string) | undefined;
  const serve = (served: typeof run): void => {
    run = served;
  };
  Object.assign(globalThis, { board: { secure: softwareSecure([], seededBytes('vectors')), serve } });
  await import('../src/vectors.js');
  return {
    dispose() {},
    async run(kind, input) {
      const answer = JSON.parse(run?.(kind, JSON.stringify(input ?? {})) ?? '{}') as { actual?: unknown };
      return 'actual' in answer ? { kind: 'actual', actual: answer.actual } : { kind: 'unsupported' };
    },
  };
}

test('every vector', async () => {
  const engine = await modules();
  const tables = keyTables(FOLDER, undefined);
  const failed: string[] = [];
  let passed = 0;
  for (const entry of readVectorFolder(FOLDER).entries) {
    if (isProblem(entry)) failed.push(entry.id);
    else if (!isHostKind(entry.kind)) {
      const { id, pass } = await replayRecord(entry, 'node', tables, engine);
      if (pass) passed += 1;
      else failed.push(id);
    }
  }
  expect(failed).toEqual([]);
  expect(passed).toBeGreaterThan(900);
});
