/** The guest's processor is emulated, and the machine may be busy. */
export const SLOWER = 20;
