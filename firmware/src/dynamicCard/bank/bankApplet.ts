/**
 * A bank application while it is selected: the commands after SELECT, in the order that the books allow.
 * Source: EMV 4.4 Book 3 §6.5.   Floor: dynamicCard.
 */
import * as tlv from '@comptoir/protocol';
import { WRAPPED } from '@comptoir/protocol/wallet';
import { type Applet, type CardCommand, INS, SW, status, success } from '../command/cardCommand.js';
import { unwrapKey } from '../profiles/assertion.js';
import { fci } from '../profiles/directory.js';
import type { Wallet } from '../profiles/wallet.js';
import type { BankContext, BankTransaction } from './bankContext.js';
import { CRYPTOGRAM, dynamicNumberData, signedDynamicData } from './bankCryptogram.js';
import { type BankApplication, type BankInterface, SHAPE } from './bankData.js';
import { generateAcAnswer } from './bankGenerateAc.js';
import { isQvsdcTerminal, qvsdcAnswer } from './bankQvsdc.js';

type State =
  | { readonly kind: 'selected' }
  | { readonly kind: 'initiated'; readonly transaction: BankTransaction }
  | { readonly kind: 'wentOnline'; readonly transaction: BankTransaction; readonly cdol1Data: Uint8Array }
  | { readonly kind: 'finished'; readonly transaction: BankTransaction };

const DYNAMIC_NUMBER_BYTES = 8;
const CDA_ASKED = 0x10;
const TAG_9F13_LAST_ONLINE_ATC_REGISTER = 0x9f13;

interface BankSelection {
  readonly wallet: Wallet;
  readonly slot: number;
  readonly issuer: number;
  readonly application: BankApplication;
  readonly face: BankInterface;
  readonly aid: Uint8Array;
  /** 50 and 87, as the directory gave them. */
  readonly named: readonly tlv.DataObject[];
}

/** @returns undefined when its keys can't be opened */
export function bankApplet(selection: BankSelection): Applet | undefined {
  const { wallet, slot, issuer, application, face, aid, named } = selection;
  const { secure } = wallet.board;
  const cryptogramKey = unwrapKey(secure, issuer, WRAPPED.aes, application.cryptogramKey);
  if (cryptogramKey === 0) return undefined;
  const signatureKey =
    application.signatureKey.length === 0 ? 0 : unwrapKey(secure, issuer, WRAPPED.rsa, application.signatureKey);
  const context: BankContext = { wallet, slot, application, face, cryptogramKey, signatureKey };
  let state: State = { kind: 'selected' };

  function getProcessingOptions({ p1, p2, data }: CardCommand): Uint8Array {
    if (p1 !== 0 || p2 !== 0) return status(SW.wrongParameters);
    if (data.length !== 2 + face.pdol.dataLength) return status(SW.wrongLength);
    if (data[0] !== tlv.TAG_83_COMMAND_TEMPLATE || data[1] !== data.length - 2) return status(SW.wrongData);
    if (state.kind !== 'selected') return status(SW.conditionsNotSatisfied);
    const pdolData = data.slice(2);
    if (face.shape === SHAPE.qvsdc && !isQvsdcTerminal(face, pdolData)) return status(SW.conditionsNotSatisfied);
    const counter = wallet.memory.nextCounter(slot);
    if (counter === undefined) return status(SW.conditionsNotSatisfied);
    const started: BankTransaction = {
      pdolData,
      counter,
      dynamicNumber: secure.random(DYNAMIC_NUMBER_BYTES),
      ownRecord: tlv.NO_BYTES,
    };
    if (face.shape === SHAPE.qvsdc) {
      const { answer, ownRecord } = qvsdcAnswer(context, started);
      state = { kind: 'finished', transaction: { ...started, ownRecord } };
      return success(answer);
    }
    state = { kind: 'initiated', transaction: started };
    return success(processingOptions(face));
  }

  function readRecord({ p1, p2 }: CardCommand): Uint8Array {
    if (state.kind === 'selected') return status(SW.conditionsNotSatisfied);
    if ((p2 & 0x07) !== 0x04 || p1 === 0) return status(SW.wrongParameters);
    const sfi = p2 >> 3;
    const { ownRecord } = state.transaction;
    if (sfi === face.relatedDataSfi && ownRecord.length > 0)
      return p1 === 1 ? success(ownRecord) : status(SW.recordNotFound);
    const file = face.records.filter((candidate) => candidate.sfi === sfi);
    const record = file.find(({ number }) => number === p1);
    if (record !== undefined) return success(record.bytes);
    return status(file.length === 0 ? SW.fileNotFound : SW.recordNotFound);
  }

  function internalAuthenticate({ p1, p2, data }: CardCommand): Uint8Array {
    if (face.shape !== SHAPE.contact || signatureKey === 0) return status(SW.unknownInstruction);
    if (p1 !== 0 || p2 !== 0) return status(SW.wrongParameters);
    if (state.kind === 'selected' || state.kind === 'finished') return status(SW.conditionsNotSatisfied);
    if (data.length !== face.ddol.dataLength) return status(SW.wrongLength);
    const dynamicData = dynamicNumberData(state.transaction.dynamicNumber);
    const signature = signedDynamicData(secure, signatureKey, dynamicData, data);
    if (face.responseFormat === 1)
      return success(tlv.encodeTlv(tlv.dataObject(tlv.TAG_80_RESPONSE_FORMAT_1, signature)));
    const object = tlv.dataObject(tlv.TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA, signature);
    return success(tlv.encodeTlv(tlv.template(tlv.TAG_77_RESPONSE_FORMAT_2, object)));
  }

  function generateAc({ p1, p2, data }: CardCommand): Uint8Array {
    if (face.shape === SHAPE.qvsdc) return status(SW.unknownInstruction);
    if (state.kind === 'selected' || state.kind === 'finished') return status(SW.conditionsNotSatisfied);
    const asked = p1 & ~CDA_ASKED;
    const isType = asked === CRYPTOGRAM.aac || asked === CRYPTOGRAM.tc || asked === CRYPTOGRAM.arqc;
    if (!isType || p2 !== 0) return status(SW.wrongParameters);
    const isFirst = state.kind === 'initiated';
    const list = isFirst ? face.cdol1 : face.cdol2;
    if (data.length !== list.dataLength) return status(SW.wrongLength);
    if (!isFirst && asked === CRYPTOGRAM.arqc) return status(SW.conditionsNotSatisfied);
    // A card never says more than it was asked, and goes online before it approves.
    const cid = isFirst && asked !== CRYPTOGRAM.aac ? CRYPTOGRAM.arqc : asked;
    const { transaction } = state;
    const cdolData = data.slice();
    const answer = generateAcAnswer(context, transaction, {
      cid,
      list,
      cdolData,
      earlier: state.kind === 'wentOnline' ? state.cdol1Data : tlv.NO_BYTES,
      isCdaAsked: (p1 & CDA_ASKED) !== 0,
    });
    const isOnline = cid === CRYPTOGRAM.arqc && face.shape === SHAPE.contact;
    state = isOnline ? { kind: 'wentOnline', transaction, cdol1Data: cdolData } : { kind: 'finished', transaction };
    if (!isFirst) wallet.memory.keepProfile(slot, { onlineCounter: transaction.counter });
    return success(answer);
  }

  function getData({ p1, p2 }: CardCommand): Uint8Array {
    const tag = (p1 << 8) | p2;
    const entry = wallet.memory.profile(slot);
    const value = (counter: number): Uint8Array =>
      success(tlv.encodeTlv(tlv.dataObject(tag, tlv.unsignedToBytes(counter, 2))));
    if (tag === tlv.TAG_9F36_APPLICATION_TRANSACTION_COUNTER) return value(entry?.counter ?? 0);
    if (tag === TAG_9F13_LAST_ONLINE_ATC_REGISTER) return value(entry?.onlineCounter ?? 0);
    return status(SW.dataNotFound);
  }

  const pdol = face.pdol.encoded.length === 0 ? [] : [tlv.dataObject(tlv.TAG_9F38_PDOL, face.pdol.encoded)];
  return {
    fci: fci(aid, ...named, ...pdol, tlv.dataObject(tlv.TAG_5F2D_LANGUAGE_PREFERENCE, tlv.latin1ToBytes('enfr'))),
    transmit(command) {
      switch (command.ins) {
        case INS.getProcessingOptions:
          return command.cla === 0x80 ? getProcessingOptions(command) : status(SW.unknownClass);
        case INS.readRecord:
          return command.cla === 0x00 ? readRecord(command) : status(SW.unknownClass);
        case INS.internalAuthenticate:
          return command.cla === 0x00 ? internalAuthenticate(command) : status(SW.unknownClass);
        case INS.generateAc:
          return command.cla === 0x80 ? generateAc(command) : status(SW.unknownClass);
        case INS.getData:
          return command.cla === 0x80 ? getData(command) : status(SW.unknownClass);
        default:
          return status(SW.unknownInstruction);
      }
    },
    close() {
      secure.eraseKey(cryptogramKey);
      if (signatureKey !== 0) secure.eraseKey(signatureKey);
    },
  };
}

function processingOptions({ aip, afl, responseFormat }: BankInterface): Uint8Array {
  if (responseFormat === 1)
    return tlv.encodeTlv(tlv.dataObject(tlv.TAG_80_RESPONSE_FORMAT_1, tlv.concatBytes(aip, afl)));
  return tlv.encodeTlv(
    tlv.template(
      tlv.TAG_77_RESPONSE_FORMAT_2,
      tlv.dataObject(tlv.TAG_82_APPLICATION_INTERCHANGE_PROFILE, aip),
      tlv.dataObject(tlv.TAG_94_APPLICATION_FILE_LOCATOR, afl),
    ),
  );
}
