/**
 * One sale with two hosts at the reader: the till, by the SDK, and a stranger, who does one thing at one moment or nothing at all. What is
 * true afterwards is compared with the same sale in which the stranger kept still.
 */
import { BROADCAST_CHANNEL, channelOf, decodeMessage, type Message } from '@comptoir/protocol';
import {
  connect,
  type Key,
  type PaymentHost,
  paymentIdOf,
  type Reader,
  type ReaderError,
  type Transport,
} from '@comptoir/sdk';
import { type SimulateOptions, type Simulation, simulate } from '../../src/simulate.js';
import { taken } from '../takenModel.js';
import { type Heard, openStranger, type Stranger } from './strangerHost.js';
import type { Way } from './ways.js';
import { type Order, SAYS_NOTHING } from './words.js';

/**
 * `begin`: the till hasn't said anything. `waiting`: for a card. `confirm`, `choose`: the customer is asked. `asked`: the acquirer has the question. `answered`: it has answered,
 * and the till hasn't told the reader yet. `ended`: the till has its result.
 */
export type Moment = 'begin' | 'waiting' | 'confirm' | 'choose' | 'asked' | 'answered' | 'ended';

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
}

export interface Sale {
  readonly title: string;
  /** Minor units, EUR. */
  readonly amount: number;
  readonly options?: () => SimulateOptions;
  /** What is true before the stranger comes. */
  readonly before?: (scene: Scene) => Promise<void>;
  readonly key: () => Key;
  /** @returns the till's result */
  readonly sell: (scene: Scene, key: Key) => Promise<unknown>;
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
  /** Names of what the stranger learnt. */
  readonly told: readonly string[];
  readonly heard: readonly Heard[];
  readonly hasAttacked: boolean;
  /** How long the till's call took after the attack, in milliseconds. */
  readonly tookMs: number;
}

const EURO = 978;
const SEED = 17;

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
  let fault: unknown;
  const key = sale.key();

  const at = async (moment: Moment): Promise<void> => {
    if (!isReady || attackedMs > 0 || attack?.at !== moment) return;
    const { question, answer, asked } = story;
    const order: Order = { key: paymentIdOf(key), amount: sale.amount, currency: EURO };
    const known: Known = { order, question, answer, earlier: [...asked], ownerChannel };
    if (attack.when?.(known) === false) return;
    attackedMs = clock.now();
    // A till takes what is thrown in here for a fault of its host.
    await attack.does(stranger, known).catch((thrown: unknown) => {
      fault = thrown;
    });
  };
  const host = acquirer(simulation, story, at);
  const options = { trust: 'development', protocolVersion: way.version, clock, random, host } as const;
  const transport = noting(hosts.till, (channel) => {
    ownerChannel = channel;
  });
  const till = await connect(transport, options);
  const stranger = await openStranger(hosts.stranger, clock, way.version);
  const loseAnswer = (): void => {
    story.isAnswerLost = true;
  };
  const scene: Scene = { simulation, till, at, loseAnswer };
  await sale.before?.(scene);
  isReady = true;
  await at('begin');
  const result = plain(await settled(sale.sell(scene, key)));
  const tookMs = clock.now() - attackedMs;
  await at('ended');
  if (fault !== undefined) throw fault;
  const heard = await stranger.heard();
  // Whoever lost its channel connects again: that's what the error tells it to do.
  const isLost = attack?.resets === true || till.state === 'gone';
  if (isLost) await till.close();
  const owner = isLost ? await connect(transport, options) : till;
  const lookup = plain(await settled(owner.lookup(key)));
  const told = learnt(stranger, heard, story.asked, way.version);
  for (const open of [stranger, owner, hosts]) await open.close();
  return { result, lookup, money: moneyOf(simulation), told, heard, hasAttacked: attackedMs > 0, tookMs };
}

/** The test host, with the stranger's moments in it. */
function acquirer({ host }: Simulation, story: Story, at: Scene['at']): Required<PaymentHost> {
  return {
    ...host,
    async authorise(request, key, options) {
      const decoded = decodeMessage(request.slice());
      if (!decoded.ok || !isQuestion(decoded.message)) throw new Error('that is no question for an acquirer');
      const question = decoded.message;
      story.question = question;
      story.answer = undefined;
      await at('asked');
      const answer = await host.authorise(request, key, options);
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
  const { host } = simulation;
  return plain({ charges: host.charges(), refunds: host.bankRefunds(), taken: taken(simulation) });
}

function isQuestion(message: Message): message is Question {
  return message.kind === 'authorise' || message.kind === 'inquire';
}

/** Notes the channel on which the till speaks. */
function noting(transport: Transport, speaksOn: (channel: number) => void): Transport {
  return {
    request: (options) => transport.request(options),
    async open(device, handlers, options) {
      const connection = await transport.open(device, handlers, options);
      return {
        ...connection,
        async send(report) {
          const channel = channelOf(report);
          if (channel !== BROADCAST_CHANNEL) speaksOn(channel);
          await connection.send(report);
        },
        close: () => connection.close(),
      };
    },
  };
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
