/**
 * The records of a reader without flash: they outlive its power, and the power may fail at any of their writes.
 * Floor: simulator machine.
 */
import type { Records } from '@comptoir/firmware/board';
import type { PowerCut } from '../chip/flash.js';
import { createPowerCuts, type PowerCuts } from './powerCuts.js';

const READER_NAMES = 16;
const VALUE_BYTES_MAX = 1344;

export interface RecordsInMemory {
  /** The board's end, for one time of power. @param lost called when the power fails; from then on nothing is written, and `write` says false */
  powerOn(lost: () => void): Records;
  /**
   * The power fails at that write, 1 the next: `clean` right after it, `torn` in the middle of it, and then the old value stays.
   */
  cutPower(cut: PowerCut): void;
  /** How many times a value was written so far. */
  readonly writes: number;
  /** Other records with the same values, without power. */
  copy(): RecordsInMemory;
}

export interface RecordsOptions {
  /** What was kept before. */
  readonly values?: ReadonlyMap<number, Uint8Array>;
  /** Keeps what is there after a write. @returns false when it can't: then nothing was written */
  readonly keep?: (values: ReadonlyMap<number, Uint8Array>) => boolean;
  /** Default: of these records alone. */
  readonly cuts?: PowerCuts;
}

/** @param names how many records there are; the reader's script has 16 */
export function createRecordsInMemory(
  names: number = READER_NAMES,
  { values, keep, cuts = createPowerCuts() }: RecordsOptions = {},
): RecordsInMemory {
  return recordsOf(names, new Map(values), keep, cuts);
}

function recordsOf(
  names: number,
  values: Map<number, Uint8Array>,
  keep: RecordsOptions['keep'],
  cuts: PowerCuts,
): RecordsInMemory {
  let powered: Records | undefined;
  let writes = 0;

  function named(name: number): number {
    if (!(Number.isInteger(name) && name >= 0 && name < names))
      throw new Error(`the script has records 0 to ${names - 1}`);
    return name;
  }
  return {
    powerOn(lost) {
      const own: Records = {
        read: (name) => values.get(named(name))?.slice() ?? new Uint8Array(0),
        write(name, value) {
          named(name);
          if (powered !== own || value.length > VALUE_BYTES_MAX) return false;
          const cut = cuts.next();
          if (cut !== 'torn') {
            if (keep?.(new Map(values).set(name, value.slice())) === false) return false;
            writes += 1;
            values.set(name, value.slice());
          }
          if (cut === undefined) return true;
          powered = undefined;
          lost();
          return false;
        },
      };
      powered = own;
      return own;
    },
    cutPower: cuts.cutPower,
    get writes() {
      return writes;
    },
    copy: () => recordsOf(names, new Map(values), undefined, createPowerCuts()),
  };
}
