/** Opens the folder, sells, and kills itself at the n-th statement after it was ready, or when there is nothing more to do. */
import { createShop } from '../src/createShop.js';
import { withFaults } from '../src/database/database.js';
import { openPglite } from '../src/database/pglite.js';
import { recordSale } from '../src/sales/recordSale.js';
import { openSampleShops } from '../src/sample/sampleShops.js';

const [, , folder = '', at = ''] = process.argv;
let left = Number.POSITIVE_INFINITY;
const database = withFaults(await openPglite({ folder }), () => {
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
});
const clock = { now: () => Date.UTC(2026, 10, 27, 9) };
await openSampleShops({ database, clock, random: (length) => new Uint8Array(length) });
const shop = createShop({ database, clock });
left = Number(at);
for (const key of ['killed-1', 'killed-2'])
  await shop.write({ shop: 'halles', actor: 'till', operation: 'sale', key, body: {} }, (work) =>
    recordSale(
      work,
      key,
      {
        lines: [{ sku: 'honey', qty: 1, unit: 1190, discount: 0 }],
        discounts: [],
        total: 1190,
        tenders: [{ kind: 'cash', label: 'CASH', amount: 1190 }],
        status: 'paid',
        soldMs: clock.now(),
      },
      { channel: 'counter' },
    ),
  );
process.kill(process.pid, 'SIGKILL');
