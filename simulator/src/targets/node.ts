/**
 * Target `node`: the script in a V8 context with empty globals, so that a leaked global fails here first.
 * Floor: simulator. Not a sandbox for hostile code, but nothing of the host is handed to the script either.
 * Memory: all scripts of a process share one context, in which nothing can be changed, and each text is compiled once; a reader has its
 * own closures and values. With a context each, a reader held 140 KiB more for the context and some 600 KiB for functions compiled anew.
 */
import { isUint8Array } from 'node:util/types';
import { type Context, constants, createContext, Script } from 'node:vm';
import { sharedRealmScript } from './bridge.js';
import { listMembers } from './members.js';
import type { Loaded, Target } from './target.js';

type Foreign = (...values: unknown[]) => unknown;

interface Realm {
  readonly context: Context;
  /** See the bridge. */
  readonly makeBoard: Foreign;
  /** A function of `board` by the text of its script, the latest last. */
  readonly scripts: Map<string, Foreign>;
}

/** A process runs a firmware and its update, a card and its vectors; tests break them in more ways. */
const SCRIPTS_MAX = 8;
let opened: Realm | undefined;

function realm(): Realm {
  if (opened === undefined) {
    const context = createContext(constants.DONT_CONTEXTIFY, { codeGeneration: { strings: false, wasm: false } });
    const makeBoard = new Script(sharedRealmScript, { filename: 'bridge.js' }).runInContext(context) as Foreign;
    opened = { context, makeBoard, scripts: new Map() };
  }
  return opened;
}

/** How a bundle marks where a module begins. The last one is the entry: it makes the reader, and it alone knows `board`. */
const MODULE_START = '\n// src/';

/**
 * What comes before the entry is run once, and shared by all scripts of that text: functions and tables, which nothing changes. A script
 * without modules is an entry as a whole. The text keeps its lines. Frozen: a script that isn't strict can reach the function that it is in.
 */
function compile(context: Context, script: string): Foreign {
  const entryAt = script.lastIndexOf(MODULE_START) + 1;
  const text = `(function () {${script.slice(0, entryAt)}return function (board) {${script.slice(entryAt)}\n}})`;
  const program = new Script(text, { filename: 'firmware.js' }).runInContext(context) as Foreign;
  const run = program() as Foreign;
  Object.freeze(run.prototype);
  return Object.freeze(run);
}

function compiled({ context, scripts }: Realm, script: string): Foreign {
  const run = scripts.get(script) ?? compile(context, script);
  scripts.delete(script);
  scripts.set(script, run);
  const [oldest] = scripts.keys();
  if (scripts.size > SCRIPTS_MAX && oldest !== undefined) scripts.delete(oldest);
  return run;
}

/** See `Target.load`; this engine has nothing to wait for. */
export function loadOnNode(script: string, board: object): Loaded {
  const shared = realm();
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
  const made = shared.makeBoard(call, shape);
  guarded(() => compiled(shared, script)(made));
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
