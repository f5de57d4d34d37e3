/**
 * What a development reader is set up with.
 * Source: EMV 4.4 Book 4 Annex A (terminal data), EMV Contactless Book C-3 §4 (TTQ), docs/reference/protocol.md.
 * Floor: simulator world.
 */

import { developmentRoleKey, signObject } from '@comptoir/factory';
import { DEVELOPMENT_MERCHANT_IDENTIFIER } from '@comptoir/factory/development';
import { encodeMessage, type TemplateContent } from '@comptoir/protocol';
import { hex } from './cards/applicationProfiles.js';
import type { TestPki } from './pki/testPki.js';

export interface Merchant {
  readonly merchantIdentifier: string;
  readonly terminalIdentification: string;
  readonly merchantNameAndLocation: string;
}

export const DEVELOPMENT_MERCHANT: Merchant = {
  merchantIdentifier: DEVELOPMENT_MERCHANT_IDENTIFIER,
  terminalIdentification: 'DEV00001',
  merchantNameAndLocation: 'Comptoir, development',
};

const FRANCE = 250;
const EURO = 978;
/** Merchant's, attended, online with offline capability. */
const TERMINAL_TYPE = 22;
/** IC with contacts; signature and No CVM; SDA, DDA and CDA. No stripe, no key entry, no PIN of any kind. */
const TERMINAL_CAPABILITIES = '2028C8';
/** Goods and services; a till's keys; prints and displays for the attendant; code table 1. */
const ADDITIONAL_CAPABILITIES = '6000F0A001';
/** qVSDC, contact chip, signature, authentication for online transactions; online cryptogram required; CDCVM. No stripe, no PIN. */
const TERMINAL_TRANSACTION_QUALIFIERS = '33804000';

type Application = TemplateContent<'acceptedApplication'>;

/** In the order of preference; a partial name also takes what begins with it. */
const APPLICATIONS: readonly { readonly aid: string; readonly kernel: 2 | 3; readonly version: string }[] = [
  { aid: 'A0000000031010', kernel: 3, version: '008C' }, // Visa credit and debit
  { aid: 'A0000000032010', kernel: 3, version: '008C' }, // Visa Electron
  { aid: 'A0000000041010', kernel: 2, version: '0002' }, // Mastercard
  { aid: 'A0000000043060', kernel: 2, version: '0002' }, // Maestro
  { aid: 'A0000000421010', kernel: 3, version: '008C' }, // CB
  { aid: 'A0000002771010', kernel: 2, version: '0002' }, // Interac's AID; the cards that have it are the simulator's own
];

/**
 * Terminal action codes and limits, the same for all: the acquirer is asked about every payment (floor limit 0), and what it can't be
 * asked about is declined. Nothing is denied without it but a service that the card doesn't allow. Values of our own, no scheme's.
 */
const RISK = {
  actionCodeDenial: hex('0010000000'),
  actionCodeOnline: hex('FC78FCF800'),
  actionCodeDefault: hex('FC78FCF000'),
  floorLimit: 0,
} as const;

/** Contactless: from 100.00 on the holder is verified, on the device or by signature. */
const VERIFICATION_LIMIT = 10_000;

/** @param pki whose listed authorities the reader trusts @returns the content of a signed object, an encoded `configuration` message */
export function developmentConfiguration(pki: TestPki, merchant: Merchant = DEVELOPMENT_MERCHANT): Uint8Array {
  return encodeMessage({
    kind: 'configuration',
    ...merchant,
    terminalCountry: FRANCE,
    terminalType: TERMINAL_TYPE,
    terminalCapabilities: hex(TERMINAL_CAPABILITIES),
    additionalCapabilities: hex(ADDITIONAL_CAPABILITIES),
    terminalTransactionQualifiers: hex(TERMINAL_TRANSACTION_QUALIFIERS),
    currency: EURO,
    languages: 'fren',
    applications: APPLICATIONS.map(
      ({ aid, kernel, version }): Application => ({
        terminalApplicationIdentifier: hex(aid),
        exactMatch: 0,
        kernel,
        terminalApplicationVersion: hex(version),
        ...RISK,
        verificationLimit: VERIFICATION_LIMIT,
      }),
    ),
    certificationAuthorityKeys: pki.certificationAuthorityKeys().map(({ rid, index, modulus, exponent, sha1 }) => ({
      registeredIdentifier: rid,
      keyIndex: index,
      modulus,
      exponent,
      sha1,
    })),
  });
}

const signed = new WeakMap<Uint8Array, Uint8Array>();

/** The signed object for any development reader, with the first sequence: what one is provisioned with. @param content not changed any more */
export function signDevelopmentConfiguration(content: Uint8Array): Uint8Array {
  const known = signed.get(content);
  if (known !== undefined) return known;
  const object = signObject(
    { kind: 'configuration', sequence: 1 },
    content,
    developmentRoleKey('configuration').privateKey,
  );
  signed.set(content, object);
  return object;
}
