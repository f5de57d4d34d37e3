/** Cards described in JSON: each field does what its page says, and what is wrong is refused by its name. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_BYTES, toHex } from '@comptoir/protocol';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { run } from '../../../src/cli/run.js';
import { createProfileCard } from '../../../src/world/cards/catalogue.js';
import { describedCard } from '../../../src/world/cards/described/describedCard.js';
import type { CardProfile } from '../../../src/world/cards/personalisation/cardProfile.js';
import { createTestPki } from '../../../src/world/pki/testPki.js';
import { authenticate } from './cardsAuthentication.js';
import * as terminal from './cardsTerminal.js';

const folder = mkdtempSync(join(tmpdir(), 'comptoir-cards-'));
afterAll(() => rmSync(folder, { recursive: true }));

const page = readFileSync(new URL('../../../../docs/how-to/write-a-card.md', import.meta.url), 'utf8');
const example: unknown = JSON.parse(page.split('```json\n')[1]?.split('```')[0] ?? '');
const MASTERCARD = 'A0000000041010';
const VISA = 'A0000000031010';

function profile(json: unknown): CardProfile {
  const described = describedCard(json);
  if (!described.ok) throw new Error(`${described.fault.at} ${described.fault.must}`);
  return described.profile;
}

const created = (json: unknown) => createProfileCard(profile(json), 1, createTestPki());
const small = (application: object = {}, card: object = {}): object => ({
  name: 'small',
  number: { begins: '476173' },
  applications: [{ network: 'visa', ...application }],
  ...card,
});

async function sim(...args: readonly string[]) {
  const printed: string[] = [];
  const around = { out: (text: string) => printed.push(text), err: (text: string) => printed.push(text) };
  const code = await run(args, { ...around, ended: new AbortController().signal });
  return { code, text: printed.join('\n') };
}

function written(name: string, json: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(json));
  return path;
}

describe('the card of the page', () => {
  test('authenticates itself by DDA, whatever its files are', () => {
    const card = created(example);
    const reading = terminal.readApplication(card, 'contact', MASTERCARD);
    expect(toHex(reading.values.get(0xdf01) ?? NO_BYTES)).toBe('C0FFEE');
    expect(reading.values.has(0x5f20)).toBe(false);
    // File 7 from record 3 to 7, none signed; file 9 from record 3 to 5, three signed.
    expect(toHex(reading.values.get(0x94) ?? NO_BYTES)).toBe('3803070048030503');
    expect(authenticate(card, 'contact', 'DDA', reading)).toBe('ok');
  });

  test('gives its data in pieces of 64 bytes, and does not say how much there is', () => {
    const card = created(example);
    card.powerOn('contact');
    expect(terminal.send(card, '00A4040007A000000004101000').sw).toBe(0x6100);
    expect(terminal.send(card, '00C0000000').sw >> 8).toBe(0x6c);
  });

  test('is sold to, and its transcript is played back', async () => {
    const path = written('old-terminal.json', example);
    const said = join(folder, 'said.json');
    const sale = await sim('sale', '--card', path, '--card-transcript', said, '--json', '--target', 'node');
    expect(sale.code).toBe(0);
    const { left, steps, card } = JSON.parse(sale.text);
    expect([card, left.authenticationMethod, left.authenticationResult]).toEqual([
      { name: path, label: 'Old Mastercard' },
      'DDA',
      'ok',
    ]);
    const exchanges: readonly { readonly atMs: number; readonly command: string }[] = JSON.parse(
      readFileSync(said, 'utf8'),
    );
    expect(exchanges).toHaveLength(steps.length);
    expect(exchanges[0]).toEqual({
      atMs: expect.any(Number),
      command: '00A404000E315041592E5359532E444446303100',
      response: '6100',
      workMs: 0,
    });
    const again = await sim('sale', '--card', said, '--interface', 'contact', '--json', '--target', 'node');
    const { left: leftAgain } = JSON.parse(again.text);
    expect([again.code, leftAgain.cryptogram, leftAgain.maskedNumber]).toEqual([0, left.cryptogram, left.maskedNumber]);
  });
});

describe('a field at a time', () => {
  test('the number begins as asked, follows from the name, and passes Luhn', () => {
    const numbers = ['one', 'two'].flatMap((name) =>
      [13, 16, 19].map((digits) => profile({ ...small(), name, number: { begins: '47617390', digits } }).number),
    );
    expect(new Set(numbers.map(toHex)).size).toBe(6);
    for (const [at, number] of numbers.entries()) {
      const digits = toHex(number).replace(/F$/, '');
      expect(digits).toHaveLength([13, 16, 19][at % 3] ?? 0);
      expect(digits.startsWith('47617390')).toBe(true);
      expect(luhn(digits)).toBe(0);
    }
  });

  test.each([1, 2, 7, 50])('%i objects in a record: the signature still covers them', (objectsPerRecord) => {
    const layout = { names: 4, data: 4, certificates: 4, objectsPerRecord, firstRecord: 2 };
    const card = created(small({ layout }));
    expect(authenticate(card, 'contact', 'CDA', terminal.readApplication(card, 'contact', VISA))).toBe('ok');
  });

  test('files above 10: the whole record is signed', () => {
    const card = created(small({ layout: { names: 11, data: 20, certificates: 30 } }));
    const reading = terminal.readApplication(card, 'contact', VISA);
    expect(authenticate(card, 'contact', 'CDA', reading)).toBe('ok');
  });

  test('objects of the issuer’s own are everywhere, and CDA covers those in answers', () => {
    const proprietary = [
      { in: 'fci', tag: '9F4D', value: '0B0A' },
      { in: 'directory', tag: '9F28', value: '40' },
      { in: 'record', tag: 'DF01', value: 'C0FFEE' },
      { in: 'answer', tag: 'DF02', value: '' },
    ];
    const card = created(small({ proprietary, responseFormat: 2 }));
    card.powerOn('contactless');
    expect(toHex(terminal.send(card, '00A404000E325041592E5359532E444446303100').data)).toContain('9F280140');
    const reading = terminal.readApplication(card, 'contact', VISA);
    expect(reading.values.get(0xdf02)).toEqual(NO_BYTES);
    expect(toHex(terminal.send(card, '00A4040007A000000003101000').data)).toContain('BF0C059F4D020B0A');
    const again = terminal.readApplication(card, 'contact', VISA);
    expect(authenticate(card, 'contact', 'CDA', again)).toBe('ok');
    for (const on of ['contact', 'contactless'] as const)
      expect(toHex(terminal.readApplication(card, on, VISA).values.get(0xdf01) ?? NO_BYTES)).toBe('C0FFEE');
  });

  test('what is missing is missing, and not signed', () => {
    const card = created(small({ omits: ['5F28', '9F4A'] }, { sequenceNumber: -1, expires: '2024-02-29' }));
    const reading = terminal.readApplication(card, 'contact', VISA);
    for (const tag of [0x5f28, 0x9f4a, 0x5f34]) expect(reading.values.has(tag)).toBe(false);
    expect(toHex(reading.values.get(0x5f24) ?? NO_BYTES)).toBe('240229');
    expect(authenticate(card, 'contact', 'CDA', reading)).toBe('ok');
  });

  test('a bank that has never seen the card before verifies its cryptogram, and decides as the card says', async () => {
    const path = written('refer.json', small({}, { issuer: { decision: 'refer' }, sequenceNumber: -1 }));
    const { code, text } = await sim('sale', '--card', path, '--json', '--target', 'node');
    expect([code, JSON.parse(text).result.code]).toEqual([1, '01']);
  });

  test('pieces: a chain of 61xx, each with what waits next', () => {
    const card = created(small({}, { t0: { pieceBytes: 16, correctsLength: false }, interface: 'contact' }));
    card.powerOn('contact');
    let { sw } = terminal.send(card, '00A4040007A000000003101000');
    let fci = '';
    for (let count = 0; sw >> 8 === 0x61; count += 1) {
      const piece = terminal.send(card, `00C00000${toHex(Uint8Array.of(sw & 255))}`);
      fci += toHex(piece.data);
      expect(piece.data.length).toBeLessThanOrEqual(16);
      sw = piece.sw;
      if (count > 16) throw new Error('it never ends');
    }
    expect(sw).toBe(0x9000);
    expect(fci.startsWith('6F')).toBe(true);
    expect(terminal.leaves(terminal.bytes(fci)).has(0x9f38)).toBe(true);
  });
});

describe('faults', () => {
  const rows: readonly (readonly [string, unknown, string, string])[] = [
    ['no object', 7, '', 'must be an object'],
    ['no name', { ...small(), name: undefined }, 'name', 'must be there: 1 to 32 small letters, digits and hyphens'],
    [
      'a whole card number',
      small({}, { number: { begins: '4761739001010119' } }),
      'number.begins',
      'must be 6 to 8 digits',
    ],
    ['a field that is not known', small({}, { pin: '1234' }), '', 'must have no other fields than $schema, name'],
    ['no application', small({}, { applications: [] }), 'applications', 'must be a list of 1 to 8'],
    ['an unknown network', small({ network: 'amex' }), 'applications[0].network', 'must be one of visa'],
    [
      'a constructed tag',
      small({ omits: ['70'], proprietary: [{ in: 'fci', tag: '70', value: '' }] }),
      'applications[0].proprietary[0].tag',
      'must be the tag of a primitive',
    ],
    [
      'another network’s version',
      small({ cryptogramVersion: 'InteracCVN133' }),
      'applications[0].cryptogramVersion',
      'must be one of VisaCVN10',
    ],
    [
      'a file 31',
      small({ layout: { data: 31 } }),
      'applications[0].layout.data',
      'must be a whole number from 1 to 30',
    ],
  ];
  test.each(rows)('%s', (_, json, at, must) => {
    const described = describedCard(json);
    expect(described).toEqual({ ok: false, fault: { at, must: expect.stringContaining(must) } });
    expect(JSON.stringify(described)).not.toContain('4761739001010119');
  });

  test('the command says which field of which file, and ends with 2', async () => {
    const path = written('bad.json', small({ priority: 99 }));
    const { code, text } = await sim('sale', '--card', path);
    expect([code, text]).toEqual([2, `${path}: applications[0].priority must be a whole number from 0 to 15.`]);
    writeFileSync(path, '{');
    expect(await sim('sale', '--card', path)).toEqual({ code: 2, text: `${path} is no JSON.` });
    expect(
      (await sim('sale', '--card', written('list.json', [{ atMs: 0, command: 'zz', response: '' }]))).text,
    ).toContain('[0].command must be');
    expect((await sim('sale', '--card', join(folder, 'none.json'))).code).toBe(2);
  });

  test('any JSON is a card or a fault, never an exception', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, two) => {
        for (const json of [one, small({ layout: one }, { t0: two }), small({}, { number: one, applications: two })])
          describedCard(json);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

function luhn(digits: string): number {
  const sum = [...digits].reverse().reduce((total, character, at) => {
    const value = Number(character) * (at % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10;
}
