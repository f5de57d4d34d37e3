import { mergeConfig } from 'vitest/config';
import base from './vitest.config.js';

/** What needs the images of `npm run firmware`. */
const chip = mergeConfig(base, {});
chip.test = { ...chip.test, include: ['simulator/test/**/*.chip.ts'] };
export default chip;
