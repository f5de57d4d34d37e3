/** Card numbers: two of them, none, one of another brand, and numbers where none belongs. */
import { GENERATE_AC, READ_DIRECTORY, RECORD, SELECT_APPLICATION } from './commands.js';
import { attack, type Hostile, row, rowOf } from './hostileCard.js';

export const numbers: readonly Hostile[] = [
  ...attack(
    'limit: the brand of the number is that of the network (mix-up)',
    row(
      'both of another brand',
      'cardError BRAND_DIFFERS',
      11,
      { on: RECORD.data, put: [0x5a, '4761739001010119'] },
      { on: RECORD.names, nth: 2, put: [0x57, '4761739001010119D49122011000000F'] },
    ),
    rowOf('brand-mixup', 'the card brand-mixup', 'cardError BRAND_DIFFERS', 11),
  ),
  ...attack(
    'Book 3 §7: what 5A and 57 say is the same',
    row('5A of another brand', 'cardError CARD_NUMBERS_DIFFER', 11, {
      on: RECORD.data,
      put: [0x5a, '4761739001010119'],
    }),
    row('57 of another card', 'cardError CARD_NUMBERS_DIFFER', 11, {
      on: RECORD.names,
      nth: 2,
      put: [0x57, '5413330089601042D49122011000000F'],
    }),
    row('5A of another card', 'cardError CARD_NUMBERS_DIFFER', 11, {
      on: RECORD.data,
      put: [0x5a, '5413330089601042'],
    }),
  ),
  ...attack(
    'Book 3 Annex A: 5A',
    row('no bytes', 'cardError DATA_LENGTH', 11, { on: RECORD.data, put: [0x5a, ''] }),
    row('F only', 'cardError CARD_NUMBER_INVALID', 11, { on: RECORD.data, put: [0x5a, 'FFFFFFFFFFFFFFFF'] }),
    row('a digit A', 'cardError CARD_NUMBER_INVALID', 11, { on: RECORD.data, put: [0x5a, '541333008960103A'] }),
    row('20 digits', 'cardError CARD_NUMBER_INVALID', 11, { on: RECORD.data, put: [0x5a, '54133300896010345413'] }),
    row('11 bytes', 'cardError DATA_LENGTH', 11, { on: RECORD.data, put: [0x5a, '5413330089601034FFFFFF'] }),
    row('digits after F', 'cardError CARD_NUMBER_INVALID', 11, { on: RECORD.data, put: [0x5a, '5413330089F01034'] }),
  ),
  ...attack(
    'ISO/IEC 7813: 57',
    row('no separator', 'cardError TRACK_SEPARATOR', 11, { on: RECORD.names, nth: 2, put: [0x57, '5413330089601034'] }),
    row('no digits', 'cardError TRACK_PAN_EMPTY', 11, {
      on: RECORD.names,
      nth: 2,
      put: [0x57, 'D491220110000000'],
    }),
    row('half an expiry', 'cardError TRACK_EXPIRY', 11, {
      on: RECORD.names,
      nth: 2,
      put: [0x57, '5413330089601034D4'],
    }),
    row('20 bytes', 'cardError DATA_LENGTH', 11, {
      on: RECORD.names,
      nth: 2,
      put: [0x57, `5413330089601034D49122011${'0'.repeat(15)}`],
    }),
    row('no bytes', 'cardError DATA_LENGTH', 11, { on: RECORD.names, nth: 2, put: [0x57, ''] }),
  ),
  ...attack(
    'where the card number goes: never out of the reader',
    row('label is the number', 'online CDA ok', 13, { on: READ_DIRECTORY, nth: 1, put: [0x50, '5413330089601034'] }),
    row('name is the number', 'online CDA ok', 13, {
      on: RECORD.names,
      nth: 2,
      put: [0x5f20, '35343133333330303839363031303334'],
    }),
    row('iad is the number', 'declined CDA_FAILED', 13, { on: GENERATE_AC, put: [0x9f10, '5413330089601034'] }),
    row('par is the number', 'online CDA ODA_HASH', 13, {
      on: RECORD.data,
      put: [0x9f24, '35343133333330303839363031303334'],
    }),
    row('languages that are no letters', 'online CDA ok', 13, { on: SELECT_APPLICATION, put: [0x5f2d, '0000'] }),
  ),
];
