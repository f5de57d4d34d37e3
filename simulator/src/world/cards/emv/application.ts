/**
 * One application of a card while it is selected: the commands after SELECT, in the order that the books allow.
 * Source: EMV 4.4 Book 3 §6.5.   Floor: simulator world.
 */
import * as tlv from '@comptoir/protocol';
import { type CommandApdu, INS, SW, status, success } from '../../../machine/commandApdu.js';
import type { ApplicationProfile } from '../personalisation/cardProfile.js';
import { dolDataLength } from '../personalisation/dataObjectList.js';
import { DDOL } from '../personalisation/dataObjectLists.js';
import { type PersonalisedApplication, pdolOf, shapeOf } from '../personalisation/personalisation.js';
import { applicationFileLocator, recordAnswer } from '../personalisation/recordFiles.js';
import { proprietaryObjects } from '../personalisation/recordObjects.js';
import { askedType, isCdaAsked } from './cryptogram.js';
import { applicationFci } from './directory.js';
import { internalAuthenticateAnswer } from './dynamicAnswers.js';
import { firstGenerateAc, type OnlineTransaction, secondGenerateAc } from './generateAc.js';
import { checkIssuer, type IssuerVerdict } from './issuerAuthentication.js';
import { keepForRecovery, recoveredAnswer, relayAnswer } from './mChipCommands.js';
import { isQvsdcTerminal, qvsdcAnswer } from './qvsdcAnswer.js';
import {
  SCRIPT_CLA,
  scriptAnswer,
  TAG_9F58_LOWER_CONSECUTIVE_OFFLINE_LIMIT,
  TAG_9F59_UPPER_CONSECUTIVE_OFFLINE_LIMIT,
} from './scriptCommand.js';
import type { ApplicationContext, ApplicationMemory, Transaction } from './transaction.js';

type State =
  | { readonly kind: 'selected' }
  | { readonly kind: 'initiated'; readonly transaction: Transaction }
  | { readonly kind: 'wentOnline'; readonly transaction: Transaction; readonly online: OnlineTransaction }
  /** `online`: the cryptogram that the issuer saw; its scripts are still taken. */
  | { readonly kind: 'finished'; readonly transaction: Transaction; readonly online: OnlineTransaction | undefined };

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
      state = { kind: 'finished', transaction: { ...started, ownRecords }, online: undefined };
      return success(answer);
    }
    state = { kind: 'initiated', transaction: started };
    return success(processingOptions(application, personalised));
  };

  const readCardRecord = ({ p1, p2 }: CommandApdu): Uint8Array => {
    if (state.kind === 'selected') return status(SW.conditionsNotSatisfied);
    const { personalised, ownRecords } = state.transaction;
    return recordAnswer([...personalised.records, ...ownRecords], p1, p2, application.layout.firstRecord);
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
    const type = askedType(p1);
    if (type === undefined || p2 !== 0) return status(SW.wrongParameters);
    const { transaction } = state;
    const { cdol1, cdol2 } = transaction.personalised;
    if (data.length !== dolDataLength(state.kind === 'initiated' ? cdol1 : cdol2)) return status(SW.wrongLength);
    const asked = { withCda: isCdaAsked(p1), data: data.slice() };
    if (state.kind === 'initiated') {
      const wanted = application.mChip?.wantsInteraction === true && shape === 'mChip' ? 'AAC' : type;
      const { answer, online } = firstGenerateAc(context, transaction, { ...asked, type: wanted });
      if (shape === 'mChip') keepForRecovery(context, transaction, asked.data, answer);
      // On contactless nobody comes back with the issuer's answer.
      const isOver = online === undefined || shape !== 'contact';
      state = isOver
        ? { kind: 'finished', transaction, online: undefined }
        : { kind: 'wentOnline', transaction, online };
      return success(answer);
    }
    if (type === 'ARQC') return status(SW.conditionsNotSatisfied);
    const { online } = state;
    state = { kind: 'finished', transaction, online };
    return success(secondGenerateAc(context, online, { ...asked, type }));
  };

  const exchangeRelay = (command: CommandApdu): Uint8Array => {
    if (state.kind !== 'initiated' || shape !== 'mChip') return status(SW.unknownInstruction);
    const { answer, exchanged } = relayAnswer(context, command);
    if (exchanged !== undefined) state = { ...state, transaction: { ...state.transaction, relay: exchanged } };
    return answer;
  };

  const recover = (command: CommandApdu): Uint8Array => {
    if (state.kind !== 'initiated' || shape !== 'mChip') return status(SW.unknownInstruction);
    return recoveredAnswer(context, command);
  };

  const externalAuthenticate = ({ p1, p2, data }: CommandApdu): Uint8Array => {
    if (application.issuerAuthentication !== 'externalAuthenticate') return status(SW.unknownInstruction);
    if (p1 !== 0 || p2 !== 0) return status(SW.wrongParameters);
    // Once a transaction: a wrong answer can't be tried again. @see EMV 4.4 Book 3 §6.5.4
    if (state.kind !== 'wentOnline' || state.online.issuer.kind !== 'silent') return status(SW.conditionsNotSatisfied);
    if (data.length < ISSUER_DATA_BYTES_MIN || data.length > ISSUER_DATA_BYTES_MAX) return status(SW.wrongLength);
    const checked = checkIssuer(context, state.online.field, data);
    const issuer: IssuerVerdict = checked.kind === 'silent' ? { kind: 'wrong' } : checked;
    state = { ...state, online: { ...state.online, issuer } };
    return status(issuer.kind === 'right' ? SW.success : SW.authenticationFailed);
  };

  const script = (command: CommandApdu): Uint8Array => {
    const online = state.kind === 'wentOnline' || state.kind === 'finished' ? state.online : undefined;
    if (online === undefined) return status(SW.conditionsNotSatisfied);
    return scriptAnswer(context, online.field, command);
  };

  const getData = ({ p1, p2 }: CommandApdu): Uint8Array => {
    const tag = (p1 << 8) | p2;
    const counters: ReadonlyMap<number, Uint8Array> = new Map([
      [tlv.TAG_9F36_APPLICATION_TRANSACTION_COUNTER, tlv.unsignedToBytes(memory.atc, 2)],
      [TAG_9F13_LAST_ONLINE_ATC_REGISTER, tlv.unsignedToBytes(memory.lastOnlineAtc, 2)],
      [TAG_9F17_PIN_TRY_COUNTER, Uint8Array.of(PIN_TRY_COUNTER)],
      ...limitsOf(memory),
    ]);
    const value = counters.get(tag);
    return value === undefined ? status(SW.dataNotFound) : success(tlv.encodeTlv(tlv.dataObject(tag, value)));
  };

  return {
    fci: applicationFci(application, pdol),
    transmit(command) {
      if (command.cla === SCRIPT_CLA) return script(command);
      switch (command.ins) {
        case INS.getProcessingOptions:
          return command.cla === 0x80 ? getProcessingOptions(command) : status(SW.unknownClass);
        case INS.readRecord:
          return command.cla === 0x00 ? readCardRecord(command) : status(SW.unknownClass);
        case INS.internalAuthenticate:
          return command.cla === 0x00 ? internalAuthenticate(command) : status(SW.unknownClass);
        case INS.externalAuthenticate:
          return command.cla === 0x00 ? externalAuthenticate(command) : status(SW.unknownClass);
        case INS.generateAc:
          return command.cla === 0x80 ? generateAc(command) : status(SW.unknownClass);
        case INS.exchangeRelayResistanceData:
          return command.cla === 0x80 ? exchangeRelay(command) : status(SW.unknownClass);
        case INS.recoverAc:
          return command.cla === 0x80 ? recover(command) : status(SW.unknownClass);
        case INS.getData:
          return command.cla === 0x80 ? getData(command) : status(SW.unknownClass);
        default:
          return status(command.cla === 0x00 || command.cla === 0x80 ? SW.unknownInstruction : SW.unknownClass);
      }
    },
  };
}

/** Of 91. @see EMV 4.4 Book 3 §6.5.4.3 */
const ISSUER_DATA_BYTES_MIN = 8;
const ISSUER_DATA_BYTES_MAX = 16;

function limitsOf({ limits }: ApplicationMemory): readonly (readonly [tag: number, value: Uint8Array])[] {
  if (limits === undefined) return [];
  return [
    [TAG_9F58_LOWER_CONSECUTIVE_OFFLINE_LIMIT, Uint8Array.of(limits.lower)],
    [TAG_9F59_UPPER_CONSECUTIVE_OFFLINE_LIMIT, Uint8Array.of(limits.upper)],
  ];
}

const TAG_9F13_LAST_ONLINE_ATC_REGISTER = 0x9f13;
const TAG_9F17_PIN_TRY_COUNTER = 0x9f17;

function processingOptions(
  { responseFormat, layout, proprietary }: ApplicationProfile,
  { shape, aip, records }: PersonalisedApplication,
): Uint8Array {
  const afl = applicationFileLocator(records, layout.firstRecord);
  if (shape === 'contact' && responseFormat === 1)
    return tlv.encodeTlv(tlv.dataObject(tlv.TAG_80_RESPONSE_FORMAT_1, tlv.concatBytes(aip, afl)));
  return tlv.encodeTlv(
    tlv.template(
      tlv.TAG_77_RESPONSE_FORMAT_2,
      tlv.dataObject(tlv.TAG_82_APPLICATION_INTERCHANGE_PROFILE, aip),
      tlv.dataObject(tlv.TAG_94_APPLICATION_FILE_LOCATOR, afl),
      ...proprietaryObjects(proprietary, 'answer'),
    ),
  );
}
