/** `comptoir-sim serve` as its users start it from a checkout, and its page in Chromium. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { simulatorClient } from '../../src/serve/client/simulatorClient.js';

const top = fileURLToPath(new URL('../../..', import.meta.url));
const axeText = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface ServedPage {
  /** Without a slash at its end. */
  readonly url: string;
  readonly client: ReturnType<typeof simulatorClient>;
  /** What a page complained of: scripts that threw, files that were refused. */
  readonly complaints: string[];
  /** The page of a new visitor. */
  open(options?: { readonly colorScheme?: 'dark' | 'light' }): Promise<Page>;
  /** Ends the server as a person does. @returns its exit code */
  end(): Promise<number | null>;
  close(): Promise<void>;
}

export async function servePage(): Promise<ServedPage> {
  const child = spawn(process.execPath, ['simulator/run.mjs', 'serve'], {
    cwd: top,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [line] = (await child.stdout.take(1).toArray()) as Buffer[];
  const { url } = JSON.parse(String(line)) as { url: string };
  const browser: Browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const complaints: string[] = [];
  const end = async (): Promise<number | null> => {
    child.kill('SIGTERM');
    const [code] = (await ended) as [number | null];
    return code;
  };
  return {
    url,
    client: simulatorClient(url),
    complaints,
    async open({ colorScheme = 'light' } = {}) {
      const page = await browser.newPage({ viewport: { width: 1440, height: 960 }, colorScheme });
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      await page.goto(url);
      return page;
    },
    end,
    async close() {
      await browser.close();
      await end();
    },
  };
}

/** What axe finds wrong, by WCAG 2.2 A and AA and its own best practices. */
export async function axeFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeText);
  const found = (await page.evaluate(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
  )) as { violations: readonly { id: string; nodes: readonly { html: string; failureSummary: string }[] }[] };
  return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}
