/** Entry point: which combinations are on, and what the card is asked with. */
import {
  concatBytes,
  dataObject,
  encodeTlv,
  fromHex,
  NO_BYTES,
  TAG_9F34_CVM_RESULTS,
  template,
  toHex,
} from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { createCard } from '../../../simulator/src/index.js';
import type { AcceptedApplication } from '../../src/emv/applicationSelection/candidateList.js';
import { contactlessTransaction } from '../../src/emv/contactless/contactlessTransaction.js';
import { UNLIMITED } from '../../src/emv/data/terminalParameters.js';
import type { TransactionContext } from '../../src/emv/transaction.js';
import { newSession, newTransaction } from './contactlessReader.js';
import { runKernel } from './runKernel.js';

const hex = (text: string): Uint8Array => fromHex(text) ?? NO_BYTES;
const SUCCESS = hex('9000');
const NOT_FOUND = hex('6A82');

/** A directory of these names, each with more data objects; nothing can be selected. */
function directory(
  ...entries: readonly (readonly [aid: string, more?: string])[]
): (command: Uint8Array) => Uint8Array {
  const listed = entries.map(([aid, more = '']) =>
    template(0x61, dataObject(0x4f, hex(aid)), dataObject(0x9f29, hex(more))),
  );
  const ppse = encodeTlv(template(0x6f, template(0xa5, template(0xbf0c, ...listed))));
  return (command) => (command[5] === 0x32 ? concatBytes(ppse, SUCCESS) : NOT_FOUND);
}

function accepting(...applications: readonly Partial<AcceptedApplication>[]): TransactionContext {
  const one = { aid: hex('A0000000031010'), match: 'partial', kernel: 3 } as const;
  return { ...newTransaction(newSession()), applications: applications.map((change) => ({ ...one, ...change })) };
}

test.each([
  ['9F2902', 'A0000000031010', 'A00000000310109F2902'],
  ['', 'A0000000031010', 'A0000000031010'],
  ['AA'.repeat(9), 'A0000000031010', `A0000000031010${'AA'.repeat(9)}`],
  // What doesn't fit is left out.
  ['AA'.repeat(10), 'A0000000031010', 'A0000000031010'],
])('extended selection "%s"', (extension, aid, selected) => {
  const names = [true, false].map((hasExtendedSelection) => {
    const context = accepting({ contactless: { ...UNLIMITED, hasExtendedSelection } });
    const { commands } = runKernel(contactlessTransaction(context), directory([aid, extension]));
    return toHex((commands[1] as Uint8Array).slice(5, -1));
  });
  expect(names).toEqual([selected, aid]);
});

test.each([
  ['A000000025010402', 4],
  ['A0000000651010', 5],
  ['A0000001523010', 6],
  ['A000000333010101', 7],
])('%s goes to kernel %i, which has its place', (aid, kernel) => {
  const own = { aid: hex(aid), kernel };
  const alone = runKernel(contactlessTransaction(accepting(own)), directory([aid]));
  expect(alone).toMatchObject({
    outcome: { kind: 'ended', why: 'tryAnotherInterface', reason: 'KERNEL_NOT_AVAILABLE' },
    commands: { length: 1 },
  });
  // Beside another application, that one is tried.
  const both = runKernel(contactlessTransaction(accepting(own, {})), directory([aid], ['A0000000031010']));
  expect(both.commands.map(toHex).slice(1)).toEqual(['00A4040007A000000003101000']);
});

test('an amount that turns all combinations off asks no card anything', () => {
  const off = { contactless: { ...UNLIMITED, transactionLimit: 1250 } };
  const run = runKernel(contactlessTransaction(accepting(off)), directory(['A0000000031010']));
  expect(run).toEqual({
    kind: 'done',
    outcome: { kind: 'ended', why: 'tryAnotherInterface', reason: 'CONTACTLESS_OFF' },
    commands: [],
  });
});

test('each combination has its own limits', () => {
  const off = { contactless: { ...UNLIMITED, transactionLimit: 1250 } };
  const other = { aid: hex('A0000000041010'), kernel: 2 };
  const run = runKernel(
    contactlessTransaction(accepting(off, other)),
    directory(['A0000000031010'], ['A0000000041010']),
  );
  expect(run.commands.map(toHex).slice(1)).toEqual(['00A4040007A000000004101000']);
});

test.each([
  [9999, '33804000'],
  [10_000, '33C04000'],
])('the card hears the qualifiers of this payment: %i', (amount, qualifiers) => {
  const card = createCard('visa-debit', { seed: 1 });
  card.powerOn('contactless');
  const context = newTransaction(newSession(), { amount });
  const { commands } = runKernel(contactlessTransaction(context), (command) => card.transmit(command) ?? NO_BYTES);
  expect(toHex(commands[2] as Uint8Array).slice(14, 22)).toBe(qualifiers);
});

test.each([
  ['visa-debit', 9999, '3F0000'],
  ['visa-debit', 10_000, '1E0000'],
  ['dynamic', 9999, '3F0000'],
  ['dynamic', 10_000, '1E0000'],
  ['phone-with-CDCVM', 10_000, '010002'],
  ['no-oda', 10_000, '1E0000'],
])('kernel 3, %s, %i: the holder, %s', (name, amount, results) => {
  const card = createCard(name, { seed: 1 });
  card.powerOn('contactless');
  const context = newTransaction(newSession(), { amount });
  const run = runKernel(contactlessTransaction(context), (command) => card.transmit(command) ?? NO_BYTES);
  expect(run).toMatchObject({ outcome: { kind: 'online' } });
  expect(toHex(context.terminal.get(TAG_9F34_CVM_RESULTS) ?? NO_BYTES)).toBe(results);
});

test('an application of kernel 2 that gives way leaves the reader as capable as it is', () => {
  const [mastercard, visa] = ['A0000000041010', 'A0000000031010'];
  const context = accepting({ aid: hex(mastercard), kernel: 2 }, { aid: hex(visa) });
  const listed = directory([mastercard], [visa]);
  const selected = (aid: string, pdol: string): Uint8Array =>
    concatBytes(
      encodeTlv(template(0x6f, dataObject(0x84, hex(aid)), template(0xa5, dataObject(0x9f38, hex(pdol))))),
      SUCCESS,
    );
  const { commands } = runKernel(contactlessTransaction(context), (command, number) => {
    if (command[1] === 0xa8) return hex('6985');
    if (number === 0) return listed(command);
    return number === 1 ? selected(mastercard, '') : selected(visa, '9F33039F6604');
  });
  const told = commands.filter((command) => command[1] === 0xa8).map((command) => toHex(command.slice(7, -1)));
  // Signature among them; byte 1 of the TTQ says so as well.
  expect(told).toEqual(['', `${toHex(context.capabilities)}33804000`]);
});
