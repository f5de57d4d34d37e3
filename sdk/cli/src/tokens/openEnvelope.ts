/**
 * `comptoir envelope open`.
 * Floor: cli.
 * Memory: the card data are wiped before anything is printed; of the number there are its mask and its tokens.
 */

import { type EnvelopeFault, formatIndexToken, type OpenEnvelope, openEnvelope } from '@comptoir/acquirer';
import { digitsOfPacked, packedNumberIn, type TokenServiceFile, tokensOfMerchant } from '@comptoir/acquirer/tokens';
import {
  type DataObject,
  findObject,
  fromHex,
  TAG_5A_APPLICATION_PAN,
  TAG_5F20_CARDHOLDER_NAME,
  TAG_5F24_APPLICATION_EXPIRATION_DATE,
  TAG_5F34_PAN_SEQUENCE_NUMBER,
  TAG_57_TRACK_2_EQUIVALENT_DATA,
  toHex,
} from '@comptoir/protocol';
import { readShortFile } from '../files.js';
import { acquirerFileFrom, baseDerivationKeyOf, tokenServiceFileFrom } from '../keyFile.js';
import { EXIT, type ExitCode, type Output } from '../session.js';

export interface OpenOptions {
  readonly keys: string;
  readonly tokens?: string;
}

/** An envelope is some 250 bytes; twice that as text. */
const ENVELOPE_FILE_BYTES_MAX = 8192;

const SENTENCES: Readonly<Record<EnvelopeFault, string>> = {
  ENVELOPE_LENGTH: 'its parts do not add up to its length',
  KSN_COUNTER: 'no reader has such a counter in its key serial number',
  BDK_UNKNOWN: 'the keys do not hold the base derivation key that it names',
  MAC_WRONG: 'its MAC is not that of these bytes: something was changed, or it is of another key',
  ASSOCIATED_DATA_WRONG: 'its associated data make no sense',
  PADDING_WRONG: 'its card data are not padded as they must be',
  CARD_DATA_WRONG: 'its card data name nothing that pays',
};

/** Of these the value is shown: what a reader says itself, and what has a form that no number has. */
const SHOWN: ReadonlySet<number> = new Set([
  0x9f26, 0x9f27, 0x9f36, 0x82, 0x9f37, 0x95, 0x9a, 0x9f21, 0x9c, 0x9f02, 0x9f03, 0x5f2a, 0x9f1a, 0x9f33, 0x9f34,
  0x9f35, 0x9f1e, 0x9f09, 0x9f41, 0x9f66, 0x8a,
]);

const NAMES: ReadonlyMap<number, string> = new Map([
  [TAG_57_TRACK_2_EQUIVALENT_DATA, 'track 2 equivalent data (57)'],
  [TAG_5A_APPLICATION_PAN, 'application PAN (5A)'],
  [TAG_5F24_APPLICATION_EXPIRATION_DATE, 'expiration date (5F24)'],
  [TAG_5F34_PAN_SEQUENCE_NUMBER, 'PAN sequence number (5F34)'],
  [TAG_5F20_CARDHOLDER_NAME, 'cardholder name (5F20)'],
]);

export function open(path: string, options: OpenOptions, { print }: Output): ExitCode {
  const bdk = baseDerivationKeyOf(acquirerFileFrom(options.keys));
  const service = options.tokens === undefined ? undefined : tokenServiceFileFrom(options.tokens);
  const opened = openEnvelope(envelopeIn(readShortFile(path, ENVELOPE_FILE_BYTES_MAX)), { bdk });
  if (!opened.ok) {
    const { fault, at } = opened;
    print({ ok: false, fault, at }, [`refused: ${SENTENCES[fault]} (${fault}, at byte ${at})`]);
    return EXIT.failed;
  }
  const facts = { ...factsOf(opened), ...(service !== undefined && tokensFor(service, opened)) };
  opened.wipe();
  print({ ok: true, ...facts }, [
    ...Object.entries(facts).map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : value}`),
  ]);
  return EXIT.ok;
}

/** As `pay --envelope` writes it, hexadecimal text in capitals and one end of a line, or the bytes themselves. */
function envelopeIn(file: Uint8Array): Uint8Array {
  const [digits] = /^[0-9A-F]+(?=(\r?\n)?$)/.exec(Buffer.from(file).toString('latin1')) ?? [];
  return (digits === undefined ? undefined : fromHex(digits)) ?? file;
}

type Facts = Readonly<Record<string, string | number | readonly string[]>>;

function factsOf({ ksn, associatedData, cardData }: OpenEnvelope): Facts {
  const { unpredictableNumber, applicationTransactionCounter, emvDataSha256, ...readable } = associatedData;
  const mask = maskIn(cardData);
  return {
    ksn: toHex(ksn),
    ...readable,
    unpredictableNumber: toHex(unpredictableNumber),
    applicationTransactionCounter: toHex(applicationTransactionCounter),
    emvDataSha256: toHex(emvDataSha256),
    sealed: cardData.map(
      ({ tag, value }) =>
        `${NAMES.get(tag) ?? tag.toString(16).toUpperCase()}: ${SHOWN.has(tag) ? toHex(value) : `${value.length} bytes`}`,
    ),
    ...(mask !== undefined && { maskedNumber: mask }),
  };
}

/** First six, last four. */
function maskIn(cardData: readonly DataObject[]): string | undefined {
  const packed = packedNumberIn(cardData);
  const digits = packed && digitsOfPacked(packed);
  packed?.fill(0);
  if (digits === undefined) return undefined;
  const shown = (from: number, to: number): string => digits.subarray(from, to).join('');
  const masked = digits.length < 13 ? '' : shown(0, 6);
  const last = shown(digits.length - 4, digits.length);
  const mask = `${masked}${'*'.repeat(digits.length - masked.length - 4)}${last}`;
  digits.fill(0);
  return mask;
}

/** Of the merchant that the envelope names, when the service knows it and a card paid. */
function tokensFor(service: TokenServiceFile, { associatedData, cardData }: OpenEnvelope): Facts {
  const merchant = service.merchants.find((one) => one.merchant === associatedData.merchantIdentifier);
  const number = packedNumberIn(cardData);
  if (merchant === undefined || number === undefined) return {};
  const expiry = findObject(cardData, TAG_5F24_APPLICATION_EXPIRATION_DATE)?.value.slice(0, 2);
  const tokens = tokensOfMerchant(service, merchant.merchant, merchant);
  const sealed = tokens.seal(number, expiry?.length === 2 ? expiry : undefined);
  const [indexToken] = tokens.indexTokens(number);
  const digitToken = tokens.digits().make(number);
  number.fill(0);
  tokens.wipe();
  return {
    ...(indexToken !== undefined && { indexToken: formatIndexToken(indexToken) }),
    ...(sealed !== undefined && { sealedToken: toHex(sealed) }),
    ...(digitToken !== undefined && { digitToken }),
  };
}
