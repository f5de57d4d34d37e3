/**
 * One call of an issuer: its file is read, something is signed for a card, and the file remembers the sequence number before anything
 * leaves. A number that is lost is never used; one that is used twice would be refused.
 * Floor: cli.
 */

import {
  type CardIssuer,
  createCardIssuer,
  type IssuerFile,
  issuerFileText,
  type KnownCard,
  SIGNED_FILE_BYTES_MAX,
  withCard,
} from '@comptoir/issuer';
import { concatBytes, equalBytes, fromHex, toHex } from '@comptoir/protocol';
import { systemRandom } from '@comptoir/sdk';
import { refusal, replaceFile } from '../files.js';
import { EXIT, type ExitCode, type Output } from '../session.js';
import { issuerFileFrom } from './issuerFileFrom.js';
import { linesOf, objectsIn } from './show.js';

export interface IssueOptions {
  readonly issuer: string;
  readonly card?: string;
  readonly out: string;
}

/** @param sign makes the signed objects, in the order in which the card is to get them */
export function issue(
  options: IssueOptions,
  { print }: Output,
  sign: (issuer: CardIssuer, file: IssuerFile) => readonly Uint8Array[],
): ExitCode {
  const file = issuerFileFrom(options.issuer);
  const card = cardFrom(file, options);
  const issuer = createCardIssuer({
    card: card.identifier,
    keys: { position: card.position, signing: file.signing, wrapping: card.wrapping },
    sequence: card.sequence,
    random: systemRandom,
  });
  const objects = sign(issuer, file);
  const bytes = concatBytes(...objects);
  if (bytes.length > SIGNED_FILE_BYTES_MAX)
    throw refusal(`That makes ${bytes.length} bytes, and a file has ${SIGNED_FILE_BYTES_MAX} at most: make two.`);
  const read = objectsIn(bytes, options.out);
  const next = withCard(file, { ...card, sequence: card.sequence + objects.length });
  replaceFile(options.issuer, new TextEncoder().encode(issuerFileText(next)));
  replaceFile(options.out, bytes);
  print({ out: options.out, bytes: bytes.length, objects: read.map(linesOf) }, [
    `${options.out}: ${bytes.length} bytes for the card ${toHex(card.identifier)}`,
    ...read.flatMap(linesOf),
  ]);
  return EXIT.ok;
}

/** Without --card, the only one that there is. */
function cardFrom({ cards }: IssuerFile, { issuer, card: text }: IssueOptions): KnownCard {
  const [only, ...more] = cards;
  if (only === undefined) throw refusal(`No card was made with the key of ${issuer}: comptoir-sim card new makes one.`);
  if (text === undefined) {
    if (more.length === 0) return only;
    throw refusal(`${issuer} knows ${cards.length} cards: say which by --card.`);
  }
  const identifier = fromHex(text);
  if (identifier?.length !== 8) throw refusal('A card is named by the 16 hexadecimal digits of its identifier.');
  const known = cards.find((one) => equalBytes(one.identifier, identifier));
  if (known === undefined) throw refusal(`${issuer} knows no card ${toHex(identifier)}.`);
  return known;
}
