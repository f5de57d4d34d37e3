/** The counter on one machine. */
export {};
