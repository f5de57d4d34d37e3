/**
 * Breakpoints by which the boot ROM (bootRom/bootRom.c) hands over to the emulator.
 * Floor: simulator machine chip; imports nothing.
 */
export const ROM_TRAP = {
  connectInternalFlash: 0x10,
  flashExitXip: 0x11,
  flashRangeErase: 0x12,
  flashRangeProgram: 0x13,
  flashFlushCache: 0x14,
  flashEnterCmdXip: 0x15,
  resetUsbBoot: 0x16,
  waitForVector: 0x17,
  reset: 0x18,
  fault: 0x19,
} as const;
