import './page.js';

import { beforeEach, expect, test } from 'vitest';
import { indexedDbStore } from '../src/store/indexedDbStore.js';
import { page, readAllJson, readJson, store, writeJson } from '../src/store/records.js';
import { disk } from './page.js';

beforeEach(async () => {
  disk.records.clear();
  await store.pass(undefined, page);
});

test('a record is there once it was put, under its own prefix alone, and is gone once it was deleted', async () => {
  const given = Uint8Array.of(1, 2);
  await store.put('a/1', given);
  given[0] = 9;
  await store.put('a/2', Uint8Array.of(3));
  await store.put('b/1', Uint8Array.of(4));
  expect(await store.get('a/1')).toEqual(Uint8Array.of(1, 2));
  const names: string[] = [];
  for await (const name of store.keys('a/')) names.push(name);
  expect(names).toEqual(['a/1', 'a/2']);
  await store.del('a/1');
  expect(await store.get('a/1')).toBeUndefined();
});

test('a write that the disk refused fails, and what was there stays', async () => {
  await writeJson('kept', { n: 1 });
  disk.writesLeft = 0;
  await expect(writeJson('kept', { n: 2 })).rejects.toThrow('the disk is full');
  disk.writesLeft = Number.POSITIVE_INFINITY;
  expect(await readJson('kept')).toEqual({ n: 1 });
});

test('what was never written whole is left out', async () => {
  await writeJson('sale/1', { id: '1' });
  await store.put('sale/2', new TextEncoder().encode('{"id":'));
  expect(await readAllJson('sale/')).toEqual([{ id: '1' }]);
});

test('one page writes: a lease goes from who has it to one other, and who lost it writes nothing more', async () => {
  const other = indexedDbStore('comptoir-till', 'other');
  await store.put('a', Uint8Array.of(1));
  await expect(other.put('a', Uint8Array.of(2))).rejects.toThrow('another tab');
  await expect(other.del('a')).rejects.toThrow('another tab');
  // Two that want it at once: one gets it.
  const [first, second] = await Promise.all([store.pass(page, 'other'), other.pass(page, 'third')]);
  expect([first, second]).toEqual([true, false]);
  expect(await other.holder()).toBe('other');
  await expect(store.put('a', Uint8Array.of(3))).rejects.toThrow('another tab');
  expect(await store.get('a')).toEqual(Uint8Array.of(1));
  await other.put('a', Uint8Array.of(4));
  expect(await other.pass('other', undefined)).toBe(true);
  expect(await store.holder()).toBeUndefined();
  await expect(other.put('a', Uint8Array.of(5))).rejects.toThrow('another tab');
  expect(await store.get('a')).toEqual(Uint8Array.of(4));
});
