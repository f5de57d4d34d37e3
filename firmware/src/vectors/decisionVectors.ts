/**
 * Kinds cvmlist.parse, cvm.select, processing.restrictions, terminal.risk, taa.decision: what the reader decides by itself.
 * Floor: vectors.
 */
import {
  fromHex,
  NO_BYTES,
  TAG_9B_TRANSACTION_STATUS_INFORMATION,
  TAG_9F02_AMOUNT_AUTHORISED,
  TAG_95_TERMINAL_VERIFICATION_RESULTS,
  toHex,
  unsignedFromBcd,
  unsignedFromBytes,
  unsignedToBcd,
} from '@comptoir/protocol';
import { selectMethod } from '../emv/cardholderVerification.js';
import { AIP, cardSupports } from '../emv/data/applicationInterchangeProfile.js';
import { parseCvmList } from '../emv/data/cvmList.js';
import { DataStore } from '../emv/data/dataStore.js';
import { CAUTIOUS } from '../emv/data/terminalParameters.js';
import { TSI_BYTES, TVR_BYTES } from '../emv/data/terminalStatus.js';
import { processingRestrictions } from '../emv/processingRestrictions.js';
import { terminalActionAnalysis } from '../emv/terminalActionAnalysis.js';
import { terminalRiskManagement } from '../emv/terminalRiskManagement.js';
import { runWholeScript } from './scriptedKernel.js';
import type { VectorHandler, VectorInput } from './vectorInput.js';

/** Values by tag, as a record names them. */
type Members = ReturnType<VectorInput['entries']>;

/** TVR and TSI, all clear, and the data objects that these members name by tag. */
function terminalData(...members: readonly Members[]): Map<number, Uint8Array> {
  const terminal = new Map([
    [TAG_95_TERMINAL_VERIFICATION_RESULTS, new Uint8Array(TVR_BYTES)],
    [TAG_9B_TRANSACTION_STATUS_INFORMATION, new Uint8Array(TSI_BYTES)],
  ]);
  for (const member of members) for (const [tag, value] of member) terminal.set(tagOf(tag), value.hex('value'));
  return terminal;
}

function cardData(member: Members): DataStore {
  const store = new DataStore();
  for (const [tag, value] of member) store.set(tagOf(tag), value.hex('value'));
  return store;
}

function tagOf(name: string): number {
  return unsignedFromBytes(fromHex(name) ?? NO_BYTES);
}

function hexOf(terminal: ReadonlyMap<number, Uint8Array>, tag: number): string {
  return toHex(terminal.get(tag) ?? NO_BYTES);
}

/** Amount of the latest entry with the card's number. */
function earlierAmount(input: VectorInput): number {
  const number = input.object('icc').optionalText('5A');
  const log = input.has('transactionLog') ? input.list('transactionLog') : [];
  const same = log.filter((entry) => entry.text('pan') === number);
  return same[same.length - 1]?.number('amount') ?? 0;
}

const noRandom = (length: number): Uint8Array => new Uint8Array(length);

export const decisionVectors: { readonly [kind: string]: VectorHandler } = {
  'cvmlist.parse': (input) => {
    const list = parseCvmList(input.hex('tag8E'));
    if (list === undefined) return { ok: false, reason: 'CVMLIST_LENGTH' };
    const byte = (value: number): string => toHex(Uint8Array.of(value));
    const rules = list.rules.map(({ method, condition }) => ({ cvm: byte(method), condition: byte(condition) }));
    return { ok: true, amountX: list.amountX, amountY: list.amountY, rules };
  },
  'cvm.select': (input) => {
    if (!cardSupports(input.hex('82'), AIP.cardholderVerification)) return { '9F34': '3F0000', tvrByte3: '00' };
    const list = parseCvmList(input.hex('tag8E'));
    if (list === undefined) throw new Error('tag8E is no CVM list');
    const { results, bits } = selectMethod({
      list,
      capabilities: input.hex('9F33'),
      transactionType: unsignedFromBcd(input.hex('transactionType')) ?? 0,
      terminalType: unsignedFromBcd(input.hex('terminalType')) ?? 0,
      amount: input.number('amount'),
      isInApplicationCurrency: input.flag('inAppCurrency', false),
    });
    const tvrByte3 = bits.reduce((byte, bit) => (bit.byte === 3 ? byte | bit.mask : byte), 0);
    return { '9F34': toHex(results), tvrByte3: toHex(Uint8Array.of(tvrByte3)) };
  },
  'processing.restrictions': (input) => {
    const terminal = terminalData(input.entries('terminal'), input.entries('transaction'));
    processingRestrictions(terminal, cardData(input.entries('icc')));
    return { tvr: hexOf(terminal, TAG_95_TERMINAL_VERIFICATION_RESULTS) };
  },
  'terminal.risk': (input) => {
    const terminal = terminalData();
    const amount = unsignedFromBytes(input.object('transaction').hex('81'));
    terminal.set(TAG_9F02_AMOUNT_AUTHORISED, unsignedToBcd(amount, 6));
    const parameters = { ...CAUTIOUS, floorLimit: unsignedFromBytes(input.object('terminal').hex('9F1B')) };
    const store = cardData(input.entries('icc'));
    const kernel = terminalRiskManagement(terminal, store, parameters, noRandom, earlierAmount(input));
    runWholeScript(kernel, input.list('apdus'));
    return {
      tvr: hexOf(terminal, TAG_95_TERMINAL_VERIFICATION_RESULTS),
      tsi: hexOf(terminal, TAG_9B_TRANSACTION_STATUS_INFORMATION),
    };
  },
  'taa.decision': (input) => ({
    firstGenAc: terminalActionAnalysis(
      input.hex('95'),
      unsignedFromBcd(input.hex('9F35')) ?? 0,
      { denial: input.hex('tacDenial'), online: input.hex('tacOnline'), byDefault: input.hex('tacDefault') },
      { denial: input.hex('9F0E'), online: input.hex('9F0F'), byDefault: input.hex('9F0D') },
    ),
  }),
};
