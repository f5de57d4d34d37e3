/**
 * A bank application as its issuer gives it to a dynamic card: the same records and certificates as those of our other cards,
 * keys wrapped for this card.
 * Source: docs/reference/wallet-applet.md, E8.   Floor: simulator.
 */
import * as tlv from '@comptoir/protocol';
import { CRYPTOGRAM_VERSION, cryptogramKeyOf } from '../../issuer/cardCryptogram.js';
import type { TestPki } from '../../pki/testPki.js';
import type { ApplicationProfile, CardProfile } from '../emv/cardProfile.js';
import { encodeDol } from '../emv/dataObjectList.js';
import { cdol2, DDOL } from '../emv/dataObjectLists.js';
import { type PersonalisedApplication, pdolOf, personalise, type Shape, shapeOf } from '../emv/personalisation.js';
import { applicationFileLocator } from '../emv/recordFiles.js';
import { sequenceNumberObject, track2Object } from '../emv/recordObjects.js';
import { type CardIssuer, TAG } from './cardIssuer.js';

const BANK_TAG = {
  contact: 0xe9,
  contactless: 0xea,
  version: 0xdf28,
  shape: 0xdf29,
  record: 0xdf2a,
  responseFormat: 0xdf2b,
  relatedDataSfi: 0xdf2c,
} as const;

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
  const contact = personalise(card, application, 'contact', pki);
  const contactless = personalise(card, application, shapeOf(application, 'contactless'), pki);
  const key = contact.iccKey ?? contactless.iccKey;
  return [
    tlv.dataObject(TAG.wrappedKey, issuer.wrapAes(cryptogramKey)),
    ...(key === undefined ? [] : [tlv.dataObject(TAG.wrappedRsaKey, issuer.wrapRsa(key.crt))]),
    tlv.dataObject(BANK_TAG.version, CRYPTOGRAM_VERSION),
    tlv.template(BANK_TAG.contact, ...interfaceObjects(card, application, contact)),
    tlv.template(BANK_TAG.contactless, ...interfaceObjects(card, application, contactless)),
  ];
}

function interfaceObjects(
  card: CardProfile,
  application: ApplicationProfile,
  { shape, aip, cdol1, records }: PersonalisedApplication,
): readonly tlv.DataObject[] {
  const pdol = pdolOf(application, shape);
  const numbers = new Map<number, number>();
  const recordObjects = records.map(({ sfi, objects }) => {
    const number = (numbers.get(sfi) ?? 0) + 1;
    numbers.set(sfi, number);
    const bytes = tlv.encodeTlv(tlv.template(tlv.TAG_70_READ_RECORD_TEMPLATE, ...objects));
    return tlv.dataObject(BANK_TAG.record, tlv.concatBytes(Uint8Array.of(sfi, number), bytes));
  });
  const isQvsdc = shape === 'qvsdc';
  return [
    tlv.dataObject(BANK_TAG.shape, Uint8Array.of(SHAPES[shape])),
    tlv.dataObject(tlv.TAG_82_APPLICATION_INTERCHANGE_PROFILE, aip),
    tlv.dataObject(tlv.TAG_94_APPLICATION_FILE_LOCATOR, applicationFileLocator(records)),
    ...(pdol.length === 0 ? [] : [tlv.dataObject(tlv.TAG_9F38_PDOL, encodeDol(pdol))]),
    ...(isQvsdc
      ? []
      : [
          tlv.dataObject(tlv.TAG_8C_CDOL1, encodeDol(cdol1)),
          tlv.dataObject(tlv.TAG_8D_CDOL2, encodeDol(cdol2(cdol1))),
        ]),
    ...(shape === 'contact' ? [tlv.dataObject(tlv.TAG_9F49_DDOL, encodeDol(DDOL))] : []),
    tlv.dataObject(BANK_TAG.responseFormat, Uint8Array.of(shape === 'contact' ? application.responseFormat : 2)),
    ...(isQvsdc ? [track2Object(card), sequenceNumberObject(card)] : []),
    ...(isQvsdc && application.relatedDataIn === 'record'
      ? [tlv.dataObject(BANK_TAG.relatedDataSfi, Uint8Array.of(RELATED_DATA_SFI))]
      : []),
    ...recordObjects,
  ];
}
