/** The cryptography's memory on the chip: RSA needs the most, and there is little to spare. */
import { expect, test } from 'vitest';
import { loadPicoImage } from '../../../src/machine/targets/picoImages.js';
import { createPicoVectorEngine } from '../../../src/trials/replay/picoVectors.js';
import { readVectorFolder } from '../../../src/trials/replay/vectorFiles.js';

test('the memory of the cryptography is large enough, and not much larger', { timeout: 120_000 }, async () => {
  const { entries } = readVectorFolder(new URL('../../../../test-vectors', import.meta.url).pathname);
  const engine = createPicoVectorEngine(loadPicoImage('comptoir-vectors'));
  for (const kind of ['p256.verify', 'x25519.agree', 'rsa.recover', 'gcm.seal', 'cmac']) {
    const record = entries.find((entry) => 'kind' in entry && entry.kind === kind);
    if (record === undefined || !('input' in record)) throw new Error(`there is no record of ${kind}`);
    expect((await engine.run(kind, record.input)).kind).toBe('actual');
  }
  const answer = await engine.run('board.memory', {});
  const memory = answer.kind === 'actual' ? (answer.actual as { securePeak: number; secureSize: number }) : undefined;
  console.log(`cryptography's memory on the chip: peak ${memory?.securePeak} of ${memory?.secureSize} bytes`);
  expect(memory?.securePeak).toBeLessThan(0.95 * (memory?.secureSize ?? 0));
  expect(memory?.securePeak).toBeGreaterThan(0.7 * (memory?.secureSize ?? 0));
});
