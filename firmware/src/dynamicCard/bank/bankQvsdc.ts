/**
 * qVSDC: the whole transaction in the answer to GET PROCESSING OPTIONS, signed by fDDA.
 * Source: contactless book C-3 §2.4.1 and Annex C.   Floor: dynamicCard.
 */
import * as tlv from '@comptoir/protocol';
import type { BankContext, BankTransaction } from './bankContext.js';
import {
  applicationCryptogram,
  CRYPTOGRAM,
  dynamicNumberData,
  issuerApplicationData,
  signedDynamicData,
} from './bankCryptogram.js';
import { type BankInterface, fieldOf } from './bankData.js';

// Terminal transaction qualifiers, 9F66, byte 1.
const TTQ_QVSDC = 0x20;
const TTQ_AUTHENTICATION_FOR_ONLINE = 0x01;
// Byte 2.
const TTQ_VERIFICATION_REQUIRED = 0x40;

const FDDA_VERSION = 0x01;
/** Card transaction qualifiers (9F6C): nobody is verified; or by signature, where the terminal wants the holder verified. */
const NOBODY: Uint8Array = Uint8Array.of(0x00, 0x00);
const BY_SIGNATURE: Uint8Array = Uint8Array.of(0x40, 0x00);

/** Whether the terminal's qualifiers say that it does qVSDC. */
export function isQvsdcTerminal(face: BankInterface, pdolData: Uint8Array): boolean {
  return (qualifiers(face, pdolData) & TTQ_QVSDC) !== 0;
}

/**
 * fDDA data come when the application can sign and the terminal wants offline authentication of online transactions
 * (qualifiers byte 1 bit 1).
 */
export function qvsdcAnswer(
  { wallet, application, face, cryptogramKey, signatureKey }: BankContext,
  { pdolData, counter, dynamicNumber }: BankTransaction,
): { readonly answer: Uint8Array; readonly ownRecord: Uint8Array } {
  const { secure } = wallet.board;
  const cardQualifiers = (qualifiers(face, pdolData, 1) & TTQ_VERIFICATION_REQUIRED) === 0 ? NOBODY : BY_SIGNATURE;
  const cid = CRYPTOGRAM.arqc;
  const issuerData = issuerApplicationData(application.version, cid);
  const cryptogram = applicationCryptogram(secure, cryptogramKey, {
    cid,
    counter,
    aip: face.aip,
    issuerApplicationData: issuerData,
    terminalData: pdolData,
  });
  const signature: tlv.DataObject[] = [];
  let ownRecord: Uint8Array = tlv.NO_BYTES;
  let afl = face.afl;
  if (signatureKey !== 0 && (qualifiers(face, pdolData) & TTQ_AUTHENTICATION_FOR_ONLINE) !== 0) {
    const related = tlv.concatBytes(Uint8Array.of(FDDA_VERSION), secure.random(4), cardQualifiers);
    const relatedObject = tlv.dataObject(tlv.TAG_9F69_CARD_AUTHENTICATION_RELATED_DATA, related);
    const terminalData = tlv.concatBytes(
      fieldOf(face.pdol, pdolData, tlv.TAG_9F37_UNPREDICTABLE_NUMBER),
      fieldOf(face.pdol, pdolData, tlv.TAG_9F02_AMOUNT_AUTHORISED),
      fieldOf(face.pdol, pdolData, tlv.TAG_5F2A_TRANSACTION_CURRENCY_CODE),
      related,
    );
    const signed = signedDynamicData(secure, signatureKey, dynamicNumberData(dynamicNumber), terminalData);
    signature.push(tlv.dataObject(tlv.TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA, signed));
    if (face.relatedDataSfi === 0) signature.push(relatedObject);
    else {
      ownRecord = tlv.encodeTlv(tlv.template(tlv.TAG_70_READ_RECORD_TEMPLATE, relatedObject));
      afl = tlv.concatBytes(afl, Uint8Array.of(face.relatedDataSfi << 3, 1, 1, 0));
    }
  }
  const locator = afl.length === 0 ? [] : [tlv.dataObject(tlv.TAG_94_APPLICATION_FILE_LOCATOR, afl)];
  const answer = tlv.encodeTlv(
    tlv.template(
      tlv.TAG_77_RESPONSE_FORMAT_2,
      tlv.dataObject(tlv.TAG_82_APPLICATION_INTERCHANGE_PROFILE, face.aip),
      ...locator,
      ...face.answerObjects,
      tlv.dataObject(tlv.TAG_9F10_ISSUER_APPLICATION_DATA, issuerData),
      tlv.dataObject(tlv.TAG_9F26_APPLICATION_CRYPTOGRAM, cryptogram),
      tlv.dataObject(tlv.TAG_9F27_CRYPTOGRAM_INFORMATION_DATA, Uint8Array.of(cid)),
      tlv.dataObject(tlv.TAG_9F36_APPLICATION_TRANSACTION_COUNTER, tlv.unsignedToBytes(counter, 2)),
      ...signature,
      tlv.dataObject(tlv.TAG_9F6C_CARD_TRANSACTION_QUALIFIERS, cardQualifiers),
    ),
  );
  return { answer, ownRecord };
}

function qualifiers(face: BankInterface, pdolData: Uint8Array, at = 0): number {
  return fieldOf(face.pdol, pdolData, tlv.TAG_9F66_TERMINAL_TRANSACTION_QUALIFIERS)[at] ?? 0;
}
