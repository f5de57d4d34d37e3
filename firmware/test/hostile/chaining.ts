/** Procedure bytes: 61 and 6C without end, and answers that are no answers. */
import { GENERATE_AC, RECORD, SELECT_APPLICATION } from './commands.js';
import { attack, type Hostile, row } from './hostileCard.js';

export const chaining: readonly Hostile[] = [
  ...attack(
    'Book 1 §9.3.1.3: 61xx; limits: 16 chained, 4 KiB together',
    row('61 to everything', 'notAccepted CANDIDATE_LIST_EMPTY', 119, { answer: '6110' }),
    row(
      '61 after 61, with data',
      'notAccepted NO_CANDIDATE_USABLE',
      20,
      { on: SELECT_APPLICATION, answer: '6110' },
      { on: '00C0', answer: `${'00'.repeat(16)}6110` },
    ),
    row(
      '61 after 61, 256 bytes each',
      'notAccepted NO_CANDIDATE_USABLE',
      20,
      { on: SELECT_APPLICATION, answer: '61FF' },
      { on: '00C0', answer: `${'00'.repeat(256)}61FF` },
    ),
    row(
      '6C and 61 in turns',
      'notAccepted NO_CANDIDATE_USABLE',
      6,
      { on: SELECT_APPLICATION, answer: '6110' },
      { on: '00C0', nth: 1, answer: '6C08' },
      { on: '00C0', nth: 2, answer: '6C08' },
      { on: '00C0', nth: 3, answer: '6C08' },
    ),
    row(
      '61 of one byte, again and again',
      'cardError READ_RECORD_FAILED',
      23,
      { on: RECORD.data, answer: '6101' },
      { on: '00C0', answer: '6101' },
    ),
    row(
      '61 with the cryptogram, then nothing',
      'cardError GENERATE_AC_STATUS',
      13,
      { on: GENERATE_AC, answer: '6110' },
      { on: '00C0', answer: '6F00' },
    ),
    row(
      '17 chained, a byte each',
      'notAccepted NO_CANDIDATE_USABLE',
      20,
      { on: SELECT_APPLICATION, answer: '6101' },
      { on: '00C0', answer: '006101' },
    ),
    row(
      'a record of more than 4 KiB',
      'cardError READ_RECORD_FAILED',
      23,
      { on: RECORD.data, answer: '61FF' },
      { on: '00C0', answer: `${'70'.repeat(255)}61FF` },
    ),
  ),
  ...attack(
    'Book 1 §9.3.1.1: 6Cxx; limit: once per command',
    row('6C to everything', 'notAccepted CANDIDATE_LIST_EMPTY', 14, { answer: '6C10' }),
    row('6C to each READ RECORD', 'cardError READ_RECORD_FAILED', 13, { on: '00B2', answer: '6C10' }),
    row(
      '6C00, and again',
      'cardError READ_RECORD_FAILED',
      8,
      { on: '00B2011400', answer: '6C00' },
      { on: '00B20114', nth: 2, answer: '6C00' },
    ),
    row('6C with data', 'cardError READ_RECORD_FAILED', 7, { on: RECORD.data, answer: '70006C10' }),
  ),
  ...attack(
    'Book 1 §9.3.1.2: a warning is asked about once',
    row(
      '62 after 62',
      'notAccepted NO_CANDIDATE_USABLE',
      5,
      { on: SELECT_APPLICATION, answer: '6200' },
      { on: '00C0', answer: '6200' },
    ),
  ),
  ...attack(
    'limit: a response has a status word',
    row('the NULL byte for an answer', 'notAccepted CANDIDATE_LIST_EMPTY', 7, { answer: '60' }),
  ),
];
