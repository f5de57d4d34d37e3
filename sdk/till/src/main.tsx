/** The reference till for a tablet: its entry. */
export {};
