/** A configuration that a host brings: what is taken, what is refused and why, and what is in force meanwhile. */

import { developmentRoleKey, readSignedObject, type SignedObjectDescription, signObject } from '@comptoir/factory';
import {
  COMMAND,
  concatBytes,
  decodeMessage,
  encodeItem,
  encodeMessage,
  equalBytes,
  type Message,
  NO_BYTES,
  OBJECT_REFUSAL,
  type ObjectRefusalName,
  OUTCOME,
  PIECE_BYTES_MAX,
  STATUS,
} from '@comptoir/protocol';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, test } from 'vitest';
import {
  createCard,
  createTestPki,
  developmentConfiguration,
  signDevelopmentConfiguration,
} from '../../../simulator/src/index.js';
import {
  type ConfigurationInMemory,
  createConfigurationInMemory,
} from '../../../simulator/src/machine/board/configurationInMemory.js';
import { createPowerCuts } from '../../../simulator/src/machine/board/powerCuts.js';
import { createRecordsInMemory, type RecordsInMemory } from '../../../simulator/src/machine/board/recordsInMemory.js';
import { FakeBoard, FakeHost } from '../fakeBoard.js';
import { acquirersWord, PAYMENT, questionIn } from '../paymentMessages.js';
import { portOf } from '../portOf.js';
import { answerOf } from '../updatableReader.js';

type Stored = Message<'configuration'>;
type AuthorityKey = NonNullable<Stored['certificationAuthorityKeys']>[number];

const OLD = developmentConfiguration(createTestPki());
const decoded = decodeMessage(OLD);
if (!decoded.ok || decoded.message.kind !== 'configuration') throw new Error('no configuration');
const base = decoded.message;
const [application] = base.applications ?? [];
const [authorityKey] = base.certificationAuthorityKeys ?? [];
if (application === undefined || authorityKey === undefined) throw new Error('nothing to start from');
const NEW = encodeMessage({ ...base, merchantNameAndLocation: 'Comptoir, moved' });

function signed(content: Uint8Array, more: Partial<SignedObjectDescription> = {}): Uint8Array {
  const description = { kind: 'configuration', sequence: 2, ...more } as const;
  return signObject(description, content, developmentRoleKey('configuration').privateKey);
}

/** A reader whose flash survives it. */
class Configured {
  readonly board = new FakeBoard();
  readonly host: FakeHost;
  readonly channel: number;

  constructor(
    memory: ConfigurationInMemory = createConfigurationInMemory(),
    provisioned = signDevelopmentConfiguration(OLD),
    records: RecordsInMemory = createRecordsInMemory(),
  ) {
    this.board.records = records.powerOn(() => {
      throw new Error('the power failed');
    });
    this.board.configuration = memory.powerOn(provisioned, () => {
      throw new Error('the power failed');
    });
    this.host = new FakeHost(this.board);
    this.channel = this.host.init();
  }

  ask(message: Message): Message | number {
    return answerOf(this.host.send(this.channel, COMMAND.message, encodeMessage(message)));
  }

  /** @returns the last answer, or the first that isn't 0 */
  load(object: Uint8Array): Message | number {
    const { head, content } = partsOf(object);
    let answer = this.ask({ kind: 'configurationBegin', objectHead: head });
    for (let offset = 0; offset < content.length && isTaken(answer); offset += PIECE_BYTES_MAX) {
      const piece = content.subarray(offset, offset + PIECE_BYTES_MAX);
      answer = this.ask({ kind: 'configurationPiece', offset, piece });
    }
    return answer;
  }

  info(): Message<'info'> {
    const frames = this.host.send(this.channel, COMMAND.info);
    const read = decodeMessage(frames[0]?.payload ?? NO_BYTES);
    if (!read.ok || read.message.kind !== 'info') throw new Error('no info');
    return read.message;
  }

  /** SHA-256 of the content in force, or what is wrong. */
  inForce(): Uint8Array | undefined {
    return this.info().contentHash;
  }
}

function isTaken(answer: Message | number): boolean {
  return typeof answer !== 'number' && answer.kind === 'configurationProgress' && answer.refusal === 0;
}

function partsOf(object: Uint8Array): { readonly head: Uint8Array; readonly content: Uint8Array } {
  const headLength = 2 + (object[1] ?? 0) + 64;
  return { head: object.subarray(0, headLength), content: object.subarray(headLength) };
}

function refusal(name: ObjectRefusalName, faultAt?: string): Message<'configurationProgress'> {
  return { kind: 'configurationProgress', refusal: OBJECT_REFUSAL[name], ...(faultAt !== undefined && { faultAt }) };
}

const withKey = (key: Partial<AuthorityKey>): Partial<Stored> => {
  const whole = { ...authorityKey, ...key };
  const { registeredIdentifier, keyIndex, modulus, exponent } = whole;
  const hash = sha1(concatBytes(registeredIdentifier, Uint8Array.of(keyIndex), modulus, exponent));
  return { certificationAuthorityKeys: [authorityKey, { ...whole, sha1: key.sha1 ?? hash }] };
};
const withApplication = (more: Partial<typeof application>): Partial<Stored> => ({
  applications: [application, { ...application, ...more }],
});
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

test('a good one is in force at once, and after the next start', () => {
  const memory = createConfigurationInMemory();
  const reader = new Configured(memory);
  expect(reader.info()).toMatchObject({ objectSequence: 1, contentHash: sha256(OLD), selfTest: 0 });
  const hash = sha256(NEW);
  expect(reader.load(signed(NEW))).toEqual({
    kind: 'configurationProgress',
    refusal: 0,
    objectSequence: 2,
    contentHash: hash,
  });
  for (const again of [reader, new Configured(memory)])
    expect(again.info()).toMatchObject({ objectSequence: 2, contentHash: hash, selfTest: 0 });
});

test('a payment is made with it: a card whose application it no longer has is not accepted', () => {
  const reader = new Configured();
  reader.board.contact = portOf(createCard('mastercard', { seed: 1 }), 'contact');
  const pay = (key: string): Message | number => reader.ask({ ...PAYMENT, key, interfaces: 1 });
  const before = pay('before');
  expect(before).toMatchObject({ kind: 'authorise', authenticationResult: 'ok' });
  reader.ask(acquirersWord(questionIn(before), { responseCode: '05' }));
  const noKeys = encodeMessage({ ...base, certificationAuthorityKeys: [] });
  expect(isTaken(reader.load(signed(noKeys)))).toBe(true);
  expect(pay('without keys')).toMatchObject({ kind: 'authorise', authenticationResult: 'CA_KEY_MISSING' });
});

test('while a payment awaits the acquirer, none is loaded', () => {
  const reader = new Configured();
  reader.board.contactless = portOf(createCard('visa-debit', { seed: 1 }), 'contactless');
  const question = questionIn(reader.ask({ ...PAYMENT, interfaces: 2 }));
  expect(reader.load(signed(NEW))).toBe(STATUS.paymentsUndecided);
  expect(reader.ask(acquirersWord(question, { responseCode: '05' }))).toMatchObject({
    outcome: OUTCOME.declined,
  });
  expect(isTaken(reader.load(signed(NEW)))).toBe(true);
});

test('a reader without one takes no card until it was given one', () => {
  const reader = new Configured(undefined, NO_BYTES);
  expect(reader.info().selfTest).toBe(0);
  expect(reader.inForce()).toBeUndefined();
  expect(reader.ask({ ...PAYMENT, interfaces: 2 })).toBe(STATUS.unconfigured);
  expect(isTaken(reader.load(signed(NEW, { sequence: 0 })))).toBe(true);
  expect(reader.info()).toMatchObject({ objectSequence: 0, selfTest: 0 });
});

test('of one that the flash has lost, the same sequence may come again, a lower one may not', () => {
  const lost = signed(NEW, { sequence: 5 });
  lost[lost.length - 1] = (lost[lost.length - 1] ?? 0) ^ 1;
  const reader = new Configured(undefined, lost);
  expect(reader.inForce()).toBeUndefined();
  expect(reader.load(signed(NEW, { sequence: 4 }))).toEqual(refusal('notNewer'));
  expect(isTaken(reader.load(signed(NEW, { sequence: 5 })))).toBe(true);
});

describe('what was in force once is the least', () => {
  /** The other place holds the older one, and the head of the later one is lost. */
  function afterLostHead(records: RecordsInMemory): Configured {
    return new Configured(undefined, undefined, records);
  }

  test('an older one whose place is the only one left takes no card, and may not come again', () => {
    const records = createRecordsInMemory();
    expect(isTaken(new Configured(undefined, undefined, records).load(signed(NEW, { sequence: 3 })))).toBe(true);
    const reader = afterLostHead(records);
    expect(reader.inForce()).toBeUndefined();
    expect(reader.ask({ ...PAYMENT, interfaces: 2 })).toBe(STATUS.unconfigured);
    expect(reader.load(signed(OLD, { sequence: 2 }))).toEqual(refusal('notNewer'));
    expect(isTaken(reader.load(signed(NEW, { sequence: 3 })))).toBe(true);
    expect(reader.inForce()).toEqual(sha256(NEW));
  });

  test('also when the power went before that was kept: the next start does it', () => {
    const cuts = createPowerCuts();
    const records = createRecordsInMemory(undefined, { cuts });
    const memory = createConfigurationInMemory();
    const reader = new Configured(memory, undefined, records);
    cuts.cutPower({ operation: 1, kind: 'torn' });
    expect(() => reader.load(signed(NEW, { sequence: 3 }))).not.toThrow();
    expect(new Configured(memory, undefined, records).info()).toMatchObject({ objectSequence: 3 });
    expect(afterLostHead(records).inForce()).toBeUndefined();
  });

  test('sabotage: without the record the older one is in force again', () => {
    expect(afterLostHead(createRecordsInMemory()).inForce()).toEqual(sha256(OLD));
  });
});

describe('refused, and nothing has changed', () => {
  const reader = new Configured();
  const hash = sha256(OLD);
  function expectRefused(object: Uint8Array, answer: Message | number): void {
    expect(reader.load(object)).toEqual(answer);
    expect(reader.inForce()).toEqual(hash);
  }

  test.each<[title: string, object: Uint8Array, refusal: ObjectRefusalName]>([
    [
      'by another role',
      signObject({ kind: 'configuration', sequence: 2 }, NEW, developmentRoleKey('keyLoad').privateKey),
      'badSignature',
    ],
    ['a ticket for keys', signed(NEW, { kind: 'keyLoad' }), 'otherKind'],
    ['for another reader', signed(NEW, { serial: 'TEST0002' }), 'otherReader'],
    ['for another model', signed(NEW, { model: 'Comptoir other' }), 'otherReader'],
    ['the sequence that is in force', signed(NEW, { sequence: 1 }), 'notNewer'],
    ['a lower sequence', signed(NEW, { sequence: 0 }), 'notNewer'],
    ['nothing in it', signed(NO_BYTES), 'wrongLength'],
    ['more than there is room for', signed(new Uint8Array(32_600)), 'wrongLength'],
    ['another message', signed(encodeMessage({ kind: 'neverSeen', key: 'k' })), 'contentMalformed'],
  ])('%s', (_, object, name) => expectRefused(object, refusal(name)));

  test.each<[faultAt: string, more: Partial<Stored>, name?: ObjectRefusalName]>([
    ['merchantIdentifier', { merchantIdentifier: ' ' }],
    ['terminalIdentification', { terminalIdentification: '' }],
    ['terminalCountry', { terminalCountry: 0 }],
    ['terminalCountry', { terminalCountry: 1000 }],
    ['terminalType', { terminalType: 20 }],
    ['terminalType', { terminalType: 31 }],
    ['terminalType', { terminalType: 37 }],
    ['terminalCapabilities', { terminalCapabilities: hex('6028C8') }],
    ['terminalCapabilities', { terminalCapabilities: hex('A028C8') }],
    ['terminalCapabilities', { terminalCapabilities: hex('20A8C8') }],
    ['terminalCapabilities', { terminalCapabilities: hex('2020C8') }],
    ['terminalTransactionQualifiers', { terminalTransactionQualifiers: hex('B3804000') }],
    ['terminalTransactionQualifiers', { terminalTransactionQualifiers: hex('37804000') }],
    ['terminalTransactionQualifiers', { terminalTransactionQualifiers: hex('13804000') }],
    ['currency', { currency: 0 }],
    ['currency', { currency: 1000 }],
    ['languages', { languages: 'fre' }],
    ['languages', { languages: 'FR' }],
    ['applications', { applications: [] }],
    ['applications[16]', { applications: Array.from({ length: 17 }, () => application) }],
    [
      'applications[1].terminalApplicationIdentifier',
      withApplication({ terminalApplicationIdentifier: hex('A0000000') }),
    ],
    ['applications[1].exactMatch', withApplication({ exactMatch: 2 })],
    ['applications[1].kernel', withApplication({ kernel: 8 })],
    ['applications[1].randomMaximum', withApplication({ randomMaximum: 100 })],
    ['applications[1].randomTarget', withApplication({ randomTarget: 2, randomMaximum: 1 })],
    ['applications[1].randomThreshold', withApplication({ floorLimit: 100, randomThreshold: 101 })],
    ['applications[1].contactlessOptions', withApplication({ contactlessOptions: 4 })],
    ['certificationAuthorityKeys[1].sha1', withKey({ sha1: new Uint8Array(20) }), 'authorityKeyHashWrong'],
    ['certificationAuthorityKeys[1].exponent', withKey({ exponent: hex('02') })],
    ['certificationAuthorityKeys[1].exponent', withKey({ exponent: NO_BYTES })],
    ['certificationAuthorityKeys[1].modulus', withKey({ modulus: authorityKey.modulus.subarray(0, 63) })],
    ['certificationAuthorityKeys[1].modulus', withKey({ modulus: new Uint8Array(128) })],
    ['certificationAuthorityKeys[1].modulus', withKey({ modulus: authorityKey.modulus.map((byte) => byte & 0xfe) })],
  ])('%s: %o', (faultAt, more, name = 'fieldRefused') =>
    expectRefused(signed(encodeMessage({ ...base, ...more })), refusal(name, faultAt)),
  );

  test.each<keyof typeof application>(['floorLimit', 'contactlessLimit', 'verificationLimit', 'statusCheckAmount'])(
    'a limit without a currency: %s',
    (limit) => {
      const { currency: _, ...rest } = base;
      const { verificationLimit: __, ...bare } = application;
      const content = encodeMessage({ ...rest, applications: [{ ...bare, floorLimit: 0, [limit]: 100 }] });
      expectRefused(signed(content), refusal('fieldRefused', `applications[0].${limit}`));
    },
  );

  test.each([0xfb, 0xfc, 0xfd])('the key A000000004 %i, by name: whatever its hash is said to be', (keyIndex) => {
    const named = { registeredIdentifier: hex('A000000004'), keyIndex };
    const [wrong, exponent2] = [
      withKey({ ...named, sha1: new Uint8Array(20) }),
      withKey({ ...named, exponent: hex('02') }),
    ];
    for (const [more, field] of [
      [wrong, 'sha1'],
      [exponent2, 'exponent'],
    ] as const) {
      const object = signed(encodeMessage({ ...base, ...more }));
      expectRefused(object, refusal('authorityKeyHashPublishedWrong', `certificationAuthorityKeys[1].${field}`));
    }
  });

  test('a field that this version does not know, a length of more bytes than it needs, or another order', () => {
    const body = NEW.subarray(4);
    const whole = (fields: Uint8Array): Uint8Array =>
      concatBytes(hex('ED82'), Uint8Array.of(fields.length >> 8, fields.length), fields);
    expectRefused(signed(whole(concatBytes(hex('DF7F0100'), body))), refusal('contentMalformed'));
    const longer = concatBytes(hex('ED8300'), Uint8Array.of(body.length >> 8, body.length), body);
    expectRefused(signed(longer), refusal('contentMalformed'));
    const first = 3 + (body[2] ?? 0);
    const swapped = concatBytes(body.subarray(first, first + 11), body.subarray(0, first), body.subarray(first + 11));
    expectRefused(signed(whole(swapped)), refusal('contentMalformed'));
    const list = encodeItem('certificationAuthorityKeys', authorityKey);
    expectRefused(signed(whole(concatBytes(list, body))), refusal('fieldRefused', 'merchantIdentifier'));
  });

  test('content that ends early, at each byte, though it was signed so', () => {
    const short = encodeMessage({ ...base, certificationAuthorityKeys: [authorityKey] });
    for (let length = 1; length < short.length; length += 1) {
      const answer = reader.load(signed(short.subarray(0, length)));
      expect(isTaken(answer), `${length} bytes`).toBe(false);
    }
    expect(reader.inForce()).toEqual(hash);
  });

  test('content with a bit changed that was not signed so', () => {
    const object = signed(NEW);
    const headLength = object.length - NEW.length;
    for (let bit = 0; bit < NEW.length * 8; bit += 37) {
      const changed = object.slice();
      const at = headLength + (bit >> 3);
      changed[at] = (changed[at] ?? 0) ^ (1 << (bit & 7));
      expect(reader.load(changed), `bit ${bit}`).toEqual(refusal('contentHashWrong'));
    }
    expect(reader.inForce()).toEqual(hash);
  });

  test('content with any byte changed that was signed so: refused, or the field is one that may be so', () => {
    const short = encodeMessage({ ...base, certificationAuthorityKeys: [authorityKey] });
    for (let at = 0; at < short.length; at += 1) {
      const changed = short.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x55;
      const own = new Configured();
      const answer = own.load(signed(changed));
      const taken = isTaken(answer);
      expect(own.inForce(), `byte ${at}`).toEqual(taken ? sha256(changed) : hash);
      if (taken) continue;
      expect(answer).toMatchObject({ kind: 'configurationProgress' });
    }
  });
});

describe('pieces', () => {
  const { head, content } = partsOf(signed(NEW));
  const piece = (offset: number, length = PIECE_BYTES_MAX): Message => ({
    kind: 'configurationPiece',
    offset,
    piece: content.subarray(offset, offset + length),
  });

  test('may come again, and from the start', () => {
    const reader = new Configured();
    expect(isTaken(reader.ask({ kind: 'configurationBegin', objectHead: head }))).toBe(true);
    expect([piece(0), piece(0), piece(1000, 24)].every((one) => isTaken(reader.ask(one)))).toBe(true);
    expect(isTaken(reader.load(signed(NEW)))).toBe(true);
    expect(reader.inForce()).toEqual(sha256(NEW));
  });

  test('out of order, beyond the end or after it are no pieces', () => {
    const reader = new Configured();
    expect(reader.ask(piece(0))).toEqual(refusal('nothingBegun'));
    reader.ask({ kind: 'configurationBegin', objectHead: head });
    expect(reader.ask(piece(PIECE_BYTES_MAX))).toBe(STATUS.invalidSequence);
    expect(reader.ask({ kind: 'configurationPiece', offset: 0, piece: NO_BYTES })).toBe(STATUS.messageRefused);
    const beyond = { kind: 'configurationPiece', offset: content.length - 1, piece: new Uint8Array(2) } as const;
    expect(reader.ask(beyond)).toBe(STATUS.messageRefused);
    expect(reader.ask({ kind: 'configurationPiece', offset: 0, piece: content.subarray(1, 9) })).toMatchObject({
      refusal: 0,
    });
    // Other bytes are there now.
    expect(reader.ask(piece(0))).toEqual(refusal('flashFailed'));
    expect(reader.ask(piece(0))).toEqual(refusal('nothingBegun'));
    expect(reader.inForce()).toEqual(sha256(OLD));
    expect(isTaken(reader.load(signed(NEW)))).toBe(true);
    expect(reader.ask(piece(0))).toEqual(refusal('nothingBegun'));
  });
});

test('a full set of keys fits: 64 of 248 bytes, and the last one is found', () => {
  const modulus = new Uint8Array(248).fill(0xa5);
  const keys = Array.from({ length: 64 }, (_, keyIndex) => {
    const [key] = withKey({ keyIndex, modulus }).certificationAuthorityKeys?.slice(1) ?? [];
    if (key === undefined) throw new Error('no key');
    return key;
  });
  const content = encodeMessage({ ...base, certificationAuthorityKeys: keys });
  const object = signed(content);
  expect(object.length).toBeLessThan(32_512);
  const reader = new Configured();
  expect(isTaken(reader.load(object))).toBe(true);
  expect(reader.inForce()).toEqual(sha256(content));
});

describe('a power cut at any operation leaves the old one or the new one', () => {
  const object = signed(NEW);
  test.each(['clean', 'torn'] as const)('%s', (kind) => {
    const seen = { old: 0, new: 0 };
    for (let operation = 1; ; operation += 1) {
      const cuts = createPowerCuts();
      const memory = createConfigurationInMemory(cuts);
      const reader = new Configured(memory);
      cuts.cutPower({ operation, kind });
      let isCut = false;
      try {
        isCut = !isTaken(reader.load(object));
      } catch {
        isCut = true;
      }
      const again = new Configured(memory);
      const inForce = again.inForce() ?? NO_BYTES;
      const isNew = equalBytes(inForce, sha256(NEW));
      if (!isNew) expect(inForce).toEqual(sha256(OLD));
      expect(again.info().selfTest).toBe(0);
      if (!isCut) break;
      seen[isNew ? 'new' : 'old'] += 1;
      // And it can be loaded, whatever was left.
      expect(isTaken(again.load(signed(NEW, { sequence: 3 })))).toBe(true);
    }
    expect(seen.old).toBeGreaterThan(3);
    expect(seen.new).toBe(kind === 'clean' ? 1 : 0);
  });
});

test('what the reader takes is what tools read', () => {
  const read = readSignedObject(signed(NEW));
  expect(read).toMatchObject({ ok: true, object: { content: NEW } });
});
