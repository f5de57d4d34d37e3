/**
 * The data preparation of a test bank: an application of the catalogue as a file, for an issuer to sign.
 * Source: docs/reference/card-commands.md, files.   Floor: simulator world.
 */

import { type BankApplicationFile, encodeBankApplicationFile } from '@comptoir/issuer';
import { startsWithBytes } from '@comptoir/protocol';
import { FileError } from '#files/disk';
import { createTestPki } from '../../pki/testPki.js';
import { plainBankObjects } from '../dynamic/bankApplication.js';
import { lastDigits, walletProfileOf } from '../dynamic/dynamicProfiles.js';
import type { CardProfile } from '../personalisation/cardProfile.js';

/** @param aid its start; no bytes: the only one that the card has @throws FileError when that says no application, or several */
export function bankApplicationFileOf(card: CardProfile, aid: Uint8Array): Uint8Array {
  const [application, ...more] = card.applications.filter((one) => startsWithBytes(one.aid, aid));
  if (application === undefined) throw new FileError(`The card "${card.name}" has no such application.`);
  if (more.length > 0) throw new FileError(`The card "${card.name}" has several applications: say which by --aid.`);
  if (card.interface !== 'both') throw new FileError(`The card "${card.name}" is not for both interfaces.`);
  const { label, priority, kernel, brand, validThrough } = walletProfileOf(application, '');
  const file: BankApplicationFile = {
    aid: application.aid,
    label: label ?? new Uint8Array(0),
    priority: priority ?? 0,
    kernel,
    brand,
    validThrough: validThrough ?? 0,
    lastDigits: lastDigits(card),
    objects: plainBankObjects(card, application, createTestPki()),
  };
  return encodeBankApplicationFile(file);
}
