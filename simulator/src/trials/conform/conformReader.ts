/**
 * The reader that is checked: by whichever transport of the SDK it's reached, with its acquirer, its cards and its hands.
 * Floor: simulator trials.
 */
import { fromHex } from '@comptoir/protocol';
import { type Acquirer, httpAcquirer, type Transport, type Trust } from '@comptoir/sdk';
import { memoryStore } from '@comptoir/sdk/checkout';
import { nodeHid } from '@comptoir/sdk/transports/nodeHid';
import { usb } from '@comptoir/sdk/transports/usb';
import { webSocket } from '@comptoir/sdk/transports/webSocket';
import { realClock } from '../../machine/clock.js';
import type { ReaderTargetName } from '../../machine/targets/targets.js';
import type { TillWorld } from '../scenarios/till.js';
import { UsageError } from '../usageError.js';
import { type Ask, operatorHands } from './operator.js';
import type { Hands } from './saleCases.js';
import type { Abilities, Place } from './scenarioCases.js';
import { steeredReader } from './servedReader.js';

interface ReaderChoice {
  /** `ws://…`, `hid`, `hid:SERIAL`, `usb`, `usb:SERIAL`, or `http://…` of a simulator server. */
  readonly reader: string;
  readonly acquirerUrl?: string;
  readonly trust: string;
  /** That are at hand. */
  readonly cards: readonly string[];
  /** Of readers that a simulator server makes. */
  readonly target: ReaderTargetName;
  readonly seed: number;
}

export interface ConformReader {
  readonly transport: Transport;
  readonly trust: Trust;
  /** Undefined: there is none, and no sale. */
  readonly acquirer: Required<Acquirer> | undefined;
  readonly hands: Hands;
  readonly abilities: Abilities;
  /** Another one for each scenario, where they can be made. */
  place(orders: string): Promise<Place>;
  close(): Promise<void>;
}

const PUBLIC_KEY_BYTES = 64;

/** @throws UsageError when there is no such form of address, or no such server */
export async function conformReader(
  choice: ReaderChoice,
  tell: (what: string) => void,
  ask: Ask,
): Promise<ConformReader> {
  const trust = trustOf(choice.trust);
  return /^https?:/.test(choice.reader) ? servedReader(choice, trust) : anyReader(choice, trust, tell, ask);
}

async function servedReader({ reader, target, seed, cards }: ReaderChoice, trust: Trust): Promise<ConformReader> {
  const make = () => steeredReader(reader.replace(/\/+$/, ''), seed, target);
  const { world } = await make().catch((fault: unknown) => {
    throw new UsageError(
      `There is no simulator server at ${reader}: ${fault instanceof Error ? fault.message : fault}`,
    );
  });
  return {
    transport: world,
    trust,
    acquirer: world.acquirer,
    hands: { present: async (card) => world.tap(card), take: async () => world.lift() },
    abilities: { cards: cards.length === 0 ? undefined : cards, isSteered: true },
    async place() {
      const made = await make();
      return { world: { ...made.world, trust }, seen: made.seen, orders: '' };
    },
    close: () => world.close(),
  };
}

function anyReader(choice: ReaderChoice, trust: Trust, tell: (what: string) => void, ask: Ask): ConformReader {
  const { reader, cards } = choice;
  const transport = transportOf(reader);
  const acquirerUrl = choice.acquirerUrl ?? (reader.startsWith('ws') ? acquirerBeside(reader) : undefined);
  const acquirer = acquirerUrl === undefined ? undefined : httpAcquirer(acquirerUrl);
  const hands = operatorHands(tell, ask);
  return {
    transport,
    trust,
    acquirer,
    hands,
    abilities: { cards, isSteered: false },
    async place(orders) {
      if (acquirer === undefined) throw new Error('there is no acquirer');
      return { world: operatedWorld({ transport, trust, acquirer }, hands), seen: {}, orders };
    },
    close: async () => {},
  };
}

function operatedWorld(
  {
    transport,
    trust,
    acquirer,
  }: { readonly transport: Transport; readonly trust: Trust; readonly acquirer: Required<Acquirer> },
  hands: Hands,
): TillWorld {
  const nobody = async (): Promise<never> => {
    throw new Error('nobody is there to do that');
  };
  return {
    request: (options) => transport.request(options),
    open: (device, handlers, options) => transport.open(device, handlers, options),
    clock: realClock,
    trust,
    acquirer,
    store: memoryStore(),
    tap: hands.present,
    insert: hands.present,
    lift: () => hands.take('the card'),
    remove: () => hands.take('the card'),
    advance: (ms) => realClock.sleep(ms),
    press: nobody,
    inject: nobody,
    unplug: nobody,
    restart: nobody,
    close: async () => {},
  };
}

function transportOf(reader: string): Transport {
  const [, form, serial] = /^(ws|wss|hid|usb)(?::(.*))?$/.exec(reader) ?? [];
  const options = serial === undefined || serial === '' ? {} : { serial };
  if (form === 'ws' || form === 'wss') return webSocket(reader);
  if (form === 'hid') return nodeHid(options);
  if (form === 'usb') return usb(options);
  throw new UsageError(
    `A reader is ws://HOST:PORT/TOKEN, hid:SERIAL, usb:SERIAL, or http://HOST:PORT/TOKEN of a simulator server, not ${reader}.`,
  );
}

function trustOf(text: string): Trust {
  if (text === 'development') return text;
  return text.split(',').map((one) => {
    const key = fromHex(one.trim());
    if (key?.length !== PUBLIC_KEY_BYTES)
      throw new UsageError('--trust takes `development`, or keys of 128 hexadecimal digits.');
    return key;
  });
}

/** `ws://127.0.0.1:PORT/TOKEN` has its acquirer at `http://127.0.0.1:PORT/TOKEN/acquirer`. */
function acquirerBeside(reader: string): string {
  return `${reader.replace(/^ws/, 'http').replace(/\/+$/, '')}/acquirer`;
}
