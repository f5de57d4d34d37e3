/**
 * qVSDC: the whole transaction in the answer to GET PROCESSING OPTIONS, signed by fDDA.
 * Source: contactless book C-3 §2.4.1 and Annex C.   Floor: simulator world.
 */
import * as tlv from '@comptoir/protocol';
import { iccDynamicNumberData, signedDynamicData } from '../../pki/signedApplicationData.js';
import { withOneByteChanged } from '../personalisation/applicationCertificates.js';
import type { CardProfile } from '../personalisation/cardProfile.js';
import { dolValue } from '../personalisation/dataObjectList.js';
import { QVSDC_PDOL } from '../personalisation/dataObjectLists.js';
import { applicationFileLocator, type CardRecord } from '../personalisation/recordFiles.js';
import { proprietaryObjects, sequenceNumberObjects, track2Object } from '../personalisation/recordObjects.js';
import { firstCryptogram } from './cardRiskManagement.js';
import { CRYPTOGRAM, cardCryptogram, transactionFields } from './cryptogram.js';
import { finished } from './dynamicAnswers.js';
import { type ApplicationContext, resultsOf, type Transaction } from './transaction.js';

// Terminal transaction qualifiers, 9F66, byte 1.
const TTQ_QVSDC = 0x20;
const TTQ_AUTHENTICATION_FOR_ONLINE = 0x01;
// Byte 2.
const TTQ_VERIFICATION_REQUIRED = 0x40;

const FDDA_VERSION = 0x01;
// Card transaction qualifiers, 9F6C, byte 1 bit 7 and byte 2 bit 8; no PIN.
const CTQ_SIGNATURE = 0x40;
const CTQ_VERIFIED_ON_DEVICE = 0x80;
const OWN_SFI = 4;

/** Whether the terminal's qualifiers say that it does qVSDC. */
export function isQvsdcTerminal(pdolData: Uint8Array): boolean {
  return (qualifiers(pdolData) & TTQ_QVSDC) !== 0;
}

/**
 * fDDA data come when the card can sign and the terminal wants offline authentication of online transactions
 * (qualifiers byte 1 bit 1). A card that declines gives neither records nor signature.
 */
export function qvsdcAnswer(
  context: ApplicationContext,
  transaction: Transaction,
): { readonly answer: Uint8Array; readonly ownRecords: readonly CardRecord[] } {
  const { card, application, memory, random } = context;
  const { personalised, pdolData, atc, iccDynamicNumber } = transaction;
  const { aip, iccKey, records } = personalised;
  const first = firstCryptogram('ARQC', card, memory);
  const { cryptogram, issuerData } = cardCryptogram(context, transactionFields(transaction, QVSDC_PDOL, pdolData), {
    ...resultsOf(memory, first),
    isVerifiedOnDevice: card.verifiesOnDevice,
  });
  const cid = CRYPTOGRAM[first];
  const cardQualifiers = cardQualifiersOf(card, pdolData);
  const isSigned =
    iccKey !== undefined && first === 'ARQC' && (qualifiers(pdolData) & TTQ_AUTHENTICATION_FOR_ONLINE) !== 0;

  const signature: tlv.DataObject[] = [];
  const ownRecords: CardRecord[] = [];
  if (isSigned) {
    const related = tlv.concatBytes(Uint8Array.of(FDDA_VERSION), random(4), cardQualifiers);
    const relatedObject = tlv.dataObject(tlv.TAG_9F69_CARD_AUTHENTICATION_RELATED_DATA, related);
    const data = iccDynamicNumberData(iccDynamicNumber);
    const signed = signedDynamicData(iccKey, data, terminalData(pdolData, related, card.flaw === 'otherAmount'));
    signature.push(tlv.dataObject(tlv.TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA, finished(card, signed)));
    if (application.relatedDataIn === 'answer') signature.push(relatedObject);
    else ownRecords.push({ sfi: OWN_SFI, objects: [relatedObject], isSigned: false });
  }

  const read = [...records, ...ownRecords];
  const locator =
    read.length === 0 || first === 'AAC'
      ? []
      : [
          tlv.dataObject(
            tlv.TAG_94_APPLICATION_FILE_LOCATOR,
            applicationFileLocator(read, application.layout.firstRecord),
          ),
        ];
  const answer = tlv.encodeTlv(
    tlv.template(
      tlv.TAG_77_RESPONSE_FORMAT_2,
      tlv.dataObject(tlv.TAG_82_APPLICATION_INTERCHANGE_PROFILE, aip),
      ...locator,
      track2Object(card),
      ...sequenceNumberObjects(card),
      tlv.dataObject(tlv.TAG_9F10_ISSUER_APPLICATION_DATA, issuerData),
      tlv.dataObject(tlv.TAG_9F26_APPLICATION_CRYPTOGRAM, cryptogram),
      tlv.dataObject(tlv.TAG_9F27_CRYPTOGRAM_INFORMATION_DATA, Uint8Array.of(cid)),
      tlv.dataObject(tlv.TAG_9F36_APPLICATION_TRANSACTION_COUNTER, tlv.unsignedToBytes(atc, 2)),
      ...signature,
      tlv.dataObject(tlv.TAG_9F6C_CARD_TRANSACTION_QUALIFIERS, cardQualifiers),
      ...proprietaryObjects(application.proprietary, 'answer'),
    ),
  );
  return { answer, ownRecords };
}

/** A card that isn't in a device wants a signature where the terminal wants the holder verified. */
function cardQualifiersOf({ verifiesOnDevice }: CardProfile, pdolData: Uint8Array): Uint8Array {
  if (verifiesOnDevice) return Uint8Array.of(0x00, CTQ_VERIFIED_ON_DEVICE);
  return Uint8Array.of((qualifiers(pdolData, 1) & TTQ_VERIFICATION_REQUIRED) !== 0 ? CTQ_SIGNATURE : 0x00, 0x00);
}

/** 9F37, 9F02, 5F2A, 9F69. Worked example: oda.json, oda-fdda-001 */
function terminalData(pdolData: Uint8Array, related: Uint8Array, isAmountChanged: boolean): Uint8Array {
  const amount = field(pdolData, tlv.TAG_9F02_AMOUNT_AUTHORISED);
  return tlv.concatBytes(
    field(pdolData, tlv.TAG_9F37_UNPREDICTABLE_NUMBER),
    isAmountChanged ? withOneByteChanged(amount) : amount,
    field(pdolData, tlv.TAG_5F2A_TRANSACTION_CURRENCY_CODE),
    related,
  );
}

function qualifiers(pdolData: Uint8Array, at = 0): number {
  return field(pdolData, tlv.TAG_9F66_TERMINAL_TRANSACTION_QUALIFIERS)[at] ?? 0;
}

function field(pdolData: Uint8Array, tag: number): Uint8Array {
  return dolValue(QVSDC_PDOL, pdolData, tag) ?? tlv.NO_BYTES;
}
