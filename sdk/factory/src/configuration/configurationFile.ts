/**
 * From a configuration file, which a person wrote, to the content that is signed for readers, and back.
 * Source: docs/reference/configuration.md.   Floor: factory.
 */
import {
  applicationFault,
  authorityKeyFault,
  CONFIGURATION_BYTES_MAX,
  concatBytes,
  decodeMessage,
  encodeMessage,
  equalBytes,
  fromHex,
  type ListItem,
  type Message,
  NO_BYTES,
  plainFault,
  toHex,
  unsignedFromBytes,
} from '@comptoir/protocol';
import { currencyOf, currencyOfNumeric } from '@comptoir/sdk';
import { sha1 } from '@noble/hashes/legacy.js';
import { faultIn, type RuleFault } from '#files';
import { CONFIGURATION_RULE } from './configurationRule.js';
import { AUTHORITY_KEY_MUST, FIELD_MUST, publishedWrong } from './sentences.js';

/** Larger files are refused before anything is read in them. */
export const CONFIGURATION_FILE_BYTES_MAX = 262_144;
/** Head and signature of the signed object take no more. */
const HEAD_BYTES_MAX = 194;

type Stored = Message<'configuration'>;
type AuthorityKey = ListItem<'certificationAuthorityKeys'>;
type Json = Readonly<Record<string, unknown>>;

export type ConfigurationFileResult =
  /** `content`: what is signed, an encoded `configuration` message. */
  | { readonly ok: true; readonly configuration: Stored; readonly content: Uint8Array }
  | ({ readonly ok: false } & RuleFault);

/** @param text JSON, untrusted @returns the content, or the first fault: which field, and what it must be */
export function readConfigurationFile(text: string): ConfigurationFileResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, at: '', must: 'must be JSON' };
  }
  const fault = faultIn(value, CONFIGURATION_RULE);
  if (fault !== undefined) return { ok: false, ...fault };
  const given = value as Json;
  const currency = given['currency'] === undefined ? undefined : currencyOf(String(given['currency']))?.numeric;
  if (given['currency'] !== undefined && currency === undefined)
    return { ok: false, at: 'currency', must: 'must be a currency of ISO 4217, as EUR' };
  const configuration = configurationOf(given, currency);
  const meant = faultOf(configuration);
  if (meant !== undefined) return { ok: false, ...meant };
  const content = encodeMessage(configuration);
  if (content.length + HEAD_BYTES_MAX > CONFIGURATION_BYTES_MAX)
    return {
      ok: false,
      at: '',
      must: `must fit into ${CONFIGURATION_BYTES_MAX} bytes; this takes ${content.length + HEAD_BYTES_MAX}`,
    };
  return { ok: true, configuration, content };
}

/** What fields mean together: the reader asks the same. */
function faultOf(configuration: Stored): RuleFault | undefined {
  const { applications = [], certificationAuthorityKeys: keys = [], currency } = configuration;
  const plain = plainFault(configuration);
  if (plain !== '') return { at: plain, must: mustOf(plain) };
  for (const [index, application] of applications.entries()) {
    const field = applicationFault(application, currency !== undefined);
    if (field !== '') return { at: `applications[${index}].${field}`, must: mustOf(field) };
  }
  for (const [index, key] of keys.entries()) {
    const fault = authorityKeyFault(key, equalBytes(sha1Of(key), key.sha1));
    if (fault === undefined) continue;
    const at = `certificationAuthorityKeys[${index}].${fault.field}`;
    return { at, must: publishedWrong(fault.refusal, key) ?? AUTHORITY_KEY_MUST[fault.field] ?? mustOf(fault.field) };
  }
  return undefined;
}

function mustOf(field: string): string {
  return FIELD_MUST[field] ?? 'must have another value';
}

/** Over RID, index, modulus and exponent. */
function sha1Of({ registeredIdentifier, keyIndex, modulus, exponent }: AuthorityKey): Uint8Array {
  return sha1(concatBytes(registeredIdentifier, Uint8Array.of(keyIndex), modulus, exponent));
}

const OPTION = { noZeroAmount: 1, extendedSelection: 2 } as const;
const PLAIN_NUMBERS = [
  'floorLimit',
  'randomThreshold',
  'randomTarget',
  'randomMaximum',
  'contactlessLimit',
  'verificationLimit',
  'statusCheckAmount',
] as const;
const PLAIN_BYTES = [
  'terminalApplicationVersion',
  'actionCodeDenial',
  'actionCodeOnline',
  'actionCodeDefault',
] as const;

/** @param given keeps the rule */
function configurationOf(given: Json, currency: number | undefined): Stored {
  const list = (name: string): readonly Json[] => (given[name] ?? []) as readonly Json[];
  return {
    kind: 'configuration',
    merchantIdentifier: String(given['merchantIdentifier']),
    terminalIdentification: String(given['terminalIdentification']),
    merchantNameAndLocation: String(given['merchantNameAndLocation']),
    terminalCountry: Number(given['terminalCountry']),
    terminalType: Number(given['terminalType']),
    terminalCapabilities: bytesIn(given, 'terminalCapabilities'),
    additionalCapabilities: bytesIn(given, 'additionalCapabilities'),
    terminalTransactionQualifiers: bytesIn(given, 'terminalTransactionQualifiers'),
    ...(currency !== undefined && { currency }),
    ...(given['languages'] !== undefined && { languages: (given['languages'] as readonly string[]).join('') }),
    applications: list('applications').map(applicationOf),
    certificationAuthorityKeys: list('certificationAuthorityKeys').map((key) => ({
      ...keyReferenceOf(key),
      modulus: bytesIn(key, 'modulus'),
      exponent: bytesIn(key, 'exponent'),
      sha1: bytesIn(key, 'sha1'),
    })),
    revokedCertificates: list('revokedCertificates').map((revoked) => ({
      ...keyReferenceOf(revoked),
      certificateSerial: bytesIn(revoked, 'certificateSerial'),
    })),
  };
}

function applicationOf(given: Json): ListItem<'applications'> {
  const options =
    (given['noZeroAmount'] === true ? OPTION.noZeroAmount : 0) |
    (given['extendedSelection'] === true ? OPTION.extendedSelection : 0);
  return {
    terminalApplicationIdentifier: bytesIn(given, 'terminalApplicationIdentifier'),
    exactMatch: given['exactMatch'] === true ? 1 : 0,
    kernel: Number(given['kernel']),
    ...Object.fromEntries(
      PLAIN_BYTES.flatMap((name) => (given[name] === undefined ? [] : [[name, bytesIn(given, name)]])),
    ),
    ...Object.fromEntries(
      PLAIN_NUMBERS.flatMap((name) => (given[name] === undefined ? [] : [[name, Number(given[name])]])),
    ),
    ...(options !== 0 && { contactlessOptions: options }),
  };
}

function keyReferenceOf(given: Json): Pick<AuthorityKey, 'registeredIdentifier' | 'keyIndex'> {
  return {
    registeredIdentifier: bytesIn(given, 'registeredIdentifier'),
    keyIndex: unsignedFromBytes(bytesIn(given, 'keyIndex')),
  };
}

function bytesIn(given: Json, name: string): Uint8Array {
  return fromHex(String(given[name])) ?? NO_BYTES;
}

/** The file that this content was made from, as an object for JSON; undefined when it's no content. @param content untrusted */
export function describeConfiguration(content: Uint8Array): Json | undefined {
  const decoded = decodeMessage(content);
  if (!decoded.ok || decoded.message.kind !== 'configuration') return undefined;
  const {
    kind: _,
    currency,
    languages,
    applications,
    certificationAuthorityKeys,
    revokedCertificates,
    ...plain
  } = decoded.message;
  return {
    ...shown(plain),
    ...(currency !== undefined && { currency: currencyOfNumeric(currency)?.code ?? String(currency) }),
    ...(languages !== undefined && { languages: languages.match(/../g) ?? [] }),
    applications: (applications ?? []).map(({ exactMatch, contactlessOptions = 0, ...rest }) => ({
      ...shown(rest),
      ...(exactMatch === 1 && { exactMatch: true }),
      ...((contactlessOptions & OPTION.noZeroAmount) !== 0 && { noZeroAmount: true }),
      ...((contactlessOptions & OPTION.extendedSelection) !== 0 && { extendedSelection: true }),
    })),
    certificationAuthorityKeys: (certificationAuthorityKeys ?? []).map(shown),
    revokedCertificates: (revokedCertificates ?? []).map(shown),
  };
}

/** Bytes as hexadecimal text, and an index of a key so, too. */
function shown(fields: object): Json {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]: [string, unknown]) => {
      if (value instanceof Uint8Array) return [name, toHex(value)];
      return [name, name === 'keyIndex' ? toHex(Uint8Array.of(Number(value))) : value];
    }),
  );
}
