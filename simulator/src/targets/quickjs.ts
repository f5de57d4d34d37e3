/**
 * Target `quickjs`: the script in QuickJS, compiled to WebAssembly. The WebAssembly module is loaded once in a process; each
 * script gets a runtime of its own with the intrinsics of the board's engine.
 * Floor: simulator.
 * Memory: every handle that is kept is kept in `owned`, and freed by `dispose`.
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
import { bridgeScript } from './bridge.js';
import { listMembers } from './members.js';
import type { Load, Loaded, Target } from './target.js';

/** The chip has 264 KiB; the simulator is generous, and still finds a leak. */
const MEMORY_BYTES_MAX = 16 * 1024 * 1024;
const STACK_BYTES_MAX = 256 * 1024;
/** The engine asks about every 10,000 turns of loops and calls. A step that takes 2 × 10^7 of them hangs. Counted, not timed: the same in each run. */
const INTERRUPTS_MAX = 2000;

let loading: Promise<QuickJSWASMModule> | undefined;

export const quickjsTarget: Target = {
  name: 'quickjs',
  endsRunaways: true,
  load: async (script, board) => (await readyQuickjs())(script, board),
};

/** The engine, when its module has come. */
export async function readyQuickjs(): Promise<Load> {
  loading ??= newQuickJSWASMModuleFromVariant(variant);
  const module = await loading;
  return (script, board) => loadInto(module, script, board);
}

/** All that scripts of this target have in memory in this process, freed memory included: for a search of what stays behind. */
export async function quickjsMemory(): Promise<Uint8Array> {
  loading ??= newQuickJSWASMModuleFromVariant(variant);
  return new Uint8Array((await loading).getWasmMemory().buffer).slice();
}

function loadInto(module: QuickJSWASMModule, script: string, board: object): Loaded {
  const engine = new Engine(module);
  try {
    engine.install(board);
    engine.run(script);
  } catch (fault) {
    engine.dispose();
    throw fault;
  }
  return engine;
}

class Engine implements Loaded {
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #owned: QuickJSHandle[] = [];
  #interrupts = 0;
  #isDisposed = false;

  constructor(module: QuickJSWASMModule) {
    this.#runtime = module.newRuntime();
    this.#runtime.setMemoryLimit(MEMORY_BYTES_MAX);
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
    this.#context = this.#runtime.newContext({ intrinsics });
  }

  install(board: object): void {
    const context = this.#context;
    const members = listMembers(board);
    const call = (member: QuickJSHandle, ...values: QuickJSHandle[]) => {
      const answer = members.call(
        context.getNumber(member),
        values.map((value) => this.#fromScript(value)),
      );
      return this.#toScript(answer);
    };
    Scope.withScope((scope) => {
      const install = scope.manage(
        this.#guarded(() => context.evalCode(bridgeScript, 'bridge.js', { type: 'global' })),
      );
      const givenCall = scope.manage(context.newFunction('call', call));
      const givenShape = scope.manage(context.newString(members.shape));
      scope.manage(this.#guarded(() => context.callFunction(install, context.undefined, givenCall, givenShape)));
    });
  }

  run(script: string): void {
    this.#guarded(() => this.#context.evalCode(script, 'firmware.js', { type: 'global' })).dispose();
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    for (const handle of this.#owned) handle.dispose();
    this.#context.dispose();
    this.#runtime.dispose();
  }

  #toScript(value: unknown): QuickJSHandle {
    switch (typeof value) {
      case 'number':
        return this.#context.newNumber(value);
      case 'string':
        return this.#context.newString(value);
      case 'boolean':
        return value ? this.#context.true : this.#context.false;
      case 'undefined':
        return this.#context.undefined;
      default:
        if (!(value instanceof Uint8Array)) throw new Error('the board gives bytes, not other objects');
        return this.#context.newArrayBuffer(exactBuffer(value));
    }
  }

  #fromScript(handle: QuickJSHandle): unknown {
    const context = this.#context;
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
        const answer = this.#guarded(() => this.#context.callFunction(handle, this.#context.undefined, ...carried));
        return this.#fromScript(scope.manage(answer));
      } finally {
        scope.dispose();
      }
    };
  }

  #guarded(run: () => ReturnType<QuickJSContext['callFunction']>): QuickJSHandle {
    this.#interrupts = 0;
    const result = run();
    if (result.error === undefined) return result.value;
    throw this.#toError(result.error);
  }

  #toError(handle: QuickJSHandle): Error {
    const thrown: unknown = this.#context.dump(handle);
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

/** The bytes in a buffer that holds nothing else. */
function exactBuffer(bytes: Uint8Array): ArrayBufferLike {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;
}
