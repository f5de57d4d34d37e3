/**
 * Target `node`: the script in a V8 context with empty globals, so that a leaked global fails here first.
 * Floor: simulator. Not a sandbox for hostile code, but nothing of the host is handed to the script either.
 */
import { isArrayBuffer } from 'node:util/types';
import { constants, createContext, Script } from 'node:vm';
import { bridgeScript } from './bridge.js';
import { listMembers } from './members.js';
import type { Loaded, Target } from './target.js';

type Foreign = (...values: unknown[]) => unknown;

const bridge = new Script(bridgeScript, { filename: 'bridge.js' });

/** See `Target.load`; this engine has nothing to wait for. */
export function loadOnNode(script: string, board: object): Loaded {
  const context = createContext(constants.DONT_CONTEXTIFY, { codeGeneration: { strings: false, wasm: false } });
  const members = listMembers(board);
  let isDisposed = false;

  function fromScript(value: unknown): unknown {
    if (typeof value === 'function') return callable(value as Foreign);
    return isArrayBuffer(value) ? new Uint8Array(value) : value;
  }
  function callable(foreign: Foreign): Foreign {
    return (...values) => {
      if (isDisposed) throw new Error('the script was disposed of');
      return guarded(() => fromScript(foreign(...values)));
    };
  }

  const install = bridge.runInContext(context) as Foreign;
  install((member: number, ...values: unknown[]) => members.call(member, values.map(fromScript)), members.shape);
  guarded(() => new Script(script, { filename: 'firmware.js' }).runInContext(context));
  const dispose = (): void => {
    isDisposed = true;
  };
  return { dispose };
}

export const nodeTarget: Target = {
  name: 'node',
  endsRunaways: false,
  load: async (script, board) => loadOnNode(script, board),
};

/** Turns what the script threw, an object of another realm, into an Error of ours. */
function guarded<T>(run: () => T): T {
  try {
    return run();
  } catch (thrown) {
    if (thrown instanceof Error) throw thrown;
    const { name, message, stack } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as Record<
      string,
      unknown
    >;
    const fault = new Error(typeof message === 'string' ? message : String(thrown));
    if (typeof name === 'string') fault.name = name;
    if (typeof stack === 'string') fault.stack = stack;
    throw fault;
  }
}
