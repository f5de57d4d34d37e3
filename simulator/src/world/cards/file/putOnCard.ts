/**
 * Delivers what issuers signed to a card, and says in words what the card refuses.
 * Floor: simulator world.
 */
import {
  type CardFacts,
  readSignedObjects,
  refusalWords,
  SIGNED_FILE_BYTES_MAX,
  type SignedObject,
  signedObjectTitle,
} from '@comptoir/issuer';
import { FileError, readShortFile } from '#files/disk';
import { deliver } from '../dynamic/issuedCard.js';
import { listWallet } from '../dynamic/walletReader.js';
import type { FileCard } from './fileCard.js';

export interface Put {
  /** What it does. */
  readonly title: string;
  /** Undefined: the card took it. */
  readonly refusal: string | undefined;
}

/** All of the files, in order. Nothing is delivered unless each file can be read. @returns one for each object, up to the first refusal */
export function putOnCard(card: FileCard, paths: readonly string[]): readonly Put[] {
  const objects = paths.flatMap(signedObjectsAt);
  const done: Put[] = [];
  for (const object of objects) {
    card.powerOn('contactless');
    const sw = deliver(card, object.bytes);
    const refusal = sw === 0x9000 ? undefined : refusalWords(sw, object, factsOf(card));
    card.powerOff();
    done.push({ title: signedObjectTitle(object), refusal });
    if (refusal !== undefined) break;
  }
  return done;
}

function signedObjectsAt(path: string): readonly SignedObject[] {
  const read = readSignedObjects(readShortFile(path, SIGNED_FILE_BYTES_MAX));
  if (!read.ok) throw new FileError(`${path} is no file of signed objects (${read.fault} at byte ${read.at}).`);
  return read.objects;
}

function factsOf(card: FileCard): CardFacts {
  const { identifier, issuers } = card;
  return { identifier, issuers, profiles: listWallet(card, 'COMPTOIR-DEV-01').profiles.length };
}
