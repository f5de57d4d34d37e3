/**
 * What the command has around it.
 * Floor: simulator cli.
 */
export interface Surroundings {
  /** Takes a text for standard output. */
  out(text: string): void;
  /** Takes a sentence for standard error. */
  err(text: string): void;
  /** Tells the exit code; the last one counts. */
  exit(code: number): void;
  /** The command's own file, for threads that take over a part of its work; without it all is done in this one. */
  readonly worker?: URL;
  /** Asks the person at the command to do something, and resolves when they have. Default: on the terminal. */
  readonly ask?: (what: string) => Promise<void>;
  /** Aborted when the command is told to end, once it has said `awaitsEnd`. */
  readonly ended: AbortSignal;
  /** Said by a command that stays until its end, and puts things away then. Any other is ended by a signal as it comes. */
  awaitsEnd?(): void;
}
