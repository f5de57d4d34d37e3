/**
 * What a whole transaction asks of its surroundings, and what it allocates: the kernels alone, with a card that says again what a good one said
 * and a board whose RSA is done, so that all of it is the firmware's.
 */
import { equalBytes, NO_BYTES } from '@comptoir/protocol';
import type { Kernel } from '../../../firmware/src/apdu/kernel.js';
import { completeTransaction } from '../../../firmware/src/emv/contact/completeTransaction.js';
import { contactTransaction } from '../../../firmware/src/emv/contact/contactTransaction.js';
import { contactlessTransaction } from '../../../firmware/src/emv/contactless/contactlessTransaction.js';
import type { CardOutcome, TransactionContext } from '../../../firmware/src/emv/transaction.js';
import { newSession, newTransaction } from '../../../firmware/test/emv/contactlessReader.js';
import type { CardInterface } from '../../src/machine/card.js';
import { createCard } from '../../src/world/cards/catalogue.js';
import { heapBytesPerCall } from '../memory.js';
import type { Row } from './row.js';

const TRANSACTIONS = [
  { name: 'contact CDA, both cryptograms', card: 'mastercard', on: 'contact' },
  { name: 'contactless CDA', card: 'mastercard', on: 'contactless' },
  { name: 'qVSDC with fDDA', card: 'visa-debit', on: 'contactless' },
] as const;

interface Exchange {
  readonly command: Uint8Array;
  readonly response: Uint8Array;
}
interface Counted {
  readonly asks: number;
  readonly commands: number;
}

export function kernelRows(): Row[] {
  const session = heapBytesPerCall(newSession);
  return TRANSACTIONS.flatMap(({ name, card, on }) => {
    const { run, counted } = transactionOf(card, on);
    const { asks, commands } = counted;
    return [
      {
        name: `steps, ${name}`,
        unit: 'requests',
        value: asks,
        detail: `${commands} of them are commands for the card`,
      },
      {
        name: `allocated, ${name} [node]`,
        unit: 'KiB',
        value: (heapBytesPerCall(run) - session) / 1024,
        detail: 'as V8 counts: large byte arrays lie outside its heap; the work of the board is left out',
      },
    ];
  });
}

/** @returns a transaction that comes out the same each time, and what the first one asked for */
function transactionOf(name: string, on: CardInterface): { readonly run: () => void; readonly counted: Counted } {
  const recovered: Uint8Array[] = [];
  const recorded: Exchange[] = [];
  const software = createCard(name, { seed: 1 });
  software.powerOn(on);
  const counted = transact(
    on,
    contextWith((secure, ...values) => {
      const result = secure.rsaRecover(...values);
      recovered.push((result ?? NO_BYTES).slice());
      return result;
    }),
    (command) => {
      const response = software.transmit(command) ?? NO_BYTES;
      recorded.push({ command: command.slice(), response: response.slice() });
      return response;
    },
  );
  let at = 0;
  const context = (): TransactionContext => contextWith(() => recovered[at++]?.slice());
  return {
    counted,
    run() {
      at = 0;
      let said = 0;
      transact(on, context(), (command) => {
        const next = recorded[said];
        said += 1;
        if (next === undefined || !equalBytes(next.command, command)) throw new Error(`${name} is asked otherwise`);
        return next.response;
      });
    },
  };
}

type Secure = TransactionContext['secure'];

function contextWith(
  rsaRecover: (secure: Secure, ...values: Parameters<Secure['rsaRecover']>) => Uint8Array | undefined,
): TransactionContext {
  const made = newTransaction(newSession());
  const { secure } = made;
  return {
    ...made,
    secure: { sha1: (data) => secure.sha1(data), rsaRecover: (...values) => rsaRecover(secure, ...values) },
  };
}

/** On contact, the acquirer says yes. @throws Error when the card isn't good */
function transact(on: CardInterface, context: TransactionContext, card: (command: Uint8Array) => Uint8Array): Counted {
  let asks = 0;
  let commands = 0;
  const drive = <T>(kernel: Kernel<T>): T => {
    let step = kernel.next();
    while (step.done !== true) {
      asks += 1;
      if (step.value.kind === 'transmit') commands += 1;
      step = kernel.next(step.value.kind === 'transmit' ? card(step.value.command) : NO_BYTES);
    }
    return step.value;
  };
  const outcome: CardOutcome = drive(on === 'contact' ? contactTransaction(context) : contactlessTransaction(context));
  if (outcome.kind !== 'online') throw new Error(`the transaction is ${outcome.kind}`);
  if (outcome.open === undefined) return { asks, commands };
  const yes = {
    isApproved: true,
    responseCode: '00',
    authorisationCode: undefined,
    issuerAuthenticationData: undefined,
    issuerScripts: undefined,
  };
  const { kind } = drive(completeTransaction(context, outcome.card, outcome.open, yes));
  if (kind !== 'approved') throw new Error(`the payment is ${kind}`);
  return { asks, commands };
}
