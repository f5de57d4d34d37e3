/**
 * An issuer's own file: the key that it signs with, the key-set of its profiles, and the cards that know it. A secret. Development only:
 * an issuer of anything of value keeps its keys in a hardware security module.
 * Source: docs/reference/card-commands.md, files.   Floor: issuer.
 */
import { equalBytes, toHex } from '@comptoir/protocol';
import { CARD_IDENTIFIER_BYTES, ISSUERS_MAX } from '@comptoir/protocol/wallet';
import { p256 } from '@noble/curves/nist.js';
import { type Described, describedFile, Fields } from '#files';
import { developmentKeySet, type KeySet } from './profileKeys.js';

/** Some three thousand cards. Larger ones are refused before anything is read in them. */
export const ISSUER_FILE_BYTES_MAX = 1_048_576;

/** A card that was made with the issuer's public key. */
export interface KnownCard {
  /** 8 bytes. */
  readonly identifier: Uint8Array;
  /** Of the issuer in the card's list. */
  readonly position: number;
  /** AES-128; see `issuerWrappingKey`. */
  readonly wrapping: Uint8Array;
  /** Of the last object that was signed for it; 0: none. */
  readonly sequence: number;
}

export interface IssuerFile {
  /** P-256, 32 bytes. */
  readonly signing: Uint8Array;
  readonly keySet: KeySet;
  readonly cards: readonly KnownCard[];
}

const CARDS_MAX = 3000;
const SEQUENCE_MAX = 0xffff_ffff;
const SCALAR_BYTES = 32;
const AES_BYTES = 16;
const WHAT = 'comptoir issuer, development only';

/** A new one, with the key-set that the simulator's authorisers know. @param random 48 bytes are taken */
export function newIssuerFile(random: (length: number) => Uint8Array): IssuerFile {
  return { signing: p256.utils.randomSecretKey(random(48)), keySet: developmentKeySet(), cards: [] };
}

/** @param text untrusted */
export function readIssuerFile(text: string): Described<IssuerFile> {
  return describedFile(text, WHAT, (fields) => {
    const none = new Uint8Array(0);
    const signing = fields.need('signing', fields.bytes('signing', SCALAR_BYTES, SCALAR_BYTES), none);
    if (signing.length > 0 && !p256.utils.isValidSecretKey(signing)) fields.note('signing', 'must be a P-256 key');
    const set = fields.need('keySet', fields.inside('keySet'), new Fields({}));
    const key = (of: Fields, name: string): Uint8Array => of.need(name, of.bytes(name, AES_BYTES, AES_BYTES), none);
    const keySet = {
      number: set.need('number', set.whole('number', 0, 255), 0),
      issuerMasterKey: key(set, 'issuerMasterKey'),
      referenceKey: key(set, 'referenceKey'),
    };
    set.close();
    const cards = fields.list('cards', CARDS_MAX).map((card): KnownCard => {
      const length = CARD_IDENTIFIER_BYTES;
      const known = {
        identifier: card.need('identifier', card.bytes('identifier', length, length), none),
        position: card.need('position', card.whole('position', 0, ISSUERS_MAX - 1), 0),
        wrapping: key(card, 'wrapping'),
        sequence: card.need('sequence', card.whole('sequence', 0, SEQUENCE_MAX), 0),
      };
      card.close();
      return known;
    });
    return fields.finish(() => ({ signing, keySet, cards }));
  });
}

export function issuerFileText({ signing, keySet, cards }: IssuerFile): string {
  const file = {
    what: WHAT,
    signing: toHex(signing),
    keySet: {
      number: keySet.number,
      issuerMasterKey: toHex(keySet.issuerMasterKey),
      referenceKey: toHex(keySet.referenceKey),
    },
    cards: cards.map(({ identifier, position, wrapping, sequence }) => ({
      identifier: toHex(identifier),
      position,
      wrapping: toHex(wrapping),
      sequence,
    })),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** The file with that card in it: a card of the same identifier gives way. */
export function withCard(file: IssuerFile, card: KnownCard): IssuerFile {
  const others = file.cards.filter(({ identifier }) => !equalBytes(identifier, card.identifier));
  return { ...file, cards: [...others, card] };
}
