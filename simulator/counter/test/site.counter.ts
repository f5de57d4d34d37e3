/** The site in a real browser, in both languages: what axe finds on each page. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeFaults, openChromium, TABLET } from '../src/chromium.js';
import { type Counter, openCounter } from '../src/openCounter.js';
import { ownDatabase } from './ownDatabase.js';

let counter: Counter;
let browser: Browser;
beforeAll(async () => {
  counter = await openCounter({ seed: 2, ...(await ownDatabase()) });
  browser = await openChromium();
});
afterAll(async () => {
  await browser?.close();
  await counter?.close();
});

test.each(['en', 'fr'])(
  'no page of the site has a fault for axe, and a code of the account signs in once (%s)',
  async (lang) => {
    const context = await browser.newContext({ viewport: TABLET, locale: lang });
    const page = await context.newPage();
    const faults: string[] = [];
    const check = async (): Promise<void> => {
      const where = page.url().replace(/[0-9A-Z]{6,}/, 'N');
      for (const fault of await axeFaults(page)) faults.push(`${where}: ${fault.id} at ${fault.where.join(', ')}`);
    };
    const open = async (address: string): Promise<void> => {
      await page.goto(address);
      await check();
    };
    await open(`${counter.origin}/`);
    await open(counter.site);
    await open(`${counter.site}/basket`);
    await open(`${counter.site}/nothing`);
    await open(counter.network);
    const pressed = async (): Promise<void> => {
      const before = await page.locator('.status').textContent();
      await page.getByRole('button').click();
      await expect.poll(() => page.locator('.status').textContent()).not.toBe(before);
    };
    // Off: neither the site nor the bank is there. And on again.
    await pressed();
    await check();
    for (const away of [counter.site, `${counter.acquirerUrl}/nonce`]) await expect(fetch(away)).rejects.toThrow();
    await pressed();
    expect((await fetch(counter.site)).status).toBe(200);
    await open(counter.account);
    const shown = (await page.locator('.code').textContent()) ?? '';
    await open(`${counter.site}/items/honey`);
    await page.locator('button[value="add"]').click();
    await page.locator('input[name="code"]').fill('BIENVENUE');
    await page.locator('form[action$="/codes"] button').click();
    await check();
    const signIn = async (code: string): Promise<void> => {
      await open(`${counter.site}/sign-in`);
      await page.locator('input[name="code"]').fill(code);
      await page.locator('form[action$="/sign-in"] button').click();
    };
    await signIn('WRONG000');
    await page.locator('[role="alert"]').waitFor();
    await check();
    await signIn(shown);
    await page.waitForURL(/\/checkout$/);
    await check();
    await page.locator('input[name="name"]').fill('Camille');
    await page.locator('form[action$="/checkout"] button').click();
    await page.waitForURL(/\/orders\//);
    await check();
    await open(`${counter.site}/me`);
    await page.locator('form[action$="/consents"] button').first().click();
    await page.waitForURL(/\/me$/);
    await check();
    await open(`${counter.site}/privacy`);
    expect(faults).toEqual([]);
    await page.goto(`${counter.site}/me`);
    await page.locator('form[action$="/sign-out"] button').click();
    await signIn(shown);
    await page.locator('[role="alert"]').waitFor();
    await context.close();
  },
);
