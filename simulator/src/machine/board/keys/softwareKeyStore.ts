/**
 * The board's `KeyStore` in software: the rules and the layout of the one in C (firmware/port/secure/keys/keyStore.h), on a model of the same flash.
 * Floor: simulator machine.
 */
import { KEY, KEY_SET, type KeyStore } from '@comptoir/firmware/board';
import { concatBytes, equalBytes, latin1ToBytes, NO_BYTES, unsignedFromBytes } from '@comptoir/protocol';
import { cmac } from '@noble/ciphers/aes.js';
import { type Flash, PAGE_BYTES, type PowerCut, PowerLost, SECTOR_BYTES } from '../../chip/flash.js';
import { createPagedFlash } from '../../chip/pagedFlash.js';
import {
  IDENTIFIER_BYTES_MAX,
  type KeySet,
  NONCE_BYTES,
  openKeySet,
  PLACES,
  sealKeySet,
  sequenceOf,
} from './keySetRecord.js';
import type { SoftwareKeys } from './softwareKeys.js';

const SETS = 4;
const FIRST_SET_SECTOR = 2;
const SECTORS = FIRST_SET_SECTOR + 2 * SETS;

const STORAGE_KEY_AT = PAGE_BYTES;
const STORAGE_KEY_BYTES = 32;
const CHECK_BYTES = 8;
const MARK = latin1ToBytes('KEYS\x01\x01OK');

const ERASED_SECTOR: Uint8Array = new Uint8Array(SECTOR_BYTES).fill(0xff);

export interface KeyFlash {
  /** The tamper line: once set, it stays. */
  isTampered: boolean;
  readonly flash: Flash;
  /** Set for one time of power. */
  lost: () => void;
}

/** Flash for the keys of one reader, empty. It outlives the reader's power. */
export function createKeyFlash(): KeyFlash {
  return { isTampered: false, flash: createPagedFlash(SECTORS * SECTOR_BYTES), lost() {} };
}

/** All keys are gone, as if they had never been there. */
export function emptyKeyFlash({ flash }: KeyFlash): void {
  for (let sector = 0; sector < SECTORS; sector += 1) flash.load(sector * SECTOR_BYTES, ERASED_SECTOR);
}

/** The power fails at that operation from now. @param cut undefined: it stays */
export function cutKeyFlash({ flash }: KeyFlash, cut: PowerCut | undefined): void {
  flash.cutPower(cut);
}

interface Found {
  readonly sector: number;
  readonly sequence: number;
}

/** What is left of a power cut is put right first. */
export function openKeyStore(place: KeyFlash, table: SoftwareKeys, random: (length: number) => Uint8Array): KeyStore {
  const { flash } = place;
  const found: (Found | undefined)[] = [];
  let isPowered = true;
  const at = (sector: number, from: number, length: number): Uint8Array =>
    flash.read(sector * SECTOR_BYTES + from, length);
  const isBlank = (sector: number): boolean => equalBytes(at(sector, 0, SECTOR_BYTES), ERASED_SECTOR);
  const storageKey = (): Uint8Array => at(0, STORAGE_KEY_AT, STORAGE_KEY_BYTES);

  function clear(sector: number): void {
    if (!isBlank(sector)) flash.erase(sector * SECTOR_BYTES, SECTOR_BYTES);
  }
  function program(sector: number, from: number, bytes: Uint8Array): void {
    const padded = new Uint8Array(Math.ceil(bytes.length / PAGE_BYTES) * PAGE_BYTES).fill(0xff);
    padded.set(bytes);
    flash.program(sector * SECTOR_BYTES + from, padded);
  }
  function makeStorageKey(): void {
    if (equalBytes(at(0, 0, MARK.length), MARK)) return;
    clear(0);
    const key = random(STORAGE_KEY_BYTES);
    program(0, STORAGE_KEY_AT, concatBytes(key, checkOf(key)));
    program(0, 0, MARK);
  }
  function open(sector: number, set: number): KeySet | undefined {
    return openKeySet(at(sector, 0, SECTOR_BYTES), set, storageKey());
  }
  function contentOf(set: number): KeySet {
    const where = found[set];
    return (where && open(where.sector, set)) ?? { identifier: NO_BYTES, places: [] };
  }
  function write(sector: number, set: number, sequence: number, content: KeySet): boolean {
    const record = sealKeySet(content, set, sequence, storageKey(), random(NONCE_BYTES));
    program(sector, 0, record);
    return equalBytes(at(sector, 0, record.length), record);
  }
  function store(set: number, identifier: Uint8Array, changes: Uint8Array): boolean {
    if (set >= SETS || identifier.length > IDENTIFIER_BYTES_MAX || changes.length % 5 !== 0)
      throw new Error('no such set');
    makeStorageKey();
    const { places } = contentOf(set);
    for (let from = 0; from < changes.length; from += 5) {
      const number = changes[from] ?? 0;
      if (number >= PLACES) throw new Error(`a set has ${PLACES} places`);
      const handle = unsignedFromBytes(changes.subarray(from + 1, from + 5));
      while (places.length <= number) places.push(undefined);
      places[number] = handle === 0 ? undefined : table.tableKey(handle);
    }
    while (places.length > 0 && places.at(-1) === undefined) places.pop();
    const old = found[set];
    const first = FIRST_SET_SECTOR + 2 * set;
    const sector = old?.sector === first ? first + 1 : first;
    const sequence = (old?.sequence ?? 0) + 1;
    clear(sector);
    if (!write(sector, set, sequence, { identifier, places })) return false;
    if (old !== undefined) clear(old.sector);
    found[set] = { sector, sequence };
    name(set);
    return true;
  }
  function recover(): void {
    for (let set = 0; set < SETS; set += 1) {
      const first = FIRST_SET_SECTOR + 2 * set;
      let newest: Found | undefined;
      for (const sector of [first, first + 1]) {
        const sequence = sequenceOf(at(sector, 0, SECTOR_BYTES));
        if (open(sector, set) !== undefined && sequence >= (newest?.sequence ?? 0)) newest = { sector, sequence };
      }
      found[set] = newest;
      for (const sector of [first, first + 1]) if (sector !== newest?.sector) clear(sector);
    }
  }
  /** The key of a merchant is found by its name. */
  function name(set: number): void {
    const { identifier, places } = contentOf(set);
    if (set === KEY_SET.indexToken && places[0] !== undefined) table.keepNamed(KEY.indexToken, places[0], identifier);
  }
  /** The power's end is the reader's, not a fault of it. */
  function powered<T>(work: () => T, otherwise: T): T {
    if (!isPowered) return otherwise;
    try {
      return work();
    } catch (thrown) {
      if (!(thrown instanceof PowerLost)) throw thrown;
      isPowered = false;
      place.lost();
      return otherwise;
    }
  }

  const isZeroised = (): boolean => at(0, 0, MARK.length).every((byte) => byte === 0);
  function isBeingZeroised(): boolean {
    const head = at(0, 0, MARK.length);
    if (!equalBytes(head, MARK)) return head.some((byte, index) => ((MARK[index] ?? 0) & ~byte) !== 0);
    return !equalBytes(checkOf(storageKey()), at(0, STORAGE_KEY_AT + STORAGE_KEY_BYTES, CHECK_BYTES));
  }
  /** The storage key first: without it nothing that is still there can be read. */
  function zeroise(): void {
    table.eraseAll();
    if (isZeroised()) return;
    if (at(0, 0, 1)[0] === 0xff) program(0, 0, MARK);
    program(0, STORAGE_KEY_AT, new Uint8Array(STORAGE_KEY_BYTES + CHECK_BYTES));
    for (let set = 0; set < SETS; set += 1) {
      clear(FIRST_SET_SECTOR + 2 * set);
      clear(FIRST_SET_SECTOR + 2 * set + 1);
      found[set] = undefined;
    }
    program(0, 0, new Uint8Array(MARK.length));
  }

  powered(() => {
    if (isBeingZeroised()) zeroise();
    if (isZeroised()) table.eraseAll();
    else recover();
  }, undefined);
  name(KEY_SET.indexToken);
  return {
    identifier: (set) => contentOf(set).identifier,
    fetch(set, number) {
      const entry = contentOf(set).places[number];
      return entry === undefined ? 0 : table.keep(entry.kind, entry.key);
    },
    store: (set, identifier, changes) => powered(() => !isZeroised() && store(set, identifier, changes), false),
    zeroise: () => powered(zeroise, undefined),
  };
}

function checkOf(key: Uint8Array): Uint8Array {
  return cmac(new Uint8Array(16), key).subarray(0, CHECK_BYTES);
}
