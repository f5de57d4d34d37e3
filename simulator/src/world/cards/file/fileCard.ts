/**
 * A dynamic card that is kept in a file. Each record that it writes is in the file before the card goes on; what it has in memory is gone
 * when the process ends, as if its battery had been taken out.
 * Floor: simulator world.
 */

import { cardKeys } from '@comptoir/factory/development';
import { toHex } from '@comptoir/protocol';
import { FileError, readShortFile, replaceFile } from '#files/disk';
import { createDynamicCard, type DynamicCard } from '../dynamic/softwareDynamicCard.js';
import { CARD_FILE_BYTES_MAX, type CardFile, encodeCardFile, readCardFile } from './cardFile.js';

export interface FileCard extends DynamicCard {
  /** 8 bytes. */
  readonly identifier: Uint8Array;
  /** Public keys, 64 bytes each. */
  readonly issuers: Uint8Array;
  /** How often it was opened, this time included. */
  readonly uses: number;
  /** What it keeps now, by name. */
  readonly records: () => ReadonlyMap<number, Uint8Array>;
}

/** A name of the catalogue has neither a point nor a slash in it. */
export function isCardFilePath(text: string): boolean {
  return /[./\\]/.test(text);
}

/**
 * One process uses a card at a time: when another one took it over, the card can write no more.
 * @throws FileError when it's no card
 */
export function openFileCard(path: string): FileCard {
  const before = cardFileAt(path);
  const uses = (before.uses + 1) % 0x1_0000_0000;
  let current: CardFile = { ...before, uses };
  replaceFile(path, encodeCardFile(current));

  function keep(records: ReadonlyMap<number, Uint8Array>): boolean {
    const next = { ...current, records: new Map(records) };
    try {
      if (cardFileAt(path).uses !== uses) return false;
      replaceFile(path, encodeCardFile(next));
    } catch (fault) {
      if (fault instanceof FileError) return false;
      throw fault;
    }
    current = next;
    return true;
  }
  const { identifier, transport, issuers, records } = current;
  const card = createDynamicCard({
    name: `card ${toHex(identifier)}`,
    made: { identifier, keys: cardKeys(transport), issuers },
    seed: `${toHex(identifier)}/${uses}`,
    records: { values: records, keep },
  });
  try {
    // The script starts, and reads all that it kept.
    card.wait(0);
  } catch {
    throw new FileError(`${path} holds a memory that no card wrote.`);
  }
  return { ...card, identifier, issuers, uses, records: () => current.records };
}

function cardFileAt(path: string): CardFile {
  const file = readCardFile(readShortFile(path, CARD_FILE_BYTES_MAX));
  if (file === undefined) throw new FileError(`${path} is no card: comptoir-sim card new makes one.`);
  return file;
}
