/**
 * The configurations of a reader without flash: they outlive its power, which may fail at any operation.
 * Source: firmware/port/store/configurationStore.h, whose promises these are.   Floor: simulator machine.
 */
import { type ConfigurationStore, PLACE } from '@comptoir/firmware/board';
import { equalBytes, NO_BYTES } from '@comptoir/protocol';
import { sha256 } from '@noble/hashes/sha2.js';
import { createPowerCuts, type PowerCuts } from './powerCuts.js';

/** What the chip has room for: eight sectors, less a page. */
const CONFIGURATION_BYTES_MAX = 32_512;
const READ_BYTES_MAX = 1024;
const ERASED = 0xff;

export interface ConfigurationInMemory {
  /**
   * The board's end, for one time of power.
   * @param provisioned in force until another was loaded
   * @param lost called when the power fails; from then on nothing is kept
   */
  powerOn(provisioned: Uint8Array, lost: () => void): ConfigurationStore;
}

export function createConfigurationInMemory(cuts: PowerCuts = createPowerCuts()): ConfigurationInMemory {
  let loaded: Uint8Array | undefined;
  let powered: ConfigurationStore | undefined;
  return {
    powerOn(provisioned, lost) {
      let coming: Uint8Array = NO_BYTES;
      const inPlace = (place: number): Uint8Array => (place === PLACE.inForce ? (loaded ?? provisioned) : coming);
      /** @param work done but when the power fails in the middle of it @returns false when there is no power */
      function operation(work: () => void): boolean {
        if (powered !== own) return false;
        const cut = cuts.next();
        if (cut !== 'torn') work();
        if (cut === undefined) return true;
        powered = undefined;
        lost();
        return false;
      }
      const own: ConfigurationStore = {
        read(place, offset, length) {
          if (length > READ_BYTES_MAX) throw new Error('that is more than is read at once');
          return inPlace(place).slice(offset, offset + length);
        },
        sha256: (place, offset, length) => sha256(inPlace(place).subarray(offset, offset + length)),
        begin(length) {
          coming = NO_BYTES;
          if (length === 0 || length > CONFIGURATION_BYTES_MAX) return false;
          return operation(() => {
            coming = new Uint8Array(length).fill(ERASED);
          });
        },
        write(offset, bytes) {
          const there = coming.subarray(offset, offset + bytes.length);
          if (there.length !== bytes.length) return false;
          if (equalBytes(there, bytes)) return true;
          return there.every((byte) => byte === ERASED) && operation(() => there.set(bytes));
        },
        finish() {
          if (coming.length === 0) return false;
          const whole = coming;
          coming = NO_BYTES;
          return operation(() => {
            loaded = whole;
          });
        },
      };
      powered = own;
      return own;
    },
  };
}
