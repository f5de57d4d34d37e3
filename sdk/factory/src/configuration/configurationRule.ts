/**
 * What a configuration file may say. docs/reference/configuration.md and configuration.schema.json are printed from it; names are those of
 * the message that readers get, so that a reader's word about a field leads to the file.
 * Source: EMV 4.4 Book 4 Annex A for terminal data; firmware/protocol/src/messages/configurationRules.ts for what fields mean together.   Floor: factory.
 */
import { APPLICATIONS_MAX } from '@comptoir/protocol';
import { type FieldRules, hexRule, type Rule } from '#files';

const KEYS_MAX = 100;
const REVOKED_MAX = 500;
const LANGUAGES_MAX = 16;
const AMOUNT_MAX = 999_999_999_999;
const FLOOR_LIMIT_MAX = 0xffff_ffff;

const amount = (max: number): Rule => ({ is: 'whole', min: 0, max });
const text = (max: number): Rule => ({
  is: 'text',
  pattern: `^[ -~]{1,${max}}$`,
  says: `1 to ${max} printable ASCII characters`,
});

const keyReference = {
  registeredIdentifier: { rule: hexRule(5, 5), meaning: 'RID', isRequired: true },
  keyIndex: { rule: hexRule(1, 1), meaning: 'CA public key index, tag 8F', isRequired: true },
} as const satisfies FieldRules;

const application: FieldRules = {
  terminalApplicationIdentifier: { rule: hexRule(5, 16), meaning: 'AID, tag 9F06', isRequired: true },
  exactMatch: { rule: { is: 'flag' }, meaning: 'true: the card’s name must be the AID, not go on; false' },
  kernel: {
    rule: { is: 'whole', min: 0, max: 7 },
    meaning: 'contactless kernel: 2 and 3 are there; 0: contact only',
    isRequired: true,
  },
  terminalApplicationVersion: { rule: hexRule(2, 2), meaning: 'tag 9F09; not compared' },
  actionCodeDenial: { rule: hexRule(5, 5), meaning: 'TAC, denial: bits of the TVR; none' },
  actionCodeOnline: { rule: hexRule(5, 5), meaning: 'TAC, online; all' },
  actionCodeDefault: { rule: hexRule(5, 5), meaning: 'TAC, default; all' },
  floorLimit: { rule: amount(FLOOR_LIMIT_MAX), meaning: 'minor units; from it on the acquirer is asked, tag 9F1B; 0' },
  randomThreshold: { rule: amount(FLOOR_LIMIT_MAX), meaning: 'minor units; from it on random selection is biased; 0' },
  randomTarget: { rule: amount(99), meaning: 'percent of payments below the floor limit that go online by chance; 0' },
  randomMaximum: { rule: amount(99), meaning: 'percent that it rises to at the floor limit; 0' },
  contactlessLimit: { rule: amount(AMOUNT_MAX), meaning: 'minor units; from it on contactless is off; none' },
  verificationLimit: {
    rule: amount(AMOUNT_MAX),
    meaning: 'minor units; from it on the holder is verified, contactless; none',
  },
  statusCheckAmount: {
    rule: amount(AMOUNT_MAX),
    meaning: 'minor units; an amount that only asks whether the card is good; none',
  },
  noZeroAmount: { rule: { is: 'flag' }, meaning: 'true: no contactless payment of nothing; false' },
  extendedSelection: {
    rule: { is: 'flag' },
    meaning: 'true: the card may extend its name in the selection, tag 9F29; false',
  },
};

export const CONFIGURATION_RULE: Extract<Rule, { is: 'object' }> = {
  is: 'object',
  fields: {
    $schema: { rule: { is: 'text', pattern: '', says: 'text' }, meaning: 'for editors' },
    merchantIdentifier: { rule: text(15), meaning: 'tag 9F16', isRequired: true },
    terminalIdentification: { rule: text(8), meaning: 'tag 9F1C', isRequired: true },
    merchantNameAndLocation: { rule: text(40), meaning: 'tag 9F4E', isRequired: true },
    terminalCountry: {
      rule: { is: 'whole', min: 1, max: 999 },
      meaning: 'ISO 3166 numeric, tag 9F1A',
      isRequired: true,
    },
    terminalType: {
      rule: { is: 'choice', of: [11, 12, 13, 14, 15, 16, 21, 22, 23, 24, 25, 26, 34, 35, 36] },
      meaning: 'tag 9F35',
      isRequired: true,
    },
    terminalCapabilities: {
      rule: hexRule(3, 3),
      meaning: 'tag 9F33: no stripe, no key entry, no PIN; No CVM at least',
      isRequired: true,
    },
    additionalCapabilities: { rule: hexRule(5, 5), meaning: 'tag 9F40', isRequired: true },
    terminalTransactionQualifiers: {
      rule: hexRule(4, 4),
      meaning: 'TTQ, tag 9F66: qVSDC; no stripe, no online PIN',
      isRequired: true,
    },
    currency: {
      rule: { is: 'text', pattern: '^[A-Z]{3}$', says: 'a currency, three capital letters, as EUR' },
      meaning: 'of all limits; needed when there is one',
    },
    languages: {
      rule: {
        is: 'list',
        of: { is: 'text', pattern: '^[a-z]{2}$', says: 'a language, two small letters, as fr' },
        min: 1,
        max: LANGUAGES_MAX,
      },
      meaning: 'that the till speaks with customers, ISO 639, the usual one first; none',
    },
    applications: {
      rule: { is: 'list', of: { is: 'object', fields: application }, min: 1, max: APPLICATIONS_MAX },
      meaning: 'what is accepted, in the order of preference',
      isRequired: true,
    },
    certificationAuthorityKeys: {
      rule: {
        is: 'list',
        of: {
          is: 'object',
          fields: {
            ...keyReference,
            modulus: { rule: hexRule(64, 248), meaning: '512 to 1,984 bit', isRequired: true },
            exponent: { rule: hexRule(1, 3), meaning: '3 or 65,537', isRequired: true },
            sha1: { rule: hexRule(20, 20), meaning: 'SHA-1 over RID, index, modulus and exponent', isRequired: true },
          },
        },
        min: 0,
        max: KEYS_MAX,
      },
      meaning: 'CA public keys; none',
    },
    revokedCertificates: {
      rule: {
        is: 'list',
        of: {
          is: 'object',
          fields: {
            ...keyReference,
            certificateSerial: { rule: hexRule(3, 3), meaning: 'of the issuer’s certificate', isRequired: true },
          },
        },
        min: 0,
        max: REVOKED_MAX,
      },
      meaning: 'issuers’ certificates that are valid no more; none',
    },
  },
};
