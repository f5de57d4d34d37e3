/**
 * What a configuration must keep to, beyond its fields' formats: asked by the reader before it takes one, and by whoever writes one.
 * Source: EMV 4.4 Book 4 Annex A for terminal data, Book 2 §5.2 and Annex B2.1 for keys; no PIN and no magnetic stripe by design.
 * Floor: protocol.
 */
import { unsignedFromBytes } from '../bytes/bytes.js';
import type { ListItem, Message } from './message.js';
import { OBJECT_REFUSAL } from './signedObject.js';

type Application = ListItem<'applications'>;
type AuthorityKey = ListItem<'certificationAuthorityKeys'>;

/** Candidates of a card, and no reader knows more: it holds all of them in memory. */
export const APPLICATIONS_MAX = 16;
/** What the store of the board has room for, head and signature included. */
export const CONFIGURATION_BYTES_MAX = 32_512;

const AID_BYTES_MIN = 5;
const KERNEL_MAX = 7;
const PERCENT_MAX = 99;
const CODE_MAX = 999;
/** No stripe and no key entry; signature and No CVM at most, and No CVM at least. @see Table 25, 26 */
const CAPABILITIES = { stripeAndKeys: 0xc0, otherMethods: 0xd7, noVerification: 0x08 } as const;
/** No stripe, no online PIN; qVSDC. @see EMV Contactless Book C-3 §4, Book A §5.7 */
const QUALIFIERS = { stripe: 0x80, onlinePin: 0x04, qvsdc: 0x20 } as const;
const OPTIONS_MAX = 3;

/** Of the fields that are no lists. @returns the field that is refused; empty: none is */
export function plainFault(configuration: Message<'configuration'>): string {
  const { terminalCapabilities: capabilities, terminalTransactionQualifiers: qualifiers, currency = 1 } = configuration;
  const { merchantIdentifier, terminalIdentification, terminalCountry, terminalType, languages = '' } = configuration;
  const [entry = 0, methods = 0] = capabilities;
  const [kinds = 0] = qualifiers;
  if (merchantIdentifier.trimEnd() === '') return 'merchantIdentifier';
  if (terminalIdentification.trimEnd() === '') return 'terminalIdentification';
  if (terminalCountry < 1 || terminalCountry > CODE_MAX) return 'terminalCountry';
  if (!isTerminalType(terminalType)) return 'terminalType';
  if ((entry & CAPABILITIES.stripeAndKeys) !== 0 || (methods & CAPABILITIES.otherMethods) !== 0)
    return 'terminalCapabilities';
  if ((methods & CAPABILITIES.noVerification) === 0) return 'terminalCapabilities';
  if ((kinds & (QUALIFIERS.stripe | QUALIFIERS.onlinePin)) !== 0 || (kinds & QUALIFIERS.qvsdc) === 0)
    return 'terminalTransactionQualifiers';
  if (currency < 1 || currency > CODE_MAX) return 'currency';
  return areLanguages(languages) ? '' : 'languages';
}

/** @param hasCurrency the configuration says in which currency limits are @returns the field that is refused; empty: none is */
export function applicationFault(application: Application, hasCurrency: boolean): string {
  const { terminalApplicationIdentifier, exactMatch, kernel, contactlessOptions = 0 } = application;
  const { floorLimit = 0, randomThreshold = 0, randomTarget = 0, randomMaximum = 0 } = application;
  const { contactlessLimit, verificationLimit, statusCheckAmount } = application;
  if (terminalApplicationIdentifier.length < AID_BYTES_MIN) return 'terminalApplicationIdentifier';
  if (exactMatch > 1) return 'exactMatch';
  if (kernel > KERNEL_MAX) return 'kernel';
  if (randomMaximum > PERCENT_MAX) return 'randomMaximum';
  if (randomTarget > randomMaximum) return 'randomTarget';
  if (randomThreshold > floorLimit) return 'randomThreshold';
  if (contactlessOptions > OPTIONS_MAX) return 'contactlessOptions';
  if (hasCurrency) return '';
  if (floorLimit > 0) return 'floorLimit';
  if (contactlessLimit !== undefined) return 'contactlessLimit';
  if (verificationLimit !== undefined) return 'verificationLimit';
  return statusCheckAmount === undefined ? '' : 'statusCheckAmount';
}

/** Keys that circulate with a SHA-1 that isn't theirs, and exponent 2: A000000004 FB, FC and FD. */
const PUBLISHED_WRONG = { identifier: 0xa000000004, first: 0xfb, last: 0xfd } as const;

/** @param isHashRight the key's SHA-1 is that of RID, index, modulus and exponent @returns the refusal and the field; undefined: the key is taken */
export function authorityKeyFault(
  { registeredIdentifier, keyIndex, modulus, exponent }: AuthorityKey,
  isHashRight: boolean,
): { readonly refusal: number; readonly field: keyof AuthorityKey } | undefined {
  const field = isHashRight ? rsaKeyFault(modulus, exponent) : 'sha1';
  if (field === '') return undefined;
  const { identifier, first, last } = PUBLISHED_WRONG;
  const isPublished = unsignedFromBytes(registeredIdentifier) === identifier && keyIndex >= first && keyIndex <= last;
  const { authorityKeyHashPublishedWrong, authorityKeyHashWrong, fieldRefused } = OBJECT_REFUSAL;
  if (isPublished) return { refusal: authorityKeyHashPublishedWrong, field };
  return { refusal: field === 'sha1' ? authorityKeyHashWrong : fieldRefused, field };
}

/** 512 to 1984 bit; the most that fits an APDU. @see EMV 4.4 Book 2 Annex B2.1 */
const MODULUS_BYTES_MIN = 64;
const MODULUS_BYTES_MAX = 248;

/** Sizes and exponents that the books allow. @returns what is wrong; empty: nothing */
export function rsaKeyFault(modulus: Uint8Array, exponent: Uint8Array): 'modulus' | 'exponent' | '' {
  const { length } = modulus;
  if (length < MODULUS_BYTES_MIN || length > MODULUS_BYTES_MAX) return 'modulus';
  if (modulus[0] === 0 || ((modulus[length - 1] as number) & 1) === 0) return 'modulus';
  return rsaExponent(exponent) === 0 ? 'exponent' : '';
}

/** 3 or 65537. 0 for any other, which is refused. @param exponent of any length */
export function rsaExponent(exponent: Uint8Array): 0 | 3 | 65537 {
  const value = exponent.length > 3 ? 0 : unsignedFromBytes(exponent);
  return value === 3 || value === 65537 ? value : 0;
}

/** Tens: 1 financial institution's, 2 merchant's, 3 cardholder's; ones: 1 to 3 attended, 4 to 6 not. @see EMV 4.4 Book 4 Annex A1 */
function isTerminalType(type: number): boolean {
  const ones = type % 10;
  return type >= (type < 30 ? 11 : 34) && type < 37 && ones >= 1 && ones <= 6;
}

function areLanguages(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x61 || code > 0x7a) return false;
  }
  return text.length % 2 === 0;
}
