/**
 * JSON files that a person names as cards: a description, or a transcript of another card.
 * Floor: simulator world.
 */

import type { RuleFault } from '#files';
import { FileError, readShortFile } from '#files/disk';
import type { Card, CardInterface } from '../../../machine/card.js';
import type { Banks } from '../../banks/banks.js';
import { createTestPki } from '../../pki/testPki.js';
import { createProfileCard } from '../catalogue.js';
import { transcriptCard } from '../transcript.js';
import { describedCard } from './describedCard.js';

export interface CardInFile {
  readonly label: string;
  readonly interface: CardInterface | 'both';
  /** On contact. */
  readonly protocol: 0 | 1;
  readonly card: Card;
  /** Tells its bank how to decide. */
  introduce(authorisers: { readonly banks: Banks }): void;
}

/** A long transcript. */
const FILE_BYTES_MAX = 4_194_304;

export function isJsonPath(path: string): boolean {
  return path.endsWith('.json');
}

/** @throws FileError that says which field must be what */
export function cardInJson(path: string): CardInFile {
  const json = jsonAt(path);
  if (Array.isArray(json)) {
    const played = transcriptCard(json, path);
    if (!played.ok) throw wrong(path, played.fault);
    return { label: 'Card transcript', interface: 'both', protocol: 1, card: played.card, introduce() {} };
  }
  const described = describedCard(json);
  if (!described.ok) throw wrong(path, described.fault);
  const { profile } = described;
  return {
    label: profile.label,
    interface: profile.interface,
    protocol: profile.t0 === undefined ? 1 : 0,
    card: createProfileCard(profile, `card in a file/${profile.name}`, createTestPki()),
    introduce: ({ banks }) => banks.introduce(profile.number, profile.issuer),
  };
}

function jsonAt(path: string): unknown {
  const text = new TextDecoder().decode(readShortFile(path, FILE_BYTES_MAX));
  try {
    return JSON.parse(text);
  } catch {
    throw new FileError(`${path} is no JSON.`);
  }
}

function wrong(path: string, { at, must }: RuleFault): FileError {
  return new FileError(`${path}: ${at === '' ? 'it' : at} ${must}.`);
}
