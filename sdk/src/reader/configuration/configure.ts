/**
 * `reader.configure`: what a till that never configures a reader should not have to carry is loaded when it's first asked for.
 * Source: docs/reference/sdk.md.   Floor: sdk reader.
 */
import { ReaderError, usageError } from '../errors.js';
import type { Operator } from '../operate.js';
import type { Reader } from '../reader.js';

const CONFIGURE_TIMEOUT_MS = 60_000;

export function createConfigure(operator: Operator): Reader['configure'] {
  return async (configuration, options = {}) => {
    const { configureReader } = await load();
    const check = (): void => {
      if (!(configuration instanceof Uint8Array))
        throw usageError('A configuration is a Uint8Array: the bytes of its file.');
    };
    return operator.operate(
      { name: () => 'configure', timeoutMs: CONFIGURE_TIMEOUT_MS, charged: () => 'no', check },
      options,
      (operation) => configureReader(operation, configuration, options.onProgress),
    );
  };
}

function load(): Promise<typeof import('./configureReader.js')> {
  return import('./configureReader.js').catch((cause: unknown) => {
    const message = 'The part of the SDK that configures readers could not be loaded.';
    throw new ReaderError('link/unsupported-here', { charged: 'no', message, cause });
  });
}
