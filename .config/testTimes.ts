/** `npm run test:times`: runs every test, and writes down which files are slow. */
import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

const SLOW_MS = 1500;

export default class TestTimes implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const slow = modules.filter((module) => module.diagnostic().duration >= SLOW_MS);
    const names = slow.map(({ relativeModuleId }) => relativeModuleId).sort();
    writeFileSync(new URL('slowTests.json', import.meta.url), `${JSON.stringify(names, null, 2)}\n`);
  }
}
