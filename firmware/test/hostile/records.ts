/** Processing options and records: file locators out of range, records that are none, objects that are there twice or have no sense. */
import { GET_PROCESSING_OPTIONS, RECORD } from './commands.js';
import { attack, type Hostile, row, wrap } from './hostileCard.js';

const afl = (value: string): string => `${wrap('77', `82023900${wrap('94', value)}`)}9000`;

export const records: readonly Hostile[] = [
  ...attack(
    'Book 3 §10.2: AFL; limits of SFI, records and entries',
    row('SFI 0', 'cardError AFL_INVALID', 5, { on: GET_PROCESSING_OPTIONS, answer: afl('00010100') }),
    row('SFI 31', 'cardError AFL_INVALID', 5, { on: GET_PROCESSING_OPTIONS, answer: afl('F8010100') }),
    row('low bits of the SFI byte', 'cardError AFL_INVALID', 5, {
      on: GET_PROCESSING_OPTIONS,
      answer: afl('09010100'),
    }),
    row('record 0', 'cardError AFL_INVALID', 5, { on: GET_PROCESSING_OPTIONS, answer: afl('08000100') }),
    row('the last before the first', 'cardError AFL_INVALID', 5, {
      on: GET_PROCESSING_OPTIONS,
      answer: afl('08020100'),
    }),
    row('record 17', 'cardError AFL_INVALID', 5, { on: GET_PROCESSING_OPTIONS, answer: afl('08011100') }),
    row('255 records', 'cardError AFL_INVALID', 5, { on: GET_PROCESSING_OPTIONS, answer: afl('0801FF00') }),
    row('more signed records than records', 'cardError AFL_INVALID', 5, {
      on: GET_PROCESSING_OPTIONS,
      answer: afl('08010102'),
    }),
    row('5 bytes', 'cardError AFL_INVALID', 5, { on: GET_PROCESSING_OPTIONS, answer: afl('0801010000') }),
    row('3 bytes', 'cardError AFL_INVALID', 5, { on: GET_PROCESSING_OPTIONS, answer: afl('080101') }),
    row('32 entries', 'cardError AFL_INVALID', 5, { on: GET_PROCESSING_OPTIONS, answer: afl('08010100'.repeat(32)) }),
    row('65 records', 'cardError AFL_INVALID', 5, {
      on: GET_PROCESSING_OPTIONS,
      answer: afl(`${'08011000'.repeat(4)}08010100`),
    }),
    row('64 records: read until one is not there', 'cardError READ_RECORD_FAILED', 7, {
      on: GET_PROCESSING_OPTIONS,
      answer: afl('08011000'.repeat(4)),
    }),
    row('no entry', 'cardError CARD_ERROR', 5, { on: GET_PROCESSING_OPTIONS, answer: afl('') }),
    row('the same record twice', 'cardError CARD_ERROR', 7, {
      on: GET_PROCESSING_OPTIONS,
      answer: afl('0801010008010100'),
    }),
  ),
  ...attack(
    'Book 3 §6.5.8: the answer of GET PROCESSING OPTIONS',
    row('no AFL', 'cardError CARD_ERROR', 5, { on: GET_PROCESSING_OPTIONS, answer: '7704820239009000' }),
    row('no AIP', 'cardError GPO_FORMAT', 5, { on: GET_PROCESSING_OPTIONS, drop: 0x82 }),
    row('an AIP of 1 byte', 'cardError GPO_FORMAT', 5, { on: GET_PROCESSING_OPTIONS, put: [0x82, '39'] }),
    row('an AIP of 3 bytes', 'cardError GPO_FORMAT', 5, { on: GET_PROCESSING_OPTIONS, put: [0x82, '390000'] }),
    row('format 1 of 1 byte', 'cardError GPO_FORMAT', 5, { on: GET_PROCESSING_OPTIONS, answer: '8001399000' }),
    row('format 1 of nothing', 'cardError GPO_FORMAT', 5, { on: GET_PROCESSING_OPTIONS, answer: '80009000' }),
    row('two answers in one', 'cardError GPO_FORMAT', 5, {
      on: GET_PROCESSING_OPTIONS,
      answer: '770482023900770482023900' + '9000',
    }),
    row('conditions not satisfied: the next application', 'notAccepted NO_CANDIDATE_USABLE', 5, {
      on: GET_PROCESSING_OPTIONS,
      answer: '6985',
    }),
    row('a status that nobody knows', 'cardError GPO_STATUS', 5, { on: GET_PROCESSING_OPTIONS, answer: '6A88' }),
    row('the AIP twice', 'cardError DATA_OBJECT_TWICE', 5, { on: GET_PROCESSING_OPTIONS, add: '82023900' }),
    row('an AFL of one entry too much', 'cardError AFL_INVALID', 5, {
      on: GET_PROCESSING_OPTIONS,
      put: [0x94, '0801010010010202180103001801'],
    }),
  ),
  ...attack(
    'Book 3 §10.2: a record is one template 70',
    row('empty record', 'cardError READ_RECORD_INVALID', 7, { on: RECORD.data, answer: '9000' }),
    row('an empty template', 'cardError CARD_ERROR', 11, { on: RECORD.data, answer: '70009000' }),
    row('template 71', 'cardError READ_RECORD_INVALID', 7, { on: RECORD.data, replace: ['7078', '7178'] }),
    row('bytes after the template', 'cardError READ_RECORD_INVALID', 7, { on: RECORD.data, answer: '700000009000' }),
    row('two templates 70', 'cardError READ_RECORD_INVALID', 7, { on: RECORD.data, answer: '700070009000' }),
    row('254 bytes of nothing', 'cardError CARD_ERROR', 11, {
      on: RECORD.data,
      answer: `${wrap('70', wrap('DF01', '00'.repeat(246)))}9000`,
    }),
    row('a record that is not there', 'cardError READ_RECORD_FAILED', 7, { on: RECORD.data, answer: '6A83' }),
    row('a warning', 'cardError READ_RECORD_FAILED', 7, { on: RECORD.data, answer: '6300' }),
  ),
  ...attack(
    'Book 3 §7.2, Table 30: mandatory objects',
    row('no number', 'cardError CARD_ERROR', 11, { on: RECORD.data, drop: 0x5a }),
    row('no expiry', 'cardError CARD_ERROR', 11, { on: RECORD.data, drop: 0x5f24 }),
    row('no cdol1', 'cardError CARD_ERROR', 11, { on: RECORD.lists, drop: 0x8c }),
    row('no cdol2', 'cardError CARD_ERROR', 11, { on: RECORD.lists, drop: 0x8d }),
  ),
  ...attack(
    'Book 3 §10.2: the same object twice; data of the reader are not the card’s',
    row('number twice in a record', 'cardError CARD_ERROR', 7, { on: RECORD.data, add: '5A085413330089601034' }),
    row('number twice in two', 'cardError CARD_ERROR', 8, { on: RECORD.lists, add: '5A085413330089601034' }),
    row('the AIP in a record', 'cardError CARD_ERROR', 8, { on: RECORD.lists, add: '82023900' }),
    row('a cryptogram in a record', 'cardError GENERATE_AC_FORMAT', 12, {
      on: RECORD.lists,
      add: '9F2608AABBCCDDEEFF0011',
    }),
    row('a TVR in a record', 'online CDA ODA_HASH', 13, { on: RECORD.lists, add: '95050000000000' }),
    row('a CID in a record', 'cardError GENERATE_AC_FORMAT', 12, { on: RECORD.lists, add: '9F270180' }),
  ),
  ...attack(
    'Book 3 Annex A: lengths of data objects',
    row('a name of 60 bytes', 'cardError DATA_LENGTH', 11, {
      on: RECORD.names,
      nth: 2,
      put: [0x5f20, '41'.repeat(60)],
    }),
    row('a sequence number of 2 bytes', 'cardError DATA_LENGTH', 11, { on: RECORD.data, put: [0x5f34, '0101'] }),
    row('an expiry of 2 bytes', 'cardError DATA_LENGTH', 11, { on: RECORD.data, put: [0x5f24, '4912'] }),
    row('an action code of 1 byte', 'declined DECLINED_BY_RULES', 12, { on: RECORD.data, put: [0x9f0e, 'FF'] }),
    row('an action code that denies everything', 'declined DECLINED_BY_RULES', 12, {
      on: RECORD.data,
      put: [0x9f0e, 'FFFFFFFFFF'],
    }),
    row('an action code of 9 bytes', 'online CDA ODA_HASH', 13, { on: RECORD.data, put: [0x9f0f, '00'.repeat(9)] }),
    row('an empty usage control', 'online CDA ODA_HASH', 13, { on: RECORD.data, put: [0x9f07, ''] }),
    row('a usage control that allows nothing', 'declined DECLINED_BY_RULES', 12, {
      on: RECORD.data,
      put: [0x9f07, '0000'],
    }),
  ),
  ...attack(
    'Book 3 §10.4: dates',
    row('an expiry that is no date', 'online CDA ODA_HASH', 13, { on: RECORD.data, put: [0x5f24, 'FFFFFF'] }),
    row('expired', 'online CDA ODA_HASH', 13, { on: RECORD.data, put: [0x5f24, '201231'] }),
  ),
  ...attack(
    'Book 3 §10.5: CVM list',
    row('odd length', 'cardError CVM_LIST_INVALID', 11, { on: RECORD.data, put: [0x8e, '00000000000000001E031F'] }),
    row('4 bytes', 'cardError CVM_LIST_INVALID', 11, { on: RECORD.data, put: [0x8e, '00000000'] }),
    row('no bytes', 'online CDA ODA_HASH', 13, { on: RECORD.data, put: [0x8e, ''] }),
  ),
  ...attack(
    'Book 3 §5.4: CDOL1 and CDOL2; limit: 252 bytes',
    row('CDOL1 of 253 bytes', 'cardError DOL_TOO_LONG', 11, { on: RECORD.lists, put: [0x8c, '9F02FD'] }),
    row('half a tag in CDOL1', 'cardError DOL_TRUNCATED_TAG', 11, { on: RECORD.lists, put: [0x8c, '9F'] }),
    row('a tag without length in CDOL1', 'cardError DOL_MISSING_LENGTH', 11, { on: RECORD.lists, put: [0x8c, '9F02'] }),
    row('a tag of four bytes in CDOL1', 'cardError DOL_TAG_TOO_LONG', 11, {
      on: RECORD.lists,
      put: [0x8c, '9F81818101'],
    }),
    row('CDOL1 asks for nothing', 'cardError GENERATE_AC_STATUS', 12, { on: RECORD.lists, put: [0x8c, ''] }),
    row('CDOL1 asks for the card’s own number', 'cardError GENERATE_AC_STATUS', 12, {
      on: RECORD.lists,
      put: [0x8c, '5A0A570A9F2608'],
    }),
    row('CDOL2 of 253 bytes', 'online CDA ODA_HASH, then declined DOL_TOO_LONG', 12, {
      on: RECORD.lists,
      put: [0x8d, '9F02FD'],
    }),
    row('half a tag in CDOL2', 'online CDA ODA_HASH, then declined DOL_TRUNCATED_TAG', 12, {
      on: RECORD.lists,
      put: [0x8d, '9F'],
    }),
  ),
  ...attack(
    'Book 3 §10.6.3: counters for velocity checking',
    row('counters that can not be read', 'online CDA ODA_HASH', 15, { on: RECORD.data, add: '9F1401009F230100' }),
    row(
      '6C to each GET DATA',
      'online CDA ODA_HASH',
      17,
      { on: RECORD.data, add: '9F1401009F230100' },
      { on: '80CA', answer: '6C10' },
    ),
    row(
      'a counter of 200 bytes',
      'online CDA ODA_HASH',
      15,
      { on: RECORD.data, add: '9F1401009F230100' },
      { on: '80CA', answer: `9F3681C8${'00'.repeat(200)}9000` },
    ),
  ),
];
