/**
 * Records of the till itself beside the SDK's journal: JSON by name.
 * Floor: till.
 */
import { indexedDbStore, type LeasedStore } from './indexedDbStore.js';

/** What this page calls itself. */
export const page: string = crypto.getRandomValues(new Uint32Array(2)).join('-');

/** Everything that must outlive this page. */
export const store: LeasedStore = indexedDbStore('comptoir-till', page);

export async function writeJson(name: string, value: object): Promise<void> {
  await store.put(name, new TextEncoder().encode(JSON.stringify(value)));
}

/** In the order of their names. A record that can't be read is left out: it was never written whole. */
export async function readAllJson<T>(prefix: string): Promise<readonly T[]> {
  const names: string[] = [];
  for await (const name of store.keys(prefix)) names.push(name);
  const found = await Promise.all(names.sort().map((name) => readJson<T>(name)));
  return found.filter((one) => one !== undefined);
}

export async function readJson<T>(name: string): Promise<T | undefined> {
  try {
    const bytes = await store.get(name);
    return bytes && JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
