/** The till as a clerk's thumb and a customer's card meet it. */
import type { Page } from 'playwright-core';
import { axeFaults } from '../src/chromium.js';
import type { Counter } from '../src/openCounter.js';

export interface TillOnPage {
  readonly page: Page;
  place(path: '' | 'orders' | 'sales' | 'day' | 'settings'): Promise<void>;
  /** @param names begin of the articles' names */
  pick(...names: readonly string[]): Promise<void>;
  /** @param chosen labels of instruments, when the customer is asked in the tap */
  payByCard(card: string, chosen?: readonly string[]): Promise<void>;
  picture(name: string): Promise<void>;
  /** Faults that axe found so far, with the place. */
  readonly faults: string[];
}

export function tillOnPage(page: Page, { simulation, origin }: Counter, pictures: string): TillOnPage {
  const faults: string[] = [];
  async function check(where: string): Promise<void> {
    for (const { id, where: nodes } of await axeFaults(page)) faults.push(`${where}: ${id} at ${nodes.join(', ')}`);
  }
  return {
    page,
    faults,
    async place(path) {
      await page.goto(`${origin}/till/#/${path}`);
      await page.locator('main h1').waitFor({ state: 'attached' });
    },
    async pick(...names) {
      for (const name of names) await page.locator('.article', { hasText: name }).first().click();
    },
    async payByCard(card, chosen) {
      await page.locator('.basket .main').click();
      if (chosen !== undefined) await page.locator('.switch input').check();
      await check('how');
      await page.locator('.way.main').click();
      await page.locator('[data-show="tap"]').waitFor();
      await check('prompt');
      simulation.tap(card);
      if (chosen !== undefined) {
        await page.locator('.instruments').waitFor();
        await check('choose');
        for (const label of chosen) await page.locator('.instrument', { hasText: label }).click();
        await page.locator('.choose .main').click();
      }
      await page.locator('.end').waitFor();
      simulation.lift();
    },
    async picture(name) {
      await check(name);
      await page.screenshot({ path: `${pictures}/${name}.png`, animations: 'disabled' });
    },
  };
}
