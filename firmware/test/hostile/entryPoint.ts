/** Cards in the field: the directory, the names, and what an application asks for before it starts. */
import { attack, type Hostile, tap, wrap } from './hostileCard.js';

const SELECT_PPSE = '00A404000E325041592E';
const SELECT_APPLICATION = '00A4040007';
const MASTERCARD = 'A0000000041010';

/** A directory with these entries. */
const directory = (...entries: readonly string[]): string =>
  `${wrap('6F', wrap('84', '325041592E5359532E4444463031') + wrap('A5', wrap('BF0C', entries.join(''))))}9000`;
const entry = (aid: string, more = ''): string => wrap('61', wrap('4F', aid) + more);
const listing = (...entries: readonly string[]): { on: string; answer: string } => ({
  on: SELECT_PPSE,
  answer: directory(...entries),
});
const many = (count: number): readonly string[] => Array.from({ length: count }, () => entry(MASTERCARD));

export const entryPoint: readonly Hostile[] = [
  ...attack(
    'Book B §3.3.2.2: the directory',
    tap('mastercard', 'none', 'notAccepted PPSE_NOT_FOUND', 1, { on: SELECT_PPSE, answer: '6A82' }),
    tap('mastercard', 'a card that is blocked', 'notAccepted PPSE_NOT_FOUND', 1, { on: SELECT_PPSE, answer: '6A81' }),
    tap('mastercard', 'a warning', 'notAccepted PPSE_NOT_FOUND', 2, { on: SELECT_PPSE, answer: '6283' }),
    tap('mastercard', 'nothing in it', 'notAccepted CANDIDATE_LIST_EMPTY', 1, { on: SELECT_PPSE, answer: '9000' }),
    tap('mastercard', 'no entries', 'notAccepted CANDIDATE_LIST_EMPTY', 1, listing()),
    tap('mastercard', 'a length that is not there', 'notAccepted CANDIDATE_LIST_EMPTY', 1, {
      on: SELECT_PPSE,
      answer: '6F7F84009000',
    }),
    tap('mastercard', 'an endless length', 'notAccepted CANDIDATE_LIST_EMPTY', 1, {
      on: SELECT_PPSE,
      answer: '6F8000009000',
    }),
    tap('mastercard', 'a length in 3 bytes', 'notAccepted CANDIDATE_LIST_EMPTY', 1, {
      on: SELECT_PPSE,
      answer: '6F8300000084009000',
    }),
    tap(
      'mastercard',
      'five templates',
      'notAccepted CANDIDATE_LIST_EMPTY',
      1,
      listing(wrap('61', wrap('A5', wrap('A5', wrap('4F', MASTERCARD))))),
    ),
    tap('mastercard', '257 bytes', 'notAccepted PPSE_NOT_FOUND', 1, {
      on: SELECT_PPSE,
      answer: `${'00'.repeat(257)}9000`,
    }),
  ),
  ...attack(
    'Book B §3.3.2.4: entries',
    tap('mastercard', 'no name', 'notAccepted CANDIDATE_LIST_EMPTY', 1, { on: SELECT_PPSE, drop: 0x4f }),
    tap('mastercard', 'a name of 4 bytes', 'notAccepted CANDIDATE_LIST_EMPTY', 1, {
      on: SELECT_PPSE,
      put: [0x4f, 'A0000000'],
    }),
    tap('mastercard', 'a name of 17 bytes', 'notAccepted CANDIDATE_LIST_EMPTY', 1, {
      on: SELECT_PPSE,
      put: [0x4f, MASTERCARD + '00'.repeat(10)],
    }),
    tap('mastercard', 'the name of a card that is not there', 'notAccepted CANDIDATE_LIST_EMPTY', 1, {
      on: SELECT_PPSE,
      put: [0x4f, 'A0000009999999'],
    }),
    tap(
      'mastercard',
      'more than sixteen, none of which can be selected',
      'notAccepted NO_CANDIDATE_USABLE',
      17,
      listing(...many(20)),
      { on: SELECT_APPLICATION, answer: '6A82' },
    ),
    tap('mastercard', 'more than sixteen, the first one is good', 'online CDA ok', 10, listing(...many(20))),
  ),
  ...attack(
    'Book B §3.3.2.5: the kernel that an entry names',
    tap(
      'mastercard',
      'another network’s',
      'notAccepted CANDIDATE_LIST_EMPTY',
      1,
      listing(entry(MASTERCARD, '9F2A0103')),
    ),
    tap(
      'mastercard',
      'one that nobody has',
      'notAccepted CANDIDATE_LIST_EMPTY',
      1,
      listing(entry(MASTERCARD, '9F2A013F')),
    ),
    tap(
      'mastercard',
      'a domestic one',
      'notAccepted CANDIDATE_LIST_EMPTY',
      1,
      listing(entry(MASTERCARD, '9F2A0482000250')),
    ),
    tap(
      'mastercard',
      'a domestic one whose short name is its own',
      'notAccepted CANDIDATE_LIST_EMPTY',
      1,
      listing(entry(MASTERCARD, '9F2A01C2')),
    ),
    tap('mastercard', 'any', 'online CDA ok', 10, listing(entry(MASTERCARD, '9F2A0100'))),
    tap('mastercard', 'nothing', 'online CDA ok', 10, listing(entry(MASTERCARD, '9F2A00'))),
    tap(
      'mastercard',
      'its own, and eight bytes',
      'online CDA ok',
      10,
      listing(entry(MASTERCARD, '9F2A080200000000000000')),
    ),
    tap(
      'mastercard',
      'an extension that the reader does not use',
      'online CDA ok',
      10,
      listing(entry(MASTERCARD, `9F2910${'FF'.repeat(16)}`)),
    ),
  ),
  ...attack(
    'Book B §3.3.3: the application that was selected',
    tap('mastercard', 'blocked', 'notAccepted NO_CANDIDATE_USABLE', 3, { on: SELECT_APPLICATION, answer: '6283' }),
    tap('mastercard', 'another name', 'notAccepted NO_CANDIDATE_USABLE', 2, {
      on: SELECT_APPLICATION,
      put: [0x84, 'A0000000031010'],
    }),
    tap('mastercard', 'a shorter name', 'notAccepted NO_CANDIDATE_USABLE', 2, {
      on: SELECT_APPLICATION,
      put: [0x84, 'A00000000410'],
    }),
    tap('mastercard', 'a name of 17 bytes', 'notAccepted NO_CANDIDATE_USABLE', 2, {
      on: SELECT_APPLICATION,
      put: [0x84, MASTERCARD + '00'.repeat(10)],
    }),
    tap('mastercard', 'no name', 'notAccepted NO_CANDIDATE_USABLE', 2, { on: SELECT_APPLICATION, drop: 0x84 }),
    tap('mastercard', 'no template', 'notAccepted NO_CANDIDATE_USABLE', 2, {
      on: SELECT_APPLICATION,
      answer: `${wrap('84', MASTERCARD)}9000`,
    }),
    tap('mastercard', 'a name that goes on', 'online CDA ok', 10, {
      on: SELECT_APPLICATION,
      put: [0x84, `${MASTERCARD}01`],
    }),
  ),
  ...attack(
    'Book 3 §5.4: what it asks for',
    tap('visa-debit', 'a tag without length', 'cardError DOL_MISSING_LENGTH', 2, {
      on: SELECT_APPLICATION,
      put: [0x9f38, '9F66'],
    }),
    tap('visa-debit', 'half a tag', 'cardError DOL_TRUNCATED_TAG', 2, { on: SELECT_APPLICATION, put: [0x9f38, '9F'] }),
    tap('visa-debit', 'a tag of 5 bytes', 'cardError DOL_TAG_TOO_LONG', 2, {
      on: SELECT_APPLICATION,
      put: [0x9f38, '9FFFFFFF0104'],
    }),
    tap('visa-debit', '253 bytes', 'cardError DOL_TOO_LONG', 2, { on: SELECT_APPLICATION, put: [0x9f38, '9F66FD'] }),
    tap('visa-debit', 'nothing', 'cardError GPO_STATUS', 3, { on: SELECT_APPLICATION, put: [0x9f38, ''] }),
  ),
  ...attack(
    'limits: 16 chained answers, one correction of the length',
    tap('mastercard', 'more, for ever', 'notAccepted PPSE_NOT_FOUND', 17, { answer: '6110' }),
    tap('mastercard', 'another length, for ever', 'notAccepted PPSE_NOT_FOUND', 2, { answer: '6C10' }),
    tap('mastercard', 'one byte', 'notAccepted PPSE_NOT_FOUND', 1, { answer: '90' }),
  ),
];
