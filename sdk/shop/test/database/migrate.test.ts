/** A database of before keys of tenders and the gift ledger: what it holds is worth the same afterwards, and goes on. */
import { expect, test } from 'vitest';
import { MIGRATIONS, migrate } from '../../src/database/migrate.js';
import { openPglite } from '../../src/database/pglite.js';
import { change, type Work } from '../../src/database/work.js';
import { giftIdOf } from '../../src/gifts/giftLedger.js';
import { endGiftHolds, expireGiftHolds, GIFT_HOLD_MS, giftOf, refundGift } from '../../src/gifts/gifts.js';
import { saleOf } from '../../src/sales/readSale.js';
import { settleStored } from '../../src/sales/settleStored.js';
import { counted, HOOK_MS, START_MS } from '../testDatabase.js';

const CODE = 'BEFOREBEFORE0000';
const ID = giftIdOf({ shop: { shop_id: 'old' } } as Work, CODE);
const DATA = `
insert into shop values ('old', 'Old', '[]', 'c', 'FR', 0, 0, 'EUR', 'Europe/Paris', '00', null, 'single', 1, 1, '\\x00', '\\x00');
insert into sale select 'old', key, 'r-' || key, 'counter', 't', null, status, ${START_MS}, ${START_MS}, '2026-11-27', 10, 1000, 0, '[]', '[]', null
  from (values ('web-1', 'paid'), ('st-1', 'stored')) as before(key, status);
insert into tender values ('old', 'web-1', 0, 'gift', 'GIFT CARD', 1000, '{}'), ('old', 'st-1', 0, 'cash', 'cash', 400, '{}'), ('old', 'st-1', 1, 'bank', 'VISA', 600, '{}');
insert into gift_card values ('old', '${ID}', 'EUR', null);
insert into gift_event (shop_id, gift_id, at_ms, kind, amount, sale_key) values
  ('old', '${ID}', 0, 'load', 5000, 'opening'), ('old', '${ID}', 0, 'hold', 1000, 'web-1'), ('old', '${ID}', 0, 'capture', 1000, 'web-1'),
  ('old', '${ID}', 0, 'refund', 300, 'web-1/back-1'), ('old', '${ID}', 0, 'hold', 200, 'gone'), ('old', '${ID}', 0, 'release', 200, 'gone'),
  ('old', '${ID}', ${START_MS}, 'hold', 700, 'open');
insert into outbox (shop_id, at_ms, topic, body) values ('old', 0, 'sale', '{}');
`;

test(
  'gift value, refunds of it, and stored payments',
  async () => {
    const database = await openPglite();
    await database.run((MIGRATIONS[0] ?? []).join('\n'));
    await database.run('create table schema_version (version int primary key, at timestamptz not null default now());');
    await database.run('insert into schema_version (version) values (1);');
    await database.run(DATA);
    await migrate(database);
    await migrate(database);
    const around = { database, clock: { nowMs: START_MS, now: () => around.clock.nowMs }, random: counted() };
    const doing = <Kind>(work: (work: Work) => Promise<Kind>) => change(around, 'old', work);
    const balance = async () => (await doing((work) => giftOf(work, CODE))).balance;
    expect(await balance()).toBe(3600);
    // What went back by this key before went back.
    expect(await doing((work) => refundGift(work, 'web-1', 'back-1', 300))).toBe(300);
    expect(await doing((work) => refundGift(work, 'web-1', 'back-2', 900))).toBe(700);
    expect(await balance()).toBe(4300);
    around.clock.nowMs += GIFT_HOLD_MS;
    await doing(expireGiftHolds);
    expect(await balance()).toBe(5000);
    expect(await doing((work) => endGiftHolds(work, 'open', 'capture'))).toBe('captured');
    expect(await balance()).toBe(4300);
    expect(await doing((work) => saleOf(work, 'st-1'))).toMatchObject({ status: 'stored', refundable: 400 });
    const end = { key: 'st-1', end: 'settled' } as const;
    expect(await doing((work) => settleStored(work, 'st-1', end))).toMatchObject({
      status: 'settled',
      refundable: 1000,
    });
    await database.close();
  },
  HOOK_MS,
);
