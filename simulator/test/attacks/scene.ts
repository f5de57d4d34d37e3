/**
 * One sale with two hosts at the reader: the till, by the SDK, and a stranger, who does one thing at one moment or nothing at all. What is
 * true afterwards is compared with the same sale in which the stranger kept still.
 */
import {
  BROADCAST_CHANNEL,
  COMMAND,
  channelOf,
  decodeMessage,
  type Message,
  reportCount,
  unsignedFromBytes,
} from '@comptoir/protocol';
import {
  type Acquirer,
  connect,
  type PaymentKey,
  paymentIdOf,
  type Reader,
  type ReaderError,
  type Transport,
} from '@comptoir/sdk';
import { type SimulateOptions, type Simulation, simulate } from '../../src/simulation/simulate.js';
import { taken } from '../simulation/payments/takenModel.js';
import { type Heard, openStranger, type Stranger } from './strangerHost.js';
import type { Way } from './ways.js';
import { type Order, SAYS_NOTHING } from './words.js';

/**
 * `begin`: the till hasn't said anything. `waiting`: for a card. `confirm`, `choose`: the customer is asked. `asked`: the acquirer has the question. `answered`: it has answered,
 * and the till hasn't told the reader yet. `telling`: the reader has the first report of what the till tells it. `finishing`: the last report is on its way to the reader, and what the stranger
 * says is right behind it, while a card in the slot works. `told`: the reader's next message is on its way to the till. `ended`: the till has its result.
 */
export type Moment =
  | 'begin'
  | 'waiting'
  | 'confirm'
  | 'choose'
  | 'asked'
  | 'answered'
  | 'telling'
  | 'finishing'
  | 'told'
  | 'ended';

type Question = Message<'authorise' | 'inquire'>;

export interface Asked {
  readonly question: Question;
  readonly answer: Uint8Array;
}

/** The most that a stranger may know: more than the wire tells it. */
export interface Known {
  readonly order: Order;
  /** The latest question, and the acquirer's true answer once there is one. */
  readonly question: Question | undefined;
  readonly answer: Uint8Array | undefined;
  /** Of all questions before that, of this payment and of others. */
  readonly earlier: readonly Asked[];
  readonly ownerChannel: number;
}

export interface Attack {
  readonly title: string;
  readonly sale: Sale;
  readonly at: Moment;
  /** Of several such moments, which. Default: the first. */
  readonly when?: (known: Known) => boolean;
  readonly does: (stranger: Stranger, known: Known) => Promise<void>;
  /** The owner's channel is reset: that can't be prevented, so its call may end, and must say so. */
  readonly resets?: true;
  /** A command in clear on the owner's channel. It may cost the owner its call, too, and CANCEL its payment, which must be told and true. */
  readonly commands?: true;
}

export interface Sale {
  readonly title: string;
  /** Minor units, EUR. */
  readonly amount: number;
  /** The card is away when the acquirer is asked: from then on its answer alone ends the payment. */
  readonly isTap?: boolean;
  readonly options?: () => SimulateOptions;
  /** What is true before the stranger comes. */
  readonly before?: (scene: Scene) => Promise<void>;
  readonly key: () => PaymentKey;
  /** @returns the till's result */
  readonly sell: (scene: Scene, key: PaymentKey) => Promise<unknown>;
}

export interface Scene {
  readonly simulation: Simulation;
  readonly till: Reader;
  /** The acquirer decides, and its next answer doesn't reach the till. */
  loseAnswer(): void;
  /** The stranger's moment. */
  at(moment: Moment): Promise<void>;
}

export interface Played {
  /** What the till was told, without what differs by the clock and by chance. */
  readonly result: string;
  readonly lookup: string;
  /** At banks and authorisers. */
  readonly money: string;
  /** The acquirer, or an authoriser, was asked before the stranger did what it does. */
  readonly wasAsked: boolean;
  /** Names of what the stranger learnt. */
  readonly told: readonly string[];
  readonly heard: readonly Heard[];
  readonly hasAttacked: boolean;
  /** How long the till's call took after the attack, in milliseconds. */
  readonly tookMs: number;
}

const EURO = 978;
const SEED = 17;
/** How long a reader waits for the answer to a question. */
const HOST_TIMEOUT_MS = 60_000;
/** Bit 8 of the fifth byte: a frame begins. */
const FIRST_REPORT = 0x80;

/** What happens at the acquirer while a sale goes on. */
interface Story {
  question: Question | undefined;
  answer: Uint8Array | undefined;
  readonly asked: Asked[];
  isAnswerLost: boolean;
}

export async function play(
  way: Way,
  target: NonNullable<SimulateOptions['target']>,
  sale: Sale,
  attack?: Attack,
): Promise<Played> {
  const clockOfWay = way.clock === undefined ? {} : { clock: way.clock };
  const given = { seed: SEED, target, record: false, ...clockOfWay, ...sale.options?.() };
  await using simulation = await simulate(given);
  const { clock, random } = simulation;
  const hosts = await way.open(simulation);
  const story: Story = { question: undefined, answer: undefined, asked: [], isAnswerLost: false };
  let ownerChannel = 0;
  let isReady = false;
  let attackedMs = 0;
  let wasAsked = false;
  let fault: unknown;
  let attacking: Promise<void> | undefined;
  const key = sale.key();

  const isDue = (moment: Moment): boolean => isReady && attackedMs === 0 && attack?.at === moment;
  const at = async (moment: Moment): Promise<void> => {
    if (!isDue(moment) || attack === undefined) return;
    const { question, answer, asked } = story;
    const order: Order = { key: paymentIdOf(key), amount: sale.amount, currency: EURO };
    const known: Known = { order, question, answer, earlier: [...asked], ownerChannel };
    if (attack.when?.(known) === false) return;
    attackedMs = clock.now();
    wasAsked = question !== undefined;
    // A till takes what is thrown in here for a fault of its host.
    attacking = attack.does(stranger, known).catch((thrown: unknown) => {
      fault = thrown;
    });
    await attacking;
  };
  const acquirer = acquirerWith(simulation, story, at);
  const options = { trust: 'development', protocolVersion: way.version, clock, random, acquirer } as const;
  const transport = noting(hosts.till, {
    speaksOn(channel) {
      ownerChannel = channel;
    },
    isDue: (moment) => story.answer !== undefined && isDue(moment),
    at,
  });
  const till = await connect(transport, options);
  const stranger = await openStranger(hosts.stranger, clock, way.version);
  const loseAnswer = (): void => {
    story.isAnswerLost = true;
  };
  const scene: Scene = { simulation, till, at, loseAnswer };
  await sale.before?.(scene);
  isReady = true;
  story.question = undefined;
  story.answer = undefined;
  await at('begin');
  const result = plain(await settled(sale.sell(scene, key)));
  const tookMs = clock.now() - attackedMs;
  await at('ended');
  // The till may have been told while the stranger still waited for its own answer.
  await attacking;
  if (fault !== undefined) throw fault;
  const heard = await stranger.heard();
  // Whoever lost its channel connects again: that's what the error tells it to do.
  const isLost = attack?.resets === true || till.state === 'gone';
  if (isLost) await till.close();
  const owner = isLost ? await connect(transport, options) : till;
  let found = await settled(owner.lookup(key));
  const { failed } = found as { readonly failed?: string };
  if (attack?.commands === true && failed !== undefined) {
    // What lay on the channel cost one call. A till that was cut off in the middle of a tap has another channel: the reader still waits for its word.
    if (failed === 'reader/busy') await clock.sleep(HOST_TIMEOUT_MS);
    found = await settled(owner.lookup(key));
  }
  const lookup = plain(found);
  const told = learnt(stranger, heard, story.asked, way.version);
  for (const open of [stranger, owner, hosts]) await open.close();
  return { result, lookup, money: moneyOf(simulation), wasAsked, told, heard, hasAttacked: attackedMs > 0, tookMs };
}

/** The test acquirer, with the stranger's moments in it. */
function acquirerWith({ acquirer }: Simulation, story: Story, at: Scene['at']): Required<Acquirer> {
  return {
    ...acquirer,
    async authorise(request, key, options) {
      const decoded = decodeMessage(request.slice());
      if (!decoded.ok || !isQuestion(decoded.message)) throw new Error('that is no question for an acquirer');
      const question = decoded.message;
      story.question = question;
      story.answer = undefined;
      await at('asked');
      const answer = await acquirer.authorise(request, key, options);
      story.answer = answer.slice();
      await at('answered');
      story.asked.push({ question, answer: answer.slice() });
      if (!story.isAnswerLost) return answer;
      story.isAnswerLost = false;
      throw new Error('the answer got lost');
    },
  };
}

function moneyOf(simulation: Simulation): string {
  const { acquirer } = simulation;
  return plain({ charges: acquirer.charges(), refunds: acquirer.bankRefunds(), taken: taken(simulation) });
}

function isQuestion(message: Message): message is Question {
  return message.kind === 'authorise' || message.kind === 'inquire';
}

interface Watch {
  speaksOn(channel: number): void;
  /** After an answer of the acquirer: the stranger waits for that moment. */
  isDue(moment: Moment): boolean;
  at(moment: Moment): Promise<void>;
}

/** Notes the channel on which the till speaks. At the stranger's moment what comes for the till waits until the stranger is done. */
function noting(transport: Transport, watch: Watch): Transport {
  return {
    request: (options) => transport.request(options),
    async open(device, handlers, options) {
      let held: Uint8Array[] | undefined;
      let left = 0;
      const report = (bytes: Uint8Array): void => {
        if (held !== undefined) held.push(bytes.slice());
        else if (!beginsMessage(bytes) || !watch.isDue('told')) handlers.report(bytes);
        else {
          held = [bytes.slice()];
          watch.at('told').then(() => {
            const waited = held ?? [];
            held = undefined;
            for (const one of waited) handlers.report(one);
          });
        }
      };
      const connection = await transport.open(device, { report, closed: () => handlers.closed() }, options);
      return {
        ...connection,
        async send(report) {
          const channel = channelOf(report);
          if (channel !== BROADCAST_CHANNEL) watch.speaksOn(channel);
          left = isFirst(report) ? reportCount(unsignedFromBytes(report.subarray(5, 7))) - 1 : left - 1;
          const sent = connection.send(report);
          if (left === 0 && watch.isDue('finishing')) await watch.at('finishing');
          await sent;
          if (left > 0 && watch.isDue('telling')) await watch.at('telling');
        },
        close: () => connection.close(),
      };
    },
  };
}

function isFirst(report: Uint8Array): boolean {
  return ((report[4] ?? 0) & FIRST_REPORT) !== 0;
}

function beginsMessage(report: Uint8Array): boolean {
  const command = (report[4] ?? 0) ^ FIRST_REPORT;
  return command === COMMAND.message || command === COMMAND.part;
}

async function settled(work: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    const { code, charged, message } = error as ReaderError;
    if (code === undefined) throw error;
    return { failed: code, charged, message };
  }
}

/** What the clock or chance decides: a sale takes other random numbers when somebody else had some before. */
const VARIES: readonly string[] = ['date', 'time', 'unpredictableNumber', 'ac', 'sale', 'record', 'key', 'id'];

function plain(value: unknown): string {
  const { cause } = value as { readonly cause?: { readonly code?: string } };
  const whole = cause?.code === undefined ? value : { ...(value as object), cause: cause.code };
  return JSON.stringify(whole, (name, inner: unknown) => (VARIES.includes(name) ? undefined : inner));
}

/** What the stranger got to know of any payment. In protocol version 1 a shared wire shows everything to everybody: its own channel counts. */
function learnt(stranger: Stranger, heard: readonly Heard[], asked: readonly Asked[], version: 1 | 2): string[] {
  const told = new Set<string>();
  const messages = heard.flatMap((word) => (word.kind === 'message' ? [word] : []));
  for (const { message } of messages) if (!SAYS_NOTHING.includes(message.kind)) told.add(`message ${message.kind}`);
  const bytes = messages.map((word) => Buffer.from(word.bytes));
  if (version === 2) bytes.push(Buffer.concat(stranger.reports));
  for (const { question } of asked) {
    if (question.kind !== 'authorise') continue;
    const { maskedNumber, indexToken, paymentAccountReference, transactionToken } = question;
    const secrets = { maskedNumber, indexToken, paymentAccountReference, transactionToken };
    for (const [name, secret = ''] of Object.entries(secrets)) {
      const isTold = secret.length > 0 && bytes.some((one) => one.includes(Buffer.from(secret)));
      if (isTold) told.add(name);
    }
  }
  return [...told];
}
