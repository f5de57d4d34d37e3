import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  ssr: { resolve: { conditions: ['comptoir-source'] } },
  resolve: { conditions: ['comptoir-source'] },
  test: {
    include: ['firmware/protocol', 'firmware', 'sdk', 'sdk/shop', 'sdk/till', 'simulator', 'simulator/counter'].map(
      (folder) => `${folder}/test/**/*.test.ts`,
    ),
    globalSetup: ['.config/bundleFirmware.ts', 'sdk/shop/test/makeDatabase.ts'],
    // vitest itself leaves a core idle.
    maxWorkers: '100%',
    testTimeout: 60_000,
  },
});
