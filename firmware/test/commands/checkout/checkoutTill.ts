/** A till that takes a basket from one tap, and the authorisers behind it, on the real session and the dynamic card's own script. */

import { type AcquirerAnswer, deriveInitialKey, signAnswer } from '@comptoir/acquirer';
import { developmentKeys } from '@comptoir/factory/development';
import {
  ASKS,
  COMMAND,
  concatBytes,
  decodeMessage,
  encodeMessage,
  type Frame,
  INTERFACE,
  latin1ToBytes,
  type Message,
  NO_BYTES,
  NO_PARTS,
  OUTCOME,
  stepParts,
  toHex,
  unsignedToBytes,
} from '@comptoir/protocol';
import { type Acquirer, keyFrom } from '@comptoir/sdk';
import {
  type Card,
  createTestPki,
  developmentConfiguration,
  developmentProvision,
  seededBytes,
} from '../../../../simulator/src/index.js';
import { createKeyFlash, openKeyStore } from '../../../../simulator/src/machine/board/keys/softwareKeyStore.js';
import { type ProvisionedKey, SoftwareKeys } from '../../../../simulator/src/machine/board/keys/softwareKeys.js';
import { secureOf } from '../../../../simulator/src/machine/board/keys/softwareSecure.js';
import {
  createRecordsInMemory,
  type RecordsInMemory,
} from '../../../../simulator/src/machine/board/recordsInMemory.js';
import { DEVELOPMENT_MERCHANT } from '../../../../simulator/src/world/configuration.js';
import { KEY, type Secure } from '../../../src/board/board.js';
import { Reader } from '../../../src/commands/reader.js';
import { FakeBoard, FakeHost } from '../../fakeBoard.js';
import { questionIn, SECRET } from '../../paymentMessages.js';
import { portOf } from '../../portOf.js';

export const pki = createTestPki();

export const order: Message<'pay'> = {
  kind: 'pay',
  key: 'sale-1',
  paymentSecret: SECRET,
  amount: 0,
  currency: 978,
  interfaces: INTERFACE.contactless,
  lineCount: 0,
  currencyCode: 'EUR',
  nonce: new Uint8Array(8).fill(0x11),
  timeoutMs: 1000,
  date: Uint8Array.of(0x26, 0x11, 0x24),
  time: new Uint8Array(3),
};

type Line = Message<'basket'>['lines'][number];
type Question = Message<'authorise' | 'inquire'>;
export type Answers = (question: Question) => AcquirerAnswer | undefined;

export const approveAll: Answers = (question) => ({ responseCode: question.kind === 'inquire' ? '05' : '00' });

const SEED = 'till';
const SERIAL = 'TEST0001';

/** Of all tills: the acquirer's. */
export const baseDerivationKey: Uint8Array = developmentKeys(SEED, SERIAL).baseDerivationKey;

/** One of its own for each start of the reader, which has an empty flash for keys and randomness of its own, too. */
function initialKey(start: number): ProvisionedKey {
  const identifier = concatBytes(latin1ToBytes('TILL'), unsignedToBytes(start, 4));
  return { name: KEY.dukptInitial, key: deriveInitialKey(baseDerivationKey, identifier), identifier };
}

export class CheckoutTill {
  readonly board = new FakeBoard();
  readonly records: RecordsInMemory;
  readonly asked: Question[] = [];
  readonly host: FakeHost;
  private channel = 0;

  /** @param changed what becomes of the board's cryptography */
  constructor(
    records = createRecordsInMemory(),
    start = 0,
    merchant = DEVELOPMENT_MERCHANT,
    changed: (secure: Secure) => Secure = (secure) => secure,
  ) {
    this.records = records;
    const provision = developmentProvision(SEED, SERIAL, { merchant: merchant.merchantIdentifier });
    this.board.configurationBytes = developmentConfiguration(pki, merchant);
    this.board.records = records.powerOn(() => {});
    const random = seededBytes(`till ${start}`);
    const table = new SoftwareKeys(
      provision().keys.map((key) => (key.name === KEY.dukptInitial ? initialKey(start) : key)),
    );
    this.board.secure = changed(secureOf(table, random));
    this.board.keys = openKeyStore(createKeyFlash(), table, random);
    this.host = new FakeHost(this.board, new Reader(this.board));
    this.channel = this.host.init();
  }

  send(message: Message): Message | number | undefined {
    return this.sendBytes(encodeMessage(message));
  }

  sendBytes(message: Uint8Array): Message | number | undefined {
    return this.answerOf(this.host.send(this.channel, COMMAND.message, message));
  }

  /** The till from now on is another one, at the same reader; gives the one of before back. */
  changeChannel(channel = this.host.init()): number {
    const before = this.channel;
    this.channel = channel;
    return before;
  }

  lookup(key = 'sale-1'): Message | number | undefined {
    return this.send({ kind: 'lookup', key, paymentSecret: SECRET });
  }

  /** The acquirer says so, and the till brings it. @param question of this till, maybe before it lost its power */
  answer(answer: AcquirerAnswer, question: Question = this.last): Message | number | undefined {
    return this.sendBytes(broughtByTill(signAnswer(question, answer, { bdk: baseDerivationKey })));
  }

  /** The till alone says so, to the last question. */
  decide(responseCode: string, more: Partial<Message<'decide'>> = {}): Message | number | undefined {
    return this.send({ kind: 'decide', key: 'sale-1', paymentSecret: SECRET, responseCode, ...more });
  }

  /** One tap. The host answers by `answers`; undefined: it never does. */
  tap(
    card: Card,
    lines: readonly Line[],
    answers: Answers = approveAll,
    more: Partial<Message<'pay'>> = {},
  ): Message | number | undefined {
    let answer = this.begin(card, lines, more);
    while (isQuestion(answer)) {
      const word = answers(answer);
      if (word === undefined) return this.silence();
      answer = this.answer(word, answer);
    }
    return answer;
  }

  /** One tap with a real host, as an SDK does it: asks for the nonce, passes on questions and answers, tells how the sale ended. */
  async tapAt(
    acquirer: Required<Acquirer>,
    card: Card,
    lines: readonly Line[],
    more: Partial<Message<'pay'>> = {},
  ): Promise<Message | number | undefined> {
    const nonce = await acquirer.nonce();
    let answer = this.begin(card, lines, { nonce, ...more });
    while (isQuestion(answer)) {
      answer = this.sendBytes(broughtByTill(await acquirer.authorise(encodeMessage(answer), keyFrom(answer.key))));
    }
    if (typeof answer === 'object' && answer.kind === 'result' && answer.planId !== undefined)
      await acquirer.settle(keyFrom(answer.key), answer.planId, isStanding(answer) ? 'stands' : 'void');
    return answer;
  }

  /** Basket and checkout, as far as the first question. */
  begin(card: Card, lines: readonly Line[], more: Partial<Message<'pay'>> = {}): Message | number | undefined {
    this.board.contactless = portOf(card, 'contactless');
    this.send({ kind: 'basket', firstLine: 0, lines });
    const amount = lines.reduce((sum, { quantity, unitAmount }) => sum + quantity * unitAmount, 0);
    return this.send({ ...order, amount, lineCount: lines.length, ...more });
  }

  /** The host doesn't answer in time. */
  silence(): undefined {
    this.board.nowMs += 60_001;
    this.host.step();
  }

  get last(): Question {
    return questionIn(this.asked.at(-1));
  }

  /** Names of the questions, in order. */
  questions(): string[] {
    const names = Object.entries(ASKS);
    return this.asked.map((question) =>
      question.kind === 'inquire'
        ? 'inquire'
        : `${names.find(([, value]) => value === question.asks)?.[0]} ${question.label} ${question.amount}`,
    );
  }

  private answerOf(first: readonly Frame[]): Message | number | undefined {
    let frames = first;
    let parts = NO_PARTS;
    for (;;) {
      const frame = frames.find(
        ({ command }) => command === COMMAND.message || command === COMMAND.part || command === COMMAND.error,
      );
      if (frame === undefined) return undefined;
      if (frame.command === COMMAND.error) return frame.payload[0];
      const step = stepParts(parts, frame.command, frame.payload);
      if (step.kind === 'fault') throw new Error('the reader sent parts that do not fit');
      if (step.kind === 'message') {
        const decoded = decodeMessage(step.message);
        const message = decoded.ok ? decoded.message : undefined;
        if (isQuestion(message)) this.asked.push(message);
        return message;
      }
      parts = step.parts;
      frames = this.host.send(this.channel, COMMAND.taken, Uint8Array.of(step.index));
    }
  }
}

/** As the SDK does it: the acquirer's word goes on with the secret of the payment. */
export function broughtByTill(word: Uint8Array): Uint8Array {
  const decoded = decodeMessage(word);
  if (!decoded.ok || decoded.message.kind !== 'complete') return word;
  return encodeMessage({ ...decoded.message, paymentSecret: SECRET });
}

function isQuestion(answer: Message | number | undefined): answer is Question {
  return typeof answer === 'object' && (answer.kind === 'authorise' || answer.kind === 'inquire');
}

export function isStanding({ outcome }: Message<'result'>): boolean {
  return outcome === OUTCOME.approved || outcome === OUTCOME.partlyApproved;
}

export const tendersOf = (answer: Message | number | undefined): readonly (readonly [string, number])[] =>
  typeof answer === 'object' && answer.kind === 'result'
    ? answer.tenders.map(({ label, amount }) => [label, amount])
    : [];

export const planIdOf = (answer: Message | number | undefined): string =>
  toHex((typeof answer === 'object' && answer.kind === 'result' && answer.planId) || NO_BYTES);
