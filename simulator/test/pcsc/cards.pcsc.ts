/** The simulator's cards in a virtual PC/SC reader, read by programs of others and by a terminal that shares nothing with the firmware. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { NO_BYTES, toHex } from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.js';
import type { Card } from '../../src/machine/card.js';
import { createCard } from '../../src/world/cards/catalogue.js';
import { recordedCard } from '../../src/world/cards/recordedCard.js';
import { scriptedCard } from '../../src/world/cards/scriptedCard.js';
import { authenticate } from '../world/cards/cardsAuthentication.js';
import * as terminal from '../world/cards/cardsTerminal.js';

/** The port of the virtual reader, as Debian's package sets it. */
const READER = '127.0.0.1:35963';
const CONNECT_MS = 10_000;
const RETRY_MS = 50;

const execute = promisify(execFile);

/** The daemon takes a moment to open its reader; and to see that a card came, or left. */
async function until<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + CONNECT_MS;
  for (;;) {
    const found = await attempt();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`it did not happen in ${CONNECT_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** Puts a card into the reader; whoever disposes of it takes it out. */
async function served(...args: readonly string[]): Promise<AsyncDisposable> {
  const taken = new AbortController();
  const ended = await until(async () => {
    let isIn: (value: 'in') => void;
    const inserted = new Promise<'in'>((resolve) => {
      isIn = resolve;
    });
    const around = { out: () => isIn('in'), err: () => undefined, ended: taken.signal };
    const whenEnded = run(['card', 'serve', ...args, '--vpcd', READER], around);
    return (await Promise.race([inserted, whenEnded])) === 'in' ? { whenEnded } : undefined;
  });
  await until(async () => ((await readers()).includes('Yes') ? true : undefined));
  return {
    async [Symbol.asyncDispose]() {
      taken.abort();
      await ended.whenEnded;
      await until(async () => ((await readers()).includes('Yes') ? undefined : true));
    },
  };
}

/** What OpenSC says of the readers. */
async function readers(): Promise<string> {
  return (await execute('opensc-tool', ['--list-readers'])).stdout;
}

/** @param apdus hex @returns the answers, hex without the status word, which must be 9000 */
async function send(...apdus: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await execute('opensc-tool', ['-r', '0', ...apdus.flatMap((apdu) => ['--send-apdu', apdu])]);
  return stdout
    .split('Sending:')
    .slice(1)
    .map((answer) => {
      expect(answer).toContain('SW1=0x90, SW2=0x00');
      // Up to 16 bytes a line, and the same as text behind them.
      const lines = answer.split('\n').slice(2);
      return lines.map((line) => /^([0-9A-F]{2} ){0,16}/.exec(line)?.[0].replaceAll(' ', '') ?? '').join('');
    });
}

const PSE = '00A404000E315041592E5359532E444446303100';
const PPSE = '00A404000E325041592E5359532E444446303100';

describe('PC/SC programs see our cards', () => {
  test('pcsc_scan and OpenSC see the reader, the card and its answer to reset', async () => {
    await using _card = await served('visa-debit');
    expect((await execute('pcsc_scan', ['-r'])).stdout).toContain('Virtual PCD');
    expect((await execute('opensc-tool', ['-r', '0', '--atr'])).stdout.trim()).toBe('3b:e0:00:00:81:31:fe:45:eb');
  });

  test('the directory is selected, and its record read', async () => {
    await using _card = await served('visa-debit');
    const [fci, record] = await send(PSE, '00B2010C00');
    expect(fci).toMatch(/^6F..840E315041592E5359532E4444463031A5/);
    expect(record).toContain('4F07A0000000031010500A56495341204445424954870101');
  });

  test('an application starts, and its records are read', async () => {
    await using _card = await served('visa-debit');
    const start = ['00A4040007A000000003101000', '80A80000088306226000F0A00100'];
    const [fci, options, ...records] = await send(...start, '00B2010C00', '00B2011400', '00B2021C00');
    expect(fci).toContain('9F38069F35019F4005');
    expect(options).toMatch(/^800E3900/);
    expect(records).toHaveLength(3);
    for (const record of records) expect(record).toMatch(/^70/);
    expect(records[1]).toContain('5F2403491231');
  });

  test('over T=0, what waits is fetched', async () => {
    await using _card = await served('sda-only');
    expect((await execute('opensc-tool', ['-r', '0', '--atr'])).stdout.trim()).toBe('3b:60:00:00');
    const [fci] = await send('00A4040007A000000003101000');
    expect(fci).toMatch(/^6F/);
  });

  test('on contactless the other directory answers; the dynamic card has one, too', async () => {
    for (const name of ['mastercard', 'dynamic']) {
      await using _card = await served(name, '--interface', 'contactless');
      const [ppse] = await send(PPSE);
      expect(ppse).toContain('A0000000041010');
    }
  });
});

/**
 * A terminal apart from the firmware has a card tell all, then asks the same of the card behind PC/SC, and judges what came from there.
 * EMV 4.4 Book 2 §6.6 (CDA), Book 3 §10.3 (offline data authentication), §10.11 (completion).
 */
describe('a whole transaction by PC/SC', () => {
  const VISA = 'A0000000031010';
  test.each([
    ['visa-debit', 'CDA', 'ok'],
    ['visa-credit', 'DDA', 'ok'],
    ['dynamic', 'CDA', 'ok'],
    ['wrong-signature', 'CDA', 'dynamic format'],
    ['wrong-issuer-certificate', 'CDA', 'issuer format'],
    ['other-amount', 'CDA', 'transaction hash'],
  ] as const)('%s: %s %s', async (name, method, expected) => {
    const rehearsed = recordedCard(createCard(name, { seed: 1 }));
    transaction(rehearsed, method);
    await using _card = await served(name);
    const answers = await send(...rehearsed.exchanges.map(({ command }) => toHex(command)));
    const script = rehearsed.exchanges.map(({ command }, at) => ({ c: toHex(command), r: `${answers[at]}9000` }));
    const told = scriptedCard(script);
    const { found, second } = transaction(told, method);
    told.assertUsedUp();
    expect(found).toBe(expected);
    // Nobody spoke for the issuer, so the card does as it is asked: a TC.
    expect(second).toMatch(/^8012400001/);
  });

  function transaction(card: Card, method: 'CDA' | 'DDA'): { readonly found: string; readonly second: string } {
    const reading = terminal.readApplication(card, 'contact', VISA);
    const found = authenticate(card, 'contact', method, reading);
    const list = (tag: number) => terminal.withLength(terminal.dol(reading.values.get(tag) ?? NO_BYTES));
    // With CDA, authenticating was the first GENERATE AC.
    if (method !== 'CDA' || found.startsWith('issuer')) terminal.exchange(card, `80AE8000${list(0x8c)}00`);
    return { found, second: toHex(terminal.exchange(card, `80AE4000${list(0x8d)}00`)) };
  }
});
