/**
 * Personalisation: from a profile to what one application of the card holds on one interface.
 * Source: EMV 4.4 Book 3 §10.2, Annex C1 (AIP); contactless books C-2 and C-3 for what their kernels read.   Floor: simulator world.
 */
import * as tlv from '@comptoir/protocol';
import type { CardInterface } from '../../../machine/card.js';
import { rulesOf } from '../../banks/emv/cryptogramVersion.js';
import type { RsaKey } from '../../pki/rsaKey.js';
import type { TestPki } from '../../pki/testPki.js';
import { type ApplicationCertificates, certify } from './applicationCertificates.js';
import type { ApplicationProfile, CardProfile } from './cardProfile.js';
import { type DolEntry, encodeDol } from './dataObjectList.js';
import { CONTACT_PDOL, cdol2, DDOL, MCHIP_CDOL1, QVSDC_PDOL, VISA_CDOL1 } from './dataObjectLists.js';
import { DRDOL, relayBit } from './mChipFeatures.js';
import { type CardRecord, staticDataToAuthenticate } from './recordFiles.js';
import { laidOut } from './recordLayout.js';
import * as objects from './recordObjects.js';

/** Which book the application follows. */
export type Shape = 'contact' | 'mChip' | 'qvsdc';

export interface PersonalisedApplication {
  readonly shape: Shape;
  readonly aip: Uint8Array;
  readonly cdol1: readonly DolEntry[];
  readonly cdol2: readonly DolEntry[];
  readonly records: readonly CardRecord[];
  /** The card's own key; undefined when it signs nothing itself. */
  readonly iccKey: RsaKey | undefined;
}

export function shapeOf({ kernel }: ApplicationProfile, usedInterface: CardInterface): Shape {
  if (usedInterface === 'contact') return 'contact';
  return kernel === 2 ? 'mChip' : 'qvsdc';
}

/** What the application asks for in its PDOL; no entries when it has none. */
export function pdolOf(application: ApplicationProfile, shape: Shape): readonly DolEntry[] {
  switch (shape) {
    case 'contact':
      return application.asksBeforeStart ? CONTACT_PDOL : [];
    case 'mChip':
      return [];
    case 'qvsdc':
      return QVSDC_PDOL;
  }
}

/** Makes keys and certificates: some tens of milliseconds the first time. */
export function personalise(
  card: CardProfile,
  application: ApplicationProfile,
  shape: Shape,
  pki: TestPki,
): PersonalisedApplication {
  const aip = applicationInterchangeProfile(card, application, shape);
  const cdol1 = application.network === 'visa' || application.network === 'cartesBancaires' ? VISA_CDOL1 : MCHIP_CDOL1;
  const lists = { cdol1, cdol2: cdol2(cdol1, issuerDataLength(application)) };
  const data = laidOut(withoutOmitted(dataRecords(card, application, shape, lists), application), application.layout);
  if (!isSigned(application, shape)) return { shape, aip, ...lists, records: data, iccKey: undefined };
  const listed = application.omits.includes(tlv.TAG_9F4A_STATIC_DATA_AUTHENTICATION_TAG_LIST) ? tlv.NO_BYTES : aip;
  const certificates: ApplicationCertificates = certify(card, application, staticDataToAuthenticate(data, listed), pki);
  const certified = objects.certificateRecords(application.layout.certificates, certificates);
  const records = laidOut([...data, ...certified], application.layout);
  return { shape, aip, ...lists, records, iccKey: certificates.icc?.key };
}

function withoutOmitted(records: readonly CardRecord[], { omits }: ApplicationProfile): readonly CardRecord[] {
  return records.map((record) => ({ ...record, objects: record.objects.filter(({ tag }) => !omits.includes(tag)) }));
}

/** ARPC 8 and response code 2, or ARPC 4 and card status update 4. */
const ISSUER_DATA_BYTES = { 1: 10, 2: 8 } as const;

function issuerDataLength({ issuerAuthentication, cryptogramVersion }: ApplicationProfile): number {
  return issuerAuthentication === 'secondGenerateAc' ? ISSUER_DATA_BYTES[rulesOf(cryptogramVersion).responseMethod] : 0;
}

/** On contactless, static data authentication alone isn't done. */
function isSigned({ authentication }: ApplicationProfile, shape: Shape): boolean {
  return authentication !== 'none' && (shape === 'contact' || authentication !== 'SDA');
}

// EMV 4.4 Book 3 Annex C1, Table 41, byte 1; byte 2 bit 8 of the contactless books: EMV mode supported.
const AIP_SDA = 0x40;
const AIP_DDA = 0x20;
const AIP_CARDHOLDER_VERIFICATION = 0x10;
const AIP_TERMINAL_RISK_MANAGEMENT = 0x08;
const AIP_ISSUER_AUTHENTICATION = 0x04;
const AIP_ON_DEVICE = 0x02;
const AIP_CDA = 0x01;
const AIP_EMV_MODE = 0x80;

function applicationInterchangeProfile(card: CardProfile, application: ApplicationProfile, shape: Shape): Uint8Array {
  const signed = isSigned(application, shape);
  const always = AIP_CARDHOLDER_VERIFICATION | AIP_TERMINAL_RISK_MANAGEMENT;
  switch (shape) {
    case 'contact': {
      const methods = { none: 0, SDA: AIP_SDA, DDA: AIP_DDA, CDA: AIP_DDA | AIP_CDA };
      const external = application.issuerAuthentication === 'externalAuthenticate' ? AIP_ISSUER_AUTHENTICATION : 0;
      return Uint8Array.of(always | methods[application.authentication] | external, 0);
    }
    case 'mChip':
      return Uint8Array.of(
        always | (signed ? AIP_CDA : 0) | (card.verifiesOnDevice ? AIP_ON_DEVICE : 0),
        AIP_EMV_MODE | relayBit(application.mChip),
      );
    case 'qvsdc':
      return Uint8Array.of(signed ? AIP_DDA : 0, 0);
  }
}

function dataRecords(
  card: CardProfile,
  application: ApplicationProfile,
  shape: Shape,
  { cdol1, cdol2 }: Pick<PersonalisedApplication, 'cdol1' | 'cdol2'>,
): readonly CardRecord[] {
  const signed = isSigned(application, shape);
  const tagList = signed ? [objects.staticTagListObject] : [];
  const restrictions = objects.restrictionObjects(card, application);
  const reference = objects.accountReferenceObjects(card);
  const { layout } = application;
  const proprietary = objects.proprietaryObjects(application.proprietary, 'record');
  const own: readonly CardRecord[] =
    proprietary.length === 0 ? [] : [{ sfi: layout.names, objects: proprietary, isSigned: false }];
  if (shape === 'qvsdc') {
    // A card that signs nothing needs no records: all that the reader must know is in the answer.
    if (!signed) return [];
    const repeated = application.relatedDataIn === 'record' ? [objects.numberObject(card)] : [];
    const device = objects.deviceObjects(card);
    const content = [...repeated, ...restrictions, ...reference, ...device, ...tagList];
    return [{ sfi: layout.data, objects: content, isSigned: true }, ...own];
  }
  const number = [objects.numberObject(card), ...objects.sequenceNumberObjects(card)];
  const lists = [
    tlv.dataObject(tlv.TAG_8C_CDOL1, encodeDol(cdol1)),
    tlv.dataObject(tlv.TAG_8D_CDOL2, encodeDol(cdol2)),
    ...(shape === 'contact' ? [tlv.dataObject(tlv.TAG_9F49_DDOL, encodeDol(DDOL))] : []),
    ...(shape === 'mChip' && application.mChip?.recovers === true
      ? [tlv.dataObject(tlv.TAG_9F51_DRDOL, encodeDol(DRDOL))]
      : []),
  ];
  // No name on contactless: cards don't give it there.
  const names = shape === 'contact' ? objects.nameObjects(card) : [];
  const first = [
    ...number,
    ...restrictions,
    ...objects.riskObjects(application),
    ...objects.limitObjects(card),
    ...reference,
    ...tagList,
  ];
  return [
    { sfi: layout.names, objects: [objects.track2Object(card), ...names], isSigned: false },
    ...own,
    { sfi: layout.data, objects: first, isSigned: signed },
    { sfi: layout.data, objects: lists, isSigned: signed },
  ];
}
