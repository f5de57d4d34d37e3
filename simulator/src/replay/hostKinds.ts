/**
 * Kinds of the host's side: they run in Node, whatever the target.
 * Floor: simulator.
 */

/** Gives the `actual` of a record; throws when the input isn't what the kind asks for. */
export type HostKind = (input: unknown) => unknown;

export const HOST_KINDS: ReadonlyMap<string, HostKind> = new Map();

/** Kinds whose line says that they are of the host's side, whether they run yet or not. */
export function isHostKind(kind: string): boolean {
  return kind.startsWith('ac.') || kind.startsWith('dukpt.') || kind.startsWith('tr31.');
}
