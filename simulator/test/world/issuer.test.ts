import {
  deriveInitialKey,
  deriveTransactionKey,
  deriveWorkingKey,
  KEY_USAGE,
  REPLAY_WINDOW_COUNTERS,
} from '@comptoir/acquirer';
import { seededBytes } from '@comptoir/crypto/seed';
import * as wire from '@comptoir/protocol';
import { keyFrom } from '@comptoir/sdk';
import { cbc, cmac, ecb } from '@noble/ciphers/aes.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, test, vi } from 'vitest';
import { createManualClock } from '../../src/machine/clock.js';
import { REMEMBERED_MAX } from '../../src/world/acquirer/bankCharges.js';
import { numberIn } from '../../src/world/acquirer/numberIn.js';
import {
  createTestAcquirer,
  TestAcquirerError,
  type TestAcquirerFault,
} from '../../src/world/acquirer/testAcquirer.js';
import { decideAsBank } from '../../src/world/banks/bankIssuer.js';
import { cryptogramKeyOf, verifyCardCryptogram } from '../../src/world/banks/cardCryptogram.js';
import { cardKeysOf } from '../../src/world/banks/emv/cardKeys.js';
import { applicationCryptogram } from '../../src/world/banks/emv/cryptogramVersion.js';
import type { CardIdentity } from '../../src/world/banks/emv/iccMasterKey.js';
import { coveredPart, issuerApplicationData } from '../../src/world/banks/emv/issuerApplicationData.js';
import type { IssuerBehaviour } from '../../src/world/banks/issuerBehaviour.js';
import { visa } from '../../src/world/cards/applicationProfiles.js';
import { cardNames, profileOf } from '../../src/world/cards/catalogue.js';
import type { ApplicationProfile, CardProfile } from '../../src/world/cards/personalisation/cardProfile.js';

const baseDerivationKey = seededBytes('test host')(32);
const hex = (text: string): Uint8Array => wire.fromHex(text) ?? wire.NO_BYTES;

interface Sale {
  readonly key: string;
  readonly card: string;
  readonly counter: number;
  readonly amount: number;
}

const sale: Sale = { key: 'order-1-1', card: 'visa-debit', counter: 1, amount: 1250 };

/** What a reader sends, made here from the layouts in docs/reference/tokens.md. */
function request({ key, card, counter, amount }: Sale, changed: Partial<wire.Message<'authorise'>> = {}): Uint8Array {
  const ksn = wire.concatBytes(hex('4445563011223344'), wire.unsignedToBytes(counter, 4));
  const transactionKey = deriveTransactionKey(deriveInitialKey(baseDerivationKey, ksn.subarray(0, 8)), ksn);
  const dataKey = deriveWorkingKey(transactionKey, KEY_USAGE.dataEncrypt, ksn, 32);
  const macKey = deriveWorkingKey(transactionKey, KEY_USAGE.macGenerate, ksn, 32);
  const [number, atc] = [hex('8B55633B'), wire.unsignedToBytes(counter, 2)];
  const information = hex('80');
  const profile = profileOf(card);
  const [application = visa()] = profile.applications;
  const { sealed, cryptogram } = cryptogramOf(profile, application, amount, atc);
  const emvData = wire.encodeTlv(wire.dataObject(0x9f27, information));
  const merchant = wire.latin1ToBytes('MERCHANT'.padEnd(15));
  const terminal = wire.latin1ToBytes('TERM0001');
  const money = wire.concatBytes(wire.unsignedToBcd(amount, 6), wire.unsignedToBcd(978, 2));
  const associated = wire.concatBytes(
    Uint8Array.of(1),
    wire.latin1ToBytes('Comptoir'.padEnd(24, '\0')),
    wire.latin1ToBytes('SIM00001'.padEnd(16, '\0')),
    merchant,
    terminal,
    money,
    number,
    atc,
    sha256(emvData),
  );
  const plain = wire.encodeTlv(wire.dataObject(0x5a, profile.number), wire.dataObject(0x5f34, hex('01')), ...sealed);
  const padded = new Uint8Array((Math.floor(plain.length / 16) + 1) * 16);
  padded.set(plain);
  padded[plain.length] = 0x80;
  const iv = new Uint8Array(16).fill(counter);
  const text = cbc(dataKey, iv, { disablePadding: true }).encrypt(padded);
  const covered = wire.concatBytes(ksn, wire.unsignedToBytes(associated.length, 2), associated, iv, text);
  const envelope = wire.concatBytes(covered, cmac(covered, macKey));
  const bound = [merchant, terminal, money, number, atc, cryptogram, information, new Uint8Array(17)];
  const tokenInput = wire.concatBytes(wire.latin1ToBytes('txn\0'), ksn, ...bound, sha256(envelope));
  return wire.encodeMessage({
    kind: 'authorise',
    key,
    amount,
    currency: 978,
    label: 'VISA',
    applicationIdentifier: application.aid,
    maskedNumber: '476173******0119',
    usedInterface: wire.INTERFACE.contactless,
    authenticationMethod: 'fDDA',
    authenticationResult: 'ok',
    emvData,
    envelope,
    transactionToken: cmac(tokenInput, macKey),
    merchantIdentifier: 'MERCHANT',
    terminalIdentification: 'TERM0001',
    model: 'Comptoir',
    serial: 'SIM00001',
    tokenReason: 'not-authenticated',
    ...changed,
  });
}

/** What the card says of this transaction, and the terminal beside it. */
function cryptogramOf(
  card: CardProfile,
  { network, cryptogramVersion, aid }: ApplicationProfile,
  amount: number,
  atc: Uint8Array,
) {
  const results = { first: 'ARQC', second: undefined, isIssuerWrong: false, isLastIncomplete: false } as const;
  const counted = { exceedsLimit: false, scriptCommands: 0, hasScriptFailed: false };
  const issuerData = issuerApplicationData(cryptogramVersion, { ...results, ...counted });
  const values = new Map([
    [0x9f02, wire.unsignedToBcd(amount, 6)],
    [0x9f03, new Uint8Array(6)],
    [0x9f1a, hex('0250')],
    [0x95, hex('0000008000')],
    [0x5f2a, hex('0978')],
    [0x9a, hex('261124')],
    [0x9c, hex('00')],
    [0x9f37, hex('8B55633B')],
    [0x82, hex('3900')],
    [0x9f36, atc],
    [0x9f10, issuerData],
    [0x9f27, hex('80')],
    [0x84, aid],
  ]);
  const keys = cardKeysOf(network, cryptogramVersion, { number: card.number, sequenceNumber: hex('01') });
  const field = (tag: number): Uint8Array => values.get(tag) ?? wire.NO_BYTES;
  const covered = coveredPart(cryptogramVersion, issuerData);
  const cryptogram = applicationCryptogram(cryptogramVersion, keys.cryptogram, field, covered);
  values.set(0x9f26, cryptogram);
  return { cryptogram, sealed: [...values].map(([tag, value]) => wire.dataObject(tag, value)) };
}

function complete(bytes: Uint8Array | null): wire.Message {
  const decoded = wire.decodeMessage(bytes ?? wire.NO_BYTES);
  if (!decoded.ok) throw new Error(decoded.fault);
  return decoded.message;
}

async function faultOf(answer: Promise<Uint8Array>): Promise<TestAcquirerFault | undefined> {
  try {
    await answer;
    return undefined;
  } catch (error) {
    return error instanceof TestAcquirerError ? error.fault : undefined;
  }
}

test('approves with a code of 6 characters that follows from the request', async () => {
  const answers = await Promise.all(
    [1, 2].map(() => createTestAcquirer({ baseDerivationKey }).authorise(request(sale), keyFrom(sale.key))),
  );
  const [first, second] = answers.map((answer) => complete(answer));
  expect(first).toMatchObject({ kind: 'complete', key: sale.key, responseCode: '00' });
  expect(first).toHaveProperty('authorisationCode', expect.stringMatching(/^[0-9A-Z]{6}$/));
  expect(second).toEqual(first);
});

test.each(['visa-debit', 'declined'])('the answer for %s names the transaction that it is for', async (card) => {
  const asked = request({ ...sale, card });
  const answer = complete(await createTestAcquirer({ baseDerivationKey }).authorise(asked, keyFrom(sale.key)));
  const { transactionToken } = complete(asked) as wire.Message<'authorise'>;
  expect(transactionToken).toHaveLength(16);
  expect(answer).toHaveProperty('transactionToken', transactionToken);
});

test('the latest are remembered, and no more', async () => {
  const acquirer = createTestAcquirer({ baseDerivationKey });
  const keyOf = (counter: number) => keyFrom(`order-${counter}`);
  const pay = (counter: number, key = keyOf(counter)) => acquirer.authorise(request({ ...sale, key, counter }), key);
  for (let counter = 1; counter <= REMEMBERED_MAX; counter += 1) await pay(counter);
  expect(await acquirer.status(keyOf(1))).not.toBeNull();
  expect(await faultOf(pay(1, keyFrom('again')))).toBe('KSN_REUSED');
  await pay(REMEMBERED_MAX + 1);
  expect(await acquirer.status(keyOf(1))).toBeNull();
  expect(await acquirer.status(keyOf(2))).not.toBeNull();
  expect(await faultOf(pay(2, keyFrom('again')))).toBe('KSN_REUSED');
  expect(acquirer.charges().map(({ key }) => key)).toEqual(
    Array.from({ length: REMEMBERED_MAX }, (_, at) => `order-${at + 2}`),
  );
  // Keys are forgotten; that an envelope came isn't.
  expect(await faultOf(pay(1, keyFrom('again')))).toBe('KSN_REUSED');
  await pay(1 + REPLAY_WINDOW_COUNTERS);
  expect(await faultOf(pay(1, keyFrom('again')))).toBe('KSN_OLD');
});

/** What the bank of a card answers and takes; every other card is approved in full. */
const decisions: Readonly<Record<string, readonly [code: string, charged: (amount: number) => number]>> = {
  declined: ['05', () => 0],
  'script-block': ['05', () => 0],
  expired: ['54', () => 0],
  refer: ['01', () => 0],
  partial: ['10', (amount) => Math.ceil(amount / 2)],
};
const notNow: readonly string[] = ['late', 'silent'];

describe('the card decides, the amount never', () => {
  // The issuer of the dynamic card has tests of its own.
  test.each(cardNames.filter((name) => name !== 'dynamic' && !notNow.includes(name)))('%s', async (card) => {
    const [code, charged] = decisions[card] ?? ['00', (amount: number) => amount];
    for (const amount of [1, 500, 5105, 999_999]) {
      const acquirer = createTestAcquirer({ baseDerivationKey });
      const answer = complete(await acquirer.authorise(request({ ...sale, card, amount }), keyFrom(sale.key)));
      expect(answer).toHaveProperty('responseCode', code);
      const sum = charged(amount);
      expect(acquirer.charges()).toEqual(sum === 0 ? [] : [{ key: sale.key, amount: sum, currency: 978 }]);
    }
  });
});

test('a late bank answers after twenty seconds, its status at once', async () => {
  const clock = createManualClock();
  const acquirer = createTestAcquirer({ baseDerivationKey, clock });
  let answer: Uint8Array | undefined;
  const asked = acquirer.authorise(request({ ...sale, card: 'late' }), keyFrom(sale.key)).then((given) => {
    answer = given;
  });
  await clock.advance(19_999);
  expect(answer).toBeUndefined();
  expect(complete(await acquirer.status(keyFrom(sale.key)))).toHaveProperty('responseCode', '00');
  await clock.advance(1);
  await asked;
  expect(complete(answer ?? null)).toHaveProperty('responseCode', '00');
});

test('a silent bank never answers, and takes nothing', async () => {
  const acquirer = createTestAcquirer({ baseDerivationKey });
  const giveUp = new AbortController();
  const options = { signal: giveUp.signal };
  const asked = acquirer.authorise(request({ ...sale, card: 'silent' }), keyFrom(sale.key), options);
  const status = acquirer.status(keyFrom(sale.key), options);
  giveUp.abort(new Error('enough'));
  await expect(asked).rejects.toThrow('enough');
  await expect(status).rejects.toThrow('enough');
  expect(acquirer.charges()).toEqual([]);
});

test.each(['9F26', '9F02', '9F10', '9F36', '95', '82'])('a cryptogram over another %s is declined', (tag) => {
  const asked = complete(request(sale)) as wire.Message<'authorise'>;
  const [application = visa()] = profileOf(sale.card).applications;
  const { sealed } = cryptogramOf(profileOf(sale.card), application, sale.amount, wire.unsignedToBytes(1, 2));
  const changed = sealed.map((object) => {
    const value = object.value.slice();
    const last = value.length - 1;
    if (object.tag === Number.parseInt(tag, 16)) value[last] = (value[last] ?? 0) ^ 0x01;
    return wire.dataObject(object.tag, value);
  });
  const card = { number: profileOf(sale.card).number, sequenceNumber: hex('01') };
  const decide = (emvData: readonly wire.DataObject[], who: CardIdentity) =>
    decideAsBank(asked, emvData, who, { decision: 'approve' }).responseCode;
  expect(decide(sealed, card)).toBe('00');
  expect(decide(changed, card)).toBe('05');
  expect(decide(sealed, { ...card, sequenceNumber: hex('02') })).toBe('05');
  expect(decide(sealed, { ...card, number: profileOf('visa-credit').number })).toBe('05');
});

test('the same key twice is one decision and one charge', async () => {
  const acquirer = createTestAcquirer({ baseDerivationKey });
  const key = keyFrom(sale.key);
  expect(await acquirer.status(key)).toBeNull();
  const first = await acquirer.authorise(request(sale), key);
  expect(await acquirer.authorise(request(sale), key)).toEqual(first);
  expect(await acquirer.status(key)).toEqual(first);
  expect(acquirer.charges()).toHaveLength(1);
});

test('the same key for another amount is refused', async () => {
  const acquirer = createTestAcquirer({ baseDerivationKey });
  await acquirer.authorise(request(sale), keyFrom(sale.key));
  const other = request({ ...sale, amount: 1, counter: 2 });
  expect(await faultOf(acquirer.authorise(other, keyFrom(sale.key)))).toBe('KEY_REUSED');
  expect(acquirer.charges()).toHaveLength(1);
});

test('an envelope that came before is refused under another key', async () => {
  const acquirer = createTestAcquirer({ baseDerivationKey });
  await acquirer.authorise(request(sale), keyFrom(sale.key));
  const replay = request({ ...sale, key: 'order-2-1' });
  expect(await faultOf(acquirer.authorise(replay, keyFrom('order-2-1')))).toBe('KSN_REUSED');
  expect(await acquirer.status(keyFrom('order-2-1'))).toBeNull();
});

describe('what does not belong together is refused, and nothing is charged', () => {
  const rows: readonly (readonly [string, Partial<wire.Message<'authorise'>>, TestAcquirerFault])[] = [
    ['another amount', { amount: 1 }, 'BINDING_WRONG'],
    ['another currency', { currency: 840 }, 'BINDING_WRONG'],
    ['another merchant', { merchantIdentifier: 'OTHER' }, 'BINDING_WRONG'],
    ['another terminal', { terminalIdentification: 'TERM0002' }, 'BINDING_WRONG'],
    ['another reader', { serial: 'SIM00002' }, 'BINDING_WRONG'],
    ['other EMV data', { emvData: hex('9F270140') }, 'BINDING_WRONG'],
    ['another transaction token', { transactionToken: new Uint8Array(16) }, 'TRANSACTION_TOKEN_WRONG'],
    ['no envelope', { envelope: new Uint8Array(0) }, 'ENVELOPE_LENGTH'],
  ];
  test.each(rows)('%s', async (_, changed, fault) => {
    const acquirer = createTestAcquirer({ baseDerivationKey });
    expect(await faultOf(acquirer.authorise(request(sale, changed), keyFrom(sale.key)))).toBe(fault);
    expect(acquirer.charges()).toEqual([]);
    expect(await faultOf(acquirer.authorise(request(sale), keyFrom(sale.key)))).toBeUndefined();
  });

  test('another base derivation key', async () => {
    const acquirer = createTestAcquirer({ baseDerivationKey: seededBytes('other')(32) });
    expect(await faultOf(acquirer.authorise(request(sale), keyFrom(sale.key)))).toBe('MAC_WRONG');
  });

  test('another message, and another key than the message names', async () => {
    const acquirer = createTestAcquirer({ baseDerivationKey });
    const lookup = wire.encodeMessage({ kind: 'lookup', key: sale.key });
    expect(await faultOf(acquirer.authorise(lookup, keyFrom(sale.key)))).toBe('MESSAGE_WRONG');
    expect(await faultOf(acquirer.authorise(wire.NO_BYTES, keyFrom(sale.key)))).toBe('MESSAGE_WRONG');
    expect(await faultOf(acquirer.authorise(request(sale), keyFrom('other')))).toBe('KEY_WRONG');
  });
});

test('the card number is wiped once the decision is taken', async () => {
  let kept: Uint8Array = wire.NO_BYTES;
  let seen = '';
  const behaviourOf = (number: Uint8Array): IssuerBehaviour => {
    kept = number;
    seen = wire.toHex(number);
    return { decision: 'decline' };
  };
  await createTestAcquirer({ baseDerivationKey, behaviourOf }).authorise(request(sale), keyFrom(sale.key));
  expect(seen).toBe(wire.toHex(profileOf(sale.card).number));
  expect(kept).toEqual(new Uint8Array(8));
});

test('an aborted call decides nothing', async () => {
  const acquirer = createTestAcquirer({ baseDerivationKey });
  const signal = AbortSignal.abort();
  await expect(acquirer.authorise(request(sale), keyFrom(sale.key), { signal })).rejects.toThrow();
  await expect(acquirer.status(keyFrom(sale.key), { signal })).rejects.toThrow();
  expect(await acquirer.status(keyFrom(sale.key))).toBeNull();
});

test.each([
  ['57 with an even number of digits', '57', '4761739001010119D49122011', '4761739001010119'],
  ['57 with 19 digits', '57', '4761739000000000001D49122011', '4761739000000000001F'],
  ['57 without a separator', '57', '476173', '476173'],
  ['5A', '5A', '4761739000000000001F', '4761739000000000001F'],
  ['neither', '5F24', '491231', ''],
])('the number in %s', (_, tag, value, expected) => {
  const object = wire.dataObject(Number.parseInt(tag, 16), hex(value.length % 2 === 0 ? value : `${value}F`));
  expect(wire.toHex(numberIn([object]))).toBe(expected);
});

test('the keys of a card’s cryptograms are wiped once they are used', () => {
  const { number } = profileOf('dynamic');
  const aid = hex('A0000000031010');
  const counter = hex('0001');
  const key = cryptogramKeyOf(number, aid);
  const session = ecb(key, { disablePadding: true }).encrypt(wire.concatBytes(counter, new Uint8Array(14)));
  const wiped: string[] = [];
  const spy = vi.spyOn(Uint8Array.prototype, 'fill').mockImplementation(function (this: Uint8Array, value) {
    if (value === 0) wiped.push(wire.toHex(this));
    for (let at = 0; at < this.length; at += 1) this[at] = value;
    return this;
  });
  verifyCardCryptogram([wire.dataObject(0x9f36, counter)], number, aid, 'contactless');
  spy.mockRestore();
  expect(wiped).toEqual(expect.arrayContaining([wire.toHex(key), wire.toHex(session)]));
});
