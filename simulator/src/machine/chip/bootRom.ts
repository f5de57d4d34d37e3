/**
 * The boot ROM in the emulator, and what its flash functions do there.
 * Source: bootRom/bootRom.c; RP2040 datasheet 2.8.3.   Floor: simulator machine chip.
 */
import { BOOT_ROM_BASE64 } from './bootRom.gen.js';
import type { Flash } from './flash.js';
import { type EmulatedChip, FLASH_START, HardFault, ROM_BYTES } from './memory.js';
import { ROM_TRAP } from './romTraps.js';

/** Undefined when the program goes on. */
type TrapEnd = 'usbBoot' | 'ended' | undefined;

/** Resets the emulator, too. */
export function loadBootRom(chip: EmulatedChip): void {
  const words = new Uint32Array(ROM_BYTES / 4);
  new Uint8Array(words.buffer).set(Buffer.from(BOOT_ROM_BASE64, 'base64'));
  chip.loadBootrom(words);
}

/**
 * Does what a breakpoint in the boot ROM stands for; its arguments are in the registers.
 * @throws HardFault for a breakpoint elsewhere, PowerLost
 */
export function serveRomTrap(chip: EmulatedChip, number: number, flash: Flash): TrapEnd {
  const { core } = chip;
  if (core.PC >= ROM_BYTES) throw new HardFault(`breakpoint ${number}`);
  const [first = 0, second = 0, third = 0] = core.registers;
  switch (number) {
    case ROM_TRAP.connectInternalFlash:
    case ROM_TRAP.flashExitXip:
    case ROM_TRAP.flashEnterCmdXip:
      return undefined;
    case ROM_TRAP.flashFlushCache:
      chip.flashCache.flush();
      return undefined;
    case ROM_TRAP.flashRangeErase:
      flash.erase(first, second);
      return undefined;
    case ROM_TRAP.flashRangeProgram:
      // While it's programmed, flash can't be read.
      if (second >>> 28 === FLASH_START >>> 28) throw new HardFault('flash is programmed from flash');
      flash.program(
        first,
        Uint8Array.from({ length: third }, (_, at) => chip.readUint8(second + at)),
      );
      return undefined;
    case ROM_TRAP.resetUsbBoot:
      return 'usbBoot';
    default:
      return 'ended';
  }
}
