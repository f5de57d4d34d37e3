/** Files of cards and issuers: from anyone, cut at any write, taken over; and a card number in none that is printed. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { seededBytes } from '@comptoir/crypto/seed';
import { latin1ToBytes, toHex } from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.js';
import { profileOf } from '../../src/world/cards/catalogue.js';
import { deliver } from '../../src/world/cards/dynamic/issuedCard.js';
import { encodeCardFile, readCardFile } from '../../src/world/cards/file/cardFile.js';
import { openFileCard } from '../../src/world/cards/file/fileCard.js';
import { send } from '../world/cards/cardsTerminal.js';
import * as reader from '../world/dynamic/dynamicTerminal.js';
import { at, card, comptoir, fileOf, folder, GIFT, identifier, put, says, signed, sim } from './cardWorkshop.js';
import type { Ran } from './commandProcess.js';
import { ran } from './ran.js';

describe('files from anyone', () => {
  const wrong = async (ran: Promise<Ran>, words: string): Promise<void> => {
    const { code, out, err } = await ran;
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(words);
    expect(err).not.toMatch(/\bat .*\.ts:|node:internal/);
  };
  const noise = seededBytes('noise');

  test('as signed files', async () => {
    await wrong(sim('put', card, put('x', noise(500))), 'is no file of signed objects');
    await wrong(sim('put', card, put('x', '')), 'FILE_EMPTY');
    await wrong(sim('put', card, put('x', new Uint8Array(70_000))), 'is longer than 65536 bytes');
    await wrong(sim('put', card, at('nothing')), 'can not be read (ENOENT)');
    await wrong(sim('put', card, folder), 'can not be read (EISDIR)');
    await wrong(sim('put', card, '/dev/zero'), 'is longer than');
    await wrong(comptoir('card', 'show', put('x', noise(500))), 'is no file of signed objects');
    await wrong(comptoir('card', 'show', '/dev/zero'), 'is longer than 65536 bytes');
  });

  test('as cards', async () => {
    for (const content of [noise(3000), '{}', '', readFileSync(card).subarray(0, -1), readFileSync(at('shop.keys'))]) {
      await wrong(sim('show', put('x.card', content)), 'is no card');
      await wrong(sim('press', at('x.card')), 'is no card');
    }
    await wrong(sim('show', put('x.card', new Uint8Array(300_000))), 'is longer than');
    expect(await run(['sale', '--card', './none.card'], { out() {}, err() {}, ended: AbortSignal.abort() })).toBe(2);
  });

  test('as cards with a memory that no card wrote', async () => {
    await sim('put', card, await signed('a', 'shop', 'profile', put('gift.json', GIFT)));
    const file = readCardFile(readFileSync(card));
    const memory = file?.records.get(0);
    if (file === undefined || memory === undefined) throw new Error('a card with a memory was expected');
    const changed = memory.slice();
    // The slot of its only profile, behind version, sequences and the highest counter of a removed one.
    changed[1 + 32 + 2 + 1] = 200;
    const records = new Map(file.records).set(0, changed);
    await wrong(sim('show', put('x.card', encodeCardFile({ ...file, records }))), 'holds a memory that no card wrote');
    for (let length = 0; length < memory.length; length += 1) {
      const cut = new Map(file.records).set(0, memory.subarray(0, length));
      const { code } = await sim('show', put('x.card', encodeCardFile({ ...file, records: cut })));
      expect([0, 2]).toContain(code);
    }
  });

  test('as issuers, and as what is there already', async () => {
    await wrong(sim('new', at('y.card'), '--issuer', put('x', noise(300))), 'is no issuer file: it must be JSON');
    await wrong(sim('new', at('y.card'), '--issuer', at('shop.keys'), at('shop.keys')), 'An issuer is given twice');
    await wrong(sim('new', at('y.card'), '--issuer', ...Array.from({ length: 9 }, (_, n) => `${n}`)), '1 to 8 issuers');
    const known = fileOf('shop').cards.length;
    await wrong(sim('new', card, '--issuer', at('shop.keys')), 'is there already');
    expect(fileOf('shop').cards).toHaveLength(known);
    await wrong(comptoir('card', 'keys', at('shop.keys')), 'is there already');
    await wrong(comptoir('card', 'block', 'a', '--issuer', card, '--out', at('z')), 'is no issuer file');
  });

  test('as descriptions', async () => {
    const profile = (file: string, issuer = 'shop'): Promise<Ran> =>
      comptoir('card', 'profile', file, '--issuer', at(`${issuer}.keys`), '--card', identifier(), '--out', at('z'));
    const sequence = fileOf('shop').cards.at(-1)?.sequence;
    await wrong(profile(put('x.json', noise(100))), 'is no JSON');
    await wrong(profile(put('x.json', '{"kind": "4761739001010119')), 'is no JSON');
    await wrong(profile(put('x.json', 'x'.repeat(70_000))), 'is longer than 65536 bytes');
    await wrong(profile(put('x.json', { ...GIFT, balance: '25' })), 'x.json: balance must be an amount in minor units');
    await wrong(
      profile(put('x.json', { kind: 'bank', id: 'b', application: 'none.bank' })),
      'none.bank can not be read',
    );
    await wrong(
      profile(put('x.json', { kind: 'bank', id: 'b', application: 'x.json' })),
      "is no bank's application file",
    );
    await wrong(profile(put('x.json', GIFT), 'stranger'), 'No card was made with the key of');
    expect(fileOf('shop').cards.at(-1)?.sequence).toBe(sequence);
  });

  test('or nowhere to write: the number is lost, and the next one is taken', async () => {
    const description = put('gift.json', GIFT);
    const into = (out: string): Promise<Ran> =>
      comptoir('card', 'profile', description, '--issuer', at('shop.keys'), '--card', identifier(), '--out', out);
    await wrong(into(at('none/signed')), 'can not be written');
    expect(fileOf('shop').cards.at(-1)?.sequence).toBe(1);
    expect((await into(at('b'))).out).toContain('put gift, number 2 of issuer 1');
    expect((await sim('put', card, at('b'))).code).toBe(0);
  });

  test('as words', async () => {
    const block = (...args: readonly string[]): Promise<Ran> =>
      comptoir('card', 'block', 'a', '--issuer', at('shop.keys'), '--out', at('z'), ...args);
    await wrong(block('--card', '00'), '16 hexadecimal digits');
    await wrong(block('--card', '00'.repeat(8)), 'knows no card 0000000000000000');
    await wrong(block(), 'say which by --card');
    await wrong(block('--card', identifier(), 'x'.repeat(17)), '1 to 16 printable');
    await wrong(
      comptoir('card', 'top-up', 'g', '--balance', '1.005', '--issuer', at('shop.keys'), '--out', at('z')),
      'is no amount',
    );
    await wrong(sim('bank', 'cb-visa', '--out', at('z')), 'several applications');
    await wrong(sim('bank', 'visa-debit', '--aid', 'A1', '--out', at('z')), 'no such application');
    await wrong(sim('bank', 'visa-debit', '--aid', 'A', '--out', at('z')), 'no hexadecimal AID');
    await wrong(sim('bank', 'sda-only', '--out', at('z')), 'not for both interfaces');
    await wrong(sim('show', card, '--merchant', ''), '1 to 32 printable');
    await wrong(sim('press', card, '--ms', 'long'), 'whole number');
  });
});

describe('a card in a file', () => {
  test('keeps each write, and nobody else may read the files', async () => {
    await sim('put', card, await signed('a', 'shop', 'profile', put('gift.json', GIFT)));
    for (const name of [card, at('shop.keys'), at('a')]) expect(statSync(name).mode & 0o777).toBe(0o600);
    const open = openFileCard(card);
    open.powerOn('contactless');
    reader.openWallet(open);
    send(open, reader.prepare({ id: 'gift', amount: 100, sale: 'torn' }));
    // The process ends here: what the card answered is in the file.
    expect(await says()).toContain('balance: 24.00 EUR');
  });

  test('that was cut while it was written is the old one, and goes on', async () => {
    const before = readFileSync(card);
    put(`${basename(card)}.new`, before.subarray(0, 20));
    await sim('put', card, await signed('a', 'shop', 'profile', put('gift.json', GIFT)));
    expect(await says()).toContain('balance: 25.00 EUR');
  });

  test('whose power is cut at any write holds what was put, whole, or nothing of it', async () => {
    await sim('bank', 'mastercard', '--out', at('mc.bank'));
    const description = put('mc.json', { kind: 'bank', id: 'mc', application: 'mc.bank' });
    const file = await signed('a', 'bank', 'profile', description);
    const whole = readFileSync(card);
    for (const kind of ['clean', 'torn'] as const) {
      for (let operation = 1; operation <= 4; operation += 1) {
        writeFileSync(card, whole);
        const open = openFileCard(card);
        open.powerOn('contactless');
        open.cutPower({ kind, operation });
        expect(deliver(open, readFileSync(file))).toBe(0);
        const isThere = kind === 'clean' && operation === 4;
        expect(await says()).toContain(isThere ? 'label: MASTERCARD' : 'no profiles');
        expect((await sim('put', card, file)).out).toContain(
          isThere ? 'the card took this object before' : 'put mc: done',
        );
        expect(await says()).toContain('label: MASTERCARD');
      }
    }
  });

  test('that another process took over writes no more, and says so', async () => {
    const file = await signed('a', 'shop', 'profile', put('gift.json', GIFT));
    const first = openFileCard(card);
    openFileCard(card);
    first.powerOn('contactless');
    reader.selectWallet(first);
    const { writes } = first;
    const bytes = readFileSync(file);
    const head = Uint8Array.of(0x80, 0xe2, 0x80, 0x00, bytes.length);
    expect(toHex(first.transmit(Buffer.concat([head, bytes])) ?? new Uint8Array(0))).toBe('6581');
    expect(writes()).toBe(0);
    expect(await says()).toContain('no profiles');
  });

  test('has other random bytes at each use', () => {
    const nonces = [1, 2, 3].map(() => {
      const open = openFileCard(card);
      open.powerOn('contactless');
      return toHex(send(open, reader.SELECT_WALLET).data);
    });
    expect(new Set(nonces).size).toBe(3);
  });

  test('is presented by a reader for other processes', async () => {
    await sim('bank', 'visa-debit', '--out', at('v.bank'));
    const description = put('v.json', { kind: 'bank', id: 'v', application: 'v.bank' });
    await sim('put', card, await signed('a', 'bank', 'profile', description));
    const ending = new AbortController();
    let ended: Promise<number> = Promise.resolve(0);
    const printed = new Promise<string>((resolve) => {
      const around = { out: resolve, err: resolve, ended: ending.signal };
      ended = run(['reader', '--ws', '0', '--card', card, '--target', 'node', '--json'], around);
    });
    const paid = await comptoir('--json', '--reader', JSON.parse(await printed).url, 'pay', '9.90');
    expect(JSON.parse(paid.out)).toMatchObject({
      status: 'approved',
      payment: { tenders: [{ masked: '476173******0119' }] },
    });
    ending.abort();
    expect(await ended).toBe(0);
  });

  test('sells, and counts on', async () => {
    await sim('bank', 'visa-debit', '--out', at('v.bank'));
    const file = await signed('a', 'bank', 'profile', put('v.json', { kind: 'bank', id: 'v', application: 'v.bank' }));
    await sim('put', card, file);
    const sale = async (): Promise<{ readonly status: string; readonly atc: string }> => {
      const { result } = JSON.parse((await ran('sale', '--card', card, '--target', 'node', '--json')).out);
      return { status: result.status, atc: result.payment.tenders[0].receipt.atc };
    };
    expect([await sale(), await sale()]).toEqual([
      { status: 'approved', atc: '0001' },
      { status: 'approved', atc: '0002' },
    ]);
  });
});

describe('a card number', () => {
  test('is in the files, as bytes, and in nothing that is printed', async () => {
    const number = toHex(profileOf('visa-debit').number);
    const printed = [
      await sim('bank', 'visa-debit', '--out', at('v.bank')),
      await comptoir(
        'card',
        'profile',
        put('v.json', { kind: 'bank', id: 'v', application: 'v.bank' }),
        '--issuer',
        at('bank.keys'),
        '--card',
        identifier(),
        '--out',
        at('a'),
      ),
      await comptoir('--json', 'card', 'show', at('a')),
      await sim('put', card, at('a')),
      await sim('show', card),
      await sim('show', card, '--json'),
    ];
    expect(printed.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0]);
    const text = printed.map(({ out, err }) => out + err).join('\n');
    const shows = (shown: string): boolean => shown.includes(number) || shown.includes(toHex(latin1ToBytes(number)));
    expect(shows(text)).toBe(false);
    for (const name of [at('v.bank'), at('a'), card]) {
      const bytes = readFileSync(name);
      expect(shows(bytes.toString('latin1'))).toBe(false);
      // Sabotage twin: the same search finds it when the bytes are made text.
      expect(shows(toHex(bytes))).toBe(true);
    }
  });
});
