/** Set-up of each file of `npm run test:chip`: what the sample leaves out is skipped. */
import { beforeEach } from 'vitest';
import { isInSample } from './sample.js';

beforeEach(({ task, skip }) => skip(!isInSample('chip', task.fullName), 'left out by COMPTOIR_SAMPLE'));
