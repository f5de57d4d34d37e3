/**
 * Target `quickjs`: the script in QuickJS, compiled to WebAssembly, with the intrinsics of the board's engine.
 * Floor: simulator machine.
 * Memory: all scripts of a process share one context, in which nothing can be changed, and each text is compiled once, as on node: of a
 * reader that had an engine of its own, 940 KiB were that. Every handle that a script's host keeps is in `owned`, and freed by `dispose`.
 */
import variant from '@jitl/quickjs-wasmfile-release-sync';
import {
  newQuickJSWASMModuleFromVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSWASMModule,
  Scope,
} from 'quickjs-emscripten-core';
import { quickjsRealmScript } from './bridge.js';
import { listMembers, type Members } from './members.js';
import { programText, rememberPrograms } from './programs.js';
import type { Load, Loaded, Target } from './target.js';

/** The chip has 264 KiB; the simulator is generous, and still finds a leak. */
const MEMORY_BYTES_MAX = 16 * 1024 * 1024;
const STACK_BYTES_MAX = 256 * 1024;
/** The engine asks about every 10,000 turns of loops and calls. A step that takes 2 × 10^7 of them hangs. Counted, not timed: the same in each run. */
const INTERRUPTS_MAX = 2000;

/**
 * One function of the host for all boards: a function of it is never freed. It gives `null` where it failed, and `why` tells the reason: a fault that
 * the library made would be without its message, which is read-only here.
 */
const NUMBERED_BOARDS = `(function (makeBoard, host, why) {
  'use strict';
  const Fault = Error;
  function ask(number, values) {
    const answer = host(number, ...values);
    if (answer === null) throw new Fault(why());
    return answer;
  }
  return (number, shape) => makeBoard((...values) => ask(number, values), shape);
})`;
/** As on node: a script that isn't strict can reach the function that it is in. */
const OPEN_PROGRAM = `(function (program) {
  'use strict';
  const entry = program();
  Object.freeze(entry.prototype);
  return Object.freeze(entry);
})`;
/** What the shared context may take at most, whoever lives in it. */
const SHARED_BYTES_MAX = 0x7fffffff;

let loading: Promise<Realm> | undefined;

export const quickjsTarget: Target = {
  name: 'quickjs',
  endsRunaways: true,
  load: async (script, board) => (await readyQuickjs())(script, board),
};

/** The engine, when its module has come. */
export async function readyQuickjs(): Promise<Load> {
  loading ??= openRealm();
  const realm = await loading;
  return (script, board) => realm.load(script, board);
}

/** All that scripts of this target have in memory in this process, freed memory included: for a search of what stays behind. */
export async function quickjsMemory(): Promise<Uint8Array> {
  loading ??= openRealm();
  return new Uint8Array((await loading).module.getWasmMemory().buffer).slice();
}

/** Bytes that the engine holds for all scripts of this process, by its own count. */
export async function quickjsHeldBytes(): Promise<number> {
  loading ??= openRealm();
  return (await loading).heldBytes();
}

async function openRealm(): Promise<Realm> {
  return new Realm(await newQuickJSWASMModuleFromVariant(variant));
}

/** The context that all scripts share. */
class Realm {
  readonly context: QuickJSContext;
  readonly module: QuickJSWASMModule;
  readonly #runtime: QuickJSRuntime;
  /** `(number, shape)`: the board of the script of that number. */
  readonly #makeBoard: QuickJSHandle;
  readonly #openProgram: QuickJSHandle;
  readonly #entryOf: (script: string) => QuickJSHandle;
  readonly #scripts = new Map<number, HostedScript>();
  #lastNumber = 0;
  #interrupts = 0;
  #depth = 0;
  /** Of the last member that failed. */
  #why = '';

  constructor(module: QuickJSWASMModule) {
    this.module = module;
    this.#runtime = module.newRuntime();
    this.#runtime.setMaxStackSize(STACK_BYTES_MAX);
    this.#runtime.setInterruptHandler(() => {
      this.#interrupts += 1;
      return this.#interrupts > INTERRUPTS_MAX;
    });
    // `Eval` compiles the script, and without `Promise` an async function would never be freed; the bridge takes both out of reach.
    const intrinsics = {
      BaseObjects: true,
      Eval: true,
      Promise: true,
      JSON: true,
      MapSet: true,
      TypedArrays: true,
      BigInt: true,
    };
    const context = this.#runtime.newContext({ intrinsics });
    this.context = context;
    this.#makeBoard = Scope.withScope((scope) => {
      const makeBoard = scope.manage(this.evaluate(quickjsRealmScript, 'bridge.js'));
      const numbered = scope.manage(this.evaluate(NUMBERED_BOARDS, 'bridge.js'));
      const host = scope.manage(context.newFunction('host', (...values) => this.#asked(values)));
      const why = scope.manage(context.newFunction('why', () => context.newString(this.#why)));
      return this.call(numbered, makeBoard, host, why);
    });
    this.#openProgram = this.evaluate(OPEN_PROGRAM, 'bridge.js');
    this.#entryOf = rememberPrograms(
      (script) => this.#compile(script),
      (entry) => entry.dispose(),
    );
  }

  /** A script asks its board: its number, the member, and what the member is given. */
  #asked([number, member, ...values]: QuickJSHandle[]): QuickJSHandle {
    try {
      const script = number && this.#scripts.get(this.context.getNumber(number));
      if (script === undefined || member === undefined) throw new Error('the script was disposed of');
      return script.asked(this.context.getNumber(member), values);
    } catch (thrown) {
      this.#why = thrown instanceof Error ? thrown.message : String(thrown);
      return this.context.null;
    }
  }

  #compile(script: string): QuickJSHandle {
    const program = this.evaluate(programText(script), 'firmware.js');
    try {
      return this.call(this.#openProgram, program);
    } finally {
      program.dispose();
    }
  }

  load(script: string, board: object): Loaded {
    this.#lastNumber += 1;
    const number = this.#lastNumber;
    const { shape, call } = listMembers(board);
    const hosted = new HostedScript(this, call, () => {
      this.#scripts.delete(number);
      this.#limitMemory();
    });
    this.#scripts.set(number, hosted);
    this.#limitMemory();
    try {
      Scope.withScope((scope) => {
        const { context } = this;
        const given = [scope.manage(context.newNumber(number)), scope.manage(context.newString(shape))];
        const made = scope.manage(this.call(this.#makeBoard, ...given));
        scope.manage(this.call(this.#entryOf(script), made));
      });
    } catch (fault) {
      hosted.dispose();
      throw fault;
    }
    return hosted;
  }

  heldBytes(): number {
    const usage = this.#runtime.computeMemoryUsage();
    const { memory_used_size: bytes } = this.context.dump(usage) as { readonly memory_used_size: number };
    usage.dispose();
    return bytes;
  }

  evaluate(text: string, name: string): QuickJSHandle {
    return this.#guarded(() => this.context.evalCode(text, name, { type: 'global' }));
  }

  call(handle: QuickJSHandle, ...values: QuickJSHandle[]): QuickJSHandle {
    return this.#guarded(() => this.context.callFunction(handle, this.context.undefined, ...values));
  }

  #limitMemory(): void {
    this.#runtime.setMemoryLimit(Math.min(SHARED_BYTES_MAX, (1 + this.#scripts.size) * MEMORY_BYTES_MAX));
  }

  /** What a call within a call takes is taken by both. */
  #guarded(run: () => ReturnType<QuickJSContext['callFunction']>): QuickJSHandle {
    if (this.#depth === 0) this.#interrupts = 0;
    this.#depth += 1;
    try {
      const result = run();
      if (result.error === undefined) return result.value;
      throw this.#toError(result.error);
    } finally {
      this.#depth -= 1;
    }
  }

  #toError(handle: QuickJSHandle): Error {
    const thrown: unknown = this.context.dump(handle);
    handle.dispose();
    const { name, message, stack } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as Record<
      string,
      unknown
    >;
    const fault = new Error(typeof message === 'string' ? message : String(thrown));
    if (typeof name === 'string') fault.name = name;
    if (typeof stack === 'string') fault.stack = `${fault.name}: ${fault.message}\n${stack}`;
    return fault;
  }
}

/** One script's host. */
class HostedScript implements Loaded {
  readonly #realm: Realm;
  readonly #ask: Members['call'];
  readonly #over: () => void;
  readonly #owned: QuickJSHandle[] = [];
  #isDisposed = false;

  constructor(realm: Realm, ask: Members['call'], over: () => void) {
    this.#realm = realm;
    this.#ask = ask;
    this.#over = over;
  }

  /** The script asks a member of its board. */
  asked(member: number, values: readonly QuickJSHandle[]): QuickJSHandle {
    return this.#toScript(
      this.#ask(
        member,
        values.map((value) => this.#fromScript(value)),
      ),
    );
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    for (const handle of this.#owned) handle.dispose();
    this.#over();
  }

  #toScript(value: unknown): QuickJSHandle {
    switch (typeof value) {
      case 'number':
        return this.#realm.context.newNumber(value);
      case 'string':
        return this.#realm.context.newString(value);
      case 'boolean':
        return value ? this.#realm.context.true : this.#realm.context.false;
      case 'undefined':
        return this.#realm.context.undefined;
      default:
        if (!(value instanceof Uint8Array)) throw new Error('the board gives bytes, not other objects');
        return this.#realm.context.newArrayBuffer(exactBuffer(value));
    }
  }

  #fromScript(handle: QuickJSHandle): unknown {
    const { context } = this.#realm;
    switch (context.typeof(handle)) {
      case 'number':
        return context.getNumber(handle);
      case 'string':
        return context.getString(handle);
      case 'boolean':
        return context.eq(handle, context.true);
      case 'undefined':
        return undefined;
      case 'function':
        return this.#callable(handle.dup());
      default: {
        const view = context.getArrayBuffer(handle);
        const bytes = view.value.slice();
        view.dispose();
        return bytes;
      }
    }
  }

  #callable(handle: QuickJSHandle): (...values: unknown[]) => unknown {
    this.#owned.push(handle);
    return (...values) => {
      if (this.#isDisposed) throw new Error('the script was disposed of');
      const scope = new Scope();
      try {
        const carried = values.map((value) => scope.manage(this.#toScript(value)));
        const answer = this.#realm.call(handle, ...carried);
        return this.#fromScript(scope.manage(answer));
      } finally {
        scope.dispose();
      }
    };
  }
}

/** The bytes in a buffer that holds nothing else. */
function exactBuffer(bytes: Uint8Array): ArrayBufferLike {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;
}
