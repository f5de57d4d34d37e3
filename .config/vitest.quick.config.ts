import { defineConfig } from 'vitest/config';
import all, { quick } from './vitest.all.config.js';

/** `npm run quick`: what a minute can tell. */
const { globalSetup: _, ...test } = all.test ?? {};
export default defineConfig({ ...all, test: { ...test, projects: quick } });
