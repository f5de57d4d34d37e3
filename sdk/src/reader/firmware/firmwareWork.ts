/**
 * What is loaded for `reader.firmware`, in one piece.
 * Floor: sdk reader.
 */
import { NO_BYTES } from '@comptoir/protocol';
import type { Call, Operator } from '../../operation/operate.js';
import { usageError } from '../../values/errors.js';
import { checkFirmware } from './checkFirmware.js';
import type { ReaderFirmware } from './firmwareReport.js';
import { installFirmware } from './installFirmware.js';
import { runningFirmware } from './runningFirmware.js';

const CHECK_TIMEOUT_MS = 30_000;
const INSTALL_TIMEOUT_MS = 600_000;

export function createFirmwareWork(operator: Operator): ReaderFirmware {
  return {
    running: async (options = {}) => operator.operate(call('running'), options, runningFirmware),
    check: async (update, options = {}) =>
      operator.operate(call('check', update), options, (operation) => checkFirmware(operation, update)),
    async install(update, options = {}) {
      const install: Call = { ...call('install', update), timeoutMs: INSTALL_TIMEOUT_MS, survivesLoss: true };
      return operator.operate(install, options, (operation) => installFirmware(operation, update, options.onProgress));
    },
  };
}

function call(name: string, update: Uint8Array = NO_BYTES): Call {
  const check = (): void => {
    if (!(update instanceof Uint8Array)) throw usageError('An update is a Uint8Array: the bytes of its file.');
  };
  return { name: () => `firmware ${name}`, timeoutMs: CHECK_TIMEOUT_MS, charged: () => 'no', check };
}
