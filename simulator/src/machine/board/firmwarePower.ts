/**
 * From the power to the script: the boot stage chooses a slot, its body is the script that runs, and the firmware gets the
 * store of the other slot.
 * Floor: simulator machine.
 */
import type { FirmwareStore } from '@comptoir/firmware/board';
import { IMAGE_HEADER_BYTES } from '@comptoir/protocol/image';
import { goodImage, startSlot } from './bootStage.js';
import { factoryImage } from './factoryImage.js';
import { createFirmwareSlots } from './firmwareSlots.js';
import { createSlotMemory, type SlotMemory } from './slotMemory.js';

interface StartedFirmware {
  readonly script: string;
  readonly store: FirmwareStore;
  /** A fault of it resets the reader, as on a chip, until the old image is back. */
  readonly isOnTrial: () => boolean;
}

interface FirmwarePower {
  readonly memory: SlotMemory;
  /** One start. @throws Error when neither slot holds an image that may run */
  start(restart: () => void): StartedFirmware;
}

/** @param script what the reader leaves the factory with */
export function createFirmwarePower(script: string): FirmwarePower {
  const memory = createSlotMemory(() => factoryImage(script));
  return {
    memory,
    start(restart) {
      const running = startSlot(memory);
      if (running === undefined) throw new Error('no slot of the reader holds an image that may run');
      const isFromFactory = memory.isAsMade && running === 0;
      const store = createFirmwareSlots({
        memory,
        running,
        runningHeader: () =>
          isFromFactory
            ? factoryImage(script).slice(0, IMAGE_HEADER_BYTES)
            : memory.read(running, 0, IMAGE_HEADER_BYTES).slice(),
        restart,
      });
      const isOnTrial = (): boolean => memory.records.confirmed !== running;
      if (isFromFactory) return { script, store, isOnTrial };
      const image = goodImage(memory, running);
      return { script: new TextDecoder().decode(image?.body), store, isOnTrial };
    },
  };
}
