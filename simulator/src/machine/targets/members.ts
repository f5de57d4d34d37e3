/**
 * A board as a list of members and a map of their places, which any engine's glue can carry.
 * Floor: simulator machine.
 */

/** What the bridge gets to build `board` from: a member's number, in a list of one when the member is a function. */
type Shape = number | readonly [number] | { readonly [name: string]: Shape };

export interface Members {
  /** JSON of a `Shape`. */
  readonly shape: string;
  /** Calls the member of that number, or reads it when it isn't a function. */
  call(member: number, values: readonly unknown[]): unknown;
}

const DEPTH_MAX = 4; // board.ts has two levels

/** @param board see `Target.load`; each function is called with its own object as `this` */
export function listMembers(board: object): Members {
  const owners: object[] = [];
  const names: string[] = [];

  function walk(owner: object, depth: number): Shape {
    if (depth > DEPTH_MAX) throw new Error('the board is nested too deeply');
    const shape: Record<string, Shape> = {};
    for (const [name, value] of Object.entries(owner)) {
      if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
        shape[name] = walk(value, depth + 1);
      } else {
        const member = owners.push(owner) - 1;
        names.push(name);
        shape[name] = typeof value === 'function' ? [member] : member;
      }
    }
    return shape;
  }

  const shape = JSON.stringify(walk(board, 0));
  return {
    shape,
    call(member, values) {
      const owner = owners[member];
      if (owner === undefined) throw new Error(`the board has no member ${member}`);
      const value: unknown = Reflect.get(owner, names[member] as string);
      return typeof value === 'function' ? Reflect.apply(value, owner, values) : value;
    },
  };
}
