/**
 * Wrong use of a command: it says what there is, and ends with exit code 2.
 * Floor: simulator trials; imports nothing.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
