import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import base from './vitest.config.js';

/** Files that take 1.5 seconds and more, as `npm run test:times` found them: `npm test` has them, too. */
const slow: string[] = JSON.parse(readFileSync(new URL('slowTests.json', import.meta.url), 'utf8'));
/** They make a page of their process, and so each has one of its own. */
const PAGES = 'sdk/till/test/**';
const { include, globalSetup: _, ...test } = base.test ?? {};

/** Without what a file of its own costs: a module is imported once for all. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    projects: [
      { ...base, test: { ...test, name: 'quick', include, exclude: ['**/node_modules/**', PAGES, ...slow], isolate: false } },
      { ...base, test: { ...test, name: 'pages', include: [`${PAGES}/*.test.ts`], exclude: slow } },
    ],
  },
});
