/**
 * `reader.firmware`: what a till that never updates a reader should not have to carry is loaded when it's first asked for. It's loaded before the
 * operation begins, so before its deadline counts: code that comes over a network is no matter of the clock that the caller gave.
 * Source: docs/reference/sdk.md.   Floor: sdk reader.
 */

import type { Operator } from '../../operation/operate.js';
import { loadPart } from '../../values/loadPart.js';
import type { ReaderFirmware } from './firmwareReport.js';

export function createReaderFirmware(operator: Operator): ReaderFirmware {
  const calls = async (): Promise<ReaderFirmware> =>
    (await loadPart(import('./firmwareWork.js'), 'updates readers')).createFirmwareWork(operator);
  return {
    running: async (options) => (await calls()).running(options),
    check: async (update, options) => (await calls()).check(update, options),
    install: async (update, options) => (await calls()).install(update, options),
  };
}
