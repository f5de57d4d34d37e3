import { mergeConfig } from 'vitest/config';
import base from './vitest.config.js';

/** What needs the images of `npm run firmware`. COMPTOIR_SAMPLE=SECONDS takes a part of it. */
const chip = mergeConfig(base, {});
chip.test = {
  ...chip.test,
  include: ['simulator/test/**/*.chip.ts'],
  setupFiles: ['simulator/test/sample/chipSample.ts'],
};
export default chip;
