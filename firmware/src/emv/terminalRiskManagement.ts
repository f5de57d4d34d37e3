/**
 * Terminal risk management: floor limit, random selection, velocity. The answers are bits of the TVR.
 * Source: EMV 4.4 Book 4 §6.3.5, not verified (it's done for every card, whatever its AIP says); Book 3 §10.6.   Floor: emv.
 */
import {
  CARD_TLV_LIMITS,
  decodeTlv,
  findObject,
  TAG_9F02_AMOUNT_AUTHORISED,
  TAG_9F13_LAST_ONLINE_ATC_REGISTER,
  TAG_9F14_LOWER_CONSECUTIVE_OFFLINE_LIMIT,
  TAG_9F23_UPPER_CONSECUTIVE_OFFLINE_LIMIT,
  TAG_9F36_APPLICATION_TRANSACTION_COUNTER,
  unsignedFromBcd,
  unsignedFromBytes,
} from '@comptoir/protocol';
import { getData } from '../apdu/commandApdu.js';
import { exchange } from '../apdu/exchange.js';
import type { Kernel } from '../apdu/kernel.js';
import { SW } from '../apdu/responseApdu.js';
import type { DataStore } from './data/dataStore.js';
import type { TerminalParameters } from './data/terminalParameters.js';
import { setTsi, setTvr, TSI, TVR } from './data/terminalStatus.js';

const COUNTER_BYTES = 2;
const PERCENT = 99;
/** The most of a byte that 99 divides. */
const RANDOM_BYTES_END = 198;

/**
 * @param earlierAmount of the latest payment with the same number, minor units; 0 for a reader that keeps no log of them
 * @param random        gives random bytes
 */
export function* terminalRiskManagement(
  terminal: ReadonlyMap<number, Uint8Array>,
  store: DataStore,
  parameters: TerminalParameters,
  random: (length: number) => Uint8Array,
  earlierAmount = 0,
): Kernel<void> {
  const amount = unsignedFromBcd(terminal.get(TAG_9F02_AMOUNT_AUTHORISED) as Uint8Array) ?? 0;
  if (amount + earlierAmount >= parameters.floorLimit) setTvr(terminal, TVR.floorLimitExceeded);
  else if (isSelected(parameters, amount, random)) setTvr(terminal, TVR.selectedRandomly);
  yield* checkVelocity(terminal, store);
  setTsi(terminal, TSI.terminalRiskManagementPerformed);
}

/** @see EMV 4.4 Book 3 §10.6.2: not verified */
function isSelected(parameters: TerminalParameters, amount: number, random: (length: number) => Uint8Array): boolean {
  const target = targetPercentage(parameters, amount);
  return target > 0 && randomPercent(random) <= target;
}

/** The target percentage, and above the threshold the book's interpolation. @param amount below the floor limit */
export function targetPercentage(
  { floorLimit, randomThreshold, randomTarget, randomMaximum }: TerminalParameters,
  amount: number,
): number {
  if (amount < randomThreshold) return randomTarget;
  const factor = (amount - randomThreshold) / (floorLimit - randomThreshold);
  return (randomMaximum - randomTarget) * factor + randomTarget;
}

/** 1 to 99, all alike. Four bytes that are all of no use come once in 380: then it's 1, and the acquirer is asked. */
function randomPercent(random: (length: number) => Uint8Array): number {
  for (const byte of random(4)) if (byte < RANDOM_BYTES_END) return (byte % PERCENT) + 1;
  return 1;
}

/** Only for a card that has both limits. @see EMV 4.4 Book 3 §10.6.3: not verified */
function* checkVelocity(terminal: ReadonlyMap<number, Uint8Array>, store: DataStore): Kernel<void> {
  const lower = store.get(TAG_9F14_LOWER_CONSECUTIVE_OFFLINE_LIMIT)?.[0];
  const upper = store.get(TAG_9F23_UPPER_CONSECUTIVE_OFFLINE_LIMIT)?.[0];
  if (lower === undefined || upper === undefined) return;
  const counter = yield* readCounter(TAG_9F36_APPLICATION_TRANSACTION_COUNTER);
  const lastOnline = yield* readCounter(TAG_9F13_LAST_ONLINE_ATC_REGISTER);
  if (lastOnline === 0) setTvr(terminal, TVR.newCard);
  const offline = counter === undefined || lastOnline === undefined ? 0 : counter - lastOnline;
  // What can't be known, or makes no sense, counts as too many.
  if (offline <= 0 || offline > lower) setTvr(terminal, TVR.lowerConsecutiveOfflineLimitExceeded);
  if (offline <= 0 || offline > upper) setTvr(terminal, TVR.upperConsecutiveOfflineLimitExceeded);
}

function* readCounter(tag: number): Kernel<number | undefined> {
  const { data, sw } = yield* exchange(getData(tag));
  const tlv = sw === SW.success ? decodeTlv(data, CARD_TLV_LIMITS) : undefined;
  const value = tlv?.ok === true ? findObject(tlv.objects, tag)?.value : undefined;
  return value?.length === COUNTER_BYTES ? unsignedFromBytes(value) : undefined;
}
