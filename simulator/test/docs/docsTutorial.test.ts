/** The tutorial's sale is made, and the customer is asked for a card in it. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';

/** Beside the tests, so that the packages resolve as they do for them. */
const file = fileURLToPath(new URL('./example-tutorial.gen.ts', import.meta.url));
afterEach(() => rmSync(file, { force: true }));

test('the tutorial', async () => {
  const page = readFileSync(new URL('../../../docs/tutorials/your-first-sale.md', import.meta.url), 'utf8');
  writeFileSync(file, /^```js\n(.*?)^```/ms.exec(page)?.[1] ?? '');
  const shown: unknown[] = [];
  const log = console.log;
  console.log = (...values: unknown[]) => void shown.push(values.length > 1 ? values.join(' ') : values[0]);
  try {
    await import(/* @vite-ignore */ file);
  } finally {
    console.log = log;
  }
  expect(shown[0]).toBe('customer: tap');
  expect(shown.at(-1)).toMatchObject({ status: 'approved', payment: { tenders: [{ masked: '476173******0119' }] } });
});
