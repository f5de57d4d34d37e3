/** The real reader with one card in its slot, and the till that pays with it. */

import type { AcquirerAnswer } from '@comptoir/acquirer';
import { COMMAND, encodeMessage, type Message, toHex } from '@comptoir/protocol';
import { expect } from 'vitest';
import { type Card, createCard, createTestPki, developmentConfiguration } from '../../simulator/src/index.js';
import { FakeBoard, FakeHost } from './fakeBoard.js';
import { acquirersWord, answerOf, PAYMENT, questionIn, SECRET } from './paymentMessages.js';
import { portOf } from './portOf.js';

export const configuration = developmentConfiguration(createTestPki());

export type Change = (command: Uint8Array, response: Uint8Array) => Uint8Array | undefined;

/** A card in the slot whose answers may be changed: undefined means that it's gone. */
export class Slot {
  readonly board = new FakeBoard();
  host: FakeHost;
  channel: number;
  readonly commands: string[] = [];
  private asked: Message<'authorise' | 'inquire'> | undefined;

  constructor(name: string, change: Change = (_, response) => response, stored: Uint8Array = configuration) {
    this.board.configurationBytes = stored;
    const card = createCard(name, { seed: 1 });
    const listening: Card = {
      ...card,
      transmit: (command) => {
        this.commands.push(toHex(command));
        const response = card.transmit(command);
        return response === undefined ? undefined : change(command, response);
      },
    };
    this.board.contact = portOf(listening, 'contact');
    this.host = new FakeHost(this.board);
    this.channel = this.host.init();
  }

  send(message: Message, channel = this.channel): Message | number | undefined {
    const answer = answerOf(this.host.send(channel, COMMAND.message, encodeMessage(message)));
    if (typeof answer === 'object' && (answer.kind === 'authorise' || answer.kind === 'inquire')) this.asked = answer;
    return answer;
  }

  /** The acquirer says so, to the last question. */
  answer(answer: AcquirerAnswer, channel = this.channel): Message | number | undefined {
    return this.send(acquirersWord(questionIn(this.asked), answer), channel);
  }

  /** After the reader lost its power: it asks for the answer once more, and then believes it. */
  answerAgain(answer: AcquirerAnswer): Message | number | undefined {
    expect(this.answer(answer)).toMatchObject({ kind: 'inquire' });
    return this.answer(answer);
  }

  /** The till alone says so. */
  decide(responseCode: string): Message | number | undefined {
    return this.send({ kind: 'decide', key: PAYMENT.key, paymentSecret: SECRET, responseCode });
  }

  /** @returns what the acquirer is asked */
  pay(key = PAYMENT.key, more: Partial<Message<'pay'>> = {}): Message<'authorise'> {
    const answer = this.send({ ...PAYMENT, key, ...more });
    if (typeof answer !== 'object' || answer.kind !== 'authorise')
      throw new Error(`no question: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** Nothing is heard for so long. */
  wait(ms: number): Message | number | undefined {
    this.board.nowMs += ms;
    return answerOf(this.host.step());
  }

  lookup(): Message | number | undefined {
    return this.send({ kind: 'lookup', key: PAYMENT.key, paymentSecret: SECRET });
  }

  restart(): void {
    this.host = new FakeHost(this.board);
    this.channel = this.host.init();
  }

  /** The commands of GENERATE AC, EXTERNAL AUTHENTICATE and scripts, in order. */
  get last(): readonly string[] {
    return this.commands.filter((command) => /^80AE|^0082|^8[4C]/.test(command)).map((command) => command.slice(0, 6));
  }
}
