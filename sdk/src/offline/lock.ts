/**
 * One at a time, in all tabs of a browser where it has Web Locks, else in this process.
 * Floor: sdk offline; imports nothing.
 */

export type Lock = <T>(name: string, work: () => Promise<T>) => Promise<T>;

const waiting = new Map<string, Promise<unknown>>();

export const systemLock: Lock = async (name, work) => {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks;
  if (locks !== undefined) return await locks.request(name, work);
  const before = waiting.get(name) ?? Promise.resolve();
  const mine = before.catch(() => {}).then(work);
  waiting.set(name, mine);
  try {
    return await mine;
  } finally {
    if (waiting.get(name) === mine) waiting.delete(name);
  }
};
