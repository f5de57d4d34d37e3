/**
 * `npm run figures`: how quick the till's page is on a slow tablet: first paint, bytes of script, the delay of a tap on a processor six times slower,
 * and what axe finds. A line each, or JSON.
 * Floor: counter.
 */
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { axeFaults, openChromium, TABLET } from './chromium.js';
import { openCounter } from './openCounter.js';

const SLOWER = 6;
const TAPS = 12;

await using counter = await openCounter({ seed: 1 });
const browser = await openChromium();
try {
  const context = await browser.newContext({ viewport: TABLET, locale: 'en-IE', serviceWorkers: 'block' });
  const page = await context.newPage();
  const scripts = new Map<string, number>();
  page.on('response', (response) => {
    if (response.url().endsWith('.js'))
      void response
        .body()
        .then((body) => scripts.set(response.url(), gzipSync(body).length))
        .catch(() => {});
  });
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  await page.goto(counter.till);
  await page.waitForSelector('.article');
  const [paint] = await page.evaluate(() =>
    performance.getEntriesByName('first-contentful-paint').map(({ startTime }) => startTime),
  );
  const loaded = [...scripts.values()].reduce((sum, bytes) => sum + bytes, 0);
  const delays = await tapDelays(page);
  const faults = await axeFaults(page);
  const rows = {
    cpuSlower: SLOWER,
    firstPaintMs: Math.round(paint ?? Number.NaN),
    scriptBytesGzip: loaded,
    tapMedianMs: Math.round(delays[delays.length >> 1] ?? Number.NaN),
    tapWorstMs: Math.round(delays.at(-1) ?? Number.NaN),
    axeFaults: faults.length,
  };
  console.log(
    process.argv.includes('--json')
      ? JSON.stringify(rows)
      : Object.entries(rows)
          .map(([name, value]) => `${name.padEnd(18)}${value}`)
          .join('\n'),
  );
} finally {
  await browser.close();
}

/** From the tap to the frame that shows what it did, sorted. */
async function tapDelays(page: Page): Promise<readonly number[]> {
  const delays: number[] = [];
  for (let tap = 0; tap < TAPS; tap += 1) {
    const ms = await page.evaluate(async (at) => {
      const buttons = document.querySelectorAll<HTMLButtonElement>('.article');
      const begunMs = performance.now();
      buttons[at % buttons.length]?.click();
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      return performance.now() - begunMs;
    }, tap);
    delays.push(ms);
  }
  return delays.sort((a, b) => a - b);
}
