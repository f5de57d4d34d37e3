/**
 * The answer to GENERATE AC: the cryptogram in clear, or inside a signature.
 * Source: EMV 4.4 Book 2 §6.6 (CDA); Book 3 §6.5.5.   Floor: dynamicCard.
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
import { type DataList, fieldOf, SHAPE } from './bankData.js';

/** Bit in AIP byte 1. @see EMV 4.4 Book 3 Annex C1, Table 41 */
const AIP_CDA = 0x01;

interface GenerateAcRequest {
  readonly cid: number;
  readonly list: DataList;
  /** The terminal's answer to the list. */
  readonly cdolData: Uint8Array;
  /** CDOL1 data, when this is the second GENERATE AC; else no bytes. */
  readonly earlier: Uint8Array;
  readonly isCdaAsked: boolean;
}

/** An AAC is never signed. */
export function generateAcAnswer(
  context: BankContext,
  { pdolData, counter, dynamicNumber }: BankTransaction,
  { cid, list, cdolData, earlier, isCdaAsked }: GenerateAcRequest,
): Uint8Array {
  const { application, face, signatureKey, cryptogramKey } = context;
  const { secure } = context.wallet.board;
  const issuerData = issuerApplicationData(application.version, cid);
  const cryptogram = applicationCryptogram(secure, cryptogramKey, {
    cid,
    counter,
    aip: face.aip,
    issuerApplicationData: issuerData,
    terminalData: cdolData,
  });
  const cidObject = tlv.dataObject(tlv.TAG_9F27_CRYPTOGRAM_INFORMATION_DATA, Uint8Array.of(cid));
  const counterObject = tlv.dataObject(tlv.TAG_9F36_APPLICATION_TRANSACTION_COUNTER, tlv.unsignedToBytes(counter, 2));
  const issuerObject = tlv.dataObject(tlv.TAG_9F10_ISSUER_APPLICATION_DATA, issuerData);
  const mayCombine = signatureKey !== 0 && ((face.aip[0] ?? 0) & AIP_CDA) !== 0;
  if (isCdaAsked && mayCombine && cid !== CRYPTOGRAM.aac) {
    const response = tlv.encodeTlv(cidObject, counterObject, issuerObject);
    const hash = secure.sha1(tlv.concatBytes(pdolData, earlier, cdolData, response));
    const data = tlv.concatBytes(dynamicNumberData(dynamicNumber), Uint8Array.of(cid), cryptogram, hash);
    const number = fieldOf(list, cdolData, tlv.TAG_9F37_UNPREDICTABLE_NUMBER);
    const signature = signedDynamicData(secure, signatureKey, data, number);
    const signatureObject = tlv.dataObject(tlv.TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA, signature);
    return tlv.encodeTlv(
      tlv.template(tlv.TAG_77_RESPONSE_FORMAT_2, cidObject, counterObject, signatureObject, issuerObject),
    );
  }
  if (face.shape === SHAPE.contact && face.responseFormat === 1) {
    const content = tlv.concatBytes(cidObject.value, counterObject.value, cryptogram, issuerData);
    return tlv.encodeTlv(tlv.dataObject(tlv.TAG_80_RESPONSE_FORMAT_1, content));
  }
  const cryptogramObject = tlv.dataObject(tlv.TAG_9F26_APPLICATION_CRYPTOGRAM, cryptogram);
  return tlv.encodeTlv(
    tlv.template(tlv.TAG_77_RESPONSE_FORMAT_2, cidObject, counterObject, cryptogramObject, issuerObject),
  );
}
