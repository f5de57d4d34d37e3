/**
 * What a card file may say. docs/reference/card-files.md and card.schema.json are printed from it.
 * Floor: simulator world.
 */
import { type FieldRules, hexRule, type Rule } from '#files';

const flag: Rule = { is: 'flag' };
const digits4: Rule = { is: 'text', pattern: '^[0-9]{4}$', says: 'four digits' };
/** Of a card's files, readers take EMV data from 1 to 10 only. */
const fileNumber: Rule = { is: 'whole', min: 1, max: 30 };

const number: FieldRules = {
  begins: {
    rule: { is: 'text', pattern: '^[0-9]{6,8}$', says: '6 to 8 digits' },
    meaning: 'the first digits of the card number; the others follow from the name of the card',
    isRequired: true,
  },
  digits: { rule: { is: 'whole', min: 13, max: 19 }, meaning: 'how many digits the number has; 16' },
};

const issuer: FieldRules = {
  decision: {
    rule: { is: 'choice', of: ['approve', 'decline', 'refer', 'partial', 'expired'] },
    meaning: 'what the bank says: 00, 05, 01, 10 for half of the amount, 54',
    isRequired: true,
  },
  answers: { rule: { is: 'choice', of: ['late', 'silent'] }, meaning: 'after 20 seconds, or never; at once' },
  hasWrongResponse: { rule: flag, meaning: 'the ARPC has one bit changed; false' },
  script: {
    rule: { is: 'choice', of: ['newLimits', 'blockApplication', 'blockCard', 'wrongMac'] },
    meaning: 'what the bank has the card do; nothing',
  },
};

const limits: FieldRules = {
  lower: {
    rule: { is: 'whole', min: 0, max: 255 },
    meaning: 'from here on the card asks to go online',
    isRequired: true,
  },
  upper: {
    rule: { is: 'whole', min: 0, max: 255 },
    meaning: 'from here on the card declines when nobody answers',
    isRequired: true,
  },
};

const t0: FieldRules = {
  pieceBytes: { rule: { is: 'whole', min: 1, max: 256 }, meaning: 'most that the card gives at once; 256' },
  announces: {
    rule: { is: 'choice', of: ['length', 'unknown'] },
    meaning: '61xx with the length, or 6100; `length`',
  },
  correctsLength: { rule: flag, meaning: 'a wrong Le is answered with 6Cxx; true' },
};

const layout: FieldRules = {
  names: { rule: fileNumber, meaning: 'file (SFI) of track 2 and name; 1' },
  data: { rule: fileNumber, meaning: 'file of number, dates, lists; 2. Readers take none from files above 10' },
  certificates: { rule: fileNumber, meaning: 'file of keys and certificates; 3' },
  objectsPerRecord: { rule: { is: 'whole', min: 1, max: 50 }, meaning: 'objects in a record at most; 50' },
  firstRecord: { rule: { is: 'whole', min: 1, max: 16 }, meaning: 'number of the first record of each file; 1' },
};

const proprietary: FieldRules = {
  in: {
    rule: { is: 'choice', of: ['fci', 'directory', 'record', 'answer'] },
    meaning: 'the answer to SELECT (BF0C), the directory entry, a record, or answers in format 2',
    isRequired: true,
  },
  tag: {
    rule: {
      is: 'text',
      pattern: '^([014589CDcd][0-9A-Ea-e]|[048Cc][Ff]|[159Dd][Ff][0-7][0-9A-Fa-f])$',
      says: 'the tag of a primitive object, hexadecimal, one byte or two',
    },
    meaning: 'the tag',
    isRequired: true,
  },
  value: { rule: hexRule(0, 32), meaning: 'the value', isRequired: true },
};

const keySize: Rule = { is: 'choice', of: ['ordinary', 'other'] };

const application: FieldRules = {
  network: {
    rule: { is: 'choice', of: ['visa', 'mastercard', 'cartesBancaires', 'interac'] },
    meaning: 'what it is like where nothing else is said: AID, kernel, formats, cryptogram, country, currency',
    isRequired: true,
  },
  aid: { rule: hexRule(5, 16), meaning: 'the name (AID)' },
  label: {
    rule: { is: 'text', pattern: '^[ -~]{1,16}$', says: '1 to 16 printable ASCII characters' },
    meaning: 'tag 50',
  },
  priority: { rule: { is: 'whole', min: 0, max: 15 }, meaning: 'tag 87, 1 first; 1' },
  authentication: {
    rule: { is: 'choice', of: ['none', 'SDA', 'DDA', 'CDA'] },
    meaning: 'on contact; on contactless CDA or fDDA unless this is `none` or `SDA`; `CDA`',
  },
  keys: { rule: keySize, meaning: '`ordinary`: 1408 and 1152 bits, exponent 3; `other`: 1152 and 1024 bits, 65537' },
  responseFormat: {
    rule: { is: 'choice', of: [1, 2] },
    meaning: 'of GET PROCESSING OPTIONS and GENERATE AC on contact',
  },
  asksBeforeStart: { rule: flag, meaning: 'contact: there is a PDOL' },
  namesKernel: { rule: flag, meaning: 'the directory has 9F2A' },
  relatedDataIn: { rule: { is: 'choice', of: ['answer', 'record'] }, meaning: 'kernel 3: where 9F69 is; `answer`' },
  cryptogramVersion: {
    rule: { is: 'choice', of: ['VisaCVN10', 'VisaCVN18', 'VisaCVN22', 'MasterCardCVN16', 'InteracCVN133'] },
    meaning: 'one of the network',
  },
  issuerAuthentication: {
    rule: { is: 'choice', of: ['externalAuthenticate', 'secondGenerateAc', 'none'] },
    meaning: 'how the bank proves itself; `secondGenerateAc`',
  },
  country: { rule: digits4, meaning: 'ISO 3166, such as 0250' },
  currency: { rule: digits4, meaning: 'ISO 4217, such as 0978' },
  layout: { rule: { is: 'object', fields: layout }, meaning: 'where the records are' },
  omits: {
    rule: { is: 'list', of: hexRule(1, 2), min: 0, max: 20 },
    meaning: 'tags that are missing from the records, mandatory ones included; none',
  },
  proprietary: {
    rule: { is: 'list', of: { is: 'object', fields: proprietary }, min: 0, max: 20 },
    meaning: "objects of the issuer's own; none",
  },
};

export const CARD_RULE: Rule & { readonly is: 'object' } = {
  is: 'object',
  fields: {
    $schema: { rule: { is: 'text', pattern: '', says: 'text' }, meaning: 'for editors' },
    name: {
      rule: { is: 'text', pattern: '^[a-z0-9][a-z0-9-]{0,31}$', says: '1 to 32 small letters, digits and hyphens' },
      meaning: 'the card, its keys and the rest of its number follow from it',
      isRequired: true,
    },
    label: {
      rule: { is: 'text', pattern: '^[ -~]{1,40}$', says: '1 to 40 printable ASCII characters' },
      meaning: 'for people',
    },
    number: { rule: { is: 'object', fields: number }, meaning: 'a test number', isRequired: true },
    sequenceNumber: {
      rule: { is: 'whole', min: -1, max: 99 },
      meaning: 'tag 5F34; -1: the card has none; 1',
    },
    cardholder: {
      rule: { is: 'text', pattern: '^([ -~]{2,26})?$', says: 'empty, or 2 to 26 printable ASCII characters' },
      meaning: 'tag 5F20 on contact; empty: the card has none',
    },
    expires: {
      rule: {
        is: 'text',
        pattern: '^20[0-4][0-9]-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$',
        says: 'a date, such as 2049-12-31',
      },
      meaning: 'tag 5F24; 2049-12-31',
    },
    interface: { rule: { is: 'choice', of: ['contact', 'contactless', 'both'] }, meaning: '`both`' },
    paymentAccountReference: {
      rule: { is: 'text', pattern: '^[A-Z0-9]{29}$', says: '29 capital letters and digits' },
      meaning: 'tag 9F24; none',
    },
    issuer: { rule: { is: 'object', fields: issuer }, meaning: 'how the bank decides; it approves' },
    offlineLimits: {
      rule: { is: 'object', fields: limits },
      meaning: 'the card approves by itself, too; it never does',
    },
    declinesOffline: { rule: flag, meaning: 'the card answers AAC, whatever it is asked; false' },
    verifiesOnDevice: { rule: flag, meaning: 'contactless: a phone that verified its holder (CDCVM); false' },
    flaw: {
      rule: {
        is: 'choice',
        of: [
          'issuerCertificate',
          'otherCardNumber',
          'staticData',
          'dynamicSignature',
          'otherAmount',
          'expiredCertificates',
          'unknownAuthority',
        ],
      },
      meaning: 'what is wrong about it; nothing',
    },
    t0: { rule: { is: 'object', fields: t0 }, meaning: 'contact: it answers as over T=0; it does not' },
    applications: {
      rule: { is: 'list', of: { is: 'object', fields: application }, min: 1, max: 8 },
      meaning: 'in the order of the directory',
      isRequired: true,
    },
  },
};
