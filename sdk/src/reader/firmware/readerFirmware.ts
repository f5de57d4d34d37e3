/**
 * `reader.firmware`: what a till that never updates a reader should not have to carry is loaded when it's first asked for.
 * Source: docs/reference/sdk.md.   Floor: sdk reader.
 */
import { NO_BYTES } from '@comptoir/protocol';
import { ReaderError, usageError } from '../errors.js';
import type { Call, Operator } from '../operate.js';
import type { ReaderFirmware } from './firmwareReport.js';

const CHECK_TIMEOUT_MS = 30_000;
const INSTALL_TIMEOUT_MS = 600_000;

/**
 * The part is loaded before the operation begins, so before its deadline counts: code that comes over a network is no matter of
 * the clock that the caller gave.
 */
export function createReaderFirmware(operator: Operator): ReaderFirmware {
  return {
    async running(options = {}) {
      const { runningFirmware } = await load();
      return operator.operate(call('running'), options, runningFirmware);
    },
    async check(update, options = {}) {
      const { checkFirmware } = await load();
      return operator.operate(call('check', update), options, (operation) => checkFirmware(operation, update));
    },
    async install(update, options = {}) {
      const { installFirmware } = await load();
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

function load(): Promise<typeof import('./firmwareWork.js')> {
  return import('./firmwareWork.js').catch((cause: unknown) => {
    const message = 'The part of the SDK that updates readers could not be loaded.';
    throw new ReaderError('link/unsupported-here', { charged: 'no', message, cause });
  });
}
