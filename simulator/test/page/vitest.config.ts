import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The live page in Chromium: `npm run test:page`. */
export default defineConfig({
  root: fileURLToPath(new URL('../../..', import.meta.url)),
  ssr: { resolve: { conditions: ['comptoir-source'] } },
  resolve: { conditions: ['comptoir-source'] },
  test: {
    include: ['simulator/test/page/**/*.page.ts'],
    testTimeout: 120_000,
    hookTimeout: 240_000,
    fileParallelism: false,
  },
});
