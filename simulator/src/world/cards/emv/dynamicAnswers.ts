/**
 * The answers that a card signs: INTERNAL AUTHENTICATE and GENERATE AC.
 * Source: EMV 4.4 Book 2 §6.5 (DDA), §6.6 (CDA); Book 3 §6.5.5 and §6.5.9.   Floor: simulator world.
 */
import * as tlv from '@comptoir/protocol';
import type { CardVerificationResults } from '../../banks/emv/issuerApplicationData.js';
import { sha1 } from '../../pki/recoverableSignature.js';
import type { RsaKey } from '../../pki/rsaKey.js';
import { combinedDynamicData, iccDynamicNumberData, signedDynamicData } from '../../pki/signedApplicationData.js';
import { withOneByteChanged } from '../personalisation/applicationCertificates.js';
import type { CardProfile } from '../personalisation/cardProfile.js';
import { type DolEntry, dolValue } from '../personalisation/dataObjectList.js';
import { proprietaryObjects } from '../personalisation/recordObjects.js';
import { type CardCryptogram, CRYPTOGRAM, cardCryptogram, transactionFields } from './cryptogram.js';
import type { ApplicationContext, Transaction } from './transaction.js';

/** DDA. @param ddolData what the terminal sent, 4 bytes */
export function internalAuthenticateAnswer(
  { card, application }: ApplicationContext,
  { iccDynamicNumber }: Transaction,
  iccKey: RsaKey,
  ddolData: Uint8Array,
): Uint8Array {
  const signed = card.flaw === 'otherAmount' ? withOneByteChanged(ddolData) : ddolData;
  const signature = finished(card, signedDynamicData(iccKey, iccDynamicNumberData(iccDynamicNumber), signed));
  if (application.responseFormat === 1) return tlv.encodeTlv(tlv.dataObject(tlv.TAG_80_RESPONSE_FORMAT_1, signature));
  const object = tlv.dataObject(tlv.TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA, signature);
  return tlv.encodeTlv(tlv.template(tlv.TAG_77_RESPONSE_FORMAT_2, object));
}

export interface CryptogramRequest {
  /** What the card answers, and what it found. */
  readonly results: CardVerificationResults;
  readonly list: readonly DolEntry[];
  /** The terminal's answer to the list. */
  readonly cdolData: Uint8Array;
  /** CDOL1 data, when this is the second GENERATE AC; else no bytes. */
  readonly earlier: Uint8Array;
  readonly isCdaAsked: boolean;
}

export interface CryptogramAnswer {
  readonly answer: Uint8Array;
  /** 9F26, 8 bytes. */
  readonly cryptogram: Uint8Array;
}

/** The cryptogram inside a signature when CDA was asked and can be given, else in clear. An AAC is never signed. */
export function generateAcAnswer(
  context: ApplicationContext,
  transaction: Transaction,
  request: CryptogramRequest,
): CryptogramAnswer {
  const field = transactionFields(transaction, request.list, request.cdolData);
  const made = cardCryptogram(context, field, request.results);
  return { answer: inResponse(context, transaction, request, made), cryptogram: made.cryptogram };
}

function inResponse(
  context: ApplicationContext,
  transaction: Transaction,
  request: CryptogramRequest,
  { cryptogram, issuerData }: CardCryptogram,
): Uint8Array {
  const { card, application } = context;
  const { atc } = transaction;
  const { iccKey, shape } = transaction.personalised;
  const { cdolData, results } = request;
  const cid = CRYPTOGRAM[results.second ?? results.first];
  const cidObject = tlv.dataObject(tlv.TAG_9F27_CRYPTOGRAM_INFORMATION_DATA, Uint8Array.of(cid));
  const atcObject = tlv.dataObject(tlv.TAG_9F36_APPLICATION_TRANSACTION_COUNTER, tlv.unsignedToBytes(atc, 2));
  const issuerObject = tlv.dataObject(tlv.TAG_9F10_ISSUER_APPLICATION_DATA, issuerData);
  const own = proprietaryObjects(application.proprietary, 'answer').concat(
    application.mChip?.wantsInteraction === true ? [interactionObject] : [],
  );
  const mayCombine = shape === 'mChip' || application.authentication === 'CDA';
  if (request.isCdaAsked && mayCombine && iccKey !== undefined && cid !== CRYPTOGRAM.AAC) {
    const hash = transactionDataHash(
      card,
      transaction,
      request,
      tlv.encodeTlv(cidObject, atcObject, issuerObject, ...own),
    );
    const combined = combinedDynamicData(transaction.iccDynamicNumber, cid, cryptogram, hash);
    const data = tlv.concatBytes(combined, transaction.relay ?? tlv.NO_BYTES);
    const number = dolValue(request.list, cdolData, tlv.TAG_9F37_UNPREDICTABLE_NUMBER) ?? tlv.NO_BYTES;
    const signature = finished(card, signedDynamicData(iccKey, data, number));
    const signatureObject = tlv.dataObject(tlv.TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA, signature);
    return tlv.encodeTlv(
      tlv.template(tlv.TAG_77_RESPONSE_FORMAT_2, cidObject, atcObject, signatureObject, issuerObject, ...own),
    );
  }
  if (shape === 'contact' && application.responseFormat === 1) {
    const content = tlv.concatBytes(Uint8Array.of(cid), atcObject.value, cryptogram, issuerData);
    return tlv.encodeTlv(tlv.dataObject(tlv.TAG_80_RESPONSE_FORMAT_1, content));
  }
  const cryptogramObject = tlv.dataObject(tlv.TAG_9F26_APPLICATION_CRYPTOGRAM, cryptogram);
  return tlv.encodeTlv(
    tlv.template(tlv.TAG_77_RESPONSE_FORMAT_2, cidObject, atcObject, cryptogramObject, issuerObject, ...own),
  );
}

/** Byte 2 bit 4 of DF4B: the device wants its owner. */
const interactionObject = tlv.dataObject(
  tlv.TAG_DF4B_POS_CARDHOLDER_INTERACTION_INFORMATION,
  Uint8Array.of(0x00, 0x00, 0x08),
);

/** Over PDOL data, CDOL1 data, CDOL2 data where there is one, and the response but for its signature. */
function transactionDataHash(
  card: CardProfile,
  { pdolData }: Transaction,
  { earlier, cdolData }: CryptogramRequest,
  response: Uint8Array,
): Uint8Array {
  // The first field of CDOL1 is the amount.
  const signed = card.flaw === 'otherAmount' ? withFirstFieldChanged(cdolData) : cdolData;
  return sha1(pdolData, earlier, signed, response);
}

function withFirstFieldChanged(cdolData: Uint8Array): Uint8Array {
  const changed = cdolData.slice();
  const lastOfAmount = 5;
  changed[lastOfAmount] = (cdolData[lastOfAmount] ?? 0) ^ 0x01;
  return changed;
}

/** What the card does to every signature before it gives it out: nothing, unless that is what is wrong with it. */
export function finished(card: CardProfile, signature: Uint8Array): Uint8Array {
  return card.flaw === 'dynamicSignature' ? withOneByteChanged(signature) : signature;
}
