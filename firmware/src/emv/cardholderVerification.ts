/**
 * Cardholder verification by a reader that asks for no PIN: the card's rules in order, until one says No CVM or signature.
 * Source: EMV 4.4 Book 3 §10.5, Annex C3; Book 4 §6.3.4.5 for the results. "Under" and "over" an amount leave the amount itself out: not
 * verified.   Floor: emv.
 */
import {
  equalBytes,
  TAG_5F2A_TRANSACTION_CURRENCY_CODE,
  TAG_8E_CVM_LIST,
  TAG_9C_TRANSACTION_TYPE,
  TAG_9F02_AMOUNT_AUTHORISED,
  TAG_9F33_TERMINAL_CAPABILITIES,
  TAG_9F34_CVM_RESULTS,
  TAG_9F35_TERMINAL_TYPE,
  TAG_9F42_APPLICATION_CURRENCY_CODE,
  TAG_82_APPLICATION_INTERCHANGE_PROFILE,
  unsignedFromBcd,
} from '@comptoir/protocol';
import { AIP, cardSupports } from './data/applicationInterchangeProfile.js';
import { type CvmList, type CvmRule, parseCvmList } from './data/cvmList.js';
import type { DataStore } from './data/dataStore.js';
import { setTsi, setTvr, type TerminalBit, TSI, TVR } from './data/terminalStatus.js';
import { isUnattended, TRANSACTION_TYPE } from './data/terminalType.js';

interface VerificationInput {
  readonly list: CvmList;
  /** Tag 9F33. */
  readonly capabilities: Uint8Array;
  readonly transactionType: number;
  readonly terminalType: number;
  /** Minor units of the transaction's currency. */
  readonly amount: number;
  readonly isInApplicationCurrency: boolean;
}

interface Verification {
  /** Tag 9F34. */
  readonly results: Uint8Array;
  /** To be set in the TVR. */
  readonly bits: readonly TerminalBit[];
}

const METHOD_MASK = 0x3f;
const NEXT_RULE_IF_UNSUCCESSFUL = 0x40;
/** Methods by their bits 1 to 6; 1 to 5 all ask for a PIN. */
const METHOD = { fail: 0x00, lastWithPin: 0x05, signature: 0x1e, noCvm: 0x1f } as const;
const RESULT = { unknown: 0x00, failed: 0x01, successful: 0x02 } as const;
/** Byte 2 of 9F33. */
const CAPABILITY = { signature: 0x20, noCvm: 0x08 } as const;
const NO_METHOD = 0x3f;

/** Sets 9F34 and bits of TVR and TSI. @returns false when the card's list is none: the card is in error */
export function cardholderVerification(terminal: Map<number, Uint8Array>, store: DataStore): boolean {
  const profile = store.valueOf(TAG_82_APPLICATION_INTERCHANGE_PROFILE);
  terminal.set(TAG_9F34_CVM_RESULTS, Uint8Array.of(NO_METHOD, 0x00, 0x00));
  if (!cardSupports(profile, AIP.cardholderVerification)) return true;
  const value = store.valueOf(TAG_8E_CVM_LIST);
  if (value.length === 0) {
    // @see EMV 4.4 Book 3 §7.5: not verified
    setTvr(terminal, TVR.iccDataMissing);
    return true;
  }
  const list = parseCvmList(value);
  if (list === undefined) return false;
  const own = (tag: number): Uint8Array => terminal.get(tag) as Uint8Array;
  const verified = selectMethod({
    list,
    capabilities: own(TAG_9F33_TERMINAL_CAPABILITIES),
    transactionType: unsignedFromBcd(own(TAG_9C_TRANSACTION_TYPE)) ?? 0,
    terminalType: unsignedFromBcd(own(TAG_9F35_TERMINAL_TYPE)) ?? 0,
    amount: unsignedFromBcd(own(TAG_9F02_AMOUNT_AUTHORISED)) ?? 0,
    isInApplicationCurrency: equalBytes(
      store.valueOf(TAG_9F42_APPLICATION_CURRENCY_CODE),
      own(TAG_5F2A_TRANSACTION_CURRENCY_CODE),
    ),
  });
  terminal.set(TAG_9F34_CVM_RESULTS, verified.results);
  setTvr(terminal, ...verified.bits);
  setTsi(terminal, TSI.cardholderVerificationPerformed);
  return true;
}

/** The first rule that applies and is successful; or how it failed. @see EMV 4.4 Book 3 §10.5 */
export function selectMethod(input: VerificationInput): Verification {
  const bits: TerminalBit[] = [];
  for (const rule of input.list.rules) {
    if (!applies(rule, input)) continue;
    const method = rule.method & METHOD_MASK;
    if (method === METHOD.signature && supports(input, method)) return performed(rule, RESULT.unknown, bits);
    if (method === METHOD.noCvm && supports(input, method)) return performed(rule, RESULT.successful, bits);
    if (isPin(method)) bits.push(TVR.pinRequiredNoPinPad);
    else if (!isKnown(method)) bits.push(TVR.unrecognisedCvm);
    if ((rule.method & NEXT_RULE_IF_UNSUCCESSFUL) !== 0) continue;
    bits.push(TVR.cardholderVerificationNotSuccessful);
    return performed(rule, RESULT.failed, bits);
  }
  bits.push(TVR.cardholderVerificationNotSuccessful);
  return performed({ method: NO_METHOD, condition: 0x00 }, RESULT.failed, bits);
}

function performed({ method, condition }: CvmRule, result: number, bits: readonly TerminalBit[]): Verification {
  return { results: Uint8Array.of(method, condition, result), bits };
}

function isPin(method: number): boolean {
  return method > METHOD.fail && method <= METHOD.lastWithPin;
}

function isKnown(method: number): boolean {
  return method <= METHOD.lastWithPin || method === METHOD.signature || method === METHOD.noCvm;
}

function supports({ capabilities }: VerificationInput, method: number): boolean {
  const offered = capabilities[1] ?? 0;
  if (method === METHOD.signature) return (offered & CAPABILITY.signature) !== 0;
  if (method === METHOD.noCvm) return (offered & CAPABILITY.noCvm) !== 0;
  return method === METHOD.fail;
}

/** A condition that isn't understood is not met. @see EMV 4.4 Book 3 Annex C3, Table 44 */
function applies({ method, condition }: CvmRule, input: VerificationInput): boolean {
  const { list, transactionType, amount, isInApplicationCurrency } = input;
  const isCash = transactionType === TRANSACTION_TYPE.cash;
  const isCashback = transactionType === TRANSACTION_TYPE.cashback;
  switch (condition) {
    case 0x00:
      return true;
    case 0x01:
      return isCash && isUnattended(input.terminalType);
    case 0x02:
      return !isCash && !isCashback;
    case 0x03:
      return supports(input, method & METHOD_MASK);
    case 0x04:
      return isCash && !isUnattended(input.terminalType);
    case 0x05:
      return isCashback;
    case 0x06:
      return isInApplicationCurrency && amount < list.amountX;
    case 0x07:
      return isInApplicationCurrency && amount > list.amountX;
    case 0x08:
      return isInApplicationCurrency && amount < list.amountY;
    case 0x09:
      return isInApplicationCurrency && amount > list.amountY;
    default:
      return false;
  }
}
