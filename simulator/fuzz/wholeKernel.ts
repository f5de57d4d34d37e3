/**
 * A whole transaction with an edited card. It ends in a bounded number of steps with an outcome of its kind; what it calls proven is
 * what the card really has; and what a card approved it had signed.
 * Floor: fuzz.
 */
import {
  equalBytes,
  NO_BYTES,
  TAG_9F26_APPLICATION_CRYPTOGRAM,
  TAG_72_ISSUER_SCRIPT_TEMPLATE_2,
} from '@comptoir/protocol';
import { completeTransaction, type OnlineAnswer } from '../../firmware/src/emv/contact/completeTransaction.js';
import { contactTransaction } from '../../firmware/src/emv/contact/contactTransaction.js';
import { runIssuerScripts } from '../../firmware/src/emv/contact/issuerScripts.js';
import { contactlessTransaction } from '../../firmware/src/emv/contactless/contactlessTransaction.js';
import type { CardOutcome, TransactionContext } from '../../firmware/src/emv/transaction.js';
import { newSession, newTransaction } from '../../firmware/test/emv/contactlessReader.js';
import { runKernel } from '../../firmware/test/emv/runKernel.js';
import type { CardInterface } from '../src/machine/card.js';
import { createCard } from '../src/world/cards/catalogue.js';
import { editedCard, type Recorded } from './editedCard.js';
import { hold, Input, type Target } from './target.js';

/** The records that an AFL may name, each in pieces, and twice as much for what comes before. */
const COMMANDS_MAX = 3000;
const OUTCOMES = ['online', 'declined', 'again', 'ended'];
const SCRIPTS = Uint8Array.of(0x72, 0x0a, 0x86, 0x08, 0x84, 0xda, 0x9f, 0x58, 0x03, 0x01, 0xaa, 0xbb);

/** What a card said in a good transaction, and what it has. */
interface Known {
  readonly recorded: readonly Recorded[];
  readonly cardNumber: Uint8Array;
  /** Of the last GENERATE AC. */
  readonly cryptogram: Uint8Array;
}

const YES: OnlineAnswer = {
  isApproved: true,
  responseCode: '00',
  authorisationCode: 'A1B2C3',
  issuerAuthenticationData: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 0x30, 0x30),
  issuerScripts: SCRIPTS,
};

/** @param names of cards in the catalogue */
export function wholeKernel(usedInterface: CardInterface, names: readonly string[]): Target {
  const known = new Map<string, Known>();
  const knownOf = (name: string): Known => {
    const found = known.get(name) ?? record(name, usedInterface);
    known.set(name, found);
    return found;
  };
  return {
    // Each card as it is, and each kind of edit at the first answers of each.
    seeds: () =>
      names.flatMap((_, card) => [
        Uint8Array.of(card),
        ...Array.from({ length: 12 }, (__, answer) => Uint8Array.of(card, answer, answer % 7, 4, 3, 1, 2, 3)),
      ]),
    fuzz(data) {
      const input = new Input(data);
      const name = names[input.byte() % names.length] as string;
      const good = knownOf(name);
      const card = editedCard(good.recorded, input);
      let answered = 0;
      run(usedInterface, good, (command) => {
        const response = card(command, answered);
        answered += 1;
        return response;
      });
      hold(answered <= COMMANDS_MAX, 'a card is asked so often and no more');
    },
  };
}

function record(name: string, usedInterface: CardInterface): Known {
  const card = createCard(name, { seed: 1 });
  card.powerOn(usedInterface);
  const recorded: Recorded[] = [];
  const { outcome, cryptogram } = run(usedInterface, undefined, (command) => {
    const response = card.transmit(command) ?? NO_BYTES;
    recorded.push({ command: command.slice(), response: response.slice() });
    return response;
  });
  if (outcome === undefined || !('card' in outcome)) throw new Error(`${name} ends before its cryptogram`);
  return { recorded, cardNumber: outcome.card.cardNumber.slice(), cryptogram };
}

interface Ran {
  readonly outcome: CardOutcome | undefined;
  readonly cryptogram: Uint8Array;
}

/** @param good undefined: nothing is known yet to compare with */
function run(usedInterface: CardInterface, good: Known | undefined, card: (command: Uint8Array) => Uint8Array): Ran {
  const context = newTransaction(newSession());
  const first = runKernel(
    usedInterface === 'contact' ? contactTransaction(context) : contactlessTransaction(context),
    card,
  );
  if (first.kind === 'cardGone') return { outcome: undefined, cryptogram: NO_BYTES };
  const { outcome } = first;
  hold(OUTCOMES.includes(outcome.kind), 'an outcome is one of four');
  if ('reason' in outcome) hold(/^[A-Z0-9_]+$/.test(outcome.reason), 'a reason is a name');
  if (!('card' in outcome)) return { outcome, cryptogram: NO_BYTES };
  if (good !== undefined && outcome.card.isNumberProven)
    hold(equalBytes(outcome.card.cardNumber, good.cardNumber), 'a proven number is that of the card');
  if (outcome.kind === 'online' && outcome.open !== undefined) finish(context, outcome, good, card);
  return { outcome, cryptogram: outcome.card.store.valueOf(TAG_9F26_APPLICATION_CRYPTOGRAM).slice() };
}

/** The acquirer says yes, and the card has the last word. */
function finish(
  context: TransactionContext,
  { card, open }: Extract<CardOutcome, { readonly kind: 'online' }>,
  good: Known | undefined,
  answer: (command: Uint8Array) => Uint8Array,
): void {
  if (open === undefined) return;
  const completed = runKernel(completeTransaction(context, card, open, YES), answer);
  if (completed.kind === 'cardGone') return;
  const isSigned = completed.outcome.kind === 'approved' && open.cardKey !== undefined;
  if (good !== undefined && isSigned)
    hold(
      equalBytes(card.store.valueOf(TAG_9F26_APPLICATION_CRYPTOGRAM), good.cryptogram),
      'what CDA approved is what the card signed',
    );
  runKernel(runIssuerScripts(context.terminal, SCRIPTS, TAG_72_ISSUER_SCRIPT_TEMPLATE_2), answer);
}
