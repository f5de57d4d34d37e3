/**
 * Makes what leaves of a card that was read.
 * Floor: commands.
 */
import {
  type Message,
  NO_BYTES,
  TAG_5F2A_TRANSACTION_CURRENCY_CODE,
  TAG_9F02_AMOUNT_AUTHORISED,
  TAG_9F26_APPLICATION_CRYPTOGRAM,
  TAG_9F27_CRYPTOGRAM_INFORMATION_DATA,
  TAG_9F36_APPLICATION_TRANSACTION_COUNTER,
  TAG_9F37_UNPREDICTABLE_NUMBER,
  TAG_9F41_TRANSACTION_SEQUENCE_COUNTER,
  unsignedFromBcd,
} from '@comptoir/protocol';
import type { CardRead, TransactionContext } from '../../emv/transaction.js';
import type { BoundData } from '../../token/boundData.js';
import type { CheckedMessage, Leaving } from '../../token/door.js';
import { sealEnvelope } from '../../token/envelope.js';
import type { IndexToken } from '../../token/indexToken.js';
import { type CardDescription, describeCard, type IndexTokenResult, indexTokenOf } from '../../token/outgoingData.js';
import { sealedData } from '../../token/sealedData.js';
import { makeTransactionToken } from '../../token/transactionToken.js';
import { Vouched } from '../../token/vouched.js';
import type { Configuration } from '../configuration/configuration.js';
import type { ReaderState } from '../shared/readerState.js';

export interface OutgoingCard {
  readonly indexToken: IndexToken | undefined;
  /** Fields that `authorise` and `result` have in common. */
  readonly description: CardDescription & {
    readonly usedInterface: number;
    readonly emvData: Vouched;
    readonly merchantIdentifier: string;
    readonly terminalIdentification: string;
    readonly transactionSequence: number;
  };
}

/** The token of a card, or why there is none; a field of every message that describes a card. */
export function tokenFields(
  result: IndexTokenResult,
): { readonly indexToken: Vouched<string> } | { readonly tokenReason: string } {
  return result.kind === 'token' ? { indexToken: result.token.text } : { tokenReason: result.reason };
}

export function outgoingCard(
  reader: ReaderState,
  configuration: Configuration,
  context: TransactionContext,
  card: CardRead,
  usedInterface: number,
): OutgoingCard {
  const result = indexTokenOf(reader.board.secure, reader.tokenLimiter, card);
  const { merchantIdentifier, terminalIdentification } = configuration.message;
  return {
    indexToken: result.kind === 'token' ? result.token : undefined,
    description: {
      ...describeCard(card, context.applications),
      ...tokenFields(result),
      usedInterface,
      emvData: Vouched.emvData(card.store, context.terminal),
      merchantIdentifier,
      terminalIdentification,
      transactionSequence:
        unsignedFromBcd(context.terminal.get(TAG_9F41_TRANSACTION_SEQUENCE_COUNTER) ?? NO_BYTES) ?? 0,
    },
  };
}

/** What of a card's answer is sealed, and what it's bound to. */
interface Sealing {
  /** Tag 9F36, 2 bytes; none in an enquiry that the card made no cryptogram for. */
  readonly transactionCounter: Uint8Array;
  /** Tag 9F26. */
  readonly cryptogram: Uint8Array;
  /** Tag 9F27. */
  readonly cid: Uint8Array;
  readonly indexToken: IndexToken | undefined;
  readonly emvData: Uint8Array;
  /** For the envelope, BER-TLV; erased. */
  readonly plain: Uint8Array;
}

/** Uses up one DUKPT counter. The answer is expected from now on. */
export function sealTransaction(
  reader: ReaderState,
  configuration: Configuration,
  terminal: TransactionContext['terminal'],
  { transactionCounter, cryptogram, cid, indexToken, emvData, plain }: Sealing,
): { readonly envelope: Vouched; readonly transactionToken: Vouched } {
  const { secure, identity } = reader.board;
  const { merchantIdentifier, terminalIdentification } = configuration.message;
  const bound: BoundData = {
    model: identity.model,
    serial: identity.serial,
    merchantIdentifier,
    terminalIdentification,
    amount: terminal.get(TAG_9F02_AMOUNT_AUTHORISED) as Uint8Array,
    currency: terminal.get(TAG_5F2A_TRANSACTION_CURRENCY_CODE) as Uint8Array,
    unpredictableNumber: terminal.get(TAG_9F37_UNPREDICTABLE_NUMBER) as Uint8Array,
    transactionCounter,
  };
  const keys = reader.dukpt.take();
  try {
    const envelope = sealEnvelope(secure, keys, bound, emvData, plain);
    const transactionToken = makeTransactionToken(secure, keys, bound, cryptogram, cid, indexToken, envelope);
    reader.answers.expect(transactionToken.value, keys.answerKey);
    return { envelope, transactionToken };
  } finally {
    secure.eraseKey(keys.dataKey);
    secure.eraseKey(keys.macKey);
  }
}

export function authoriseMessage(
  reader: ReaderState,
  configuration: Configuration,
  context: TransactionContext,
  request: Pick<Message<'pay'>, 'key' | 'amount' | 'currency' | 'partial'>,
  card: CardRead,
  { indexToken, description }: OutgoingCard,
): Leaving<'authorise'> {
  const { identity } = reader.board;
  const { store } = card;
  const { envelope, transactionToken } = sealTransaction(reader, configuration, context.terminal, {
    transactionCounter: store.valueOf(TAG_9F36_APPLICATION_TRANSACTION_COUNTER),
    cryptogram: store.valueOf(TAG_9F26_APPLICATION_CRYPTOGRAM),
    cid: store.valueOf(TAG_9F27_CRYPTOGRAM_INFORMATION_DATA),
    indexToken,
    emvData: description.emvData.value,
    plain: sealedData(context, card),
  });
  const { key, amount, currency, partial } = request;
  return {
    kind: 'authorise',
    key,
    amount,
    currency,
    ...description,
    envelope,
    transactionToken,
    model: identity.model,
    serial: identity.serial,
    ...(partial === undefined ? {} : { partial }),
  };
}

function tokenOf({ transactionToken }: Leaving<'authorise'>): Uint8Array {
  return transactionToken instanceof Vouched ? transactionToken.value : transactionToken;
}

/**
 * A question through the door. One that would show the number goes without the card's own words: no acquirer needs them.
 * @returns undefined when it would show it all the same
 */
export function checkedQuestion(
  { door, answers }: ReaderState,
  question: Leaving<'authorise'>,
): CheckedMessage<'authorise'> | undefined {
  const { paymentAccountReference, languagePreference, ...rest } = question;
  const plain = { ...rest, label: '', applicationIdentifier: NO_BYTES };
  const checked = door.check<'authorise'>(question) ?? door.check<'authorise'>(plain);
  if (checked === undefined) answers.forget(tokenOf(question));
  return checked;
}
