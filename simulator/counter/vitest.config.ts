import { mergeConfig } from 'vitest/config';
import base from '../../.config/vitest.config.js';

/** What needs Chromium: simulator/test/page/setup.sh installs it. The till's page is built first. */
const counter = mergeConfig(base, {});
counter.test = {
  ...counter.test,
  include: ['simulator/counter/test/**/*.counter.ts'],
  globalSetup: ['.config/bundleFirmware.ts', 'simulator/counter/test/buildTill.ts'],
  testTimeout: 240_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 90_000 } },
};
export default counter;
