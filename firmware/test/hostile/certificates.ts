/** Certificates: what the right key signed and is wrong, and what nobody signed. The acquirer is asked, and no token is given. */
import { GET_PROCESSING_OPTIONS, RECORD } from './commands.js';
import { attack, type Change, type Hostile, row, rowOf } from './hostileCard.js';

type Patch = readonly (readonly [number, string])[];
/** Signed by the CA. @param rehash the hash is right */
const issuer = (patch: Patch, rehash?: true): Change => ({
  on: RECORD.issuer,
  forge: { tag: 0x90, patch, ...(rehash && { rehash }) },
});
/** Signed by the issuer; the hash covers the records, and isn't made right. */
const card = (patch: Patch): Change => ({ on: RECORD.card, forge: { tag: 0x9f46, patch } });

export const certificates: readonly Hostile[] = [
  ...attack(
    'Book 2 §6.3, steps 2 to 5: header, format, hash, trailer',
    row('issuer: header 6B', 'online CDA ODA_FORMAT', 13, issuer([[0, '6B']])),
    row('issuer: header 00', 'online CDA ODA_FORMAT', 13, issuer([[0, '00']])),
    row('issuer: trailer BD', 'online CDA ODA_FORMAT', 13, issuer([[-1, 'BD']])),
    row('issuer: the format of a card’s certificate', 'online CDA ODA_FORMAT', 13, issuer([[1, '04']], true)),
    row('issuer: the format of static data', 'online CDA ODA_FORMAT', 13, issuer([[1, '03']], true)),
    row('issuer: a hash with another last byte', 'online CDA ODA_HASH', 13, issuer([[-2, '00']])),
  ),
  ...attack(
    'Book 2 §6.3, steps 7 to 11: algorithms, lengths, dates, issuer',
    row('issuer: another hash algorithm', 'online CDA ODA_FORMAT', 13, issuer([[11, '02']], true)),
    row('issuer: another key algorithm', 'online CDA ODA_FORMAT', 13, issuer([[12, '09']], true)),
    row('issuer: a key of 0 bytes', 'online CDA ODA_LENGTH', 13, issuer([[13, '00']], true)),
    row('issuer: a key of 255 bytes', 'online CDA ODA_REMAINDER', 13, issuer([[13, 'FF']], true)),
    row('issuer: a key of 63 bytes', 'online CDA ODA_LENGTH', 13, issuer([[13, '3F']], true)),
    row('issuer: an exponent of 3 bytes, and 1 is there', 'online CDA ODA_REMAINDER', 13, issuer([[14, '03']], true)),
    row('issuer: the month 13', 'online CDA ODA_EXPIRED', 13, issuer([[6, '1349']], true)),
    row('issuer: expired last month', 'online CDA ODA_EXPIRED', 13, issuer([[6, '1026']], true)),
    row('issuer: this month is still valid', 'online CDA ok', 13, issuer([[6, '1126']], true)),
    row('issuer: another issuer', 'online CDA ODA_ISSUER_ID', 13, issuer([[2, '41111111']], true)),
    row('issuer: an identifier of 2 digits', 'online CDA ODA_ISSUER_ID', 13, issuer([[2, '54FFFFFF']], true)),
    row('issuer: an identifier with a hole', 'online CDA ODA_ISSUER_ID', 13, issuer([[2, '54F33300']], true)),
  ),
  ...attack(
    'limit: modulus of 512 to 1984 bit, neither 0 nor 1',
    row('issuer: the modulus 0', 'online CDA ODA_LENGTH', 13, issuer([[15, '00'.repeat(176)]], true)),
    row('issuer: the modulus 1', 'online CDA ODA_LENGTH', 13, issuer([[15, `${'00'.repeat(175)}01`]], true)),
    row('issuer: an even modulus', 'online CDA ODA_LENGTH', 13, issuer([[190, '00']], true)),
  ),
  ...attack(
    'Book 2 §6.3, step 1: length of the certificate',
    row('issuer: a byte too few', 'online CDA ODA_LENGTH', 13, { on: RECORD.issuer, put: [0x90, '00'.repeat(247)] }),
    row('issuer: no bytes', 'online CDA ODA_LENGTH', 13, { on: RECORD.issuer, put: [0x90, ''] }),
    row('issuer: zeros', 'online CDA ODA_FORMAT', 13, { on: RECORD.issuer, put: [0x90, '00'.repeat(248)] }),
    row('issuer: the number 1', 'online CDA ODA_FORMAT', 13, {
      on: RECORD.issuer,
      put: [0x90, `${'00'.repeat(247)}01`],
    }),
    row('issuer: more than the modulus', 'online CDA ODA_LENGTH', 13, {
      on: RECORD.issuer,
      put: [0x90, 'FF'.repeat(248)],
    }),
    row('issuer: none', 'online CDA ICC_DATA_MISSING', 13, { on: RECORD.issuer, drop: 0x90 }),
  ),
  ...attack(
    'limit: exponent 3 or 65537',
    row(
      'issuer: exponent 1, signed',
      'online CDA ODA_LENGTH',
      13,
      { on: RECORD.authority, put: [0x9f32, '01'] },
      { on: RECORD.issuer, forge: { tag: 0x90, patch: [], rehash: true, exponent: '01' } },
    ),
    row(
      'issuer: exponent 2, signed',
      'online CDA ODA_LENGTH',
      13,
      { on: RECORD.authority, put: [0x9f32, '02'] },
      { on: RECORD.issuer, forge: { tag: 0x90, patch: [], rehash: true, exponent: '02' } },
    ),
    row('issuer: exponent of no bytes', 'online CDA ODA_HASH', 13, { on: RECORD.authority, put: [0x9f32, ''] }),
    row('issuer: exponent 00', 'online CDA ODA_HASH', 13, { on: RECORD.authority, put: [0x9f32, '00'] }),
    row('issuer: exponent 01', 'online CDA ODA_HASH', 13, { on: RECORD.authority, put: [0x9f32, '01'] }),
    row('issuer: exponent 02', 'online CDA ODA_HASH', 13, { on: RECORD.authority, put: [0x9f32, '02'] }),
    row('issuer: exponent 05', 'online CDA ODA_HASH', 13, { on: RECORD.authority, put: [0x9f32, '05'] }),
    row('issuer: exponent 010000', 'online CDA ODA_HASH', 13, { on: RECORD.authority, put: [0x9f32, '010000'] }),
    row('issuer: exponent 010001', 'online CDA ODA_HASH', 13, { on: RECORD.authority, put: [0x9f32, '010001'] }),
    row('issuer: exponent 0100000001', 'online CDA ODA_HASH', 13, {
      on: RECORD.authority,
      put: [0x9f32, '0100000001'],
    }),
    row('issuer: exponent 000003', 'online CDA ODA_HASH', 13, { on: RECORD.authority, put: [0x9f32, '000003'] }),
  ),
  ...attack(
    'Book 2 §6.3: remainder and CA key',
    row('a remainder where none belongs', 'online CDA ODA_HASH', 13, { on: RECORD.authority, add: '920401020304' }),
    row('a CA key that nobody has', 'online CDA CA_KEY_MISSING', 13, { on: RECORD.authority, put: [0x8f, 'F2'] }),
    row('a CA key index of no bytes', 'online CDA ICC_DATA_MISSING', 13, { on: RECORD.authority, put: [0x8f, ''] }),
    row('another CA key', 'online CDA ODA_LENGTH', 13, { on: RECORD.authority, put: [0x8f, 'F3'] }),
    row('no CA key index', 'online CDA ICC_DATA_MISSING', 13, { on: RECORD.authority, drop: 0x8f }),
  ),
  ...attack(
    'Book 2 §6.4: the card’s certificate',
    row('card: header 6B', 'online CDA ODA_FORMAT', 13, card([[0, '6B']])),
    row('card: trailer BD', 'online CDA ODA_FORMAT', 13, card([[-1, 'BD']])),
    row('card: the format of an issuer’s certificate', 'online CDA ODA_FORMAT', 13, card([[1, '02']])),
    row('card: a hash with another last byte', 'online CDA ODA_HASH', 13, card([[-2, '00']])),
    row('card: another number', 'online CDA ODA_HASH', 13, card([[2, '4111111111111111FFFF']])),
    row('card: a byte too few', 'online CDA ODA_LENGTH', 13, { on: RECORD.card, put: [0x9f46, '00'.repeat(175)] }),
    row('card: no bytes', 'online CDA ODA_LENGTH', 13, { on: RECORD.card, put: [0x9f46, ''] }),
    row('card: zeros', 'online CDA ODA_FORMAT', 13, { on: RECORD.card, put: [0x9f46, '00'.repeat(176)] }),
    row('card: none', 'online CDA ICC_DATA_MISSING', 13, { on: RECORD.card, drop: 0x9f46 }),
    row('card: no remainder', 'online CDA ODA_HASH', 13, { on: RECORD.card, drop: 0x9f48 }),
    row('card: a remainder of a byte too many', 'online CDA ODA_HASH', 13, {
      on: RECORD.card,
      put: [0x9f48, '00'.repeat(11)],
    }),
    row('card: exponent 1', 'online CDA ODA_HASH', 13, { on: RECORD.card, put: [0x9f47, '01'] }),
    row('card: no exponent', 'online CDA ICC_DATA_MISSING', 13, { on: RECORD.card, drop: 0x9f47 }),
    rowOf('wrong-card-certificate', 'the certificate of another card', 'online CDA ODA_PAN', 13),
  ),
  ...attack(
    'Book 3 §10.3: the tag list names the AIP or nothing, and what is signed stays',
    row('a tag list that names 57, too', 'online CDA RECORD_NOT_SIGNED', 13, {
      on: RECORD.data,
      put: [0x9f4a, '8257'],
    }),
    row('a tag list that names 5A', 'online CDA RECORD_NOT_SIGNED', 13, { on: RECORD.data, put: [0x9f4a, '5A'] }),
    row('a tag list of no bytes', 'online CDA RECORD_NOT_SIGNED', 13, { on: RECORD.data, put: [0x9f4a, ''] }),
    row('another AIP than was signed', 'online CDA ODA_HASH', 13, { on: GET_PROCESSING_OPTIONS, put: [0x82, '3D00'] }),
  ),
  ...attack(
    'Book 2 §6.3, §6.4: cards of the catalogue that are not what they say',
    rowOf('unknown-authority', 'an authority that nobody knows', 'online CDA CA_KEY_MISSING', 13),
    rowOf('expired-certificate', 'expired certificates', 'online CDA ODA_EXPIRED', 13),
  ),
];
