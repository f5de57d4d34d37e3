import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import base from './vitest.config.js';

/** Files that take 1.5 seconds and more, as `npm run test:times` found them. */
const slow: string[] = JSON.parse(readFileSync(new URL('slowTests.json', import.meta.url), 'utf8'));
/** They make a page of their process, and so each has one of its own. */
const PAGES = 'sdk/till/test/**';
const { include, globalSetup, exclude = [], ...test } = base.test ?? {};
const project = (name: string, more: object) => ({ ...base, test: { ...test, name, exclude, ...more } });

/** Quick files don't pay for a process of their own: a module is imported once for all. */
export const quick = [
  project('quick', { include, exclude: [...exclude, PAGES, ...slow], isolate: false }),
  project('pages', { include: [`${PAGES}/*.test.ts`], exclude: [...exclude, ...slow] }),
];

/** Every test: `npm test`. */
export default defineConfig({
  ...base,
  test: { ...test, globalSetup, projects: [project('slow', { include: slow }), ...quick] },
});
