/** Selection: directories, names and lists that lead nowhere, or for ever. */
import { READ_DIRECTORY, SELECT_ANY, SELECT_APPLICATION, SELECT_PSE } from './commands.js';
import { attack, type Hostile, row, wrap } from './hostileCard.js';

const APPLICATION = 'A0000000041010';
const fci = (name: string): string => `${wrap('6F', `${wrap('84', name)}${wrap('A5', '50024142')}`)}9000`;
const entry = (aid: string): string => wrap('61', wrap('4F', aid));
const OPENING = '6F218407A0000000041010A516';

export const selection: readonly Hostile[] = [
  ...attack(
    'Book 1 §12.3.2: a blocked card or directory',
    row('a blocked card', 'cardBlocked SELECT_NOT_SUPPORTED', 1, { on: '00A4', answer: '6A81' }),
    row('a blocked directory', 'online CDA ok', 18, { on: SELECT_PSE, answer: '6283' }),
    row('a blocked directory that shows itself', 'online CDA ok', 17, {
      on: SELECT_PSE,
      answer: '6F1A840E315041592E5359532E4444463031A5088801015F2D02656E6283',
    }),
  ),
  ...attack(
    'Book 1 §12.2.3: the SFI of the directory is 1 to 10',
    row('SFI 0', 'online CDA ok', 17, { on: SELECT_PSE, put: [0x88, '00'] }),
    row('SFI 11', 'online CDA ok', 17, { on: SELECT_PSE, put: [0x88, '0B'] }),
    row('SFI 31', 'online CDA ok', 17, { on: SELECT_PSE, put: [0x88, '1F'] }),
    row('no SFI', 'online CDA ok', 17, { on: SELECT_PSE, drop: 0x88 }),
    row('an SFI of no bytes', 'online CDA ok', 17, { on: SELECT_PSE, put: [0x88, ''] }),
  ),
  ...attack(
    'limits: 32 directory records, 16 candidates',
    row('a directory without end', 'notAccepted NO_CANDIDATE_USABLE', 49, {
      on: '00B2',
      answer: `${wrap('70', entry('A000000004101001'))}9000`,
    }),
    row(
      'forty entries',
      'online CDA ok',
      14,
      { on: READ_DIRECTORY, nth: 1, answer: `${wrap('70', entry(APPLICATION).repeat(20))}9000` },
      { on: '00B2020C', nth: 1, answer: `${wrap('70', entry(APPLICATION).repeat(20))}9000` },
    ),
  ),
  ...attack(
    'Book 1 §12.3.2: entries of the directory',
    row('applications of strangers', 'online CDA ok', 19, {
      on: READ_DIRECTORY,
      nth: 1,
      put: [0x4f, 'A0000009991010'],
    }),
    row('an entry without AID', 'online CDA ok', 19, { on: READ_DIRECTORY, nth: 1, drop: 0x4f }),
    row('an AID of 4 bytes', 'online CDA ok', 19, { on: READ_DIRECTORY, nth: 1, put: [0x4f, 'A0000000'] }),
    row('an AID of 17 bytes', 'online CDA ok', 19, {
      on: READ_DIRECTORY,
      nth: 1,
      put: [0x4f, `A0000000041010${'00'.repeat(10)}`],
    }),
    row('a record that can not be read', 'online CDA ok', 18, { on: READ_DIRECTORY, nth: 1, answer: '6982' }),
    row('a record in template 71', 'online CDA ok', 18, { on: READ_DIRECTORY, nth: 1, replace: ['701A', '711A'] }),
  ),
  ...attack(
    'Book 1 §11.3.4: the name in the FCI is the one that was selected',
    row('the name of another network', 'notAccepted NO_CANDIDATE_USABLE', 4, {
      on: SELECT_APPLICATION,
      put: [0x84, 'A0000000031010'],
    }),
    row('a shorter name', 'notAccepted NO_CANDIDATE_USABLE', 4, {
      on: SELECT_APPLICATION,
      put: [0x84, 'A00000000410'],
    }),
    row('a name of no bytes', 'notAccepted NO_CANDIDATE_USABLE', 4, { on: SELECT_APPLICATION, put: [0x84, ''] }),
    row('no name', 'notAccepted NO_CANDIDATE_USABLE', 4, { on: SELECT_APPLICATION, drop: 0x84 }),
    row('a name of 17 bytes', 'notAccepted NO_CANDIDATE_USABLE', 4, {
      on: SELECT_APPLICATION,
      put: [0x84, APPLICATION + '00'.repeat(10)],
    }),
  ),
  ...attack(
    'Book 1 §12.4: an application that can not be selected is passed over',
    row('a blocked application', 'notAccepted NO_CANDIDATE_USABLE', 5, { on: SELECT_APPLICATION, answer: '6283' }),
    row('a status that nobody knows', 'notAccepted NO_CANDIDATE_USABLE', 4, { on: SELECT_APPLICATION, answer: '6999' }),
  ),
  ...attack(
    'limit: 16 candidates, whatever SELECT NEXT says',
    row(
      'one more application, again and again',
      'online CDA ok',
      113,
      { on: SELECT_PSE, answer: '6A82' },
      { on: '00A404', answer: fci('A00000000410100101') },
    ),
    row(
      'one more for each AID of the reader',
      'notAccepted NO_CANDIDATE_USABLE',
      119,
      { on: SELECT_PSE, answer: '6A82' },
      { on: SELECT_ANY, answer: fci('A0000000031010FF') },
      { on: '00A40402', answer: fci('A0000000031010FF') },
    ),
  ),
  ...attack(
    'Book 3 §5.4: PDOL; limit: 252 bytes',
    row('253 bytes', 'cardError DOL_TOO_LONG', 4, {
      on: SELECT_APPLICATION,
      replace: [OPENING, '6F278407A0000000041010A51C9F38039F02FD'],
    }),
    row('2,550 bytes, and a list that breaks off', 'cardError DOL_MISSING_LENGTH', 4, {
      on: SELECT_APPLICATION,
      replace: [OPENING, `6F438407A0000000041010A5389F381F${'9F02FF'.repeat(10)}00`],
    }),
    row('half a tag', 'cardError DOL_TRUNCATED_TAG', 4, {
      on: SELECT_APPLICATION,
      replace: [OPENING, '6F258407A0000000041010A51A9F38019F'],
    }),
    row('a tag without its length', 'cardError DOL_MISSING_LENGTH', 4, {
      on: SELECT_APPLICATION,
      replace: [OPENING, '6F268407A0000000041010A51B9F38029F02'],
    }),
    row('a tag of four bytes', 'cardError DOL_TAG_TOO_LONG', 4, {
      on: SELECT_APPLICATION,
      replace: [OPENING, '6F298407A0000000041010A51E9F38059F81818101'],
    }),
  ),
];
