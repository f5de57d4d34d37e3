/** The till in Chromium with a reader on a cable: by WebUSB and by WebHID, from the first click to a cable that is pulled in the middle of a sale. */
import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { createUsbMachine, type UsbMachine } from '../../../sdk/test/contract/usbMachine.js';
import { openChromium, TABLET } from '../src/chromium.js';
import { type Counter, openCounter } from '../src/openCounter.js';
import { giveUsb } from './usbOfPage.js';

let counter: Counter;
let browser: Browser;
let machine: UsbMachine;
beforeAll(async () => {
  counter = await openCounter({ seed: 3 });
  machine = createUsbMachine(counter.simulation.usb());
  browser = await openChromium();
});
afterAll(async () => {
  await browser?.close();
  await counter?.close();
});

async function unplug(): Promise<void> {
  counter.simulation.unplug();
  counter.simulation.lift();
  await machine.settled(false);
}

async function plug(): Promise<void> {
  await counter.simulation.restart();
  await machine.settled(true);
}

const charges = (): number => counter.simulation.acquirer.charges().length;
const heading = (page: Page): Promise<string | null> => page.locator('.charge h2').textContent();

async function beginSale(page: Page): Promise<void> {
  await page.locator('.article', { hasText: 'Baguette' }).first().click();
  await page.locator('.basket .main').click();
  await page.locator('.way.main').click();
}

async function tap(page: Page, card: string): Promise<void> {
  await page.locator('[data-show="tap"]').waitFor();
  counter.simulation.tap(card);
}

/** As a person does, again while it's there: the reader cuts off a page that stands still between two reports of a frame. */
async function press(page: Page, name: string, isDone: () => Promise<boolean>): Promise<void> {
  await expect
    .poll(async () => {
      const button = page.getByRole('button', { name });
      if (await button.isVisible()) await button.click({ timeout: 1000 }).catch(() => {});
      return isDone();
    })
    .toBe(true);
}

const CONNECTED = /^Connected: /;

test.each(['USB (WebUSB)', 'USB (WebHID)'])(
  '%s: asks once, sells, and goes on after the cable was pulled',
  async (name) => {
    const context = await browser.newContext({ viewport: TABLET, locale: 'en-IE', reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.setDefaultTimeout(90_000);
    onTestFailed(async () => {
      console.error('The page shows:\n', await page.locator('body').textContent());
      // The next test has the reader for itself.
      await context.close();
      if (machine.plugged === undefined) await plug();
    });
    const person = await giveUsb(page, machine);
    // The address of the acquirer, and a code; the reader is none of the simulator's addresses.
    const given = new URLSearchParams({
      acquirer: counter.acquirerUrl,
      shop: counter.origin,
      pair: await counter.pairingCode(),
    });
    await page.goto(`${counter.origin}/till/#${given}`);
    await page.locator('.article').first().waitFor();

    // Nobody is asked before somebody touches something; who picks nothing is told what to do.
    await page.goto(`${counter.origin}/till/#/settings`);
    await page.getByRole('button', { name, exact: true }).click();
    expect(person.asked).toBe(0);
    person.picks = false;
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await expect
      .poll(() => page.locator('.message').textContent())
      .toBe('There is no reader. Plug the reader in, and connect it under Settings.');
    person.picks = true;
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByText(CONNECTED).waitFor();
    expect(person.asked).toBe(2);

    // A whole sale.
    await page.goto(`${counter.origin}/till/#/`);
    await beginSale(page);
    // One with few commands: each report goes through the driver of the browser, which is no cable.
    await tap(page, 'visa-debit');
    await press(page, 'Ask again', async () => (await heading(page)) === 'Paid');
    counter.simulation.lift();
    await page.getByRole('button', { name: 'New sale' }).click();

    // After a reload it's there by itself.
    await page.reload();
    await page.goto(`${counter.origin}/till/#/settings`);
    await page.getByText(CONNECTED).waitFor();
    expect(person.asked).toBe(2);

    // Pulled before the tap: nothing was taken, and the till says so. Plugged in again, it's there by itself.
    await page.goto(`${counter.origin}/till/#/`);
    await beginSale(page);
    await page.locator('[data-show="tap"]').waitFor();
    await unplug();
    await expect
      .poll(() => page.locator('.end .message').textContent())
      .toBe('The reader is away. Look at its cable or its address, then try again.');
    const before = charges();
    await plug();
    await press(page, 'Try again', () => page.locator('[data-show="tap"]').isVisible());

    // Pulled when the bank was asked: nobody knows, until the reader is back and is asked.
    let answer: () => void = () => {};
    const mayAnswer = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const hold = async (route: Route): Promise<void> => {
      const response = await route.fetch();
      await mayAnswer;
      await route.fulfill({ response });
    };
    await page.route(/\/acquirer\/authorise/, hold, { times: 1 });
    await tap(page, 'visa-debit');
    await expect.poll(charges).toBe(before + 1);
    await unplug();
    answer();
    await expect.poll(() => heading(page)).toBe('Not known yet');
    await plug();
    await press(page, 'Ask again', async () => (await heading(page)) === 'Paid');
    expect(charges()).toBe(before + 1);
    expect(person.asked).toBe(2);
    await context.close();
  },
);
