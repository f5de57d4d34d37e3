/**
 * Where things lie in the Pico's flash, in bytes from its start: what the simulator needs of
 * firmware/port/boards/pico/flashLayout.h, which a test compares it with.
 * Floor: simulator machine chip; imports nothing.
 */
export const FLASH_SLOT_A_OFFSET = 0x010000;
export const FLASH_SLOT_B_OFFSET = 0x0d3000;
export const FLASH_KEYS_OFFSET = 0x1d0000;
export const FLASH_KEYS_SECTORS = 16;
export const FLASH_SLOT_RECORDS_OFFSET = 0x1e0000;
export const FLASH_READER_RECORDS_OFFSET = 0x1e2000;
export const FLASH_READER_RECORDS_SECTORS = 12;
export const FLASH_PROVISION_OFFSET = 0x1f0000;
