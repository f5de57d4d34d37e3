/** Answers to other commands, and the same answer to all. */
import { GENERATE_AC, GET_PROCESSING_OPTIONS, RECORD, SELECT_APPLICATION } from './commands.js';
import { attack, type Hostile, row } from './hostileCard.js';

const FCI = '6F218407A0000000041010A516500A4D4153544552434152448701015F2D04656E66729000';
const OPTIONS = '771282023900940C0801010010010202180103009000';
const CRYPTOGRAM = '77149F2701809F360200019F260811223344556677889000';

export const order: readonly Hostile[] = [
  ...attack(
    'Book 3 §6.5: each command has an answer of its own',
    row('an FCI for the processing options', 'cardError GPO_FORMAT', 5, { on: GET_PROCESSING_OPTIONS, answer: FCI }),
    row('an FCI for a record', 'cardError READ_RECORD_INVALID', 7, { on: RECORD.data, answer: FCI }),
    row('an FCI for the cryptogram', 'cardError GENERATE_AC_FORMAT', 12, { on: GENERATE_AC, nth: 1, answer: FCI }),
    row('processing options for SELECT', 'notAccepted NO_CANDIDATE_USABLE', 4, {
      on: SELECT_APPLICATION,
      answer: OPTIONS,
    }),
    row('a record for the processing options', 'cardError GPO_FORMAT', 5, {
      on: GET_PROCESSING_OPTIONS,
      answer: '70009000',
    }),
    row('a record for SELECT', 'notAccepted NO_CANDIDATE_USABLE', 4, { on: SELECT_APPLICATION, answer: '70009000' }),
    row('a cryptogram for the processing options', 'cardError GPO_FORMAT', 5, {
      on: GET_PROCESSING_OPTIONS,
      answer: CRYPTOGRAM,
    }),
    row('processing options for the cryptogram', 'cardError GENERATE_AC_FORMAT', 12, {
      on: GENERATE_AC,
      nth: 1,
      answer: OPTIONS,
    }),
    row('the directory for the application', 'notAccepted NO_CANDIDATE_USABLE', 4, {
      on: SELECT_APPLICATION,
      answer: '6F1C840E315041592E5359532E4444463031A50A8801015F2D04656E66729000',
    }),
  ),
  ...attack(
    'Book 3 §10: the order of a transaction',
    row('9000 to everything', 'notAccepted CANDIDATE_LIST_EMPTY', 7, { answer: '9000' }),
    row('6F00 to everything', 'notAccepted CANDIDATE_LIST_EMPTY', 7, { answer: '6F00' }),
    row('6A82 to everything', 'notAccepted CANDIDATE_LIST_EMPTY', 7, { answer: '6A82' }),
    row('6283 to everything', 'notAccepted CANDIDATE_LIST_EMPTY', 14, { answer: '6283' }),
    row('the first cryptogram for the second', 'online CDA ok, then declined CRYPTOGRAM_NOT_ASKED_FOR', 13, {
      on: GENERATE_AC,
      nth: 2,
      replace: ['9F270140', '9F270180'],
    }),
    row('an empty record', 'cardError CARD_ERROR', 11, { on: RECORD.lists, answer: '70009000' }),
    row('one record for all', 'cardError READ_RECORD_INVALID', 11, {
      on: '00B2',
      answer: '700E5A0854133300896010345F24034912319000',
    }),
  ),
];
