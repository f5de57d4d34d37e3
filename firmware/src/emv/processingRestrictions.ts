/**
 * Processing restrictions: is this card good for this sale, here and today? The answers are bits of the TVR.
 * Source: EMV 4.4 Book 3 §10.4; Annex C2, Table 42 for the usage control.   Floor: emv.
 */
import {
  equalBytes,
  TAG_5F24_APPLICATION_EXPIRATION_DATE,
  TAG_5F25_APPLICATION_EFFECTIVE_DATE,
  TAG_5F28_ISSUER_COUNTRY_CODE,
  TAG_9A_TRANSACTION_DATE,
  TAG_9C_TRANSACTION_TYPE,
  TAG_9F1A_TERMINAL_COUNTRY_CODE,
  TAG_9F07_APPLICATION_USAGE_CONTROL,
  TAG_9F08_CARD_APPLICATION_VERSION_NUMBER,
  TAG_9F09_TERMINAL_APPLICATION_VERSION_NUMBER,
  TAG_9F35_TERMINAL_TYPE,
  TAG_9F40_ADDITIONAL_TERMINAL_CAPABILITIES,
  unsignedFromBcd,
} from '@comptoir/protocol';
import type { DataStore } from './data/dataStore.js';
import { setTvr, TVR } from './data/terminalStatus.js';
import { isCashMachine, TRANSACTION_TYPE } from './data/terminalType.js';

/** Bits of tag 9F07, each pair domestic and international. */
const USAGE = {
  cash: { byte: 1, domestic: 0x80, international: 0x40 },
  goods: { byte: 1, domestic: 0x20, international: 0x10 },
  services: { byte: 1, domestic: 0x08, international: 0x04 },
  cashback: { byte: 2, domestic: 0x80, international: 0x40 },
} as const;
const USAGE_CASH_MACHINES = 0x02;
const USAGE_OTHER_TERMINALS = 0x01;
/** Years from 50 on are of the last century. */
const YEAR_PIVOT = 50;

/** Sets bits of byte 2 of the TVR. A test whose card data is absent is skipped. @param terminal the reader's own data objects */
export function processingRestrictions(terminal: ReadonlyMap<number, Uint8Array>, store: DataStore): void {
  const version = store.valueOf(TAG_9F08_CARD_APPLICATION_VERSION_NUMBER);
  const ownVersion = terminal.get(TAG_9F09_TERMINAL_APPLICATION_VERSION_NUMBER);
  if (version.length > 0 && ownVersion !== undefined && !equalBytes(version, ownVersion))
    setTvr(terminal, TVR.applicationVersionsDiffer);
  const usage = store.valueOf(TAG_9F07_APPLICATION_USAGE_CONTROL);
  if (usage.length > 0 && !isServiceAllowed(terminal, usage, store.valueOf(TAG_5F28_ISSUER_COUNTRY_CODE)))
    setTvr(terminal, TVR.serviceNotAllowed);
  const today = terminal.get(TAG_9A_TRANSACTION_DATE);
  if (isBefore(today, store.get(TAG_5F25_APPLICATION_EFFECTIVE_DATE))) setTvr(terminal, TVR.applicationNotYetEffective);
  if (isBefore(store.get(TAG_5F24_APPLICATION_EXPIRATION_DATE), today)) setTvr(terminal, TVR.expiredApplication);
}

/** Dates as YYMMDD in BCD. @returns false when one is absent or no date */
export function isBefore(date: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  const [day, otherDay] = [dayOf(date), dayOf(other)];
  return day !== undefined && otherDay !== undefined && day < otherDay;
}

/** @see EMV 4.4 Book 3 §10.4.2 */
function isServiceAllowed(terminal: ReadonlyMap<number, Uint8Array>, usage: Uint8Array, country: Uint8Array): boolean {
  const additional = terminal.get(TAG_9F40_ADDITIONAL_TERMINAL_CAPABILITIES) as Uint8Array;
  const isMachine = isCashMachine(numberOf(terminal, TAG_9F35_TERMINAL_TYPE), additional);
  if (((usage[0] ?? 0) & (isMachine ? USAGE_CASH_MACHINES : USAGE_OTHER_TERMINALS)) === 0) return false;
  if (country.length === 0) return true;
  const isDomestic = equalBytes(country, terminal.get(TAG_9F1A_TERMINAL_COUNTRY_CODE) as Uint8Array);
  const allows = ({ byte, domestic, international }: (typeof USAGE)[keyof typeof USAGE]): boolean =>
    ((usage[byte - 1] ?? 0) & (isDomestic ? domestic : international)) !== 0;
  const type = numberOf(terminal, TAG_9C_TRANSACTION_TYPE);
  if (type === TRANSACTION_TYPE.cash) return allows(USAGE.cash);
  if (type === TRANSACTION_TYPE.cashback && !allows(USAGE.cashback)) return false;
  return allows(USAGE.goods) || allows(USAGE.services);
}

function numberOf(terminal: ReadonlyMap<number, Uint8Array>, tag: number): number {
  return unsignedFromBcd(terminal.get(tag) as Uint8Array) ?? 0;
}

/** YYMMDD as a number that can be compared; undefined when it's absent or no date. */
function dayOf(date: Uint8Array | undefined): number | undefined {
  const digits = date?.length === 3 ? unsignedFromBcd(date) : undefined;
  if (digits === undefined) return undefined;
  return digits < YEAR_PIVOT * 10_000 ? digits + 1_000_000 : digits;
}
