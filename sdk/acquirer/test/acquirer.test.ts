import { createDecipheriv } from 'node:crypto';
import {
  deriveInitialKey,
  deriveTransactionKey,
  deriveWorkingKey,
  formatIndexToken,
  KEY_USAGE,
  openEnvelope,
  verifyAuthorisation,
} from '@comptoir/acquirer';
import { decodeTlv, encodeTlv } from '@comptoir/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BDK, KSN, seal, TRACK_2 } from './sealEnvelope.js';

const INDEX_TOKEN = 'ri1ysn46sqk0yqc45757v8cpasmg887';

test('an envelope opens: KSN, associated data, card data; wiped when told to', () => {
  const opened = openEnvelope(seal().envelope, { bdk: (id) => (id === '434D5054' ? BDK : undefined) });
  if (!opened.ok) throw new Error(opened.fault);
  expect(opened.ksn).toEqual(KSN);
  expect(opened.associatedData).toMatchObject({
    model: 'comptoir-dev',
    serial: 'S-0001',
    merchantIdentifier: 'COMPTOIR',
    terminalIdentification: 'TILL0001',
    amount: 1250,
    currency: 978,
  });
  expect(opened.cardData.map(({ tag }) => tag)).toEqual([0x57, 0x5f24, 0x5f34, 0x9f26, 0x9f27]);
  expect(opened.cardData[0]?.value).toEqual(TRACK_2);
  opened.wipe();
  expect(opened.cardData[0]?.value).toEqual(new Uint8Array(TRACK_2.length));
});

test.each([1, 2, 15, 16, 17, 26])('an envelope opens with a card holder name of %i characters', (length) => {
  const cardData = encodeTlv({ tag: 0x57, value: TRACK_2 }, { tag: 0x5f20, value: new Uint8Array(length).fill(0x41) });
  expect(openEnvelope(seal(undefined, cardData).envelope, { bdk: BDK })).toMatchObject({ ok: true });
});

test('every byte of an envelope changed, one at a time: refused', () => {
  const { envelope } = seal();
  for (let at = 0; at < envelope.length; at += 1) {
    const changed = envelope.slice();
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
    const opened = openEnvelope(changed, { bdk: BDK });
    const expected = at === 12 || at === 13 ? /ENVELOPE_LENGTH|MAC_WRONG/ : /MAC_WRONG|KSN_COUNTER/;
    expect(opened.ok ? 'opened' : opened.fault).toMatch(expected);
  }
});

test('sabotage: decryption alone, without the MAC, takes a changed envelope for a good one', () => {
  const { envelope } = seal();
  const transactionKey = deriveTransactionKey(deriveInitialKey(BDK, KSN.subarray(0, 8)), KSN);
  const dataKey = deriveWorkingKey(transactionKey, KEY_USAGE.dataEncrypt, KSN, 32);
  const iv = envelope.slice(14 + 110, 14 + 126);
  iv[4] = (iv[4] ?? 0) ^ 1;
  const decipher = createDecipheriv('aes-256-cbc', dataKey, iv).setAutoPadding(false);
  const plain = new Uint8Array(decipher.update(envelope.subarray(14 + 126, envelope.length - 16)));
  const decoded = decodeTlv(plain.subarray(0, plain.lastIndexOf(0x80)));
  expect(decoded).toMatchObject({ ok: true });
  expect(decoded.ok && decoded.objects.slice(0, 3).map(({ tag }) => tag)).toEqual([0x57, 0x5f24, 0x5f34]);
});

test('any bytes are refused, and cut envelopes at every length', () => {
  const { envelope } = seal();
  for (let length = 0; length < envelope.length; length += 1) {
    expect(openEnvelope(envelope.subarray(0, length), { bdk: BDK }).ok).toBe(false);
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      expect(openEnvelope(bytes, { bdk: BDK }).ok).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test('another key, or none: refused', () => {
  const { envelope } = seal();
  expect(openEnvelope(envelope, { bdk: new Uint8Array(32) })).toEqual({
    ok: false,
    fault: 'MAC_WRONG',
    at: envelope.length - 16,
  });
  expect(openEnvelope(envelope, { bdk: () => undefined })).toEqual({ ok: false, fault: 'BDK_UNKNOWN', at: 0 });
});

test.each([undefined, INDEX_TOKEN])('a request to authorise is genuine, with the index token %s', (indexToken) => {
  expect(verifyAuthorisation(seal(indexToken).authorise, { bdk: BDK })).toMatchObject({ ok: true });
});

const ANOTHER = { version: 1, token: new Uint8Array(16) };
const good = seal(INDEX_TOKEN).authorise;
test.each([
  ['the amount', { amount: 125 }, 'BINDING_WRONG'],
  ['the currency', { currency: 840 }, 'BINDING_WRONG'],
  ['the merchant', { merchantIdentifier: 'ANOTHER' }, 'BINDING_WRONG'],
  ['the terminal', { terminalIdentification: 'TILL0002' }, 'BINDING_WRONG'],
  ['the reader', { serial: 'S-0002' }, 'BINDING_WRONG'],
  ['the EMV data', { emvData: good.emvData.map((byte, i) => (i === 5 ? byte ^ 1 : byte)) }, 'BINDING_WRONG'],
  [
    'the transaction token',
    { transactionToken: good.transactionToken.map((byte) => byte ^ 1) },
    'TRANSACTION_TOKEN_WRONG',
  ],
  ['a character of the index token', { indexToken: INDEX_TOKEN.replace('ys', 'sy') }, 'INDEX_TOKEN_WRONG'],
  ['the index token, for another card', { indexToken: formatIndexToken(ANOTHER) }, 'TRANSACTION_TOKEN_WRONG'],
  ['the index token, emptied', { indexToken: '' }, 'INDEX_TOKEN_WRONG'],
  ['the envelope', { envelope: good.envelope.map((byte, i) => (i === 150 ? byte ^ 1 : byte)) }, 'MAC_WRONG'],
])('a request in which %s was changed is refused', (_, change, fault) => {
  expect(verifyAuthorisation({ ...good, ...change }, { bdk: BDK })).toEqual({ ok: false, fault });
});
