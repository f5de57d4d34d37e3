/**
 * A reader that says again what a transcript holds, to a till that says again what it said: a test of a till without a firmware, a card or a
 * bank. It speaks protocol version 1, in clear, so `connect` wants `protocolVersion: 1`.
 * Floor: simulator.
 */
import {
  COMMAND,
  channelOf,
  createReassemblyBuffer,
  encodeFrame,
  encodeInitAnswer,
  IDLE,
  INIT_NONCE_BYTES,
  NO_PARTS,
  type OutgoingFrame,
  type Reassembly,
  STATUS,
  splitMessage,
  stepParts,
  stepReassembly,
} from '@comptoir/protocol';
import type { DeviceInfo, ReportHandlers, Transport } from '@comptoir/sdk';
import { memory, type OpenPort } from '@comptoir/sdk/transports/memory';
import { messageDifference } from './compareMessages.js';
import type { Transcript } from './transcript.js';

export interface ReplayOptions {
  /** Every field of every message counts; otherwise times, nonces and tokens may differ. Default true. */
  readonly isStrict?: boolean;
}

export interface Replay extends Transport {
  /** The first thing that the till said otherwise, with its line in the transcript; undefined: nothing. */
  difference(): string | undefined;
  /** @throws Error when the till said something else, or not all that is in the transcript */
  assertDrained(): void;
}

const DEVICE: DeviceInfo = { id: 'replay', serial: '', model: '', firmware: '', transport: 'replay' };
const CHANNEL = 1;
/** The first line of the text is its head. */
const FIRST_LINE = 2;

export function replay({ info, lines }: Transcript, { isStrict = true }: ReplayOptions = {}): Replay {
  let position = 0;
  let difference: string | undefined;
  const differs = (words: string): void => {
    difference ??= `line ${position + FIRST_LINE}: ${words}`;
  };
  /** @returns undefined: nothing is left for the till to say */
  const expected = () => {
    const line = lines[position];
    return line?.kind === 'host' || line?.kind === 'cancel' ? line : undefined;
  };

  function open(handlers: ReportHandlers): OpenPort {
    const buffer = createReassemblyBuffer();
    let reassembly: Reassembly = IDLE;
    let parts = NO_PARTS;
    let outgoing: OutgoingFrame[] = [];

    const send = (command: number, payload: Uint8Array, channel = CHANNEL): void => {
      for (const report of encodeFrame({ channel, command, payload })) handlers.report(report);
    };
    const sendNext = (): void => {
      const next = outgoing.shift();
      if (next !== undefined) send(next.command, next.payload);
    };
    /** What the reader said until the till spoke again. */
    const speak = (): void => {
      for (let line = lines[position]; line !== undefined; line = lines[position]) {
        if (line.kind === 'host' || line.kind === 'cancel') return;
        position += 1;
        if (line.kind === 'prompt') send(COMMAND.keepalive, Uint8Array.of(line.prompt));
        else if (line.kind === 'status') send(COMMAND.error, Uint8Array.of(line.status));
        else {
          outgoing = splitMessage(line.message);
          sendNext();
        }
      }
    };
    const take = (message: Uint8Array): void => {
      const line = expected();
      if (line?.kind !== 'host') differs(`expected ${line === undefined ? 'nothing more' : 'CANCEL'}, seen a message`);
      else {
        const words = messageDifference(line.message, message, isStrict);
        if (words === undefined) {
          position += 1;
          speak();
          return;
        }
        differs(words);
      }
      send(COMMAND.error, Uint8Array.of(STATUS.messageRefused));
    };
    const cancel = (): void => {
      if (expected()?.kind === 'cancel') {
        position += 1;
        speak();
      } else differs('expected no CANCEL');
      send(COMMAND.cancel, Uint8Array.of(0));
    };
    const takeFrame = (channel: number, command: number, payload: Uint8Array): void => {
      if (command === COMMAND.init) {
        parts = NO_PARTS;
        outgoing = [];
        const nonce = payload.slice(0, INIT_NONCE_BYTES);
        const answer = { nonce, channel: CHANNEL, lowestVersion: 1, highestVersion: 1, capabilities: 0 };
        send(COMMAND.init, encodeInitAnswer(answer), channel);
      } else if (command === COMMAND.info) send(COMMAND.info, info);
      else if (command === COMMAND.taken) sendNext();
      else if (command === COMMAND.cancel) cancel();
      else {
        const step = stepParts(parts, command, payload);
        parts = step.kind === 'taken' ? step.parts : NO_PARTS;
        if (step.kind === 'taken') send(COMMAND.taken, Uint8Array.of(step.index));
        else if (step.kind === 'message') take(step.message.slice());
        else send(COMMAND.error, Uint8Array.of(step.status));
      }
    };
    return {
      send(report) {
        const { state, event } = stepReassembly(reassembly, buffer, report, 0);
        reassembly = state;
        if (event?.kind === 'frame') takeFrame(channelOf(report), event.frame.command, event.frame.payload.slice());
      },
      close() {},
    };
  }

  return {
    ...memory({ device: DEVICE, open }),
    difference: () => difference,
    assertDrained() {
      if (difference !== undefined) throw new Error(`the till said something else: ${difference}`);
      const line = expected();
      if (line !== undefined) throw new Error(`line ${position + FIRST_LINE} was not said, nor what is after it`);
    },
  };
}
