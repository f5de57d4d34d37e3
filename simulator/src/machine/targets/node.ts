/**
 * Target `node`: the script in a V8 context with empty globals, so that a leaked global fails here first.
 * Floor: simulator machine. Not a sandbox for hostile code, but nothing of the host is handed to the script either.
 * Memory: all scripts of a process share one context, in which nothing can be changed, and each text is compiled once; a reader has its
 * own closures and values. With a context each, a reader held 140 KiB more for the context and some 600 KiB for functions compiled anew.
 */
import { isUint8Array } from 'node:util/types';
import { type Context, constants, createContext, Script } from 'node:vm';
import { nodeRealmScript } from './bridge.js';
import { listMembers } from './members.js';
import { programText, rememberPrograms } from './programs.js';
import type { Loaded, Target } from './target.js';

type Foreign = (...values: unknown[]) => unknown;

interface Realm {
  /** See the bridge. */
  readonly makeBoard: Foreign;
  /** A function of `board`, by the text of its script. */
  readonly entryOf: (script: string) => Foreign;
}

let opened: Realm | undefined;

function realm(): Realm {
  if (opened === undefined) {
    const context = createContext(constants.DONT_CONTEXTIFY, { codeGeneration: { strings: false, wasm: false } });
    const makeBoard = new Script(nodeRealmScript, { filename: 'bridge.js' }).runInContext(context) as Foreign;
    const entryOf = rememberPrograms(
      (script) => compile(context, script),
      () => {},
    );
    opened = { makeBoard, entryOf };
  }
  return opened;
}

/** Frozen: a script that isn't strict can reach the function that it is in. */
function compile(context: Context, script: string): Foreign {
  const program = new Script(programText(script), { filename: 'firmware.js' }).runInContext(context) as Foreign;
  const entry = program() as Foreign;
  Object.freeze(entry.prototype);
  return Object.freeze(entry);
}

/** See `Target.load`; this engine has nothing to wait for. */
export function loadOnNode(script: string, board: object): Loaded {
  const { makeBoard, entryOf } = realm();
  const { shape, call: callMember } = listMembers(board);
  let isDisposed = false;

  function fromScript(value: unknown): unknown {
    if (typeof value === 'function') return callable(value as Foreign);
    if (isUint8Array(value)) return new Uint8Array(value);
    if (typeof value === 'object' && value !== null) throw new Error('the board takes bytes, not other objects');
    return value;
  }
  function callable(foreign: Foreign): Foreign {
    return (...values) => {
      if (isDisposed) throw new Error('the script was disposed of');
      return guarded(() => fromScript(foreign(...values)));
    };
  }

  const call = (member: number, ...values: unknown[]): unknown => callMember(member, values.map(fromScript));
  const made = makeBoard(call, shape);
  guarded(() => entryOf(script)(made));
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
