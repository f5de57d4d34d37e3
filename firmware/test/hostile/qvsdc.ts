/** Cards of kernel 3: one answer says everything, and each of its words can be another. */
import { attack, type Change, type Hostile, of, slow, tap, wrap } from './hostileCard.js';

const OPTIONS = '80A8';
const RECORD = '00B2';
const put = (tag: number, value: string): Change => ({ on: OPTIONS, put: [tag, value] });
const drop = (tag: number): Change => ({ on: OPTIONS, drop: tag });
/** From here on the holder is verified. */
const LIMIT = 10_000;
const LAST = 7;

export const qvsdc: readonly Hostile[] = [
  ...attack(
    'C-3: what GET PROCESSING OPTIONS may answer (not verified)',
    tap('visa-debit', 'another interface', 'tryAnotherInterface WANTS_CONTACT', 3, { on: OPTIONS, answer: '6984' }),
    tap('visa-debit', 'not this application', 'notAccepted NO_CANDIDATE_USABLE', 3, { on: OPTIONS, answer: '6985' }),
    tap('visa-debit', 'look at the phone', 'cardError SEE_PHONE', 3, { on: OPTIONS, answer: '6986' }),
    tap('visa-debit', 'no', 'cardError GPO_STATUS', 3, { on: OPTIONS, answer: '6A81' }),
    tap('visa-debit', 'nothing', 'cardError GPO_FORMAT', 3, { on: OPTIONS, answer: '9000' }),
    tap('visa-debit', 'format 1, and that is all', 'cardError CARD_ERROR', 3, { on: OPTIONS, answer: '800220009000' }),
    tap('visa-debit', 'no AIP', 'cardError GPO_FORMAT', 3, drop(0x82)),
    tap('visa-debit', 'an AIP of 1 byte', 'cardError GPO_FORMAT', 3, put(0x82, '20')),
    tap('visa-debit', 'the AIP twice', 'cardError DATA_OBJECT_TWICE', 3, { on: OPTIONS, add: '82022000' }),
    tap('visa-debit', 'an endless length', 'cardError GPO_FORMAT', 3, { on: OPTIONS, answer: '77809000' }),
  ),
  ...attack(
    'C-3: mandatory data, and their lengths (Book 3 Annex A)',
    tap('visa-debit', 'no track 2', 'cardError CARD_ERROR', LAST, drop(0x57)),
    tap('visa-debit', 'no cryptogram', 'cardError CARD_ERROR', LAST, drop(0x9f26)),
    tap('visa-debit', 'no counter', 'cardError CARD_ERROR', LAST, drop(0x9f36)),
    tap('visa-debit', 'no issuer data', 'cardError CARD_ERROR', LAST, drop(0x9f10)),
    tap('visa-debit', 'a cryptogram of 7 bytes', 'cardError DATA_LENGTH', LAST, put(0x9f26, '00'.repeat(7))),
    tap('visa-debit', 'a counter of 3 bytes', 'cardError DATA_LENGTH', LAST, put(0x9f36, '000001')),
    tap('no-oda', 'issuer data of 33 bytes', 'cardError DATA_LENGTH', 3, put(0x9f10, '00'.repeat(33))),
    tap('visa-debit', 'qualifiers of 3 bytes', 'cardError DATA_LENGTH', LAST, put(0x9f6c, '000000')),
    tap('visa-debit', 'a CID of 2 bytes', 'cardError DATA_LENGTH', LAST, put(0x9f27, '8080')),
  ),
  ...attack(
    'C-3: the type of the cryptogram',
    tap('visa-debit', 'AAC', 'declined DECLINED_BY_CARD', LAST, put(0x9f27, '00')),
    tap('visa-debit', 'TC, where the acquirer is asked', 'cardError CRYPTOGRAM_NOT_ASKED_FOR', LAST, put(0x9f27, '40')),
    tap('visa-debit', 'a referral', 'cardError CRYPTOGRAM_NOT_ASKED_FOR', LAST, put(0x9f27, 'C0')),
    tap(
      'visa-debit',
      'in the issuer data only: ARQC',
      'online fDDA ok',
      LAST,
      drop(0x9f27),
      put(0x9f10, '06010A03A00000'),
    ),
    tap(
      'visa-debit',
      'in the issuer data only: AAC',
      'declined DECLINED_BY_CARD',
      LAST,
      drop(0x9f27),
      put(0x9f10, '06010A03800000'),
    ),
    tap(
      'visa-debit',
      'in the issuer data only: TC',
      'cardError CRYPTOGRAM_NOT_ASKED_FOR',
      LAST,
      drop(0x9f27),
      put(0x9f10, '06010A03900000'),
    ),
    tap('visa-debit', 'nowhere', 'declined DECLINED_BY_CARD', LAST, drop(0x9f27), put(0x9f10, '0601')),
  ),
  ...attack(
    'C-3: the proof',
    tap('visa-debit', 'no signature', 'declined FDDA_FAILED', LAST, drop(0x9f4b)),
    tap('visa-debit', 'an empty signature', 'declined FDDA_FAILED', LAST, put(0x9f4b, '')),
    tap('visa-debit', 'a signature of a byte too many', 'declined FDDA_FAILED', LAST, put(0x9f4b, '00'.repeat(145))),
    tap('visa-debit', 'an old signature', 'declined FDDA_FAILED', LAST, put(0x9f4b, '5A'.repeat(144))),
    tap('visa-debit', 'no related data', 'declined FDDA_FAILED', LAST, drop(0x9f69)),
    tap('visa-debit', 'empty related data', 'declined FDDA_FAILED', LAST, put(0x9f69, '')),
    tap('visa-debit', 'related data of version 2', 'declined FDDA_FAILED', LAST, put(0x9f69, '02112233440000')),
    tap('visa-debit', 'another number of the card', 'declined FDDA_FAILED', LAST, put(0x9f69, '01112233440000')),
    tap('visa-debit', 'another AIP', 'declined FDDA_FAILED', LAST, put(0x82, '2040')),
    tap('visa-debit', 'an AIP that promises no proof', 'online none none', LAST, put(0x82, '0000')),
    tap('visa-debit', 'no records', 'declined FDDA_FAILED', 3, drop(0x94)),
    tap('visa-debit', 'neither records nor signature', 'online none none', 3, drop(0x94), drop(0x9f4b)),
    tap(
      'wrong-signature',
      'wrong, and the card wants its contacts',
      'tryAnotherInterface FDDA_FAILED',
      LAST,
      put(0x9f6c, '1000'),
    ),
    tap(
      'wrong-signature',
      'wrong, and the card wants to go online',
      'online fDDA ODA_FORMAT',
      LAST,
      put(0x9f6c, '2000'),
    ),
  ),
  ...attack(
    'the holder was verified, somebody in between says (Galloway and Yunusov)',
    of(LIMIT, tap('visa-debit', 'in the qualifiers', 'declined CTQ_DIFFERS', LAST, put(0x9f6c, '0080'))),
    of(
      LIMIT,
      tap('visa-debit', 'in both', 'declined FDDA_FAILED', LAST, put(0x9f6c, '0080'), put(0x9f69, '01112233440080')),
    ),
    of(
      LIMIT,
      tap(
        'visa-debit',
        'in both, and go online anyhow',
        'tryAnotherInterface CVM_NEEDED',
        LAST,
        put(0x9f6c, '2080'),
        put(0x9f69, '01112233442080'),
      ),
    ),
    of(
      LIMIT,
      tap('visa-debit', 'and that a PIN is wanted', 'tryAnotherInterface CVM_NEEDED', LAST, put(0x9f6c, '8000')),
    ),
    of(LIMIT, tap('visa-debit', 'nothing at all', 'online fDDA ok', LAST, drop(0x9f6c))),
    of(
      LIMIT - 1,
      tap('visa-debit', 'where nobody asked: in the qualifiers', 'declined CTQ_DIFFERS', LAST, put(0x9f6c, '0080')),
    ),
  ),
  ...attack(
    'Basin and others: another number, another brand',
    tap('visa-debit', 'of the same brand', 'declined FDDA_FAILED', LAST, {
      on: OPTIONS,
      replace: ['4761739001010119', '4761739001010127'],
    }),
    tap('visa-debit', 'of another brand', 'cardError BRAND_DIFFERS', LAST, {
      on: OPTIONS,
      replace: ['4761739001010119', '5413330089601034'],
    }),
    tap('visa-credit', 'in the record', 'cardError CARD_NUMBERS_DIFFER', 8, {
      on: RECORD,
      replace: ['4761340000000050', '4761739001010119'],
    }),
    tap('visa-debit', 'a track without separator', 'cardError TRACK_SEPARATOR', LAST, put(0x57, '4761739001010119')),
    tap('visa-debit', 'a track without number', 'cardError TRACK_PAN_EMPTY', LAST, put(0x57, 'D4912201')),
    tap('visa-debit', 'a track with letters', 'cardError TRACK_PAN_DIGIT', LAST, put(0x57, '47617390010A0119D4912201')),
    tap(
      'visa-debit',
      'a track of 20 bytes',
      'cardError DATA_LENGTH',
      LAST,
      put(0x57, `4761739001010119D4912${'0'.repeat(19)}`),
    ),
  ),
  ...attack(
    'Book 3 §10.2: records',
    tap('visa-debit', 'a file that is none', 'cardError AFL_INVALID', 3, put(0x94, '00010100')),
    tap('visa-debit', 'file 31', 'cardError AFL_INVALID', 3, put(0x94, 'F8010100')),
    tap('visa-debit', 'half an entry', 'cardError AFL_INVALID', 3, put(0x94, '100101')),
    tap('visa-debit', 'the last before the first', 'cardError AFL_INVALID', 3, put(0x94, '10020100')),
    tap('visa-debit', 'record 0', 'cardError AFL_INVALID', 3, put(0x94, '10000100')),
    tap('visa-debit', 'record 17', 'cardError AFL_INVALID', 3, put(0x94, '10111100')),
    tap('visa-debit', 'more signed than read', 'cardError AFL_INVALID', 3, put(0x94, '10010102')),
    tap('visa-debit', '80 records', 'cardError AFL_INVALID', 3, put(0x94, '08011000'.repeat(5))),
    tap('visa-debit', 'one that is not there', 'cardError READ_RECORD_FAILED', 4, { on: RECORD, answer: '6A83' }),
    tap('visa-debit', 'another template', 'cardError READ_RECORD_INVALID', 4, { on: RECORD, answer: '77009000' }),
    tap('visa-debit', 'a byte behind', 'cardError READ_RECORD_INVALID', 4, { on: RECORD, answer: '7000009000' }),
    tap('visa-debit', 'track 2 once more', 'cardError CARD_ERROR', 4, {
      on: RECORD,
      nth: 1,
      answer: `${wrap('70', wrap('57', '4761739001010119D4912201'))}9000`,
    }),
    tap('visa-debit', 'without issuer certificate', 'declined FDDA_FAILED', LAST, { on: RECORD, drop: 0x90 }),
    tap('visa-debit', 'without its own certificate', 'declined FDDA_FAILED', LAST, { on: RECORD, drop: 0x9f46 }),
    tap('visa-debit', 'of an authority that is not there', 'declined FDDA_FAILED', LAST, {
      on: RECORD,
      put: [0x8f, '00'],
    }),
  ),
  ...attack(
    'Book A: a card that leaves, or takes its time',
    ...Array.from({ length: LAST }, (_, at) =>
      tap('visa-debit', `gone at command ${at + 1}`, 'cardRemoved', at + 1, { nth: at + 1, gone: true }),
    ),
    slow(5_100, tap('visa-debit', '5.1 s for its answer', 'cardRemoved', 3), OPTIONS),
    slow(4_900, tap('visa-debit', '4.9 s for each answer', 'cardError CARD_TIMEOUT', 5)),
  ),
];
