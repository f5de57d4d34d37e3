/**
 * AES DUKPT of the reader against the acquirer's side: every key, the rule of the counter, its end, and power cuts at every operation of the
 * flash, with what is in the flash afterwards.
 */

import {
  deriveInitialKey,
  deriveTransactionKey,
  deriveUpdateKey,
  deriveWorkingKey,
  KEY_USAGE,
  type WorkingKeyUsage,
} from '@comptoir/acquirer';
import { concatBytes, latin1ToBytes, toHex, unsignedFromBytes, unsignedToBytes } from '@comptoir/protocol';
import { cmac } from '@noble/ciphers/aes.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededBytes } from '../../../simulator/src/index.js';
import {
  createKeyFlash,
  type KeyFlash,
  openKeyStore,
} from '../../../simulator/src/machine/board/keys/softwareKeyStore.js';
import { SoftwareKeys } from '../../../simulator/src/machine/board/keys/softwareKeys.js';
import { secureOf } from '../../../simulator/src/machine/board/keys/softwareSecure.js';
import { KEY, KEY_SET, type KeyStore, type Secure } from '../../src/board/board.js';
import { Dukpt, UPDATE_KEY_PLACE } from '../../src/token/dukpt.js';
import { nextCounter } from '../../src/token/dukptCounter.js';

const bdk = seededBytes('dukpt test')(32);
const identifier = latin1ToBytes('BDK1READ');
const initialKey = deriveInitialKey(bdk, identifier);
const data = latin1ToBytes('what is authenticated');

interface PoweredReader {
  readonly secure: Secure;
  readonly keys: KeyStore;
  readonly dukpt: Dukpt;
}

/** @param hasInitialKey as a development reader comes with one */
function powerOn(flash: KeyFlash, hasInitialKey = true): PoweredReader {
  const provisioned = hasInitialKey ? [{ name: KEY.dukptInitial, key: initialKey, identifier }] : [];
  const table = new SoftwareKeys(provisioned);
  const random = seededBytes(`dukpt test ${flash.flash.operations}`);
  const secure = secureOf(table, random);
  const keys = openKeyStore(flash, table, random);
  return { secure, keys, dukpt: new Dukpt({ secure, keys }) };
}

interface Taken {
  readonly counter: number;
  readonly mac: string;
  readonly seal: string;
  readonly answer: string;
}

function take({ dukpt, secure }: PoweredReader): Taken {
  const { ksn, dataKey, macKey, answerKey } = dukpt.take();
  const taken = {
    counter: unsignedFromBytes(ksn.subarray(8)),
    mac: toHex(secure.cmac(macKey, data)),
    seal: toHex(secure.cmac(dataKey, data)),
    answer: toHex(secure.cmac(answerKey, data)),
  };
  expect(ksn.subarray(0, 8)).toEqual(identifier);
  secure.eraseKey(dataKey);
  secure.eraseKey(macKey);
  secure.eraseKey(answerKey);
  return taken;
}

function atAcquirer(counter: number): Taken {
  const ksn = concatBytes(identifier, unsignedToBytes(counter, 4));
  const key = deriveTransactionKey(initialKey, ksn);
  const under = (usage: WorkingKeyUsage): string => toHex(cmac(data, deriveWorkingKey(key, usage, ksn, 32)));
  return {
    counter,
    mac: under(KEY_USAGE.macGenerate),
    seal: under(KEY_USAGE.dataEncrypt),
    answer: under(KEY_USAGE.macVerify),
  };
}

describe('counters', () => {
  test('rise, and have at most 16 one bits', () => {
    const ones = (counter: number): number => [...counter.toString(2)].filter((bit) => bit === '1').length;
    const counters = fc.integer({ min: 0, max: 0xfffeffff }).filter((counter) => ones(counter) <= 16);
    fc.assert(
      fc.property(counters, (counter) => {
        const next = nextCounter(counter);
        expect(next).toBeGreaterThan(counter);
        expect(ones(next)).toBeLessThanOrEqual(16);
      }),
    );
    expect(nextCounter(0)).toBe(1);
    expect(nextCounter(0xffff)).toBe(0x10000);
    expect(nextCounter(0x1fffe)).toBe(0x20000);
    expect(nextCounter(0xfffe8000)).toBe(0xffff0000);
    expect(nextCounter(0xffff0000)).toBe(2 ** 32);
  });
});

describe('keys', () => {
  test('of 300 transactions are those of the acquirer', () => {
    const reader = powerOn(createKeyFlash());
    for (let counter = 1; counter <= 300; counter += 1) expect(take(reader)).toEqual(atAcquirer(counter));
  });

  test.each([0x0000_fffe, 0x07ff_e000, 0x7fff_0000 - 0x10000, 0xfffe_0000])(
    'around counter %i, where bits run out',
    (near) => {
      const flash = createKeyFlash();
      const reader = powerOn(flash, false);
      const from = near - (near % 64);
      putAt(reader, from);
      let counter = from;
      for (let taken = 0; taken < 200; taken += 1) {
        expect(take(reader)).toEqual(atAcquirer(counter));
        counter = nextCounter(counter);
        if (counter === 2 ** 32) return;
      }
    },
  );

  test('end with the last counter, and are refused then', () => {
    const flash = createKeyFlash();
    const reader = powerOn(flash, false);
    expect(reader.dukpt.prepare()).toBe('missing');
    putAt(reader, 0xffff0000);
    expect(take(reader)).toEqual(atAcquirer(0xffff0000));
    expect(reader.dukpt.prepare()).toBe('exhausted');
    expect(() => reader.dukpt.take()).toThrow('exhausted');
    expect(powerOn(flash).dukpt.prepare()).toBe('exhausted');
  });

  test('the update key is that of counter FFFFFFFF, and stays while the others go', () => {
    const reader = powerOn(createKeyFlash());
    for (let taken = 0; taken < 70; taken += 1) take(reader);
    const updateKey = deriveUpdateKey(initialKey, identifier);
    const handle = reader.keys.fetch(KEY_SET.dukpt, UPDATE_KEY_PLACE);
    expect(reader.secure.cmac(handle, data)).toEqual(cmac(data, updateKey));
  });

  /** The state of a reader whose next counter is `first`, as if all before it had been used. */
  function putAt({ secure, keys }: PoweredReader, first: number): void {
    const changes: Uint8Array[] = [];
    for (let bit = 6; bit < 32; bit += 1) {
      const above = first - (first % 2 ** (bit + 1));
      const isNext = first % 2 ** (bit + 1) === 2 ** bit;
      const isOne = Math.floor(first / 2 ** bit) % 2 === 1;
      const isBelow = first % 2 ** bit === 0 && !isNext;
      if ((isOne && !isNext) || isBelow) continue;
      const key = deriveTransactionKey(initialKey, concatBytes(identifier, unsignedToBytes(above + 2 ** bit, 4)));
      changes.push(concatBytes(Uint8Array.of(bit), unsignedToBytes(secure.knownKey(key), 4)));
    }
    keys.store(KEY_SET.dukpt, concatBytes(identifier, unsignedToBytes(first, 4)), concatBytes(...changes));
  }
});

describe('power cuts', () => {
  const TRANSACTIONS = 3;

  test('at every operation of the flash, clean and torn, and again in the recovery: no counter twice', () => {
    let cuts = 0;
    for (const kind of ['clean', 'torn'] as const)
      for (let operation = 1; operation <= 40; operation += 1)
        for (const again of [0, 1, 2, 3]) {
          const flash = createKeyFlash();
          const used = new Set<number>();
          flash.flash.cutPower({ operation, kind });
          for (let start = 0; start < 8; start += 1) {
            if (start === 1) flash.flash.cutPower(again === 0 ? undefined : { operation: again, kind });
            if (start === 2) flash.flash.cutPower(undefined);
            cuts += untilPowerFails(flash, used);
          }
          expect(used.size).toBeGreaterThan(0);
        }
    expect(cuts).toBeGreaterThan(200);
  });

  /** @returns 1 when the power failed */
  function untilPowerFails(flash: KeyFlash, used: Set<number>): number {
    let isLost = false;
    flash.lost = () => {
      isLost = true;
    };
    const reader = powerOn(flash);
    for (let taken = 0; taken < TRANSACTIONS && !isLost; taken += 1) {
      if (reader.dukpt.prepare() !== 'ready') return isLost ? 1 : 0;
      const { counter } = take(reader);
      expect(used.has(counter), `counter ${counter} again`).toBe(false);
      used.add(counter);
    }
    return isLost ? 1 : 0;
  }
});
