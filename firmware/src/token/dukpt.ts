/**
 * AES DUKPT over key handles: every transaction has its own keys, and no key is ever seen here.
 *
 * A counter's key lies in the register of the counter's lowest one bit. When it was used, the registers below are filled with
 * keys derived from it, and it's erased. The six lowest registers, which 64 counters use up, are handles in memory; the others are in flash, and
 * always as they are 64 counters later. So what is in flash is neither used nor usable now, and a power cut costs the rest of the 64.
 *
 * Source: ANSI X9.24-3-2017 §6; docs/decisions/0044-keys-in-flash-are-of-later.md.   Floor: token.
 */
import { concatBytes, unsignedFromBytes, unsignedToBytes } from '@comptoir/protocol';
import { type Board, KEY, KEY_SET, type KeyHandle } from '../board/board.js';
import { hasChildren, lowestBit, nextCounter } from './dukptCounter.js';
import { derivationData, USAGE } from './dukptDerivation.js';

export interface TransactionKeys {
  /** Key serial number: initial key identifier (8 bytes) and counter (4 bytes). */
  readonly ksn: Uint8Array;
  readonly dataKey: KeyHandle;
  readonly macKey: KeyHandle;
  /** The acquirer's answer carries a MAC under it. */
  readonly answerKey: KeyHandle;
}

/** `failed`: the flash doesn't take it. */
type DukptState = 'ready' | 'missing' | 'exhausted' | 'failed';

/** Registers below this one are in memory. */
const REGISTERS_IN_MEMORY = 6;
const COUNTERS_AHEAD = 2 ** REGISTERS_IN_MEMORY;
const REGISTERS = 32;
/** Place in the set, after the registers, of the key that wraps the next initial key. */
export const UPDATE_KEY_PLACE = 32;
const LAST_COUNTER = 0xffffffff;
const INITIAL_KEY_ID_BYTES = 8;

export class Dukpt {
  private readonly board: Pick<Board, 'secure' | 'keys'>;
  /** By register; the last is that of the first counter of the 64, whatever its own is. */
  private readonly registers: KeyHandle[] = [];
  private initialKeyId: Uint8Array = new Uint8Array(INITIAL_KEY_ID_BYTES);
  /** The next to be used, when `isOpen`. */
  private counter = 0;
  private isOpen = false;

  constructor(board: Pick<Board, 'secure' | 'keys'>) {
    this.board = board;
  }

  /** Initial key identifier of the keys that are there, 8 bytes; no bytes when there are none. */
  get identifier(): Uint8Array {
    return this.board.keys.identifier(KEY_SET.dukpt).subarray(0, INITIAL_KEY_ID_BYTES);
  }

  /** The counter of the next transaction, whose keys `take` gives; 0 before `prepare`. No power cut brings one back. */
  get next(): number {
    return this.counter;
  }

  /** Makes sure that there is a key for the next transaction: where the last of the 64 was used, the flash is written. */
  prepare(): DukptState {
    if (this.isOpen) return 'ready';
    const { secure, keys } = this.board;
    const identifier = keys.identifier(KEY_SET.dukpt);
    if (identifier.length === 0) {
      const initialKey = secure.findKey(KEY.dukptInitial);
      return initialKey === 0 ? 'missing' : this.load(initialKey, secure.keyIdentifier(initialKey));
    }
    this.initialKeyId = identifier.slice(0, INITIAL_KEY_ID_BYTES);
    const first = unsignedFromBytes(identifier.subarray(INITIAL_KEY_ID_BYTES));
    const key = first === 0 ? 0 : keys.fetch(KEY_SET.dukpt, lowestBit(first));
    return key === 0 ? 'exhausted' : this.begin(first, key, []);
  }

  /**
   * Takes an initial key and erases it. The keys of another one are forgotten.
   * @param identifier initial key identifier, 8 bytes
   */
  load(initialKey: KeyHandle, identifier: Uint8Array): DukptState {
    this.forget();
    this.initialKeyId = identifier.slice();
    const updateKey = this.deriveUpdateKey(initialKey);
    const state = this.begin(0, initialKey, [change(UPDATE_KEY_PLACE, updateKey)]);
    this.board.secure.eraseKey(updateKey);
    if (state === 'ready') this.use();
    return state;
  }

  /** The keys of one transaction. The caller erases all three. Throws when `prepare` doesn't say that it's ready. */
  take(): TransactionKeys {
    const state = this.prepare();
    if (state !== 'ready') throw new Error(`DUKPT keys are ${state}`);
    const { counter } = this;
    const key = this.registers[this.register()] as KeyHandle;
    const dataKey = this.derive(key, USAGE.dataEncrypt, counter);
    const macKey = this.derive(key, USAGE.macGenerate, counter);
    const answerKey = this.derive(key, USAGE.macVerify, counter);
    this.use();
    return { ksn: concatBytes(this.initialKeyId, unsignedToBytes(counter, 4)), dataKey, macKey, answerKey };
  }

  /** Uses up the next counter without its keys: of a transaction that nobody is asked about. After `prepare`. */
  skip(): void {
    if (this.isOpen) this.use();
  }

  /** Erases what is in memory. */
  forget(): void {
    for (const key of this.registers) if (key !== 0) this.board.secure.eraseKey(key);
    this.clear();
  }

  /** Every key of the board is gone. */
  clear(): void {
    this.registers.length = 0;
    this.isOpen = false;
  }

  /**
   * Begins the 64 counters from `first` on: the flash gets what is to be there after them, and only then they can be used.
   * @param key that of `first`
   */
  private begin(first: number, key: KeyHandle, changes: readonly Uint8Array[]): DukptState {
    const { secure, keys } = this.board;
    const register = lowestBit(first);
    const children: KeyHandle[] = [];
    if (hasChildren(first))
      for (let lower = REGISTERS_IN_MEMORY; lower < register; lower += 1)
        children.push(this.derive(key, USAGE.keyDerivation, first + 2 ** lower));
    const next = hasChildren(first) ? first + COUNTERS_AHEAD : nextCounter(first);
    const isStored = keys.store(
      KEY_SET.dukpt,
      concatBytes(this.initialKeyId, unsignedToBytes(next % 2 ** REGISTERS, 4)),
      concatBytes(
        ...(register < REGISTERS ? [change(register, 0)] : []),
        ...children.map((child, at) => change(REGISTERS_IN_MEMORY + at, child)),
        ...changes,
      ),
    );
    for (const child of children) secure.eraseKey(child);
    if (!isStored) {
      secure.eraseKey(key);
      return 'failed';
    }
    this.registers[REGISTERS_IN_MEMORY] = key;
    this.counter = first;
    this.isOpen = true;
    return 'ready';
  }

  /** The key of the counter was used: the registers below it are filled, and it's erased. */
  private use(): void {
    const { counter } = this;
    const register = this.register();
    const key = this.registers[register] as KeyHandle;
    if (hasChildren(counter))
      for (let lower = 0; lower < register; lower += 1)
        this.registers[lower] = this.derive(key, USAGE.keyDerivation, counter + 2 ** lower);
    this.board.secure.eraseKey(key);
    this.registers[register] = 0;
    this.counter = nextCounter(counter);
    this.isOpen = Math.floor(this.counter / COUNTERS_AHEAD) === Math.floor(counter / COUNTERS_AHEAD);
  }

  private register(): number {
    return Math.min(lowestBit(this.counter), REGISTERS_IN_MEMORY);
  }

  private derive(key: KeyHandle, usage: number, counter: number): KeyHandle {
    const derivationId = this.initialKeyId.subarray(4, INITIAL_KEY_ID_BYTES);
    return this.board.secure.deriveKey(key, derivationData(usage, derivationId, counter));
  }

  /** Of the counter that no transaction has. @see ANSI X9.24-3-2017 §6.5.3 */
  private deriveUpdateKey(initialKey: KeyHandle): KeyHandle {
    let key = initialKey;
    for (let bit = REGISTERS - 1; bit >= 0; bit -= 1) {
      const child = this.derive(key, USAGE.keyDerivation, LAST_COUNTER + 1 - 2 ** bit);
      if (key !== initialKey) this.board.secure.eraseKey(key);
      key = child;
    }
    const updateKey = this.derive(key, USAGE.keyEncryption, LAST_COUNTER);
    this.board.secure.eraseKey(key);
    return updateKey;
  }
}

function change(place: number, key: KeyHandle): Uint8Array {
  return concatBytes(Uint8Array.of(place), unsignedToBytes(key, 4));
}
