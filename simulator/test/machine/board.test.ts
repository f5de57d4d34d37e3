import { CARDS, KEY } from '@comptoir/firmware/board';
import { fromHex, toHex } from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';
import { createCardPlace } from '../../src/machine/board/cardPlace.js';
import { createHostQueues } from '../../src/machine/board/hostQueues.js';
import { softwareSecure } from '../../src/machine/board/keys/softwareSecure.js';
import type { Card } from '../../src/machine/card.js';

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);
const random = (length: number): Uint8Array => new Uint8Array(length).fill(7);
const report = (first: number): Uint8Array => new Uint8Array(64).fill(first, 0, 1);

describe('host queues', () => {
  test('push back when full, and say so once', () => {
    const queues = createHostQueues();
    let taken = 0;
    while (queues.port.sendReport(report(taken))) taken += 1;
    expect(taken).toBe(8);
    const delivered: number[] = [];
    expect(queues.drain((sent) => delivered.push(sent[0] ?? -1))).toBe(true);
    expect(delivered).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(queues.drain(() => undefined)).toBe(false);
    expect(queues.port.sendReport(report(9))).toBe(true);
  });

  test('keep their own copy and their order', () => {
    const queues = createHostQueues();
    const mine = report(1);
    queues.push(mine);
    mine.fill(9);
    queues.push(report(2));
    expect(queues.port.receiveReport()?.[0]).toBe(1);
    expect(queues.port.receiveReport()?.[0]).toBe(2);
    expect(queues.port.receiveReport()).toBeUndefined();
  });

  test('refuse what is no report, and a flood', () => {
    const queues = createHostQueues();
    expect(() => queues.push(new Uint8Array(63))).toThrow('64 bytes');
    expect(() => {
      for (;;) queues.push(report(0));
    }).toThrow('no more');
  });
});

describe('a place for cards', () => {
  const calls: string[] = [];
  const card = (name: string, usable: Card['interface'] = 'both'): Card => ({
    name,
    interface: usable,
    powerOn: (usedInterface) => calls.push(`${name} on ${usedInterface}`),
    transmit: (command) => (command[0] === 0xff ? undefined : bytes('9000')),
    powerOff: () => calls.push(`${name} off`),
  });
  function place(usedInterface: 'contact' | 'contactless'): ReturnType<typeof createCardPlace> {
    calls.length = 0;
    return createCardPlace(usedInterface, () => undefined);
  }

  test('activates one card, once, and starts afresh after release', () => {
    const { port, put } = place('contactless');
    expect(port.poll()).toBe(CARDS.none);
    put(card('a'));
    expect([port.poll(), port.poll()]).toEqual([CARDS.one, CARDS.one]);
    port.release();
    expect(port.poll()).toBe(CARDS.one);
    expect(calls).toEqual(['a on contactless', 'a off', 'a on contactless']);
  });

  test('answers a command once', () => {
    const { port, put } = place('contact');
    put(card('a'));
    port.poll();
    port.transmit(bytes('00A40400'));
    expect(port.receive()).toEqual(bytes('9000'));
    expect(port.receive()).toBeUndefined();
  });

  test('several cards are several, and none is active', () => {
    const { port, put } = place('contactless');
    put(card('a'));
    port.poll();
    put(card('b'));
    expect(port.poll()).toBe(CARDS.several);
    port.transmit(bytes('00'));
    expect(port.receive()).toEqual(bytes(''));
  });

  test('a silent card and a card that was pulled give no bytes', () => {
    const { port, put, empty } = place('contact');
    put(card('a'));
    port.poll();
    port.transmit(bytes('FF'));
    expect(port.receive()).toEqual(bytes(''));
    port.transmit(bytes('00'));
    expect(empty()).toBe(true);
    expect(port.receive()).toEqual(bytes(''));
    expect(port.poll()).toBe(CARDS.none);
    expect(empty()).toBe(false);
  });

  test('a card without the interface, and a second one in the slot, are refused', () => {
    expect(() => place('contact').put(card('a', 'contactless'))).toThrow('a has no contact interface');
    const { put } = place('contact');
    put(card('a'));
    expect(() => put(card('b'))).toThrow('the slot is taken');
  });
});

describe('software secure', () => {
  // FIPS 197 appendix C.3, RFC 4493 examples 1 and 2, RFC 4231 case 2, FIPS 180-4 "abc".
  const aes256 = bytes('000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F');
  const aes128 = bytes('2B7E151628AED2A6ABF7158809CF4F3C');
  const provisioned = (name: 'dukpt-initial' | 'index-token', key: Uint8Array) => ({
    name,
    key,
    identifier: bytes('0102030405060708'),
  });

  test('hashes', () => {
    const secure = softwareSecure([], random);
    expect(toHex(secure.sha1(bytes('616263')))).toBe('A9993E364706816ABA3E25717850C26C9CD0D89D');
    expect(toHex(secure.sha256(bytes('616263')))).toBe(
      'BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD',
    );
  });

  test('derives with AES-ECB, and a derived key is a key like others', () => {
    const secure = softwareSecure([provisioned('dukpt-initial', aes256)], random);
    const parent = secure.findKey(KEY.dukptInitial);
    expect(toHex(secure.keyIdentifier(parent))).toBe('0102030405060708');
    const child = secure.deriveKey(parent, bytes('00112233445566778899AABBCCDDEEFF'));
    const same = softwareSecure([provisioned('index-token', bytes('8EA2B7CA516745BFEAFC49904B496089'))], random);
    expect(secure.cmac(child, bytes('00'))).toEqual(same.cmac(same.findKey(KEY.indexToken), bytes('00')));
    expect(secure.keyIdentifier(child)).toEqual(bytes(''));
  });

  test('cmac, cbc and hmac', () => {
    const secure = softwareSecure(
      [provisioned('dukpt-initial', aes128), provisioned('index-token', bytes('4A656665'))],
      random,
    );
    const key = secure.findKey(KEY.dukptInitial);
    expect(toHex(secure.cmac(key, bytes('')))).toBe('BB1D6929E95937287FA37D129B756746');
    expect(toHex(secure.cmac(key, bytes('6BC1BEE22E409F96E93D7E117393172A')))).toBe('070A16B46B4D4144F79BDD9DD04A287C');
    // NIST SP 800-38A F.2.1
    const cipher = secure.encryptCbc(
      key,
      bytes('000102030405060708090A0B0C0D0E0F'),
      bytes('6BC1BEE22E409F96E93D7E117393172A'),
    );
    expect(toHex(cipher)).toBe('7649ABAC8119B246CEE98E9B12E9197D');
    const what = bytes('7768617420646F2079612077616E7420666F72206E6F7468696E673F');
    expect(toHex(secure.hmacSha256(secure.findKey(KEY.indexToken), what))).toBe(
      '5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843',
    );
  });

  test('an erased handle is gone and never comes back', () => {
    const secure = softwareSecure([provisioned('dukpt-initial', aes256)], random);
    const parent = secure.findKey(KEY.dukptInitial);
    const child = secure.deriveKey(parent, new Uint8Array(16));
    secure.eraseKey(child);
    expect(() => secure.cmac(child, bytes(''))).toThrow('no key');
    expect(secure.deriveKey(parent, new Uint8Array(16))).not.toBe(child);
    expect(secure.findKey(KEY.indexToken)).toBe(0);
    expect(() => secure.cmac(0, bytes(''))).toThrow('no key');
  });

  test('the identity is a pair: it agrees, and does nothing else', () => {
    // RFC 7748 §6.1.
    const scalar = bytes('77076D0A7318A57D3C16C17251B26645C6DB2F1BE1000D4F6E2F8B2BB3D5F4B5');
    const secure = softwareSecure([{ name: 'identity', key: scalar, identifier: bytes('01') }], random);
    const other = secure.keyPairFrom(bytes('5DAB087E624A8A4B79E17F8B83800EE66F3BB1292618B6FD1C2F8B27FF88E0EB'));
    const identity = secure.findKey(KEY.identity);
    expect(secure.keyIdentifier(identity)).toEqual(bytes('01'));
    const shared = [
      secure.agree(identity, secure.publicKey(other)),
      secure.agree(other, secure.publicKey(identity)),
    ] as const;
    expect(secure.cmac(shared[0], bytes(''))).toEqual(secure.cmac(shared[1], bytes('')));
    expect(() => secure.cmac(identity, bytes(''))).toThrow('of another kind');
  });

  test('keys that are not erased run out', () => {
    const secure = softwareSecure([provisioned('dukpt-initial', aes256)], random);
    const parent = secure.findKey(KEY.dukptInitial);
    expect(() => {
      for (;;) secure.deriveKey(parent, new Uint8Array(16));
    }).toThrow('64 keys');
    expect(aes256[31]).toBe(0x1f);
  });
});
