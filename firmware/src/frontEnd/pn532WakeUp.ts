/**
 * How a PN532 is woken, whatever it's to be then.
 * Source: PN532 User Manual UM0701-02 §7.2.   Floor: frontEnd; imports nothing.
 */

/**
 * Dummy bytes that a sleeping PN532 needs before its first frame: the first edge wakes it, the others last until its
 * oscillator runs.
 * @see UM0701-02 §7.2.11; 1.4 ms at 115,200 baud
 */
export const WAKE_UP: Uint8Array = Uint8Array.of(0x55, 0x55, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

/** Normal mode: no secure access module. @see §7.2.10 */
export const SAM_CONFIGURATION: Uint8Array = Uint8Array.of(0x14, 0x01);
