import './page.js';

import { expect, test } from 'vitest';
import { readAllJson, readJson, store, writeJson } from '../src/store/records.js';
import { disk } from './page.js';

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
