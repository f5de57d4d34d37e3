/** Cryptograms: more than was asked for, without signature, with another one, and the last word. */
import { GENERATE_AC } from './commands.js';
import { attack, type Hostile, row, rowOf, wrap } from './hostileCard.js';

const answer = (cid: string): string => `${wrap('77', `9F2701${cid}9F360200019F26081122334455667788`)}9000`;

export const cryptograms: readonly Hostile[] = [
  ...attack(
    'Book 3 §9.3: a card never answers more than it was asked for',
    row('a TC for an ARQC', 'cardError CRYPTOGRAM_NOT_ASKED_FOR', 12, {
      on: GENERATE_AC,
      nth: 1,
      answer: answer('40'),
    }),
    row('a referral', 'cardError CRYPTOGRAM_NOT_ASKED_FOR', 12, { on: GENERATE_AC, nth: 1, answer: answer('C0') }),
    row('an AAC', 'declined DECLINED_BY_CARD', 12, { on: GENERATE_AC, nth: 1, answer: answer('00') }),
    row('an ARQC, for the second', 'online CDA ok, then declined CRYPTOGRAM_NOT_ASKED_FOR', 13, {
      on: GENERATE_AC,
      nth: 2,
      answer: answer('80'),
    }),
  ),
  ...attack(
    'Book 3 §6.5.5.4: the answer of GENERATE AC',
    row('no CID', 'cardError GENERATE_AC_FORMAT', 12, { on: GENERATE_AC, nth: 1, drop: 0x9f27 }),
    row('no ATC', 'cardError GENERATE_AC_FORMAT', 12, { on: GENERATE_AC, nth: 1, drop: 0x9f36 }),
    row('a CID of 2 bytes', 'cardError GENERATE_AC_FORMAT', 12, { on: GENERATE_AC, nth: 1, put: [0x9f27, '8080'] }),
    row('an ATC of 3 bytes', 'cardError GENERATE_AC_FORMAT', 12, { on: GENERATE_AC, nth: 1, put: [0x9f36, '000001'] }),
    row('issuer data of 33 bytes', 'cardError GENERATE_AC_FORMAT', 12, {
      on: GENERATE_AC,
      nth: 1,
      put: [0x9f10, '00'.repeat(33)],
    }),
    row('the AIP again', 'cardError GENERATE_AC_FORMAT', 12, { on: GENERATE_AC, nth: 1, add: '82020000' }),
    row('the CID twice', 'cardError GENERATE_AC_FORMAT', 12, { on: GENERATE_AC, nth: 1, add: '9F270180' }),
    row('a status', 'cardError GENERATE_AC_STATUS', 12, { on: GENERATE_AC, nth: 1, answer: '6985' }),
    row('two templates', 'cardError GENERATE_AC_FORMAT', 12, { on: GENERATE_AC, nth: 1, answer: '77007700' + '9000' }),
    row('format 1 of 3 bytes', 'cardError GENERATE_AC_FORMAT', 12, {
      on: GENERATE_AC,
      nth: 1,
      answer: '80038000019000',
    }),
    row('format 1 of 60 bytes', 'cardError GENERATE_AC_FORMAT', 12, {
      on: GENERATE_AC,
      nth: 1,
      answer: `${wrap('80', `800001${'00'.repeat(57)}`)}9000`,
    }),
  ),
  ...attack(
    'Book 2 §6.6.2: what CDA signs',
    row('an ARQC without a signature', 'declined CDA_FAILED', 13, { on: GENERATE_AC, nth: 1, answer: answer('80') }),
    row('no signature', 'declined CDA_FAILED', 13, { on: GENERATE_AC, nth: 1, drop: 0x9f4b }),
    row('empty signature', 'declined CDA_FAILED', 13, { on: GENERATE_AC, nth: 1, put: [0x9f4b, ''] }),
    row('a signature of a byte too few', 'declined CDA_FAILED', 13, {
      on: GENERATE_AC,
      nth: 1,
      put: [0x9f4b, '00'.repeat(143)],
    }),
    row('another CID than was signed', 'declined CDA_FAILED', 13, { on: GENERATE_AC, nth: 1, put: [0x9f27, '88'] }),
    row('other issuer data than were signed', 'declined CDA_FAILED', 13, {
      on: GENERATE_AC,
      nth: 1,
      put: [0x9f10, '00'],
    }),
    row('one object more than was signed', 'declined CDA_FAILED', 13, { on: GENERATE_AC, nth: 1, add: 'DF7F0100' }),
    row('format 1 of 11 bytes, unsigned', 'declined CDA_FAILED', 13, {
      on: GENERATE_AC,
      nth: 1,
      answer: '800B8000011122334455667788' + '9000',
    }),
    rowOf('wrong-signature-mastercard', 'wrong signature', 'declined CDA_FAILED', 13),
    rowOf('other-amount-mastercard', 'other amount', 'declined CDA_FAILED', 13),
  ),
  ...attack(
    'Book 3 §10.11: the second GENERATE AC',
    row('a status, for the second', 'online CDA ok, then declined GENERATE_AC_STATUS', 13, {
      on: GENERATE_AC,
      nth: 2,
      answer: '6985',
    }),
    row('an AAC, for the second', 'online CDA ok, then declined DECLINED_BY_CARD', 13, {
      on: GENERATE_AC,
      nth: 2,
      answer: answer('00'),
    }),
    row('a TC without a signature', 'online CDA ok, then declined CDA_FAILED', 13, {
      on: GENERATE_AC,
      nth: 2,
      answer: answer('40'),
    }),
    row('a TC with other data than were signed', 'online CDA ok, then declined CDA_FAILED', 13, {
      on: GENERATE_AC,
      nth: 2,
      put: [0x9f10, '00'],
    }),
    row('no ATC, for the second', 'online CDA ok, then declined GENERATE_AC_FORMAT', 13, {
      on: GENERATE_AC,
      nth: 2,
      drop: 0x9f36,
    }),
    row('issuer data of 33 bytes, for the second', 'online CDA ok, then declined GENERATE_AC_FORMAT', 13, {
      on: GENERATE_AC,
      nth: 2,
      put: [0x9f10, '00'.repeat(33)],
    }),
    row('a card number in the second answer', 'online CDA ok, then declined CDA_FAILED', 13, {
      on: GENERATE_AC,
      nth: 2,
      add: '5A084761739001010119',
    }),
  ),
  ...attack(
    'Book 2 §6.5: INTERNAL AUTHENTICATE',
    rowOf('visa-credit', 'DDA: refused', 'online DDA SIGNATURE_MISSING', 14, { on: '0088', answer: '6985' }),
    rowOf('visa-credit', 'DDA: no data', 'online DDA ODA_LENGTH', 14, { on: '0088', answer: '9000' }),
    rowOf('visa-credit', 'DDA: zeros', 'online DDA ODA_LENGTH', 14, {
      on: '0088',
      answer: `${wrap('80', '00'.repeat(144))}9000`,
    }),
    rowOf('visa-credit', 'DDA: 10 bytes', 'online DDA ODA_LENGTH', 14, {
      on: '0088',
      answer: `${wrap('80', '00'.repeat(10))}9000`,
    }),
    rowOf('no-oda', 'nothing to authenticate by', 'online none none', 10),
    rowOf('visa-credit', 'DDA: another tag', 'online DDA ODA_LENGTH', 14, {
      on: '0088',
      answer: `${wrap('81', '00'.repeat(144))}9000`,
    }),
  ),
];
