import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scriptSha256 } from '../../src/machine/targets/target.js';
import { findTarget, targetNames } from '../../src/machine/targets/targets.js';

/** Runs a script whose last word is `board.give(…)`, and tells what it gave. */
async function run(name: 'node' | 'quickjs', script: string, board: object = {}): Promise<unknown> {
  let given: unknown;
  const loaded = await findTarget(name).load(script, {
    ...board,
    give: (value: unknown) => {
      given = value;
    },
  });
  loaded.dispose();
  return given;
}

test('a script is known by its SHA-256', () => {
  expect(scriptSha256('abc')).toBe('BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD');
});

const hostile = {
  bytes: () => Uint8Array.of(1),
  fail: () => {
    throw new Error('no');
  },
  call: (given: (bytes: Uint8Array) => unknown) => given(Uint8Array.of(1)),
};

/** Each ends with `typeof process` as the host sees it, if it gets there. */
const escapes = [
  ['by the board', 'reach(board)'],
  ['by a function', 'board.give.constructor("return typeof process")()'],
  ['by a generator', '(function* () {}).constructor("return typeof process")().next().value'],
  ['by bytes', 'reach(board.bytes())'],
  ['by a fault of the board', '(() => { try { board.fail() } catch (e) { return reach(e) } })()'],
  ['by this', 'reach(this)'],
  [
    'by a fault deep down',
    '(() => { const dig = () => { try { dig() } catch (e) { board.fail() } }; try { dig() } catch (e) { return reach(e) } })()',
  ],
  [
    'by the arguments of a callback',
    '(() => { let got; board.call(function () { got = reach(arguments[0]); }); return got })()',
  ],
  [
    'by a method of arrays',
    '(() => { let got; Array.prototype.map = function () { got = reach(this[0]); return [] }; board.call(() => 1); return got })()',
  ],
  [
    'by the places of a stack',
    '(() => { Error.prepareStackTrace = (e, places) => reach(places); return board.call(() => new Error("x").stack) })()',
  ],
  [
    'by one place of a stack',
    '(() => { Error.prepareStackTrace = (e, places) => places.map((p) => { try { return reach(p.getThis() ?? p.getFunction() ?? p) } catch (e) { return "" } }).find((t) => t === "object"); return board.call(() => new Error("x").stack) })()',
  ],
] as const;

const reachScript = 'function reach(from) { return from.constructor.constructor("return typeof process")() }';
const attempt = (expression: string): string =>
  `${reachScript}\nlet got; try { got = ${expression} } catch (e) { got = 'refused' } board.give(got === undefined ? 'undefined' : got)`;

test('what the escapes look for is there when the host is not kept out [sabotage twin]', () => {
  expect(runInContext(`${reachScript}\nreach(board)`, createContext({ board: hostile }))).toBe('object');
});

describe.each(targetNames)('target %s', (name) => {
  test('the globals are those of the board engine', async () => {
    // All scripts share a realm: each is given its own board, which is no global.
    const names = await run(name, 'board.give(Object.getOwnPropertyNames(globalThis).sort().join(" "))');
    expect(names).toBe(
      'Array BigInt Boolean DataView Error Infinity Int32Array JSON Map Math NaN Number Object Set String Symbol Uint8Array globalThis undefined',
    );
  });

  test.each([
    'console',
    'setTimeout',
    'Date',
    'Promise',
    'eval',
    'Function',
    'RegExp',
    'WebAssembly',
    'process',
    'require',
    'Intl',
  ])('%s is not there', async (global) => {
    expect(await run(name, `board.give(typeof ${global})`)).toBe('undefined');
  });

  test.each(escapes)('the host is out of reach %s', async (_by, expression) => {
    expect(await run(name, attempt(expression), hostile)).not.toBe('object');
  });

  test('faults of the board are of the realm of the script', async () => {
    const board = {
      fail: () => {
        throw new TypeError('the host says no');
      },
    };
    const script = 'try { board.fail() } catch (e) { board.give([e instanceof Error, e.message].join(" ")) }';
    expect(await run(name, script, board)).toBe('true the host says no');
  });

  test('bytes are copied both ways', async () => {
    const mine = Uint8Array.of(1, 2, 3);
    let theirs: Uint8Array | undefined;
    const board = {
      bytes: () => mine,
      take: (bytes: Uint8Array) => {
        theirs = bytes;
      },
    };
    await run(name, 'const b = board.bytes(); b[0] = 9; board.take(b); b[1] = 9;', board);
    expect(mine).toEqual(Uint8Array.of(1, 2, 3));
    expect(theirs).toEqual(Uint8Array.of(9, 2, 3));
    expect(theirs).toBeInstanceOf(Uint8Array);
  });

  test('a view is carried as its own bytes only', async () => {
    expect(await run(name, 'board.give(new Uint8Array([1, 2, 3, 4, 5]).subarray(1, 3))')).toEqual(Uint8Array.of(2, 3));
  });

  test('every value survives the round trip through a function of the script', async () => {
    let echo: (value: unknown) => unknown = () => 'not set';
    const loaded = await findTarget(name).load('board.start((value) => board.echo(value))', {
      echo: (value: unknown) => value,
      start: (given: typeof echo) => {
        echo = given;
      },
    });
    const value = fc.oneof(
      fc.double(),
      fc.integer(),
      fc.boolean(),
      fc.constant(undefined),
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
    );
    fc.assert(
      fc.property(value, (sent) => {
        expect(echo(sent)).toEqual(sent);
      }),
    );
    loaded.dispose();
    expect(() => echo(1)).toThrow('disposed');
  });

  test('constants of the board keep their place and kind', async () => {
    const board = { identity: { serial: 'A1', count: 3, none: undefined, key: Uint8Array.of(7) } };
    const script =
      'const i = board.identity; board.give([i.serial, i.count, typeof i.none, i.key[0], i.key.length].join(" "))';
    expect(await run(name, script, board)).toBe('A1 3 undefined 7 1');
  });

  test('a fault of the script comes out with its stack', async () => {
    const script = 'function innermost() { throw new Error("broken") }\nboard.start(() => innermost())';
    let step: () => number = () => 0;
    const loaded = await findTarget(name).load(script, {
      start: (given: () => number) => {
        step = given;
      },
    });
    let thrown: unknown;
    try {
      step();
    } catch (fault) {
      thrown = fault;
    }
    expect(thrown).toBeInstanceOf(Error);
    expect(String(thrown)).toBe('Error: broken');
    expect((thrown as Error).stack).toContain('innermost');
    loaded.dispose();
    await expect(findTarget(name).load('syntax error here', {})).rejects.toBeInstanceOf(Error);
  });

  test('other objects are refused', async () => {
    expect(await run(name, 'try { board.give({}) } catch (e) { board.give(e.message) }')).toBe(
      'the board takes bytes, not other objects',
    );
  });
});

test('a script that never ends is stopped [quickjs]', async () => {
  await expect(findTarget('quickjs').load('for (;;) {}', {})).rejects.toThrow('interrupted');
});

test('a script that eats memory is stopped [quickjs]', async () => {
  await expect(findTarget('quickjs').load('let all = ["a"]; for (;;) all = all.concat(all)', {})).rejects.toThrow(
    'memory',
  );
});

/** What the engines say. */
const REFUSALS = /[Cc]annot delete|could not delete|read[ -]only|extensible|defined/;

describe.each(targetNames)('scripts on %s share a realm, and nothing in it', (name) => {
  test.each([
    'globalThis.left = 1',
    'Array.prototype.left = 1',
    'Object.prototype.toString = () => "other"',
    'Uint8Array.prototype.subarray = undefined',
    'Object.getPrototypeOf(Uint8Array).from = undefined',
    'Map.prototype.get = undefined',
    'JSON.parse = undefined',
    'Math.floor = undefined',
    'Object.getPrototypeOf(function* () {}).left = 1',
    'Object.getPrototypeOf([].values()).next = undefined',
    'Error.prototype.name = "other"',
    'Symbol.prototype.left = 1',
    'delete Object.keys',
    'undeclared = 1',
    'Object.getPrototypeOf((async () => 1)()).then = undefined',
  ])('%s', async (change) => {
    await expect(run(name, `'use strict'; ${change}; board.give('changed')`)).rejects.toThrow(REFUSALS);
  });

  test('a function that is not strict can be reached from inside, and not changed', async () => {
    const text =
      'const here = arguments.callee; here.left = 1; here.prototype.left = 1; board.give(here.left + " " + here.prototype.left)';
    expect(await run(name, text)).toBe('undefined undefined');
  });

  test('a variable of one is none of the other, though their text is the same', async () => {
    const text = 'var n = typeof n === "undefined" ? 1 : n + 1; board.give(n + " " + typeof globalThis.n)';
    expect([await run(name, text), await run(name, text)]).toEqual(['1 undefined', '1 undefined']);
  });
});

describe('matches on node, whose engine has regular expressions', () => {
  test.each([
    'Object.getPrototypeOf("".matchAll(/x/g)).next = undefined',
    'Object.getPrototypeOf(/x/).constructor.input = "other"',
  ])('%s', async (change) => {
    await expect(run('node', `'use strict'; ${change}; board.give('changed')`)).rejects.toThrow(REFUSALS);
  });

  test('what one matched is not told to the next', async () => {
    const text =
      '"number".match(/m/); const { constructor } = /x/; board.give(constructor["$_"] + " " + constructor.lastMatch)';
    expect(await run('node', text)).toBe('undefined undefined');
  });
});

test.each(targetNames)('many scripts live side by side, each with its own board [%s]', async (name) => {
  const loaded = await Promise.all(
    Array.from({ length: 20 }, async (_, number) => {
      let step: () => unknown = () => undefined;
      const engine = await findTarget(name).load('let n = board.number; board.start(() => (n += 1))', {
        number,
        start: (given: () => unknown) => {
          step = given;
        },
      });
      return { engine, step: () => step() };
    }),
  );
  expect(loaded.map(({ step }) => step())).toEqual(loaded.map((_, number) => number + 1));
  for (const { engine } of loaded) engine.dispose();
});
