/** The guest's processor is emulated, and the machine may be busy. */
export const SLOWER = 20;
/** The chip is emulated slower than it runs, and its link gives up a frame whose rest doesn't come within 200 ms. */
export const SLOWER_WITH_A_CHIP = 20;
