/**
 * A bank application as its issuer gives it to a dynamic card: the same records and certificates as those of our other cards,
 * keys wrapped for this card.
 * Source: docs/reference/wallet-applet.md, E8.   Floor: simulator world.
 */

import { type CardIssuer, wrapBankKeys } from '@comptoir/issuer';
import * as tlv from '@comptoir/protocol';
import * as wallet from '@comptoir/protocol/wallet';
import { CRYPTOGRAM_VERSION, cryptogramKeyOf } from '../../banks/cardCryptogram.js';
import type { TestPki } from '../../pki/testPki.js';
import type { ApplicationProfile, CardProfile } from '../personalisation/cardProfile.js';
import { encodeDol } from '../personalisation/dataObjectList.js';
import { DDOL } from '../personalisation/dataObjectLists.js';
import {
  type PersonalisedApplication,
  pdolOf,
  personalise,
  type Shape,
  shapeOf,
} from '../personalisation/personalisation.js';
import { applicationFileLocator } from '../personalisation/recordFiles.js';
import { sequenceNumberObjects, track2Object } from '../personalisation/recordObjects.js';

const SHAPES: Readonly<Record<Shape, number>> = { contact: 1, mChip: 2, qvsdc: 3 };
const RELATED_DATA_SFI = 4;
/** @param cryptogramKey by default the one that the issuer derives @returns what is inside E8 */
export function bankApplicationObjects(
  issuer: CardIssuer,
  card: CardProfile,
  application: ApplicationProfile,
  pki: TestPki,
  cryptogramKey: Uint8Array = cryptogramKeyOf(card.number, application.aid),
): readonly tlv.DataObject[] {
  return wrapBankKeys(issuer, plainBankObjects(card, application, pki, cryptogramKey));
}

/** The same before its keys are wrapped: what a bank's data preparation gives. */
export function plainBankObjects(
  card: CardProfile,
  application: ApplicationProfile,
  pki: TestPki,
  cryptogramKey: Uint8Array = cryptogramKeyOf(card.number, application.aid),
): readonly tlv.DataObject[] {
  const own: ApplicationProfile = { ...application, issuerAuthentication: 'none' };
  const contact = personalise(card, own, 'contact', pki);
  const contactless = personalise(card, own, shapeOf(application, 'contactless'), pki);
  const key = contact.iccKey ?? contactless.iccKey;
  return [
    tlv.dataObject(wallet.TAG_DF25_WRAPPED_KEY, cryptogramKey),
    ...(key === undefined ? [] : [tlv.dataObject(wallet.TAG_DF26_WRAPPED_RSA_KEY, key.crt)]),
    tlv.dataObject(wallet.TAG_DF28_CRYPTOGRAM_VERSION, CRYPTOGRAM_VERSION),
    tlv.template(wallet.TAG_E9_CONTACT, ...interfaceObjects(card, application, contact)),
    tlv.template(wallet.TAG_EA_CONTACTLESS, ...interfaceObjects(card, application, contactless)),
  ];
}

function interfaceObjects(
  card: CardProfile,
  application: ApplicationProfile,
  { shape, aip, cdol1, cdol2, records }: PersonalisedApplication,
): readonly tlv.DataObject[] {
  const pdol = pdolOf(application, shape);
  const numbers = new Map<number, number>();
  const recordObjects = records.map(({ sfi, objects }) => {
    const number = (numbers.get(sfi) ?? 0) + 1;
    numbers.set(sfi, number);
    const bytes = tlv.encodeTlv(tlv.template(tlv.TAG_70_READ_RECORD_TEMPLATE, ...objects));
    return tlv.dataObject(wallet.TAG_DF2A_RECORD, tlv.concatBytes(Uint8Array.of(sfi, number), bytes));
  });
  const isQvsdc = shape === 'qvsdc';
  return [
    tlv.dataObject(wallet.TAG_DF29_SHAPE, Uint8Array.of(SHAPES[shape])),
    tlv.dataObject(tlv.TAG_82_APPLICATION_INTERCHANGE_PROFILE, aip),
    tlv.dataObject(tlv.TAG_94_APPLICATION_FILE_LOCATOR, applicationFileLocator(records)),
    ...(pdol.length === 0 ? [] : [tlv.dataObject(tlv.TAG_9F38_PDOL, encodeDol(pdol))]),
    ...(isQvsdc
      ? []
      : [tlv.dataObject(tlv.TAG_8C_CDOL1, encodeDol(cdol1)), tlv.dataObject(tlv.TAG_8D_CDOL2, encodeDol(cdol2))]),
    ...(shape === 'contact' ? [tlv.dataObject(tlv.TAG_9F49_DDOL, encodeDol(DDOL))] : []),
    tlv.dataObject(
      wallet.TAG_DF2B_RESPONSE_FORMAT,
      Uint8Array.of(shape === 'contact' ? application.responseFormat : 2),
    ),
    ...(isQvsdc ? [track2Object(card), ...sequenceNumberObjects(card)] : []),
    ...(isQvsdc && application.relatedDataIn === 'record'
      ? [tlv.dataObject(wallet.TAG_DF2C_RELATED_DATA_RECORD, Uint8Array.of(RELATED_DATA_SFI))]
      : []),
    ...recordObjects,
  ];
}
