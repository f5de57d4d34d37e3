/**
 * The part of the glue that runs inside the engine, the same text on every target. It makes `board` from
 * functions and bytes of the engine's own realm, so that no object of the host is ever in the script's hands, and takes
 * away every global that firmware/engine/engine.d.ts doesn't declare.
 * Floor: simulator machine.
 *
 * `call(member, ...values)` is the host's. Bytes go out as an ArrayBuffer made for the purpose, or as they are where the host can copy an array of
 * another realm; they come in as whatever `new Uint8Array(…)` copies or takes over.
 */

/** The globals that the board's engine has. */
// biome-ignore format: a list of names
const ENGINE_GLOBALS: readonly string[] = [
  'globalThis', 'undefined', 'NaN', 'Infinity', 'Object', 'Symbol', 'Boolean', 'Number', 'BigInt', 'String', 'Math', 'Error', 'JSON',
  'Array', 'Map', 'Set', 'Uint8Array', 'Int32Array', 'DataView',
];

/** @param bytesOut what carries the bytes of `value` to the host */
const makeBoard = (bytesOut: string): string => `
  const Bytes = Uint8Array, Fault = Error, text = String, isBytes = (value) => value instanceof Bytes;
  const { parse } = JSON, { entries, freeze, defineProperty } = Object;
  const kinds = new Map();

  // Not Array.prototype.map: a script could put its own there, and be handed the host's bytes.
  function each(values, carry) {
    for (let i = 0; i < values.length; i += 1) values[i] = carry(values[i]);
    return values;
  }
  function outward(value) {
    if (typeof value === 'function') return (...values) => outward(value(...each(values, inward)));
    if (isBytes(value)) return ${bytesOut};
    if (typeof value === 'object' && value !== null) throw new Fault('the board takes bytes, not other objects');
    return value;
  }
  function inward(value) {
    return typeof value === 'object' && value !== null ? new Bytes(value) : value;
  }
  function ask(call, member, values) {
    const carried = each(values, outward);
    let answer;
    try {
      answer = call(member, ...carried);
    } catch (fault) {
      throw new Fault(text(fault.message));
    }
    return inward(answer);
  }
  // An object of the board. Its functions are those of its kind, so that many boards have them once.
  class Part {
    #call;
    constructor(call) {
      this.#call = call;
    }
    static asking(member) {
      return freeze({ ask(...values) { return ask(this.#call, member, values); } }.ask);
    }
  }
  delete Part.prototype.constructor;
  freeze(Part.prototype);
  function kindOf(shape) {
    class Kind extends Part {}
    delete Kind.prototype.constructor;
    const constants = [], parts = [];
    for (const [name, place] of entries(shape)) {
      if (typeof place === 'number') constants.push([name, place]);
      else if (place instanceof Array) defineProperty(Kind.prototype, name, { value: Part.asking(place[0]) });
      else parts.push([name, kindOf(place)]);
    }
    freeze(Kind.prototype);
    return { Kind, constants, parts };
  }
  function build({ Kind, constants, parts }, call) {
    const part = new Kind(call);
    for (const [name, member] of constants) part[name] = ask(call, member, []);
    for (const [name, kind] of parts) part[name] = build(kind, call);
    return part;
  }
  function makeBoard(call, shape) {
    const kind = kinds.get(shape) ?? kindOf(parse(shape));
    kinds.set(shape, kind);
    return build(kind, call);
  }
`;

const EMPTY_REALM = `function emptyRealm() {
  const kept = ${JSON.stringify(ENGINE_GLOBALS)};
  for (const name of Object.getOwnPropertyNames(globalThis)) if (!kept.includes(name)) delete globalThis[name];
  for (const made of [function () {}, function* () {}, async function () {}, async function* () {}])
    Object.defineProperty(Object.getPrototypeOf(made), 'constructor', { value: undefined });
}`;

/** Everything that can be reached from the globals, and from what syntax makes without them. @param more of the last, a list of JavaScript */
const freezeRealm = (more: string): string => `function freezeRealm() {
  const frozen = new Set();
  function freeze(value) {
    if (typeof value !== 'function' && (typeof value !== 'object' || value === null)) return;
    if (frozen.has(value)) return;
    frozen.add(value);
    for (const key of [...Object.getOwnPropertyNames(value), ...Object.getOwnPropertySymbols(value)]) {
      const { value: held, get, set } = Object.getOwnPropertyDescriptor(value, key);
      freeze(held), freeze(get), freeze(set);
    }
    freeze(Object.getPrototypeOf(value));
    if (!(value instanceof Uint8Array)) Object.freeze(value);
  }
  function* made() {}
  async function later() {}
  async function* madeLater() {}
  for (const one of [made, made(), later, later(), madeLater, madeLater(), [].values(), new Map().values(), new Set().values(), ''[Symbol.iterator](), 0n, [].values().map?.(made), ${more}])
    if (one !== undefined) freeze(Object.getPrototypeOf(one));
  freeze(globalThis);
}`;

/** What an engine with regular expressions has besides. What was matched last could be read by the next script, and be set. */
const FORGET_MATCHES = `const { constructor: Pattern } = /x/;
  for (const name of Object.getOwnPropertyNames(Pattern)) if (name !== 'prototype') delete Pattern[name];`;

/** Evaluates to `makeBoard(call, shape)`, and leaves the realm as it will be forever, for all scripts that share it. */
const realmScript = (bytesOut: string, forgetMatches: string, more: string): string => `(function openRealm() {
  'use strict';
  ${makeBoard(bytesOut)}
  ${EMPTY_REALM}
  ${freezeRealm(more)}
  ${forgetMatches}
  emptyRealm();
  freezeRealm();
  return makeBoard;
})()`;

/** For an engine with regular expressions, whose host copies an array of another realm. */
export const nodeRealmScript: string = realmScript('value', FORGET_MATCHES, "/x/, ''.matchAll(/x/g)");

/** For an engine without them, whose host takes an ArrayBuffer. */
export const quickjsRealmScript: string = realmScript(
  'value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength)',
  '',
  '',
);
