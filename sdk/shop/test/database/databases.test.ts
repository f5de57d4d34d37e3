/** One shop is whole in one database, and one more database moves its share of the shops and no other one. */
import { expect, test } from 'vitest';
import { databaseNameOf } from '../../src/database/openDatabase.js';

const SHOPS = Array.from({ length: 1000 }, (_, at) => `shop-${at}`);
const placesOf = (names: readonly string[]) => Promise.all(SHOPS.map((shop) => databaseNameOf(shop, names)));

test('shops spread over the databases, each always to the same', async () => {
  const places = await placesOf(['a', 'b', 'c', 'd']);
  expect(await placesOf(['d', 'c', 'b', 'a'])).toEqual(places);
  for (const name of ['a', 'b', 'c', 'd']) {
    const share = places.filter((place) => place === name).length;
    expect(share, name).toBeGreaterThan(200);
    expect(share, name).toBeLessThan(300);
  }
});

test('a fifth database takes a fifth, and nothing moves between the others', async () => {
  const before = await placesOf(['a', 'b', 'c', 'd']);
  const after = await placesOf(['a', 'b', 'c', 'd', 'e']);
  const moved = after.filter((place, at) => place !== before[at]);
  expect(new Set(moved)).toEqual(new Set(['e']));
  expect(moved.length).toBeGreaterThan(150);
  expect(moved.length).toBeLessThan(250);
});
