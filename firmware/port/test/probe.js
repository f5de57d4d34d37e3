/**
 * The engine's own tests, one function a kind: a build that the compiler got wrong, or an engine without our patches, fails
 * here while every vector passes. Values are made at run time, so that no compiler folds them.
 * It is run as the vectors are: board.serve, one line a request. `fatal.*` must end in a reset.
 */
const digits = ['2', 'P', 'A', 'Y'].join('');

function expect(name, given, wanted) {
  const [g, w] = [given, wanted].map((value) =>
    JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part)),
  );
  if (g !== w) throw new Error(`${name}: ${g} instead of ${w}`);
}
function thrownBy(work) {
  try {
    work();
  } catch (thrown) {
    return thrown.name;
  }
  return 'nothing';
}

const probes = {
  // Without -fno-strict-aliasing, where int32_t is long: the first of them fails, the second never ends.
  'strings.iterate'() {
    expect('next', digits[Symbol.iterator]().next(), { value: '2', done: false });
    let sum = 0;
    for (const character of digits) sum += character.charCodeAt(0);
    expect('for of', sum, 50 + 80 + 65 + 89);
    expect('spread', [...digits], ['2', 'P', 'A', 'Y']);
    expect('surrogates', [...['\ud83d', '\ude00', 'x'].join('')].length, 2);
    expect(
      'from',
      Array.from(digits, (c) => c),
      ['2', 'P', 'A', 'Y'],
    );
    expect('split', ['a', 'b'].join(',').split(','), ['a', 'b']);
  },
  collections() {
    expect('set', [...new Set([1, 2])], [1, 2]);
    expect('map', [...new Map([[1, 2]])], [[1, 2]]);
    const generator = (function* () {
      const got = yield 1;
      yield got + 1;
    })();
    expect('generator', [generator.next().value, generator.next(4).value, generator.next().done], [1, 5, true]);
    expect('int32', [digits.length << 31, (digits.length - 5) >>> 0, digits.indexOf('Y')], [0, 4294967295, 3]);
  },
  // Patch 02, CVE-2025-62493: clz of 0, and the digit that lies across the end of the last limb.
  'bigint.print'() {
    for (const bits of [31, 32, 63, 64, 65, 96, 127, 128, 191, 192]) {
      const ones = (1n << BigInt(bits)) - 1n;
      for (const radix of [2, 4, 8, 16, 32, 10, 36]) {
        for (const number of [ones, ones + 1n, -ones]) {
          const text = number.toString(radix);
          expect(
            `${bits} bits, radix ${radix}`,
            [text[number < 0n ? 1 : 0] !== '0', numberOf(text, radix) === number],
            [true, true],
          );
        }
      }
    }
  },
  // Patch 03, CVE-2025-62496: the bits of 80 million digits are more than an int counts. Needs 512 MiB.
  'bigint.parse'() {
    expect(
      'decimal',
      thrownBy(() => BigInt('9'.repeat(80_000_000))),
      'RangeError',
    );
    expect('decimal', BigInt('18446744073709551616').toString(16), '10000000000000000');
    expect('hexadecimal', BigInt('0xffffffffffffffffff').toString(10), '4722366482869645213695');
  },
  // Patch 04, CVE-2025-62492: -1e-20 + length is rounded to length, one past the end.
  'bytes.lastIndexOf'() {
    const bytes = Uint8Array.of(7, 7, 9);
    expect('rounded', bytes.lastIndexOf(1, -1e-20), -1);
    expect('rounded', bytes.lastIndexOf(9, -1e-20), 2);
    expect(
      'usual',
      [bytes.lastIndexOf(7), bytes.lastIndexOf(7, -3), bytes.lastIndexOf(7, -4), bytes.lastIndexOf(7, 0)],
      [1, 0, -1, 0],
    );
  },
  // Patch 05, CVE-2025-62494: the variable stops being a string while the other operand is made one.
  'strings.add'() {
    expect('added', addInPlace(), '2PAYx');
    let sum = digits;
    sum += 1;
    sum += 1n;
    sum += null;
    expect('others', sum, '2PAY11null');
    expect(
      'symbol',
      thrownBy(() => {
        let name = digits;
        name += Symbol.iterator;
        return name;
      }),
      'TypeError',
    );
  },
  // Why CVE-2025-62491, -62495, -12745, CVE-2026-0821, -0822, -1144 and -1145 can't be reached: what they need isn't there.
  absent() {
    const kinds = new Set([
      // biome-ignore lint/security/noGlobalEval: it's only asked for
      ...[typeof eval, typeof Function, typeof RegExp, typeof Date, typeof Promise, typeof Proxy, typeof Reflect],
      ...[typeof WeakRef, typeof Atomics, typeof SharedArrayBuffer, typeof ArrayBuffer, typeof globalThis],
    ]);
    expect('kinds', [...kinds], ['undefined']);
    const made = (() => 0).constructor;
    expect(
      'compiling',
      thrownBy(() => made('return 1')),
      'TypeError',
    );
    const buffer = new Uint8Array(8).buffer;
    const maker = buffer.constructor;
    expect(
      'resizing',
      [buffer.resize, buffer.transfer, new maker(8, { maxByteLength: 16 }).resizable],
      [undefined, undefined, undefined].slice(),
    );
    expect(
      'matching',
      thrownBy(() => digits.match('P')),
      'TypeError',
    );
  },
  // Patches 06 and 07: what the script compiler wrote is used where it lies, and can't be changed.
  functions() {
    const [first, second] = [1, 2].map(makeAdder);
    const [one, other] = [1, 2].map(makeCounter);
    expect('one object', [first === second, one === other], [true, false]);
    expect(
      'results',
      [makeAdder()(2, 3), makeCounter()(), typeof makeAdder, typeof notThere],
      [5, 1, 'function', 'undefined'],
    );
    expect('generator', [...countTo(3)], [1, 2, 3]);
    expect('generators', countTo(1)[Symbol.iterator] === countTo(2)[Symbol.iterator], true);
    expect('before', isAssigned(), 1);
    isAssigned = () => 2;
    expect('assigned', isAssigned(), 2);
    for (const name of ['added', 'name', 'length', 'prototype']) {
      makeAdder[name] = 1;
      expect(name, makeAdder[name] === 1, false);
    }
    expect(
      'constructed',
      thrownBy(() => new makeAdder()),
      'TypeError',
    );
    expect('frozen', Object.keys(Object.freeze(makeAdder)), []);
    const map = new Map([[makeAdder, 1]]);
    expect('key', [map.get(makeAdder), map.has(countTo)], [1, false]);
    expect('constants', constants(), ['text', '\u20ac', 1.5, 2n ** 31n, 2n ** 80n, -5n, -(2n ** 31n)]);
    expect(
      'getter',
      {
        get two() {
          return 2;
        },
      }.two,
      2,
    );
    class Pair {
      constructor(a) {
        this.a = a;
      }
      sum() {
        return this.a + 1;
      }
    }
    expect('class', [new Pair(4).sum(), new Pair(1) instanceof Pair], [5, true]);
    try {
      throwsByName();
    } catch (thrown) {
      expect('stack', [thrown.stack.includes('throwsByName'), thrown.stack.includes('inner')], [true, true]);
    }
  },
  // Typed arrays that change while they are made or sorted, from the same reports: nothing is freed under them.
  'bytes.turns'() {
    const bytes = new Uint8Array(4);
    const grows = {
      valueOf() {
        source.length = 9;
        return 2;
      },
    };
    const source = { length: 4, 0: 1, 1: grows, 2: 3, 3: 4 };
    expect('made', [...new Uint8Array(source)], [1, 2, 3, 4]);
    bytes.set([3, 1, 2]);
    const sorted = bytes.sort((a, b) => {
      bytes.fill(9);
      return a - b;
    });
    expect('sorted', sorted.length, 4);
  },
  'errors.deepRecursion'() {
    const deeper = (n) => 1 + deeper(n + 1);
    expect(
      'caught',
      thrownBy(() => deeper(0)),
      'InternalError',
    );
  },
  'errors.thrown'() {
    throw new Error('as asked "with quotes"');
  },
  // It was made before the entry: it lies in flash, as read only as the functions.
  additions() {
    const added = [() => frozen.list.push(1), () => Object.assign(frozen, { added: 1 })].map(thrownBy);
    expect('thrown', added, ['TypeError', 'TypeError']);
  },
  'frozen.write'() {
    frozen.count += 1;
  },
  'fatal.noEnd'() {
    for (;;);
  },
  'fatal.noEndCaught'() {
    for (;;) {
      try {
        for (;;);
      } catch {}
    }
  },
  'fatal.manyObjects'() {
    let list;
    for (;;) list = [list];
  },
  'fatal.manyObjectsCaught'() {
    const all = [];
    for (;;) {
      try {
        all.push(new Uint8Array(1000));
      } catch {}
    }
  },
  'fatal.oneObject'() {
    return new Uint8Array(0x70000000);
  },
};

/** Two `var`s and no `let`: only then does QuickJS add in place. */
function addInPlace() {
  // biome-ignore-start lint/suspicious/noVar: see above
  var text = ['2', 'P', 'A', 'Y'].join('');
  var turns = {
    toString() {
      text = [1.5, 2.5, 3.5];
      return 'x';
    },
  };
  // biome-ignore-end lint/suspicious/noVar: see above
  text += turns;
  return text;
}

const frozen = { count: 0, list: [] };

function makeAdder() {
  return (a, b) => a + b;
}
function makeCounter() {
  let count = 0;
  return () => ++count;
}
function* countTo(last) {
  for (let i = 1; i <= last; i += 1) yield i;
}
// biome-ignore lint/suspicious/noFunctionAssign: such a function has to stay a variable
function isAssigned() {
  return 1;
}
function constants() {
  return ['text', '\u20ac', 1.5, 0x80000000n, 0x100000000000000000000n, -5n, -0x80000000n];
}
function throwsByName() {
  const inner = () => {
    throw new Error('as asked');
  };
  inner();
}

function numberOf(text, radix) {
  let value = 0n;
  const isNegative = text[0] === '-';
  for (let at = isNegative ? 1 : 0; at < text.length; at += 1) {
    value = value * BigInt(radix) + BigInt('0123456789abcdefghijklmnopqrstuvwxyz'.indexOf(text[at]));
  }
  return isNegative ? -value : value;
}

// src/probe.js: what follows is the entry, and runs at each start.
board.serve((kind) => {
  const probe = probes[kind];
  if (probe === undefined) return JSON.stringify({ unsupported: true });
  probe();
  return JSON.stringify({ actual: { ok: true } });
});
