/**
 * A host that has no business with the payment: any program that can open the reader. It has a channel of its own, in protocol version 2 an
 * anonymous session with fresh keys, says any message, and keeps all that it hears.
 */

import { seededBytes } from '@comptoir/crypto/seed';
import {
  BROADCAST_CHANNEL,
  COMMAND,
  decodeInitAnswer,
  decodeMessage,
  encodeInitRequest,
  equalBytes,
  type Frame,
  INIT_NONCE_BYTES,
  type Message,
  NO_BYTES,
  NO_PARTS,
  splitMessage,
  stepParts,
} from '@comptoir/protocol';
import { linkPrologue } from '@comptoir/protocol/link';
import type { Clock, Transport } from '@comptoir/sdk';
import { NoiseInitiator, type Opened } from '../../../sdk/src/link/session/noiseInitiator.js';
import { openWire, type Wire } from '../../src/trials/conform/wire.js';

export type Heard =
  | { readonly kind: 'message'; readonly message: Message; readonly bytes: Uint8Array }
  | { readonly kind: 'error'; readonly status: number };

export interface Stranger {
  /**
   * Whole, on its own channel, sealed where it has a session.
   * @returns the reader's next word on that channel
   * @throws Error when there is none: an attack that nobody heard proves nothing. So do `cancel`, `command`, `reset` and `takeChannels`
   */
  say(message: Uint8Array): Promise<Heard>;
  /** In clear, on a channel that isn't its own. */
  sayOn(channel: number, message: Uint8Array): Promise<void>;
  /** CANCEL on its own channel. */
  cancel(): Promise<void>;
  /** Any command in clear, on a channel that isn't its own. @returns the reader's answer there: of that command, or ERROR */
  command(channel: number, command: number, payload: Uint8Array): Promise<Frame>;
  /** INIT on a channel that isn't its own. */
  reset(channel: number): Promise<void>;
  /** INIT on the broadcast channel, until the reader has taken back every channel that it may. */
  takeChannels(): Promise<void>;
  /** Everything that came on its own channel so far, later words included. */
  heard(): Promise<readonly Heard[]>;
  /** Every report that reached it, of whichever channel. */
  readonly reports: readonly Uint8Array[];
  close(): Promise<void>;
}

/** A chip with a card in its slot takes the longest: a second or two. */
const ANSWER_MS = 5_000;
const HANDSHAKE_MS = 5_000;
/** What nobody asked for comes with the answer to something else. */
const SETTLE_MS = 40;
/** As many as a reader has. */
const CHANNELS = 4;

export async function openStranger(
  transport: Transport,
  clock: Clock,
  version: 1 | 2,
  seed = 'stranger',
): Promise<Stranger> {
  const random = seededBytes(seed);
  const reports: Uint8Array[] = [];
  const wire = await openWire(overheard(transport, reports), clock);
  const { channel, prologue } = await greet(wire, version, random(INIT_NONCE_BYTES));
  const session = version === 1 ? undefined : await shakeHands(wire, channel, new NoiseInitiator(prologue, random));
  const heard: Heard[] = [];
  let parts = NO_PARTS;

  const next = async (withinMs: number): Promise<Heard | undefined> => {
    for (;;) {
      const frame = await wire.next((one) => one.channel === channel, withinMs);
      if (frame === undefined) return undefined;
      const word = await take(frame);
      if (word === undefined) continue;
      heard.push(word);
      return word;
    }
  };
  const take = async ({ command, payload }: Frame): Promise<Heard | undefined> => {
    if (command === COMMAND.error) return { kind: 'error', status: payload[0] ?? 0 };
    if (command !== COMMAND.part && command !== COMMAND.message) return undefined;
    const step = stepParts(parts, command, payload);
    parts = step.kind === 'taken' ? step.parts : NO_PARTS;
    if (step.kind === 'taken') await wire.send(channel, COMMAND.taken, Uint8Array.of(step.index));
    if (step.kind !== 'message') return undefined;
    const bytes = session === undefined ? step.message.slice() : session.receiving.open(step.message);
    const decoded = bytes && decodeMessage(bytes);
    if (bytes === undefined || decoded?.ok !== true) throw new Error('the reader said what makes no sense');
    return { kind: 'message', message: decoded.message, bytes };
  };
  return {
    reports,
    async say(message) {
      await sendWhole(wire, channel, session?.sending.seal(message) ?? message);
      return answered(await next(ANSWER_MS));
    },
    sayOn: (other, message) => sendWhole(wire, other, message),
    async cancel() {
      await wire.send(channel, COMMAND.cancel, NO_BYTES);
      answered(await wire.next((one) => one.channel === channel && one.command === COMMAND.cancel, ANSWER_MS));
    },
    async command(other, command, payload) {
      await wire.send(other, command, payload);
      const own = command === COMMAND.part ? COMMAND.taken : command;
      const isAnswer = (one: Frame): boolean => one.command === own || one.command === COMMAND.error;
      return answered(await wire.next((one) => one.channel === other && isAnswer(one), ANSWER_MS));
    },
    async reset(other) {
      const init = encodeInitRequest({ nonce: random(INIT_NONCE_BYTES), lowestVersion: 1, highestVersion: 2 });
      await wire.send(other, COMMAND.init, init);
      answered(await wire.next((one) => one.channel === other && one.command === COMMAND.init, ANSWER_MS));
    },
    async takeChannels() {
      for (let taken = 0; taken < CHANNELS; taken += 1) await greet(wire, version, random(INIT_NONCE_BYTES));
    },
    async heard() {
      while ((await next(SETTLE_MS)) !== undefined);
      return heard;
    },
    close: () => wire.close(),
  };
}

function overheard(transport: Transport, reports: Uint8Array[]): Transport {
  return {
    request: (options) => transport.request(options),
    open: (device, handlers, options) =>
      transport.open(
        device,
        {
          report(report) {
            reports.push(report.slice());
            handlers.report(report);
          },
          closed: () => handlers.closed(),
        },
        options,
      ),
  };
}

async function greet(
  wire: Wire,
  version: 1 | 2,
  nonce: Uint8Array,
): Promise<{ readonly channel: number; readonly prologue: Uint8Array }> {
  const init = encodeInitRequest({ nonce, lowestVersion: version, highestVersion: version });
  await wire.send(BROADCAST_CHANNEL, COMMAND.init, init);
  const isOurs = ({ command, payload }: Frame): boolean => {
    const answer = command === COMMAND.init ? decodeInitAnswer(payload) : undefined;
    return answer !== undefined && equalBytes(answer.nonce, nonce);
  };
  const { payload } = answered(await wire.next(isOurs));
  return { channel: decodeInitAnswer(payload)?.channel ?? 0, prologue: linkPrologue(init, payload) };
}

async function shakeHands(wire: Wire, channel: number, noise: NoiseInitiator): Promise<Opened> {
  const next = async (command: number): Promise<Frame> =>
    answered(await wire.next((one) => one.channel === channel && one.command === command, HANDSHAKE_MS));
  await sendWhole(wire, channel, noise.first());
  const second = noise.second((await next(COMMAND.message)).payload);
  const opened = second && noise.finish();
  if (opened === undefined) throw new Error('the reader gave the stranger no session');
  await sendWhole(wire, channel, opened.third);
  // Message 3 has no answer of its own.
  await wire.send(channel, COMMAND.ping, NO_BYTES);
  await next(COMMAND.ping);
  return opened;
}

async function sendWhole(wire: Wire, channel: number, message: Uint8Array): Promise<void> {
  for (const { command, payload } of splitMessage(message)) {
    await wire.send(channel, command, payload);
    if (command === COMMAND.part) await wire.next((one) => one.channel === channel && one.command === COMMAND.taken);
  }
}

function answered<T>(word: T | undefined): T {
  if (word === undefined) throw new Error('the reader did not answer the stranger');
  return word;
}
