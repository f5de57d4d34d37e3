/** The live page, as people use it: with the mouse, with the keys, with a program that reads it out. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFaults, type ServedPage, servePage } from './servedPage.js';

const SCREENSHOT = fileURLToPath(new URL('../../../docs/how-to/live-page.png', import.meta.url));
const SCREENSHOT_BYTES_MAX = 150_000;

let served: ServedPage;
beforeAll(async () => {
  served = await servePage();
});
afterAll(() => served.close());

const display = (page: Page): Locator => page.getByRole('status', { name: 'Display' });
const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name });
const outcome = (page: Page, text: string): Promise<void> => page.locator('.outcome').getByText(text).first().waitFor();
const entry = (page: Page, text: string): Locator => page.locator('.row').filter({ hasText: text });

/** A page that shows a new reader. */
async function atReader(options: { clock?: 'real' | 'manual'; seed?: number } = {}, page?: Page): Promise<Page> {
  const { id } = await served.client.ask('post', '/readers', {}, { target: 'node', seed: 1, ...options });
  const shown = page ?? (await served.open());
  await shown.locator('.till').waitFor();
  await button(shown, new RegExp(`^Reader ${id},`)).click();
  return shown;
}

async function charge(page: Page): Promise<void> {
  await button(page, /^Charge/).click();
  await display(page).getByText('Present card').waitFor();
}

test('nothing there yet: a reader is started from the page', async () => {
  const page = await served.open();
  await page.getByRole('heading', { name: 'No reader yet' }).waitFor();
  expect(await axeFaults(page)).toEqual([]);
  const form = page.getByRole('main');
  await form.getByLabel('Runs on').selectOption('node');
  await form.getByRole('button', { name: 'Start a reader' }).click();
  await display(page).getByText('Ready when you are').waitFor();
  await page.close();
});

test('a picture for the documentation', async () => {
  const page = await atReader({ seed: 1 }, await served.open());
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await charge(page);
  await button(page, /^Tap/).click();
  await outcome(page, 'approved');
  await entry(page, 'READ RECORD').first().click();
  await page.locator('.opened').waitFor();
  const picture = execFileSync('pngquant', ['--strip', '--speed', '1', '256', '-'], { input: await page.screenshot() });
  expect(picture.length).toBeLessThan(SCREENSHOT_BYTES_MAX);
  // Times differ from run to run: the one in the documentation is replaced when somebody wants that.
  if (process.env['COMPTOIR_PICTURES'] === 'write') writeFileSync(SCREENSHOT, picture);
  await page.close();
});

test('a card is tapped: the display, the lights, the field, the result, what left', async () => {
  const page = await atReader({ seed: 7 });
  await charge(page);
  await page.getByRole('img', { name: '1 of 4 lights are on' }).waitFor();
  await page.getByRole('radio', { name: 'visa-credit' }).check();
  await button(page, /^Tap/).click();
  await outcome(page, 'approved');
  await page.locator('.about').getByText('visa-credit').waitFor();
  await button(page, /^Lift/).click();
  await entry(page, 'takes all cards away').waitFor();
  await page.getByRole('tab', { name: 'What left' }).click();
  await page.getByText('indexToken').waitFor();
  await page.getByText('envelope sealed for the acquirer').waitFor();
  await page.close();
});

test('a card that is torn, and tapped again', async () => {
  const page = await atReader();
  await page.getByRole('tab', { name: 'Faults' }).click();
  await button(page, 'Tear the card').click();
  await page.getByText('Injected: tear 4.').waitFor();
  await charge(page);
  await page.keyboard.press('t');
  await outcome(page, 'error · card/torn');
  await entry(page, 'tear (atApdu 4)').waitFor();
  await entry(page, 'no answer').waitFor();
  await page.keyboard.press('l');
  await charge(page);
  await page.keyboard.press('t');
  await outcome(page, 'approved');
  await page.close();
});

test('the cable is pulled while it is authorised, plugged in again, and the till looks it up', async () => {
  const page = await atReader();
  await page.getByRole('tab', { name: 'Faults' }).click();
  const form = page.getByRole('form', { name: 'Any fault' });
  await form.getByLabel('Fault', { exact: false }).first().selectOption('unplug');
  await form.getByLabel('at', { exact: false }).nth(1).selectOption('during-authorisation');
  await form.getByRole('button', { name: 'Inject' }).click();
  await page.getByText('Injected: unplug during-authorisation.').waitFor();
  await charge(page);
  await page.keyboard.press('t');
  await outcome(page, 'unknown');
  await page.locator('.device.off').waitFor();
  await button(page, /^Plug in/).click();
  await display(page).getByText('Ready when you are').waitFor();
  await button(page, 'Look it up').click();
  await outcome(page, 'approved');
  await button(page, /^Unplug/).click();
  await page.locator('.device.off').waitFor();
  await page.close();
});

test('frames and commands are looked at, by their names, and no card number is seen', async () => {
  const page = await atReader();
  await charge(page);
  await button(page, /^Tap/).click();
  await outcome(page, 'approved');
  await entry(page, 'INIT, 10 bytes').first().click();
  await page.getByText('channel 4 · command 1 · length 2 · payload').first().waitFor();
  expect(await page.locator('.opened code').first().textContent()).toMatch(/^FF FF FF FF 86 00 0A/);
  const options = entry(page, 'GET PROCESSING OPTIONS');
  await options.click();
  const masked = page.locator('.opened tr').filter({ hasText: 'track 2 equivalent data' }).locator('code');
  expect(await masked.textContent()).toMatch(/^\*+$/);
  await page.getByRole('searchbox', { name: 'Search what happened' }).fill('record');
  await entry(page, 'INIT').first().waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Card', exact: true }).click();
  await page.getByText('Nothing here').waitFor();
  await page.close();
});

test('cards in the slot, a dynamic card and its button', async () => {
  const page = await atReader();
  await page.getByRole('radio', { name: 'dynamic' }).check();
  await button(page, /^Press/).click();
  await entry(page, 'presses the button of dynamic').waitFor();
  await button(page, /^Insert/).click();
  await page.locator('.inserted').waitFor();
  await button(page, /^Eject/).click();
  await page.locator('.inserted').waitFor({ state: 'detached' });
  await entry(page, 'takes dynamic out of the slot').waitFor();
  await page.close();
});

test('time by hand, and several readers beside each other', async () => {
  const page = await atReader({ clock: 'manual', seed: 21 });
  await page.getByText('0.000 s').waitFor();
  await button(page, 'Let 10 s pass').click();
  await page.getByText('10.000 s').waitFor();
  const { id } = await served.client.ask('post', '/readers', {}, { target: 'node', seed: 22 });
  await button(page, new RegExp(`^Reader ${id},`)).click();
  await page.getByText('real time, since it was made').waitFor();
  await page.getByRole('tab', { name: 'What left' }).click();
  await button(page, 'End this reader').click();
  await button(page, new RegExp(`^Reader ${id},`)).waitFor({ state: 'detached' });
  await page.close();
});

test('with the keyboard alone', async () => {
  const page = await served.open();
  await page.locator('.till').waitFor();
  await tabTo(page, '+ New reader');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Start a reader');
  await page.keyboard.press('Enter');
  await page.locator('dialog[open]').waitFor({ state: 'detached' });
  await page.locator('.panel.timeline').getByText('Nothing here').waitFor();
  await page.keyboard.press('c');
  await display(page).getByText('Present card').waitFor();
  await page.keyboard.press('t');
  await outcome(page, 'approved');
  await page.keyboard.press('l');
  await entry(page, 'takes all cards away').waitFor();
  await tabTo(page, 'takes all cards away');
  for (const _ of [1, 2, 3]) await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.locator('.opened').waitFor();
  const outline = await page.evaluate(`getComputedStyle(document.activeElement).outlineStyle`);
  expect(outline).toBe('solid');
  await page.keyboard.press('?');
  await page.getByRole('heading', { name: 'Keys' }).waitFor();
  expect(await axeFaults(page)).toEqual([]);
  await page.getByLabel('Single letters do something').press('Space');
  await page.keyboard.press('Escape');
  await page.keyboard.press('u');
  await page.keyboard.press('?');
  expect(await page.locator('.device.off').count()).toBe(0);
  await page.close();
});

/** Goes on with Tab until what has the focus says so. */
async function tabTo(page: Page, text: string): Promise<void> {
  for (let step = 0; step < 80; step += 1) {
    await page.keyboard.press('Tab');
    if (String(await page.evaluate(`document.activeElement.textContent`)).includes(text)) return;
  }
  expect.fail(`the keyboard does not come to "${text}"`);
}

describe('axe has nothing to say', () => {
  test.each(['light', 'dark'] as const)('%s', async (colorScheme) => {
    const page = await atReader({}, await served.open({ colorScheme }));
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await charge(page);
    await button(page, /^Tap/).click();
    await outcome(page, 'approved');
    await entry(page, 'READ RECORD').first().click();
    await page.locator('.opened').waitFor();
    expect(await axeFaults(page)).toEqual([]);
    for (const tab of ['Faults', 'What left']) {
      await page.getByRole('tab', { name: tab }).click();
      expect(await axeFaults(page)).toEqual([]);
    }
    await page.keyboard.press('u');
    await page.locator('.device.off').waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.close();
  });
});

test('nothing was refused by the page’s own policy, and no script failed', () => {
  expect(served.complaints).toEqual([]);
});

test('the server ends, and the page says so', async () => {
  const page = await atReader();
  await page.getByText('live', { exact: true }).waitFor();
  expect(await served.end()).toBe(0);
  await page.getByText('not connected').waitFor();
  await button(page, /^Tap/).click();
  await page.getByRole('alert').getByText('The server does not answer.').waitFor();
});
