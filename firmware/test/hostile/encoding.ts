/** Encodings: TLV bombs, lengths, tags, nesting. Each at every place where a card speaks. EMV 4.4 Book 3 Annex B, and the limits of a card's TLV. */
import { GENERATE_AC, GET_PROCESSING_OPTIONS, RECORD, SELECT_APPLICATION, SELECT_PSE } from './commands.js';
import { attack, type Hostile, row, wrap } from './hostileCard.js';

function nested(count: number): string {
  let content = '';
  for (let depth = 0; depth < count; depth += 1) content = wrap('6F', content);
  return content;
}

const objects = (count: number): string => 'DF0100'.repeat(count);

const BROKEN: readonly (readonly [name: string, attacks: string, response: string, isStatus?: true])[] = [
  ['no bytes but the status', 'Book 3 §6.5: an answer has data', '9000'],
  ['a tag without its length', 'Book 3 Annex B2', '6F9000'],
  ['a tag that never ends', 'Book 3 Annex B1; limit: 3 bytes of tag', '9FFFFFFFFFFFFFFFFF9000'],
  ['the indefinite length', 'Book 3 Annex B2: definite lengths only', '6F80840500000000009000'],
  ['a length of 4 GiB', 'limit: length forms up to 82', '6F84FFFFFFFF009000'],
  ['a length that its bytes do not keep', 'Book 3 Annex B2', '6F7F84009000'],
  ['a child longer than its parent', 'Book 3 Annex B2', '6F048407A0009000'],
  ['five templates in one another', 'limit: 4 nested templates', `${nested(5)}9000`],
  ['forty templates in one another', 'limit: 4 nested templates', `${nested(40)}9000`],
  ['83 objects, all the same', 'Book 3 §10.2: the same object twice', `${wrap('6F', objects(83))}9000`],
  ['nothing but zeros', 'Book 3 Annex B1: padding is no object', `${'00'.repeat(254)}9000`],
  ['nothing but FF', 'Book 3 Annex B1: padding is no object', `${'FF'.repeat(254)}9000`],
  ['half a status word', 'limit: a response has a status word', '90', true],
  ['259 bytes', 'limit: 258 bytes in a response', `${'00'.repeat(257)}9000`, true],
];

/** Where, what it ends with, and the same for what is no response at all. The directory isn't needed: the list of AIDs goes on. */
const PLACES = [
  ['the FCI of the directory', SELECT_PSE, 1, 17, 'online CDA ok', 'online CDA ok'],
  [
    'the FCI of the application',
    SELECT_APPLICATION,
    1,
    4,
    'notAccepted NO_CANDIDATE_USABLE',
    'notAccepted NO_CANDIDATE_USABLE',
  ],
  ['the processing options', GET_PROCESSING_OPTIONS, 1, 5, 'cardError GPO_FORMAT', 'cardError GPO_STATUS'],
  ['a record', RECORD.data, 1, 7, 'cardError READ_RECORD_INVALID', 'cardError READ_RECORD_FAILED'],
  ['the first cryptogram', GENERATE_AC, 1, 12, 'cardError GENERATE_AC_FORMAT', 'cardError GENERATE_AC_STATUS'],
  [
    'the second cryptogram',
    GENERATE_AC,
    2,
    13,
    'online CDA ok, then declined GENERATE_AC_FORMAT',
    'online CDA ok, then declined GENERATE_AC_STATUS',
  ],
] as const;

export const encoding: readonly Hostile[] = BROKEN.flatMap(([name, attacks, answer, isStatus]) =>
  attack(
    attacks,
    ...PLACES.map(([place, on, nth, commands, format, status]) =>
      row(`${name}, for ${place}`, isStatus ? status : format, commands, { on, nth, answer }),
    ),
  ),
);
