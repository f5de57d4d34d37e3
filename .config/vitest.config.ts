import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  ssr: { resolve: { conditions: ['comptoir-source'] } },
  resolve: { conditions: ['comptoir-source'] },
  test: {
    include: ['firmware/test', 'firmware/protocol/test', 'sdk/test', 'sdk/*/test', 'simulator/test', 'simulator/counter/test'].map(
      (folder) => `${folder}/**/*.test.ts`,
    ),
    // A test that was ended in its middle leaves tests there.
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['.config/bundleFirmware.ts', 'sdk/shop/test/makeDatabase.ts'],
    // vitest itself leaves a core idle.
    maxWorkers: '100%',
    testTimeout: 60_000,
  },
});
