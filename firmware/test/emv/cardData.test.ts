import { fromHex, toHex } from '@comptoir/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFileControlInformation } from '../../src/emv/applicationSelection/fileControlInformation.js';
import { parseApplicationFileLocator } from '../../src/emv/data/applicationFileLocator.js';
import { brandAgrees } from '../../src/emv/data/cardBrand.js';
import {
  cardNumberFromPan,
  cardNumberFromTrack2,
  countDigits,
  isLuhnValid,
  maskCardNumber,
} from '../../src/emv/data/cardNumber.js';
import { answerDataObjectList, buildDataObjectList, parseDataObjectList } from '../../src/emv/data/dataObjectList.js';
import { DataStore } from '../../src/emv/data/dataStore.js';
import { parseTrack1, parseTrack2 } from '../../src/emv/data/track.js';

const hex = (text: string): Uint8Array => fromHex(text) as Uint8Array;
const untrusted = fc.uint8Array({ maxLength: 300 });

test('no decoder of card data throws, whatever the card says', () => {
  fc.assert(
    fc.property(untrusted, (bytes) => {
      parseApplicationFileLocator(bytes);
      parseDataObjectList(bytes);
      answerDataObjectList(bytes, () => undefined);
      parseFileControlInformation(bytes);
      parseTrack1(bytes);
      parseTrack2(bytes);
      new DataStore().addAll(bytes);
      const number = cardNumberFromPan(bytes) ?? cardNumberFromTrack2(bytes);
      if (number !== undefined) expect(maskCardNumber(number)).toHaveLength(countDigits(number));
    }),
  );
});

describe('Application File Locator: at the limit and one over', () => {
  test.each([
    ['08010100', true],
    ['0801010100', false],
    ['00010100', false],
    ['F0010100', true],
    ['F8010100', false],
    ['09010100', false],
    ['08000100', false],
    ['08020100', false],
    ['08011000', true],
    ['08011100', false],
    ['08010303', true],
    ['08010304', false],
  ])('%s', (afl, isAccepted) => {
    expect(parseApplicationFileLocator(hex(afl)) !== undefined).toBe(isAccepted);
  });

  test.each([
    [4, true],
    [5, false],
  ])('%i files of 16 records', (files, isAccepted) => {
    expect(parseApplicationFileLocator(hex('08011000'.repeat(files))) !== undefined).toBe(isAccepted);
  });

  test.each([
    [31, true],
    [32, false],
  ])('%i entries', (entries, isAccepted) => {
    expect(parseApplicationFileLocator(hex('08010100'.repeat(entries))) !== undefined).toBe(isAccepted);
  });
});

describe('data object lists', () => {
  test('252 bytes are answered, 253 are not', () => {
    expect(answerDataObjectList(hex('5AFC'), () => undefined).ok).toBe(true);
    expect(answerDataObjectList(hex('5AFD'), () => undefined).ok).toBe(false);
  });

  test('the answer is as long as the list says, whatever the values are', () => {
    const entry = fc.record({ tag: fc.constantFrom(0x9a, 0x5a, 0x95, 0x9f37), length: fc.nat({ max: 20 }) });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 10 }), fc.uint8Array({ maxLength: 30 }), (entries, value) => {
        const length = entries.reduce((sum, { length: own }) => sum + own, 0);
        expect(buildDataObjectList(entries, () => value)).toHaveLength(length);
      }),
    );
  });
});

describe('the data of one application', () => {
  test('a data object that is there already can not be replaced', () => {
    const store = new DataStore();
    expect(store.addAll(hex('5F340101'))).toBeUndefined();
    expect(store.addAll(hex('5F340102'))).toBe('DATA_OBJECT_TWICE');
    expect(toHex(store.valueOf(0x5f34))).toBe('01');
  });

  test('8 KiB are kept, not more', () => {
    const store = new DataStore();
    for (let number = 0; number < 32; number += 1) {
      const object = new Uint8Array(256);
      object.set([0xdf, number, 0x81, 252]);
      expect(store.addAll(object)).toBeUndefined();
    }
    expect(store.addAll(hex('DF2000'))).toBe('TOO_MUCH_DATA');
  });
});

describe('card numbers', () => {
  test.each([
    ['4761739001010119', '476173******0119', true],
    ['374245001741007F', '374245*****1007', true],
    ['4761739001010118', '476173******0118', false],
    ['47617390010F', '*******0010', false],
  ])('%s', (pan, mask, isValid) => {
    const number = cardNumberFromPan(hex(pan)) as Uint8Array;
    expect({ mask: maskCardNumber(number), isValid: isLuhnValid(number) }).toEqual({ mask, isValid });
  });

  test.each(['', 'FF', '4761D39001010119', '1'.repeat(20)])('refused: "%s"', (pan) => {
    expect(cardNumberFromPan(hex(pan))).toBeUndefined();
  });

  test.each([
    ['A0000000031010', '4761739001010119', true],
    ['A0000000031010', '5413330089601034', false],
    ['A0000000041010', '4761739001010119', false],
    ['A0000000041010', '2223000048400011', true],
    ['A0000000421010', '4761739001010119', true],
  ])('application %s with a number that begins %.4s', (aid, pan, agrees) => {
    expect(brandAgrees(hex(aid), hex(pan))).toBe(agrees);
  });
});
