/**
 * `reader.read`, `cards`, `log` and the calls about keys: what a page that takes payments should not have to carry is loaded when it's first asked
 * for. What a payment needs, and what finds its result again, is never loaded late.
 * Source: docs/reference/sdk.md.   Floor: sdk reader.
 */

import type { Call, Operator } from '../operation/operate.js';
import type { Choose } from '../payment/read.js';
import { loadPart } from '../values/loadPart.js';
import type { Reader } from './reader.js';
import type { ReaderKeys } from './readerKeys.js';

type SeldomWork = typeof import('./seldomWork.js');

const READ_TIMEOUT_MS = 60_000;
const LOG_TIMEOUT_MS = 10_000;

let loaded: SeldomWork | undefined;

/** @param choose takes what was chosen of a read @param forget what was chosen before doesn't count any more */
export function createReaderSeldom(
  operator: Operator,
  choose: Choose,
  forget: () => void,
): ReaderKeys & Pick<Reader, 'read' | 'cards' | 'log'> {
  const keys = async (): Promise<ReaderKeys> => (await loadSeldom()).createReaderKeys(operator);
  return {
    keyStatus: async (options) => (await keys()).keyStatus(options),
    loadKeys: async (ticket, options) => (await keys()).loadKeys(ticket, options),
    decommission: async (order, options) => (await keys()).decommission(order, options),
    read: (request, options = {}) =>
      operator.operate(
        callOf('read', READ_TIMEOUT_MS, () => work().checkReadRequest(request)),
        options,
        (operation) => {
          forget();
          return work().read(operation, request, choose);
        },
      ),
    cards: (options = {}) =>
      operator.operate(callOf('cards', READ_TIMEOUT_MS), options, (operation) => work().listCards(operation)),
    log: (options = {}) =>
      operator.operate(callOf('log', LOG_TIMEOUT_MS), options, (operation) => work().readerLog(operation)),
  };
}

/** Once it's loaded, a call begins at once. */
function callOf(name: string, timeoutMs: number, check: () => void = () => {}): Call {
  return {
    name: () => name,
    timeoutMs,
    charged: () => 'no',
    check,
    ...(loaded === undefined && { ready: loadSeldom }),
  };
}

function work(): SeldomWork {
  return loaded as SeldomWork;
}

/** @throws ReaderError `link/unsupported-here` */
export async function loadSeldom(): Promise<SeldomWork> {
  loaded ??= await loadPart(import('./seldomWork.js'), 'reads cards and loads keys');
  return loaded;
}
