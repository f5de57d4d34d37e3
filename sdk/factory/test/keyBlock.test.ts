/** Key blocks: what was wrapped comes back, and no character of a block can be another. */
import { readFileSync } from 'node:fs';
import { type KeyBlockHeader, keyCheckValue, unwrapKeyBlock, wrapKeyBlock } from '@comptoir/factory';
import { fromHex, latin1ToBytes, toHex } from '@comptoir/protocol';
import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const protection = sha256(latin1ToBytes('protection'));
const key = sha256(latin1ToBytes('key'));
const random = (length: number): Uint8Array => new Uint8Array(length).fill(0x5a);
const initialKey: KeyBlockHeader = {
  usage: 'B1',
  algorithm: 'A',
  modeOfUse: 'X',
  keyVersion: '00',
  exportability: 'N',
  optionalBlocks: [{ identifier: 'IK', data: '42444B3152454144' }],
};

const published = (
  JSON.parse(readFileSync(new URL('../../../test-vectors/tr31.json', import.meta.url), 'utf8')) as {
    readonly input: { readonly keyBlock: string; readonly kbpk: string };
    readonly expected: { readonly ok: boolean };
  }[]
).filter(({ input, expected }) => input.keyBlock.startsWith('D') && expected.ok);

describe('a block', () => {
  test('gives back what was wrapped, whatever the lengths and the optional blocks', () => {
    const character = fc.constantFrom(...'0123456789ABCDEF');
    const data = fc.array(character, { maxLength: 40 }).map((characters) => characters.join(''));
    fc.assert(
      fc.property(
        fc.constantFrom(16, 24, 32),
        fc.constantFrom(16, 24, 32),
        fc.array(data, { maxLength: 3 }),
        (protectionBytes, keyBytes, blocks) => {
          const [under, wrapped] = [protection.slice(0, protectionBytes), key.slice(0, keyBytes)];
          const optionalBlocks = blocks.map((text, at) => ({ identifier: `X${at}`, data: text }));
          const header = { ...initialKey, optionalBlocks };
          if (keyBytes > protectionBytes) {
            expect(() => wrapKeyBlock(under, header, wrapped, random)).toThrow('at least as long');
          } else {
            const block = wrapKeyBlock(under, header, wrapped, random);
            expect(block.length % 16).toBe(0);
            expect(unwrapKeyBlock(under, block)).toEqual({ ok: true, header, key: wrapped });
          }
        },
      ),
    );
  });

  test.each([
    { name: 'of ours', block: wrapKeyBlock(protection, initialKey, key, random), under: protection },
    ...published.map(({ input }, at) => ({
      name: `published, ${at + 1}`,
      block: input.keyBlock,
      under: fromHex(input.kbpk) as Uint8Array,
    })),
  ])('is refused when any character is another [$name]', ({ block, under }) => {
    let refused = 0;
    for (let at = 0; at < block.length; at += 1)
      for (const other of '0123456789ABCDEFabXZ~ ') {
        if (other === block[at]) continue;
        const result = unwrapKeyBlock(under, block.slice(0, at) + other + block.slice(at + 1));
        expect(result.ok, `${other} at ${at}`).toBe(false);
        refused += 1;
      }
    expect(refused).toBeGreaterThan(20 * block.length);
    expect(unwrapKeyBlock(under, block).ok).toBe(true);
  });

  test('of any characters is a fault, not an exception', () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => !unwrapKeyBlock(protection, text).ok));
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => !unwrapKeyBlock(protection, `D0144${text}`).ok));
  });

  test('cannot be made of a field that is out of its range', () => {
    expect(() => wrapKeyBlock(protection, { ...initialKey, usage: 'B' }, key, random)).toThrow('header');
    expect(() => wrapKeyBlock(protection, { ...initialKey, keyVersion: '\0\0' }, key, random)).toThrow('header');
  });
});

test('the check value is the start of the CMAC of zeros', () => {
  // RFC 4493 has the key; head -c 16 /dev/zero | openssl mac -cipher AES-128-CBC -macopt hexkey:… -in /dev/stdin CMAC
  const check = keyCheckValue(fromHex('2B7E151628AED2A6ABF7158809CF4F3C') as Uint8Array);
  expect(toHex(check)).toBe('7AD386C376');
});
