/** A hostile card as data: a good card, and what of its answers is changed. And what the real session makes of it. */
import {
  COMMAND,
  concatBytes,
  type DataObject,
  dataObject,
  decodeMessage,
  decodeTlv,
  encodeMessage,
  encodeTlv,
  type Frame,
  fromHex,
  latin1ToBytes,
  type Message,
  NO_BYTES,
  OUTCOME,
  template,
  toHex,
} from '@comptoir/protocol';
import { type Card, createCard, createTestPki, developmentConfiguration } from '../../../simulator/src/index.js';
import type { CardPort } from '../../src/board/board.js';
import { FakeBoard, FakeHost } from '../fakeBoard.js';
import { acquirersWord, PAYMENT, tenderOf } from '../paymentMessages.js';
import { portOf } from '../portOf.js';
import { type Forgery, forge } from './forgery.js';

export interface Change {
  /** Beginning of the command in hexadecimal; absent: every command. */
  readonly on?: string;
  /** Which of these commands, 1 being the first; absent: each. */
  readonly nth?: number;
  /** The whole response in hexadecimal, with its status. */
  readonly answer?: string;
  /** The card doesn't answer any more. */
  readonly gone?: true;
  /** The value of a data object, wherever it is; the lengths around it are made right. */
  readonly put?: readonly [tag: number, value: string];
  readonly drop?: number;
  /** Data objects that follow in the outer template. */
  readonly add?: string;
  /** In the hexadecimal text of the response, everywhere; no length is made right. */
  readonly replace?: readonly [from: string, to: string];
  /** A certificate (90 or 9F46) that its signer signed, and that is wrong nevertheless. */
  readonly forge?: Forgery;
}

export interface Hostile {
  readonly name: string;
  /** Clause or limit. */
  readonly attacks: string;
  /** Name in the catalogue of software cards; absent: `mastercard`, CDA. */
  readonly base?: string;
  readonly changes: readonly Change[];
  /** The card is tapped; absent: it's in the slot. */
  readonly isTapped?: true;
  /** Minor units; absent: 12.50. */
  readonly amount?: number;
  readonly slow?: { readonly answerMs: number; readonly on: string };
  /** `online METHOD RESULT`, or the outcome and its reason. After an approval of the acquirer: what became of it. */
  readonly ends: string;
  /** Commands that the card got, no more and no less. */
  readonly commands: number;
}

/** @param changes of the card `mastercard` */
export function row(
  name: string,
  ends: string,
  commands: number,
  ...changes: readonly Change[]
): Omit<Hostile, 'attacks'> {
  return { name, ends, commands, changes };
}

export function rowOf(base: string, ...row_: Parameters<typeof row>): Omit<Hostile, 'attacks'> {
  return { ...row(...row_), base };
}

/** @param base of a card that is tapped */
export function tap(base: string, ...row_: Parameters<typeof row>): Omit<Hostile, 'attacks'> {
  return { ...rowOf(base, ...row_), isTapped: true };
}

/** @param amount minor units */
export function of(amount: number, one: Omit<Hostile, 'attacks'>): Omit<Hostile, 'attacks'> {
  return { ...one, amount };
}

/** The card takes so long for each answer, or for those to commands that begin so. */
export function slow(answerMs: number, one: Omit<Hostile, 'attacks'>, on = ''): Omit<Hostile, 'attacks'> {
  return { ...one, slow: { answerMs, on } };
}

/** @param attacks clause or limit */
export function attack(attacks: string, ...rows: readonly Omit<Hostile, 'attacks'>[]): readonly Hostile[] {
  return rows.map((one) => ({ ...one, attacks }));
}

/** A data object as hexadecimal text. @param content in hexadecimal */
export function wrap(tag: string, content: string): string {
  return toHex(withLength(hex(tag), hex(content)));
}

export const hex = (text: string): Uint8Array => {
  const bytes = fromHex(text);
  if (bytes === undefined) throw new Error(`not hexadecimal: ${text.slice(0, 40)}`);
  return bytes;
};

const pki = createTestPki();
const configuration = developmentConfiguration(pki);
/** What the session takes of one card, and the answer that shows that it was too much. */
const RESPONSE_BYTES_MAX = 32_768 + 258;
const STEPS_MAX = 2_000;
/** Of the cards that rows change, and the one that they put into them. */
const NUMBERS = ['5413330089601034', '4761739001010119', '5413330089601232', '5413330089601240', '5413330089601265'];
const STEP_MS = 20;

export interface Ended {
  readonly ends: string;
  readonly commands: number;
  readonly isTokenGiven: boolean;
  /** Packed or as text, in any message. */
  readonly isNumberShown: boolean;
  /** The reader took a good card right afterwards. */
  readonly isReady: boolean;
}

/** Pays with the card; when the acquirer is asked, it says yes. */
export function payWith(hostile: Hostile): Ended {
  const board = new FakeBoard();
  board.configurationBytes = configuration;
  const host = new FakeHost(board);
  const channel = host.init();
  let commands = 0;
  let responseBytes = 0;
  const card = changedCard(hostile);
  const counted: Card = {
    ...card,
    transmit(command) {
      commands += 1;
      const response = card.transmit(command);
      responseBytes += response?.length ?? 0;
      return response;
    },
  };
  const where = hostile.isTapped ? 'contactless' : 'contact';
  board[where] = slowly(portOf(counted, where), board, hostile.slow);
  let shown = '';
  const send = (message: Message): Message => {
    const answer = until(host, board, host.send(channel, COMMAND.message, encodeMessage(message)));
    shown += ` ${toHex(encodeMessage(answer))}`;
    return answer;
  };
  const { amount = PAYMENT.amount, isTapped } = hostile;
  let message = send({ ...PAYMENT, key: 'hostile', amount, interfaces: isTapped ? 2 : 1 });
  let ends = endOf(message);
  const isTokenGiven = 'indexToken' in (message.kind === 'result' ? tenderOf(message) : message);
  if (message.kind === 'authorise') {
    message = send(acquirersWord(message, { responseCode: '00' }));
    const last = endOf(message);
    if (last !== 'approved') ends = `${ends}, then ${last}`;
  }
  if (responseBytes > RESPONSE_BYTES_MAX) throw new Error(`the reader took ${responseBytes} bytes`);
  const isNumberShown = NUMBERS.some(
    (number) => shown.includes(number) || shown.includes(toHex(latin1ToBytes(number))),
  );
  board.contact = portOf(createCard('visa-credit', { seed: 1 }), 'contact');
  const isReady = send({ ...PAYMENT, key: 'next' }).kind === 'authorise';
  return { ends, commands, isTokenGiven, isNumberShown, isReady };
}

function until(host: FakeHost, board: FakeBoard, first: readonly Frame[]): Message {
  let frames = first;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const answer = frames.find(({ command }) => command === COMMAND.message);
    const decoded = decodeMessage(answer?.payload ?? NO_BYTES);
    if (decoded.ok) return decoded.message;
    board.nowMs += STEP_MS;
    frames = host.step();
  }
  throw new Error('the payment never ended');
}

function slowly(port: CardPort, board: FakeBoard, slow: Hostile['slow']): CardPort {
  if (slow === undefined) return port;
  let readyMs = 0;
  return {
    ...port,
    transmit(command) {
      readyMs = board.nowMs + (toHex(command).startsWith(slow.on) ? slow.answerMs : 0);
      port.transmit(command);
    },
    receive: () => (board.nowMs < readyMs ? undefined : port.receive()),
  };
}

function endOf(message: Message): string {
  if (message.kind === 'authorise') return `online ${message.authenticationMethod} ${message.authenticationResult}`;
  if (message.kind !== 'result') return message.kind;
  const outcome = Object.entries(OUTCOME).find(([, number]) => number === message.outcome)?.[0] ?? '?';
  return message.reason === undefined ? outcome : `${outcome} ${message.reason}`;
}

function changedCard({ base = 'mastercard', changes }: Hostile): Card {
  const card = createCard(base, { seed: 1 });
  const seen = changes.map(() => 0);
  return {
    ...card,
    transmit(command) {
      let response = card.transmit(command);
      const sent = toHex(command);
      for (const [at, change] of changes.entries()) {
        if (!sent.startsWith(change.on ?? '')) continue;
        seen[at] = (seen[at] ?? 0) + 1;
        if (change.nth !== undefined && change.nth !== seen[at]) continue;
        if (change.gone || response === undefined) return undefined;
        response = changed(response, change, base);
      }
      return response;
    },
  };
}

function changed(response: Uint8Array, change: Change, base: string): Uint8Array {
  if (change.answer !== undefined) return hex(change.answer);
  if (change.replace !== undefined) {
    const [from, to] = change.replace;
    const text = toHex(response).replaceAll(from, to);
    return hex(text);
  }
  const tlv = decodeTlv(response.subarray(0, -2));
  if (!tlv.ok || tlv.objects.length === 0) return response;
  const rewritten = tlv.objects.map((object) => rewrite(object, change, base));
  const outer = rewritten[0];
  if (change.add !== undefined && outer?.children !== undefined) {
    const content = concatBytes(encodeTlv(...outer.children), hex(change.add));
    return concatBytes(withLength(Uint8Array.of(outer.tag), content), response.subarray(-2));
  }
  return concatBytes(encodeTlv(...rewritten), response.subarray(-2));
}

function rewrite(object: DataObject, change: Change, base: string): DataObject {
  const { tag, value, children } = object;
  if (children !== undefined) {
    const kept = children.filter((child) => child.tag !== change.drop);
    return template(tag, ...kept.map((child) => rewrite(child, change, base)));
  }
  if (change.put?.[0] === tag) return dataObject(tag, hex(change.put[1]));
  if (change.forge?.tag === tag) return dataObject(tag, forge(value, change.forge, base, pki));
  return object;
}

/** Short form up to 127 bytes, else 81 or 82. */
function withLength(tag: Uint8Array, content: Uint8Array): Uint8Array {
  const { length } = content;
  const form = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return concatBytes(tag, Uint8Array.of(...form), content);
}
