/** The till by its keys alone: where the focus is at each step of a charge, that it stays there, and what Escape does. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeFaults, openChromium, TABLET } from '../src/chromium.js';
import { type Counter, openCounter } from '../src/openCounter.js';

let counter: Counter;
let browser: Browser;
beforeAll(async () => {
  counter = await openCounter({ seed: 5 });
  browser = await openChromium();
});
afterAll(async () => {
  await browser?.close();
  await counter?.close();
});

const focused = (page: Page): Promise<string> =>
  page.evaluate(() =>
    (document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '').trim(),
  );

/** @returns what has the focus after each Tab, once around; the browser's own places are left out */
async function around(page: Page, steps: number): Promise<readonly string[]> {
  const seen: string[] = [];
  for (let step = 0; step < steps; step += 1) {
    await page.keyboard.press('Tab');
    const isOutside = await page.evaluate(
      () => document.activeElement !== document.body && document.activeElement?.closest('dialog') === null,
    );
    if (isOutside) throw new Error(`the focus left the dialog: ${await focused(page)}`);
    seen.push(await focused(page));
  }
  return seen;
}

test('a charge without a pointer: each step begins at its head, the focus stays inside, Escape goes one step back', async () => {
  const context = await browser.newContext({ viewport: TABLET, locale: 'en-IE', reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(90_000);
  await page.goto(counter.till);
  await page.locator('.article').first().waitFor();
  const at = (step: string): Promise<void> => page.locator(`.charge[data-at="${step}"]`).waitFor();
  const faults: string[] = [];
  const check = async (where: string): Promise<void> => {
    for (const { id, where: nodes } of await axeFaults(page)) faults.push(`${where}: ${id} at ${nodes.join(', ')}`);
  };

  // Search, and take what is found.
  await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('Skip to the content');
  await page.locator('input[type="search"]').focus();
  await page.keyboard.type('Teapot');
  await page.keyboard.press('Enter');
  await page.locator('.line', { hasText: 'Teapot' }).waitFor();
  const chargeButton = page.locator('.basket .main');
  await chargeButton.focus();
  await page.keyboard.press('Enter');
  await at('how');
  expect(await focused(page)).toBe('How does the customer pay?');
  // In the order in which it's seen.
  const ways = await around(page, 12);
  const places = ['CardTap or insert', 'Cash', '€39.00', 'In 2 parts of €19.50'].map((name) => ways.indexOf(name));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places).not.toContain(-1);
  expect(ways).toContain('Back');
  await check('how');

  // Cash, and back, and out: the focus is where it began.
  await page.getByRole('button', { name: 'Cash' }).focus();
  await page.keyboard.press('Enter');
  await at('cash');
  await check('cash');
  await page.keyboard.press('Escape');
  await at('how');
  await page.keyboard.press('Escape');
  await page.locator('.charge').waitFor({ state: 'detached' });
  expect(await focused(page)).toBe(await chargeButton.textContent());

  // Stopped while the customer is asked: nothing was taken, and Escape leads back.
  await page.keyboard.press('Enter');
  await at('how');
  await page.locator('.way.main').focus();
  await page.keyboard.press('Enter');
  await page.locator('[data-show="tap"]').waitFor();
  expect(await focused(page)).toBe('Present your card');
  expect(await page.locator('.charge h2').getAttribute('aria-live')).toBe('polite');
  await page.keyboard.press('Escape');
  await at('refused');
  expect(await focused(page)).toBe('Nothing was taken.');
  await check('refused');
  await page.keyboard.press('Escape');
  await at('how');

  // Half of it is paid: there is no way out that forgets it, however often it's tried.
  await page.getByRole('button', { name: 'Cash' }).focus();
  await page.keyboard.press('Enter');
  await at('cash');
  for (const key of ['1', '0', '00'])
    await page.locator('.pad').getByRole('button', { name: key, exact: true }).press('Enter');
  await page.locator('.cash .main').press('Enter');
  await at('how');
  for (let time = 0; time < 4; time += 1) await page.keyboard.press('Escape');
  await at('how');
  expect(await page.locator('.charge').evaluate((dialog) => dialog.matches(':modal'))).toBe(true);
  expect(await page.locator('.charge h2').textContent()).toBe('Still to pay: €29.00');
  await check('half paid');

  await page.getByRole('button', { name: 'Cash' }).press('Enter');
  await page.getByRole('button', { name: 'Exact' }).press('Enter');
  await at('paid');
  expect(await focused(page)).toBe('Paid');
  await check('paid');
  await page.keyboard.press('Escape');
  await page.locator('.charge').waitFor({ state: 'detached' });
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
  expect(faults).toEqual([]);
  await context.close();
});
