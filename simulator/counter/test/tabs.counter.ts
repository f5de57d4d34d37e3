/**
 * Two tabs of one till over plain http, where a browser has no locks for pages: one of them sells, the other one says so, and what waits is forwarded
 * once.
 */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeFaults, openChromium, TABLET } from '../src/chromium.js';
import { type Counter, openCounter } from '../src/openCounter.js';

const HOST = 'till.example';

let counter: Counter;
let browser: Browser;
beforeAll(async () => {
  counter = await openCounter({ seed: 4, hostName: HOST });
  // A name that isn't this machine's own: the page is no secure context.
  browser = await openChromium([`--host-resolver-rules=MAP ${HOST} 127.0.0.1`]);
});
afterAll(async () => {
  await browser?.close();
  await counter?.close();
});

async function openTab(context: BrowserContext, address = `${counter.origin}/till/`): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(90_000);
  await page.goto(address);
  return page;
}

const sells = (page: Page): Promise<void> => page.locator('.article').first().waitFor();
const isElsewhere = (page: Page): Promise<void> => page.locator('.elsewhere').waitFor();

test('one tab sells; the till goes to another one when it is asked for, but not while a customer pays; what waits is forwarded once', async () => {
  const context = await browser.newContext({ viewport: TABLET, locale: 'en-IE', reducedMotion: 'reduce' });
  const first = await openTab(context, counter.till);
  await sells(first);
  expect(await first.evaluate(() => [isSecureContext, 'locks' in navigator])).toEqual([false, false]);
  const second = await openTab(context);
  await isElsewhere(second);
  expect(await axeFaults(second)).toEqual([]);
  expect(await second.locator('.elsewhere').textContent()).toContain('The till is open in another tab');

  // Without the bank, a card is stored by the first tab.
  const { acquirer } = counter.simulation;
  await context.route(/\/(api|host)\//, (route) => route.abort());
  await first.evaluate(() => dispatchEvent(new Event('offline')));
  await first.locator('.article', { hasText: 'Baguette' }).first().click();
  await first.locator('.basket .main').click();
  await first.locator('.way.main').click();
  await first.locator('[data-show="tap"]').waitFor();
  // A customer pays: the till stays.
  await second.getByRole('button', { name: 'Sell here' }).click();
  await second.getByText('A customer is paying there.').waitFor();
  counter.simulation.tap('visa-debit');
  await first.locator('.end h2', { hasText: 'Stored, not approved yet' }).waitFor();
  counter.simulation.lift();
  expect(acquirer.charges()).toEqual([]);
  await first.getByRole('button', { name: 'New sale' }).click();
  await first.locator('.article', { hasText: 'Teapot' }).first().click();

  // It comes, with its basket, and the first tab lets go of it.
  await second.getByRole('button', { name: 'Sell here' }).click();
  await second.locator('.line', { hasText: 'Teapot' }).waitFor();
  await isElsewhere(first);

  // The bank is back: of both tabs one forwards, and tells the shop.
  await second.locator('.notice').first().waitFor();
  await context.unroute(/\/(api|host)\//);
  // The till may forward by itself before the button is found.
  await second
    .getByRole('button', { name: 'Send now' })
    .click({ timeout: 2_000 })
    .catch(() => undefined);
  await expect.poll(() => acquirer.charges().length).toBe(1);
  await expect.poll(() => second.locator('.notice').count()).toBe(0);
  await second.goto(`${counter.origin}/till/#/sales`);
  await expect.poll(() => second.locator('.row').count()).toBe(1);
  await second.locator('.row [data-kind="good"]').waitFor();
  expect(await first.locator('.elsewhere').count()).toBe(1);

  // The tab is closed: the other one has the till by itself.
  await second.close({ runBeforeUnload: true });
  await sells(first);
  expect(acquirer.charges().length).toBe(1);
  await context.close();
});
