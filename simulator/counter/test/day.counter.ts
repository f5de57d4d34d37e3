import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keyFrom } from '@comptoir/sdk';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { openChromium, TABLET } from '../src/chromium.js';
import { type Counter, openCounter } from '../src/openCounter.js';
import { playDay } from '../src/playDay.js';
import { ownDatabase } from './ownDatabase.js';
import { type TillOnPage, tillOnPage } from './tillOnPage.js';

/** `COMPTOIR_PICTURES=1` keeps them for the docs. */
const pictures =
  process.env['COMPTOIR_PICTURES'] === undefined
    ? mkdtempSync(join(tmpdir(), 'comptoir-'))
    : fileURLToPath(new URL('../../../docs/pictures', import.meta.url));

let counter: Counter;
let browser: Browser;
beforeAll(async () => {
  counter = await openCounter({ seed: 1, ...(await ownDatabase()) });
  browser = await openChromium();
});
afterAll(async () => {
  await browser?.close();
  await counter?.close();
});

async function openTill(context: BrowserContext): Promise<TillOnPage> {
  const page = await context.newPage();
  onTestFailed(async () => console.error('The page shows:\n', await page.locator('body').textContent()), 5000);
  // A colour in the middle of its change has a contrast of its own.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const { till: given } = counter;
  const address = new URL(given);
  const once = new URLSearchParams(address.hash.slice(1));
  once.set('pair', await counter.pairingCode());
  await page.goto(`${counter.origin}/till/#${once}`);
  await page.locator('.article').first().waitFor();
  return tillOnPage(page, counter, pictures);
}

/** @returns its number */
async function orderOnline(page: Page, sku: string): Promise<string> {
  await page.goto(`${counter.site}/items/${sku}`);
  await page.locator('button[name="how"][value="add"]').click();
  await page.goto(`${counter.site}/sign-in`);
  if ((await page.locator('input[name="code"]').count()) > 0) {
    await page.locator('input[name="code"]').last().fill(counter.showCode());
    await page.locator('main button[type="submit"]').last().click();
  }
  await page.goto(`${counter.site}/checkout`);
  await page.locator('input[name="name"]').fill('Camille');
  await page.locator('input[name="pay"][value="account"]').check();
  await page.locator('form:has(input[name="total"]) button[type="submit"]').click();
  await page.waitForURL(/\/orders\//);
  return /\/orders\/([A-Z0-9]+)/.exec(page.url())?.[1] ?? '';
}

test('a day in the shop: sale, order and pickup, refund, consent, an hour offline, the report', async () => {
  const context = await browser.newContext({ viewport: TABLET, locale: 'fr-FR', deviceScaleFactor: 0.75 });
  const till = await openTill(context);
  const { page } = till;

  // A counter sale: one tap of the dynamic card, and the customer chooses the account.
  await till.pick('Café en grains', 'Café en grains', 'Thé vert');
  await till.picture('till-sell-fr');
  await till.payByCard('dynamic', ['ACCOUNT']);
  await expect.poll(() => page.locator('.end h2').textContent()).toBe('Payé');
  expect(await page.locator('.tenders').textContent()).toContain('ACCOUNT');
  await page.getByRole('button', { name: 'Ticket' }).click();
  expect(await page.locator('.paper').textContent()).toContain('GIFT CARD');
  await till.picture('till-paid-fr');

  // Consent, given and withdrawn.
  await page.getByRole('button', { name: 'Me reconnaître' }).click();
  await page.getByRole('button', { name: 'Oui, j’accepte' }).click();
  await page.getByRole('button', { name: 'Retirer l’accord' }).click();
  await expect.poll(() => page.locator('.consent [role="status"]').textContent()).toBe('Retiré, et effacé.');
  await page.getByRole('button', { name: 'Nouvelle vente' }).click();

  // Two orders online, paid by the account. One is handed over by a tap.
  const site = await (await browser.newContext({ locale: 'fr-FR' })).newPage();
  const [first, second] = [await orderOnline(site, 'honey'), await orderOnline(site, 'teapot')];
  await till.place('orders');
  const order = page.locator('.card', { hasText: first });
  await order.getByRole('button', { name: 'Elle est prête' }).click();
  await order.locator('[data-kind="good"]').waitFor();
  await till.picture('till-orders-fr');
  await order.getByRole('button', { name: 'Remettre d’un geste' }).click();
  await order.locator('.asked', { hasText: 'Présentez votre carte' }).waitFor();
  counter.simulation.tap('dynamic');
  await expect.poll(() => page.locator('.message').textContent()).toBe('Remise à Camille');
  counter.simulation.lift();

  // The other one is refunded at the counter.
  await till.place('sales');
  await page.locator('input[type="search"]').fill(second);
  await page.locator('form button[type="submit"]').click();
  await page.locator('.refund').waitFor();
  await till.picture('till-refund-fr');
  await page.locator('.refund .main').click();
  await expect.poll(() => page.locator('.refund [role="status"]').textContent()).toContain('rendus');

  // In English, an hour without the shop and its acquirer: the card is stored, and nothing says that it's approved.
  await till.place('settings');
  await page.getByRole('button', { name: 'English' }).click();
  await till.picture('till-settings-en');
  await page.route(/\/(api|host)\//, (route) => route.abort());
  await page.evaluate(() => dispatchEvent(new Event('offline')));
  await till.place('');
  await page.locator('.notice.warn').waitFor();
  await till.pick('Dark chocolate');
  await till.payByCard('visa-debit');
  expect(await page.locator('.end h2').textContent()).toBe('Stored, not approved yet');
  expect(await page.locator('.charge').textContent()).not.toMatch(/approved(?! yet)/i);
  await page.getByRole('button', { name: 'New sale' }).click();
  await till.picture('till-offline-en');
  await page.unroute(/\/(api|host)\//);
  await expect.poll(() => page.locator('.notice').count(), { timeout: 30_000 }).toBe(0);

  // The day's report has all of it.
  await till.place('day');
  await expect.poll(() => page.locator('.figures').textContent()).toContain('€');
  await page.locator('tbody th', { hasText: 'ACCOUNT' }).first().waitFor();
  await till.picture('till-day-en');
  expect(till.faults).toEqual([]);
  await context.close();
});

test('a till that dies in the middle of a payment knows at the next start what was charged', async () => {
  const context = await browser.newContext({ viewport: TABLET, locale: 'en-IE' });
  const till = await openTill(context);
  const { page } = till;
  await till.pick('Baguette');
  await page.locator('.basket .main').click();
  await page.locator('.way.main').click();
  await page.locator('[data-show="tap"]').waitFor();
  const { length } = counter.simulation.acquirer.charges();
  // The bank hears the question, and the page dies before the answer.
  await page.route(/\/acquirer\/authorise/, async (route) => {
    await route.fetch();
    await page.close();
  });
  counter.simulation.tap('visa-debit');
  await expect.poll(() => counter.simulation.acquirer.charges().length).toBe(length + 1);
  counter.simulation.lift();
  const again = await context.newPage();
  await again.goto(`${counter.origin}/till/#/sales`);
  await expect.poll(() => again.locator('.banner').textContent(), { timeout: 150_000 }).toContain('ended: 1.');
  await again.locator('.row', { hasText: 'Paid' }).first().waitFor();
  expect(counter.simulation.acquirer.charges().length).toBe(length + 1);
  await context.close();
});

test('a scanner, a tip, a bill in parts: half of it in cash, the rest by a card that pays half of that; then all of it is taken back', async () => {
  const context = await browser.newContext({ viewport: TABLET, locale: 'en-IE' });
  const { page, place, faults, picture } = await openTill(context);
  await place('settings');
  await page.getByRole('button', { name: '5 % · 10 % · 15 %' }).click();
  await place('');
  // All in one go, as a scanner types.
  await page.evaluate(
    (keys) => {
      for (const key of keys) document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    },
    [...'2000000000060', 'Enter'],
  );
  await page.locator('.line', { hasText: 'Teapot' }).waitFor();
  await page.locator('.basket .main').click();
  await page.getByRole('button', { name: /^10 %/ }).click();
  await expect.poll(() => page.locator('.figure').textContent()).toBe('€42.90');
  await page.getByRole('button', { name: /^In 2 parts/ }).click();
  await page.getByRole('button', { name: 'Cash' }).click();
  for (const key of ['2', '0', '00'])
    await page.locator('.pad').getByRole('button', { name: key, exact: true }).click();
  await picture('till-cash-en');
  await page.locator('.cash .main').click();
  await expect.poll(() => page.locator('.charge h2').textContent()).toBe('Still to pay: €22.90');
  await page.locator('.way.main').click();
  await page.locator('[data-show="tap"]').waitFor();
  counter.simulation.tap('partial');
  await expect.poll(() => page.locator('.charge h2').textContent()).toBe('Still to pay: €11.45');
  counter.simulation.lift();
  const { key = keyFrom('none') } = counter.simulation.acquirer.charges().at(-1) ?? {};
  await page.getByRole('button', { name: /^Give up/ }).click();
  await page.locator('.charge').waitFor({ state: 'detached' });
  await place('sales');
  expect(await page.locator('.row').count()).toBe(0);
  const sale = await counter.simulation.acquirer.sale(keyFrom(key));
  expect(sale?.refunds.map(({ amount }) => amount.minor)).toEqual([1145]);
  expect(faults).toEqual([]);
  await context.close();
});

test('a bill in two parts goes back to both: the card by its bank, the rest by hand', async () => {
  const context = await browser.newContext({ viewport: TABLET, locale: 'en-IE', reducedMotion: 'reduce' });
  const { page, pick, place, faults, picture } = await openTill(context);
  await pick('Teapot');
  await page.locator('.basket .main').click();
  await page.getByRole('button', { name: 'Cash' }).click();
  for (const key of ['2', '0', '00'])
    await page.locator('.pad').getByRole('button', { name: key, exact: true }).click();
  await page.locator('.cash .main').click();
  await page.locator('.way.main').click();
  await page.locator('[data-show="tap"]').waitFor();
  counter.simulation.tap('visa-debit');
  await expect.poll(() => page.locator('.end h2').textContent()).toBe('Paid');
  counter.simulation.lift();
  await page.getByRole('button', { name: 'New sale' }).click();
  const before = counter.simulation.acquirer.bankRefunds().length;
  await place('sales');
  await page.locator('.row').first().click();
  await page.locator('.opened').getByRole('button', { name: 'Refund' }).click();
  await page.locator('.refund .main').click();
  await expect.poll(() => page.locator('.refund [role="status"]').textContent()).toContain('Hand out €20.00 in cash.');
  expect(counter.simulation.acquirer.bankRefunds().slice(before)).toMatchObject([{ amount: 1900 }]);
  // What is left of the gift card on the dynamic card, by its code.
  await page.locator('input[type="search"]').fill(counter.giftCode);
  await page.locator('form button[type="submit"]').first().click();
  await expect.poll(() => page.locator('.message').first().textContent()).toContain('Left on this gift card');
  await place('day');
  await page.locator('tbody tr', { hasText: 'Cash' }).first().waitFor();
  await picture('till-day-back-en');
  expect(faults).toEqual([]);
  await context.close();
});

test('the page starts without a network, with its catalogue', async () => {
  const context = await browser.newContext({ viewport: TABLET, locale: 'en-IE' });
  const { page, picture, place, pick, faults } = await openTill(context);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await context.setOffline(true);
  await page.reload();
  await page.locator('.article').first().waitFor();
  await page.locator('.notice.warn').waitFor();
  await page.goto(`${counter.origin}/till/#/day`);
  await page.locator('.plot canvas').waitFor();
  // Held upright, and in the dark.
  await page.setViewportSize({ width: TABLET.height, height: TABLET.width });
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture('till-day-dark');
  await place('');
  await pick('Teapot', 'Fig jam');
  await picture('till-sell-dark');
  expect(faults).toEqual([]);
  await context.close();
});

test('a day without a page ends with the same sums', async () => {
  await using once = await openCounter({ seed: 7, ...(await ownDatabase()) });
  const report = await playDay(once, () => {});
  expect(report).toMatchObject({ sales: 4, stored: 0, owed: 0 });
  // What the tap took of the gift card is gone on the web as well.
  const gift = report.byTender.find(({ kind }) => kind === 'gift');
  expect(gift?.amount).toBeGreaterThan(0);
  const look = await fetch(once.account);
  expect(await look.text()).toContain(((2500 - (gift?.amount ?? 0)) / 100).toFixed(2));
});
