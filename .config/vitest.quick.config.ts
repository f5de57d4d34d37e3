import { readFileSync } from 'node:fs';
import { mergeConfig } from 'vitest/config';
import base from './vitest.config.js';

/** Files that take 1.5 seconds and more, as `npm run test:times` found them: `npm test` has them, too. */
const slow: string[] = JSON.parse(readFileSync(new URL('slowTests.json', import.meta.url), 'utf8'));

const quick = mergeConfig(base, {});
quick.test = { ...quick.test, exclude: ['**/node_modules/**', ...slow] };
export default quick;
