/**
 * `reader.configure`: what a till that never configures a reader should not have to carry is loaded when it's first asked for.
 * Source: docs/reference/sdk.md.   Floor: sdk reader.
 */

import type { Operator } from '../../operation/operate.js';
import { loadPart } from '../../values/loadPart.js';
import type { Reader } from '../reader.js';

export function createConfigure(operator: Operator): Reader['configure'] {
  return async (configuration, options) =>
    (await loadPart(import('./configureReader.js'), 'configures readers')).configure(operator, configuration, options);
}
