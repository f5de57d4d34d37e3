/**
 * One application of a card while it is selected: the commands after SELECT, in the order that the books allow.
 * Source: EMV 4.4 Book 3 §6.5.   Floor: simulator.
 */
import * as tlv from '@comptoir/protocol';
import { type CommandApdu, INS, SW, status, success } from '../commandApdu.js';
import { answeredType, askedType, CRYPTOGRAM, isCdaAsked } from './cryptogram.js';
import { type DolEntry, dolDataLength } from './dataObjectList.js';
import { cdol2, DDOL } from './dataObjectLists.js';
import { applicationFci } from './directory.js';
import { generateAcAnswer, internalAuthenticateAnswer } from './dynamicAnswers.js';
import { type PersonalisedApplication, pdolOf, shapeOf } from './personalisation.js';
import { isQvsdcTerminal, qvsdcAnswer } from './qvsdcAnswer.js';
import { applicationFileLocator, recordAnswer } from './recordFiles.js';
import type { ApplicationContext, Transaction } from './transaction.js';

type State =
  | { readonly kind: 'selected' }
  | { readonly kind: 'initiated'; readonly transaction: Transaction }
  | { readonly kind: 'wentOnline'; readonly transaction: Transaction; readonly cdol1Data: Uint8Array }
  | { readonly kind: 'finished'; readonly transaction: Transaction };

const ATC_MAX = 0xffff;
const PIN_TRY_COUNTER = 3;

export interface SelectedApplication {
  readonly fci: Uint8Array;
  transmit(command: CommandApdu): Uint8Array;
}

export function selectApplication(context: ApplicationContext): SelectedApplication {
  const { application, memory } = context;
  const shape = shapeOf(application, context.usedInterface);
  const pdol = pdolOf(application, shape);
  let state: State = { kind: 'selected' };

  const getProcessingOptions = ({ p1, p2, data }: CommandApdu): Uint8Array => {
    if (p1 !== 0 || p2 !== 0) return status(SW.wrongParameters);
    if (data.length !== 2 + dolDataLength(pdol)) return status(SW.wrongLength);
    if (data[0] !== tlv.TAG_83_COMMAND_TEMPLATE || data[1] !== data.length - 2) return status(SW.wrongData);
    if (state.kind !== 'selected' || memory.atc >= ATC_MAX) return status(SW.conditionsNotSatisfied);
    const pdolData = data.slice(2);
    if (shape === 'qvsdc' && !isQvsdcTerminal(pdolData)) return status(SW.conditionsNotSatisfied);
    memory.atc += 1;
    const personalised = context.personalise(shape);
    const iccDynamicNumber = context.random(8);
    const started = { personalised, pdolData, atc: memory.atc, iccDynamicNumber, ownRecords: [] };
    if (shape === 'qvsdc') {
      const { answer, ownRecords } = qvsdcAnswer(context, started);
      state = { kind: 'finished', transaction: { ...started, ownRecords } };
      return success(answer);
    }
    state = { kind: 'initiated', transaction: started };
    return success(processingOptions(personalised, shape === 'contact' ? application.responseFormat : 2));
  };

  const readCardRecord = ({ p1, p2 }: CommandApdu): Uint8Array => {
    if (state.kind === 'selected') return status(SW.conditionsNotSatisfied);
    const { personalised, ownRecords } = state.transaction;
    return recordAnswer([...personalised.records, ...ownRecords], p1, p2);
  };

  const internalAuthenticate = ({ p1, p2, data }: CommandApdu): Uint8Array => {
    if (shape !== 'contact') return status(SW.unknownInstruction);
    if (p1 !== 0 || p2 !== 0) return status(SW.wrongParameters);
    if (state.kind === 'selected' || state.kind === 'finished') return status(SW.conditionsNotSatisfied);
    const { iccKey } = state.transaction.personalised;
    if (iccKey === undefined) return status(SW.unknownInstruction);
    if (data.length !== dolDataLength(DDOL)) return status(SW.wrongLength);
    return success(internalAuthenticateAnswer(context, state.transaction, iccKey, data.slice()));
  };

  const generateAc = ({ p1, p2, data }: CommandApdu): Uint8Array => {
    if (shape === 'qvsdc') return status(SW.unknownInstruction);
    if (state.kind === 'selected' || state.kind === 'finished') return status(SW.conditionsNotSatisfied);
    const asked = askedType(p1);
    if (asked === undefined || p2 !== 0) return status(SW.wrongParameters);
    const { transaction } = state;
    const isFirst = state.kind === 'initiated';
    const { cdol1 } = transaction.personalised;
    const list: readonly DolEntry[] = isFirst ? cdol1 : cdol2(cdol1);
    if (data.length !== dolDataLength(list)) return status(SW.wrongLength);
    if (!isFirst && asked === CRYPTOGRAM.arqc) return status(SW.conditionsNotSatisfied);
    const cid = context.card.declinesOffline ? CRYPTOGRAM.aac : answeredType(asked, isFirst);
    const cdolData = data.slice();
    const earlier = state.kind === 'wentOnline' ? state.cdol1Data : tlv.NO_BYTES;
    const answer = generateAcAnswer(context, transaction, {
      cid,
      list,
      cdolData,
      earlier,
      isCdaAsked: isCdaAsked(p1),
    });
    if (cid === CRYPTOGRAM.arqc && shape === 'contact')
      state = { kind: 'wentOnline', transaction, cdol1Data: cdolData };
    else state = { kind: 'finished', transaction };
    if (!isFirst) memory.lastOnlineAtc = transaction.atc;
    return success(answer);
  };

  const getData = ({ p1, p2 }: CommandApdu): Uint8Array => {
    const tag = (p1 << 8) | p2;
    const counters: ReadonlyMap<number, Uint8Array> = new Map([
      [tlv.TAG_9F36_APPLICATION_TRANSACTION_COUNTER, tlv.unsignedToBytes(memory.atc, 2)],
      [TAG_9F13_LAST_ONLINE_ATC_REGISTER, tlv.unsignedToBytes(memory.lastOnlineAtc, 2)],
      [TAG_9F17_PIN_TRY_COUNTER, Uint8Array.of(PIN_TRY_COUNTER)],
    ]);
    const value = counters.get(tag);
    return value === undefined ? status(SW.dataNotFound) : success(tlv.encodeTlv(tlv.dataObject(tag, value)));
  };

  return {
    fci: applicationFci(application, pdol),
    transmit(command) {
      switch (command.ins) {
        case INS.getProcessingOptions:
          return command.cla === 0x80 ? getProcessingOptions(command) : status(SW.unknownClass);
        case INS.readRecord:
          return command.cla === 0x00 ? readCardRecord(command) : status(SW.unknownClass);
        case INS.internalAuthenticate:
          return command.cla === 0x00 ? internalAuthenticate(command) : status(SW.unknownClass);
        case INS.generateAc:
          return command.cla === 0x80 ? generateAc(command) : status(SW.unknownClass);
        case INS.getData:
          return command.cla === 0x80 ? getData(command) : status(SW.unknownClass);
        default:
          return status(command.cla === 0x00 || command.cla === 0x80 ? SW.unknownInstruction : SW.unknownClass);
      }
    },
  };
}

const TAG_9F13_LAST_ONLINE_ATC_REGISTER = 0x9f13;
const TAG_9F17_PIN_TRY_COUNTER = 0x9f17;

function processingOptions({ aip, records }: PersonalisedApplication, format: 1 | 2): Uint8Array {
  const afl = applicationFileLocator(records);
  if (format === 1) return tlv.encodeTlv(tlv.dataObject(tlv.TAG_80_RESPONSE_FORMAT_1, tlv.concatBytes(aip, afl)));
  return tlv.encodeTlv(
    tlv.template(
      tlv.TAG_77_RESPONSE_FORMAT_2,
      tlv.dataObject(tlv.TAG_82_APPLICATION_INTERCHANGE_PROFILE, aip),
      tlv.dataObject(tlv.TAG_94_APPLICATION_FILE_LOCATOR, afl),
    ),
  );
}
