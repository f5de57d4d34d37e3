/**
 * What the command has around it.
 * Floor: simulator.
 */
export interface Surroundings {
  /** Takes a text for standard output. */
  out(text: string): void;
  /** Takes a sentence for standard error. */
  err(text: string): void;
  /** Tells the exit code; the last one counts. */
  exit(code: number): void;
  /** Aborted when the command is told to end. */
  readonly ended: AbortSignal;
}
