/**
 * Makes a card and introduces it to its issuers: each learns the card's identifier, its own place on it, and its wrapping key.
 * Source: docs/reference/wallet-applet.md, STORE DATA.   Floor: simulator world.
 */

import {
  ISSUER_FILE_BYTES_MAX,
  type IssuerFile,
  issuerFileText,
  issuerPublicKey,
  issuerWrappingKey,
  readIssuerFile,
  withCard,
} from '@comptoir/issuer';
import { concatBytes } from '@comptoir/protocol';
import { CARD_IDENTIFIER_BYTES, ISSUERS_MAX } from '@comptoir/protocol/wallet';
import { createFile, FileError, readShortFile, replaceFile } from '#files/disk';
import { encodeCardFile } from './cardFile.js';

const AES_BYTES = 16;

/**
 * @param issuerPaths their files, the operator's first
 * @param random of the card's identifier and key
 * @returns the card's identifier
 */
export function newFileCard(
  path: string,
  issuerPaths: readonly string[],
  random: (length: number) => Uint8Array,
): Uint8Array {
  if (issuerPaths.length < 1 || issuerPaths.length > ISSUERS_MAX)
    throw new FileError(`A card has 1 to ${ISSUERS_MAX} issuers, not ${issuerPaths.length}.`);
  if (new Set(issuerPaths).size < issuerPaths.length) throw new FileError('An issuer is given twice.');
  const files = issuerPaths.map(issuerFileAt);
  const identifier = random(CARD_IDENTIFIER_BYTES);
  const transport = random(AES_BYTES);
  const issuers = concatBytes(...files.map(({ signing }) => issuerPublicKey(signing)));
  // The card first: an issuer that knows a card that is not there signs in vain, and no more.
  createFile(path, encodeCardFile({ identifier, transport, issuers, uses: 0, records: new Map() }));
  for (const [position, file] of files.entries()) {
    const known = { identifier, position, wrapping: issuerWrappingKey(transport, position), sequence: 0 };
    replaceFile(issuerPaths[position] ?? '', new TextEncoder().encode(issuerFileText(withCard(file, known))));
  }
  return identifier;
}

function issuerFileAt(path: string): IssuerFile {
  const read = readIssuerFile(new TextDecoder().decode(readShortFile(path, ISSUER_FILE_BYTES_MAX)));
  if (!read.ok) throw new FileError(`${path} is no issuer file: ${read.field || 'it'} ${read.rule}.`);
  return read.value;
}
