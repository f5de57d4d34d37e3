/** Cards of kernel 2 in the field: relay resistance, what is torn, and what a phone says. */
import { attack, type Change, type Hostile, of, slow, tap, wrap } from './hostileCard.js';

const OPTIONS = '80A8';
const RECORD = { data: '00B2011400', lists: '00B2021400' } as const;
const EXCHANGE_RELAY = '80EA';
const GENERATE_AC = '80AE';
const RECOVER_AC = '80D0';
const LAST = 10;
/** From here on the holder is verified. */
const LIMIT = 10_000;

const relay = (content: string): Change => ({ on: EXCHANGE_RELAY, answer: `${wrap('80', content)}9000` });
const torn: Change = { on: GENERATE_AC, nth: 1, gone: true };
const cryptogram = (cid: string): string => `${wrap('77', `9F2701${cid}9F360200019F26081122334455667788`)}9000`;
/** Number of the card, least and most time, time on the air. */
const NUMBER = '11223344';

export const mChip: readonly Hostile[] = [
  ...attack(
    'C-2: mandatory data (not verified)',
    tap('mastercard', 'no CDOL1', 'cardError CARD_ERROR', LAST - 1, { on: RECORD.lists, drop: 0x8c }),
    tap('mastercard', 'no number', 'cardError CARD_ERROR', LAST - 1, { on: RECORD.data, drop: 0x5a }),
    tap('mastercard', 'no date', 'cardError CARD_ERROR', LAST - 1, { on: RECORD.data, drop: 0x5f24 }),
    tap('mastercard', 'GET PROCESSING OPTIONS: another interface', 'notAccepted NO_CANDIDATE_USABLE', 3, {
      on: OPTIONS,
      answer: '6984',
    }),
    tap('mastercard', 'GET PROCESSING OPTIONS: no data', 'cardError GPO_FORMAT', 3, { on: OPTIONS, answer: '9000' }),
    tap('mastercard', 'GET PROCESSING OPTIONS: not this application', 'notAccepted NO_CANDIDATE_USABLE', 3, {
      on: OPTIONS,
      answer: '6985',
    }),
    tap('mastercard', 'a CDOL1 of 253 bytes', 'cardError DOL_TOO_LONG', LAST - 1, {
      on: RECORD.lists,
      put: [0x8c, '9F02FD'],
    }),
  ),
  ...attack(
    'Book 3 §10.5: the holder',
    tap('mastercard', 'a list of 2 bytes', 'cardError CVM_LIST_INVALID', LAST - 1, {
      on: RECORD.data,
      put: [0x8e, '0000'],
    }),
    tap('mastercard', 'a list of 11 bytes', 'cardError CVM_LIST_INVALID', LAST - 1, {
      on: RECORD.data,
      put: [0x8e, '00'.repeat(11)],
    }),
    // Records that aren't those that were signed: the issuer is asked, without a token.
    tap('mastercard', 'no list', 'online CDA ODA_HASH', LAST, { on: RECORD.data, drop: 0x8e }),
    of(
      LIMIT,
      tap('mastercard', 'a PIN or nothing', 'online CDA ODA_HASH', LAST, {
        on: RECORD.data,
        put: [0x8e, '00000000000000000203'],
      }),
    ),
    of(
      LIMIT,
      tap('mastercard', 'verified on the device, somebody in between says', 'online CDA ODA_HASH', LAST, {
        on: OPTIONS,
        put: [0x82, '1B80'],
      }),
    ),
  ),
  ...attack(
    'C-2: relay resistance (not verified)',
    tap('relay-resistant', 'not now', 'cardError RELAY_STATUS', 4, { on: EXCHANGE_RELAY, answer: '6985' }),
    tap('mastercard', 'promised, and not there', 'cardError RELAY_STATUS', 4, { on: OPTIONS, put: [0x82, '1981'] }),
    tap('relay-resistant', 'nothing', 'cardError RELAY_FORMAT', 4, { on: EXCHANGE_RELAY, answer: '9000' }),
    tap('relay-resistant', '9 bytes', 'cardError RELAY_FORMAT', 4, relay('00'.repeat(9))),
    tap('relay-resistant', '11 bytes', 'cardError RELAY_FORMAT', 4, relay('00'.repeat(11))),
    tap('relay-resistant', 'another template', 'cardError RELAY_FORMAT', 4, {
      on: EXCHANGE_RELAY,
      answer: `${wrap('77', '00'.repeat(10))}9000`,
    }),
    tap('relay-resistant', 'two of them', 'cardError RELAY_FORMAT', 4, {
      on: EXCHANGE_RELAY,
      answer: `${wrap('80', '00'.repeat(10)).repeat(2)}9000`,
    }),
    tap(
      'relay-resistant',
      'faster than it says it can be',
      'cardError RELAY_TOO_FAST',
      4,
      relay(`${NUMBER}FFFFFFFF0018`),
    ),
    tap(
      'relay-resistant',
      'another number of the card than it signs',
      'declined CDA_FAILED',
      LAST + 1,
      relay(`${NUMBER}000A003C0018`),
    ),
    tap('relay-resistant', 'more time than it signs', 'declined CDA_FAILED', LAST + 1, relay(`${NUMBER}000AFFFF0018`)),
    tap('relay-resistant', 'hidden: the AIP does not promise it', 'online CDA ODA_HASH', LAST, {
      on: OPTIONS,
      put: [0x82, '1980'],
    }),
    slow(20, tap('relay-resistant', 'too late, three times', 'online CDA ok', LAST + 3), EXCHANGE_RELAY),
    slow(3_000, tap('relay-resistant', 'much too late, three times', 'online CDA ok', LAST + 3), EXCHANGE_RELAY),
    slow(5_100, tap('relay-resistant', 'so late that it is gone', 'cardRemoved', 4), EXCHANGE_RELAY),
    tap('relay-resistant', 'gone', 'cardRemoved', 4, { on: EXCHANGE_RELAY, gone: true }),
    tap('relay-resistant', 'in pieces', 'cardError RELAY_STATUS', 4, { on: EXCHANGE_RELAY, answer: '6110' }),
  ),
  ...attack(
    'C-2: torn transactions (not verified)',
    tap('recoverable', 'torn, and told again', 'online CDA ok', 2 * LAST, torn),
    tap('recoverable', 'torn, and it does not know', 'online CDA ok', 2 * LAST + 1, torn, {
      on: RECOVER_AC,
      answer: '6985',
    }),
    tap('recoverable', 'torn, and told without a signature', 'declined CDA_FAILED', 2 * LAST, torn, {
      on: RECOVER_AC,
      drop: 0x9f4b,
    }),
    tap('recoverable', 'torn, and told in clear', 'declined CDA_FAILED', 2 * LAST, torn, {
      on: RECOVER_AC,
      answer: cryptogram('80'),
    }),
    tap('recoverable', 'torn, and it says no now', 'declined DECLINED_BY_CARD', 2 * LAST, torn, {
      on: RECOVER_AC,
      answer: cryptogram('00'),
    }),
    tap('recoverable', 'torn, and it approves now', 'cardError CRYPTOGRAM_NOT_ASKED_FOR', 2 * LAST, torn, {
      on: RECOVER_AC,
      answer: cryptogram('40'),
    }),
    tap('recoverable', 'torn, and another counter', 'declined CDA_FAILED', 2 * LAST, torn, {
      on: RECOVER_AC,
      put: [0x9f36, '0009'],
    }),
    tap('recoverable', 'torn, and nothing is told', 'cardError GENERATE_AC_FORMAT', 2 * LAST, torn, {
      on: RECOVER_AC,
      answer: '9000',
    }),
    tap(
      'recoverable',
      'torn, and the number is another one at the next tap',
      'online CDA ODA_HASH',
      2 * LAST,
      torn,
      { on: RECORD.data, nth: 2, replace: ['5413330089601240', '5413330089601232'] },
      { on: '00B2010C00', nth: 2, replace: ['5413330089601240', '5413330089601232'] },
    ),
    tap(
      'recoverable',
      'torn for ever',
      'cardRemoved',
      3 * LAST,
      { on: GENERATE_AC, gone: true },
      { on: RECOVER_AC, gone: true },
    ),
    tap('recoverable', 'never there again for the answer', 'online CDA ok', 2 * LAST, { on: GENERATE_AC, gone: true }),
    tap('mastercard', 'torn, and it can not tell it again', 'cardRemoved', LAST, torn),
    tap('recoverable', 'half a list', 'cardError DOL_TRUNCATED_TAG', LAST - 1, {
      on: RECORD.lists,
      put: [0x9f51, '9F'],
    }),
    tap('recoverable', 'a list of 510 bytes', 'cardError DOL_TOO_LONG', LAST - 1, {
      on: RECORD.lists,
      put: [0x9f51, '9F37FF9F37FF'],
    }),
    tap('recoverable', 'a list that asks for its own number', 'online CDA ODA_HASH', LAST, {
      on: RECORD.lists,
      put: [0x9f51, '5A0A'],
    }),
  ),
  ...attack(
    'C-2: cardholder interaction (not verified)',
    tap('locked-phone', 'the phone wants its owner', 'cardError SEE_PHONE', LAST),
    tap('locked-phone', 'a flag that means nothing', 'declined DECLINED_BY_CARD', LAST, {
      on: GENERATE_AC,
      put: [0xdf4b, '100000'],
    }),
    tap('locked-phone', 'no bytes', 'declined DECLINED_BY_CARD', LAST, { on: GENERATE_AC, put: [0xdf4b, ''] }),
    tap(
      'locked-phone',
      'beside an ARQC',
      'online none none',
      LAST,
      { on: OPTIONS, put: [0x82, '1880'] },
      { on: GENERATE_AC, answer: `${wrap('77', '9F2701809F360200019F26081122334455667788DF4B03000800')}9000` },
    ),
  ),
  ...attack(
    'Book 3 §9.3, Book 2 §6.6.2: the cryptogram',
    tap('mastercard', 'a TC for an ARQC', 'cardError CRYPTOGRAM_NOT_ASKED_FOR', LAST, {
      on: GENERATE_AC,
      answer: cryptogram('40'),
    }),
    tap('mastercard', 'a referral', 'cardError CRYPTOGRAM_NOT_ASKED_FOR', LAST, {
      on: GENERATE_AC,
      answer: cryptogram('C0'),
    }),
    tap('mastercard', 'an AAC', 'declined DECLINED_BY_CARD', LAST, { on: GENERATE_AC, answer: cryptogram('00') }),
    tap('mastercard', 'no signature', 'declined CDA_FAILED', LAST, { on: GENERATE_AC, drop: 0x9f4b }),
    tap('mastercard', 'in clear', 'declined CDA_FAILED', LAST, { on: GENERATE_AC, answer: cryptogram('80') }),
    tap('mastercard', 'no CID', 'cardError GENERATE_AC_FORMAT', LAST, { on: GENERATE_AC, drop: 0x9f27 }),
    tap('mastercard', 'another counter than was signed', 'declined CDA_FAILED', LAST, {
      on: GENERATE_AC,
      put: [0x9f36, '0009'],
    }),
    tap('mastercard', 'a status', 'cardError GENERATE_AC_STATUS', LAST, { on: GENERATE_AC, answer: '6985' }),
    tap('mastercard', 'a data object more than was signed', 'declined CDA_FAILED', LAST, {
      on: GENERATE_AC,
      add: 'DF4B03000000',
    }),
    tap('brand-mixup', 'another brand', 'cardError BRAND_DIFFERS', LAST - 1),
  ),
  ...attack(
    'Book A: a card that leaves',
    ...Array.from({ length: LAST }, (_, at) =>
      tap('mastercard', `gone at command ${at + 1}`, 'cardRemoved', at + 1, { nth: at + 1, gone: true }),
    ),
    ...Array.from({ length: LAST }, (_, at) =>
      tap('relay-resistant', `relay, gone at command ${at + 1}`, 'cardRemoved', at + 1, { nth: at + 1, gone: true }),
    ),
  ),
];
