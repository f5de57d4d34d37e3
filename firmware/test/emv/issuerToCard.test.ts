/** What an issuer sends to its card: authentication and scripts, on the real session. EMV 4.4 Book 3 §10.9, §10.10. */

import type { AcquirerAnswer } from '@comptoir/acquirer';
import {
  concatBytes,
  dataObject,
  encodeTlv,
  fromHex,
  type Message,
  NO_BYTES,
  OUTCOME,
  template,
} from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';
import { type Change, Slot } from '../payingSlot.js';
import { tenderOf, valueIn } from '../paymentMessages.js';

const hex = (text: string): Uint8Array => fromHex(text) ?? NO_BYTES;

const yes: AcquirerAnswer = { responseCode: '00', authorisationCode: 'A1B2C3' };
const no: AcquirerAnswer = { responseCode: '51' };

describe('issuer authentication and scripts', () => {
  const command = (text: string): Uint8Array => dataObject(0x86, hex(text)).value;
  const script = (tag: 0x71 | 0x72, ...commands: readonly string[]): Uint8Array =>
    encodeTlv(
      template(tag, dataObject(0x9f18, hex('01020304')), ...commands.map((text) => dataObject(0x86, command(text)))),
    );
  const GOOD = '84DA9F580301AABB';
  const OTHER = '84DA9F590301AABB';

  /** The card takes whatever secured command comes. */
  const takes =
    (sw: string): Change =>
    (sent, response) =>
      sent[0] === 0x84 ? hex(sw) : response;

  test.each([
    ['before the second cryptogram', [script(0x71, GOOD)], '9000', ['84DA9F', '80AE50'], '0000', '2001020304'],
    ['after it', [script(0x72, GOOD)], '9000', ['80AE50', '84DA9F'], '0000', '2001020304'],
    [
      'both',
      [script(0x72, GOOD), script(0x71, OTHER)],
      '9000',
      ['84DA9F', '80AE50', '84DA9F'],
      '0000',
      '20010203042001020304',
    ],
    ['a warning is no failure', [script(0x71, GOOD)], '6200', ['84DA9F', '80AE50'], '0000', '2001020304'],
    [
      'refused before: the rest is dropped',
      [script(0x71, GOOD, OTHER)],
      '6988',
      ['84DA9F', '80AE50'],
      '0020',
      '1101020304',
    ],
    ['refused after', [script(0x72, GOOD, OTHER)], '6988', ['80AE50', '84DA9F'], '0010', '1101020304'],
    ['not secured: not sent', [script(0x71, '00B2010C00')], '9000', ['80AE50'], '0020', '1101020304'],
    ['shorter than it says: not sent', [script(0x71, '84DA9F580A01AABB')], '9000', ['80AE50'], '0020', '1101020304'],
    ['no command', [script(0x71)], '9000', ['80AE50'], '0020', '0001020304'],
    ['no TLV', [hex('7105860384')], '9000', ['80AE50'], '0020', undefined],
  ] as const)('%s', (_, scripts, sw, last, bits, results) => {
    const slot = new Slot('mastercard', takes(sw));
    slot.pay();
    const result = slot.answer({ ...yes, issuerScripts: concatBytes(...scripts) }) as Message<'result'>;
    expect(result).toMatchObject({ outcome: OUTCOME.approved });
    expect(slot.last.slice(1)).toEqual(last);
    expect(valueIn(tenderOf(result).emvData, 0x95)?.slice(8)).toBe(bits.slice(2));
    expect(valueIn(tenderOf(result).emvData, 0x9f5b)).toBe(results);
    expect(valueIn(tenderOf(result).emvData, 0x9b)).toBe(results === undefined ? 'E800' : 'EC00');
  });

  test.each([
    ['gives its TC and leaves', yes, { outcome: OUTCOME.approved, tenders: [{ amount: 1250 }] }],
    ['is declined and leaves', no, { outcome: OUTCOME.declined, tenders: [{ amount: 0, responseCode: '51' }] }],
  ] as const)('a card that %s while the last scripts are sent', (_, word, expected) => {
    const slot = new Slot('mastercard', (sent, response) => (sent[0] === 0x84 ? undefined : response));
    slot.pay();
    const result = slot.answer({ ...word, issuerScripts: script(0x72, GOOD) });
    expect(result).toMatchObject(expected);
    expect(result).not.toHaveProperty('reversalDue');
    expect(slot.lookup()).toEqual(result);
  });

  // The results (9F5B) tell of each script how far it came: 2 successful, 1 failed and at which command, 0 not performed.
  test.each([
    ['the first, of two', 1, [script(0x72, GOOD), script(0x72, OTHER)], '11010203040001020304', '0010'],
    [
      'the second command of the first',
      2,
      [script(0x72, GOOD, OTHER), script(0x72, GOOD)],
      '12010203040001020304',
      '0010',
    ],
    ['the last script', 3, [script(0x72, GOOD, OTHER), script(0x72, GOOD)], '20010203041101020304', '0010'],
    ['before its second cryptogram', 2, [script(0x71, GOOD), script(0x71, OTHER)], '20010203041101020304', '0020'],
  ] as const)('a card that is pulled in %s', (_, command, scripts, results, bits) => {
    let sent = 0;
    const slot = new Slot('mastercard', (apdu, response) => {
      if (apdu[0] !== 0x84) return response;
      sent += 1;
      return sent === command ? undefined : hex('9000');
    });
    slot.pay();
    const result = slot.answer({ ...yes, issuerScripts: concatBytes(...scripts) }) as Message<'result'>;
    const isBefore = scripts[0]?.[0] === 0x71;
    expect(result).toMatchObject(isBefore ? { reason: 'CARD_REMOVED', reversalDue: 1 } : { outcome: OUTCOME.approved });
    expect(valueIn(tenderOf(result).emvData, 0x9f5b)).toBe(results);
    expect(valueIn(tenderOf(result).emvData, 0x95)?.slice(8)).toBe(bits.slice(2));
    expect(valueIn(tenderOf(result).emvData, 0x9b)).toBe('EC00');
    expect(slot.lookup()).toEqual(result);
  });

  test.each([
    [
      'seventeen commands: none is sent',
      [script(0x72, ...Array.from({ length: 17 }, () => '84DA9F5801AA'))],
      '0001020304',
    ],
    [
      'an identifier of five bytes',
      [encodeTlv(template(0x72, dataObject(0x9f18, hex('0102030405')), dataObject(0x86, hex(GOOD))))],
      '2001020304',
    ],
    ['no identifier', [encodeTlv(template(0x72, dataObject(0x86, hex(GOOD))))], '2000000000'],
    ['a command that is empty', [encodeTlv(template(0x72, dataObject(0x86, NO_BYTES)))], '1100000000'],
  ] as const)('%s', (_, scripts, results) => {
    const slot = new Slot('mastercard', takes('9000'));
    slot.pay();
    const result = slot.answer({ ...yes, issuerScripts: concatBytes(...scripts) }) as Message<'result'>;
    expect(valueIn(tenderOf(result).emvData, 0x9f5b)).toBe(results);
  });

  test.each([
    ['9000', '1122334455667788', '00', true],
    ['6300', '1122334455667788', '40', true],
    ['9000', '11223344556677', '40', false],
  ])('EXTERNAL AUTHENTICATE, %s for %s', (sw, data, bits, isSent) => {
    const slot = new Slot('visa-credit', (sent, response) => (sent[1] === 0x82 ? hex(sw) : response));
    slot.pay();
    const result = slot.answer({ ...yes, issuerAuthenticationData: hex(data) }) as Message<'result'>;
    expect(slot.last.includes('008200')).toBe(isSent);
    expect(valueIn(tenderOf(result).emvData, 0x95)?.slice(8)).toBe(bits);
  });
});

test('without 91, nothing is authenticated', () => {
  const slot = new Slot('visa-credit');
  slot.pay();
  const result = slot.answer(yes) as Message<'result'>;
  expect(slot.last).toEqual(['80AE80', '80AE40']);
  expect(result).toMatchObject({ outcome: OUTCOME.approved });
});
