/**
 * The reader's own data objects for one transaction. Lists that a card asks for are answered from these alone.
 * Source: EMV 4.4 Book 4 Annex A; Book B §3.1.   Floor: commands.
 */
import {
  latin1ToBytes,
  TAG_5F2A_TRANSACTION_CURRENCY_CODE,
  TAG_9A_TRANSACTION_DATE,
  TAG_9B_TRANSACTION_STATUS_INFORMATION,
  TAG_9C_TRANSACTION_TYPE,
  TAG_9F1A_TERMINAL_COUNTRY_CODE,
  TAG_9F1C_TERMINAL_IDENTIFICATION,
  TAG_9F1E_INTERFACE_DEVICE_SERIAL_NUMBER,
  TAG_9F4E_MERCHANT_NAME_AND_LOCATION,
  TAG_9F02_AMOUNT_AUTHORISED,
  TAG_9F03_AMOUNT_OTHER,
  TAG_9F16_MERCHANT_IDENTIFIER,
  TAG_9F21_TRANSACTION_TIME,
  TAG_9F33_TERMINAL_CAPABILITIES,
  TAG_9F34_CVM_RESULTS,
  TAG_9F35_TERMINAL_TYPE,
  TAG_9F37_UNPREDICTABLE_NUMBER,
  TAG_9F40_ADDITIONAL_TERMINAL_CAPABILITIES,
  TAG_9F41_TRANSACTION_SEQUENCE_COUNTER,
  TAG_9F66_TERMINAL_TRANSACTION_QUALIFIERS,
  TAG_81_AMOUNT_AUTHORISED_BINARY,
  TAG_95_TERMINAL_VERIFICATION_RESULTS,
  unsignedToBcd,
  unsignedToBytes,
} from '@comptoir/protocol';
import { TSI_BYTES, TVR_BYTES } from '../../emv/data/terminalStatus.js';
import type { TransactionContext } from '../../emv/transaction.js';
import { fixedText } from '../../token/boundData.js';
import { applicationsIn, type Configuration } from '../configuration/configuration.js';
import type { ReaderState } from '../shared/readerState.js';

export interface TransactionRequest {
  /** Minor units. */
  readonly amount: number;
  /** ISO 4217 numeric. */
  readonly currency: number;
  /** YYMMDD as BCD. */
  readonly date: Uint8Array;
  /** HHMMSS as BCD. */
  readonly time: Uint8Array;
}

/** Tag 9C. @see EMV 4.4 Book 3 Annex A1 */
const GOODS_AND_SERVICES = 0;
const UNPREDICTABLE_NUMBER_BYTES = 4;
const SERIAL_BYTES = 8;
/** Tag 81 has four bytes. */
const BINARY_AMOUNT_MAX = 0xffff_ffff;
/** No CVM performed. @see EMV 4.4 Book 4 Annex A4 */
const CVM_NOT_PERFORMED: Uint8Array = Uint8Array.of(0x3f, 0x00, 0x00);

/** True when all half bytes are decimal digits. */
export function isBcd(value: Uint8Array): boolean {
  return value.every((byte) => byte >> 4 <= 9 && (byte & 15) <= 9);
}

export function createTransactionContext(
  reader: ReaderState,
  configuration: Configuration,
  request: TransactionRequest,
): TransactionContext {
  const { board } = reader;
  const stored = configuration.message;
  const terminal = new Map<number, Uint8Array>([
    [TAG_9F02_AMOUNT_AUTHORISED, unsignedToBcd(request.amount, 6)],
    [TAG_81_AMOUNT_AUTHORISED_BINARY, unsignedToBytes(Math.min(request.amount, BINARY_AMOUNT_MAX), 4)],
    [TAG_9F03_AMOUNT_OTHER, new Uint8Array(6)],
    [TAG_5F2A_TRANSACTION_CURRENCY_CODE, unsignedToBcd(request.currency, 2)],
    [TAG_9A_TRANSACTION_DATE, request.date.slice()],
    [TAG_9F21_TRANSACTION_TIME, request.time.slice()],
    [TAG_9C_TRANSACTION_TYPE, Uint8Array.of(GOODS_AND_SERVICES)],
    [TAG_9F37_UNPREDICTABLE_NUMBER, board.secure.random(UNPREDICTABLE_NUMBER_BYTES)],
    [TAG_9F41_TRANSACTION_SEQUENCE_COUNTER, unsignedToBcd(reader.dukpt.next % 100_000_000, 4)],
    [TAG_95_TERMINAL_VERIFICATION_RESULTS, new Uint8Array(TVR_BYTES)],
    [TAG_9B_TRANSACTION_STATUS_INFORMATION, new Uint8Array(TSI_BYTES)],
    [TAG_9F34_CVM_RESULTS, CVM_NOT_PERFORMED],
    [TAG_9F16_MERCHANT_IDENTIFIER, latin1ToBytes(stored.merchantIdentifier)],
    [TAG_9F1C_TERMINAL_IDENTIFICATION, latin1ToBytes(stored.terminalIdentification)],
    [TAG_9F4E_MERCHANT_NAME_AND_LOCATION, latin1ToBytes(stored.merchantNameAndLocation)],
    [TAG_9F1E_INTERFACE_DEVICE_SERIAL_NUMBER, fixedText(board.identity.serial, SERIAL_BYTES, 0x20)],
    [TAG_9F1A_TERMINAL_COUNTRY_CODE, unsignedToBcd(stored.terminalCountry, 2)],
    [TAG_9F35_TERMINAL_TYPE, unsignedToBcd(stored.terminalType, 1)],
    [TAG_9F33_TERMINAL_CAPABILITIES, stored.terminalCapabilities],
    [TAG_9F40_ADDITIONAL_TERMINAL_CAPABILITIES, stored.additionalCapabilities],
    [TAG_9F66_TERMINAL_TRANSACTION_QUALIFIERS, stored.terminalTransactionQualifiers],
  ]);
  return {
    secure: board.secure,
    terminal,
    applications: applicationsIn(configuration, request.currency),
    authorities: configuration.authorities,
    random: (length) => board.secure.random(length),
    date: request.date.slice(),
    capabilities: stored.terminalCapabilities,
    torn: reader.torn,
  };
}
