/** Floor: simulator page; imports nothing. */

/** Does something at the server; what went wrong is shown at the top. */
export type Attempt = (what: () => Promise<unknown>) => Promise<void>;
