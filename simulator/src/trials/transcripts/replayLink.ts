/**
 * The wire of a reader that is no firmware: frames and parts, in clear for a host that speaks protocol version 1 alone, otherwise under a
 * session as a reader opens one. One channel: a replay has one till.
 * Source: docs/reference/protocol.md, docs/explanation/the-link.md.   Floor: simulator trials.
 */
import {
  COMMAND,
  createReassemblyBuffer,
  decodeInitRequest,
  encodeFrame,
  encodeInitAnswer,
  type Frame,
  IDLE,
  NO_PARTS,
  type OutgoingFrame,
  PROTOCOL_VERSION_HIGHEST,
  PROTOCOL_VERSION_LOWEST,
  type Reassembly,
  STATUS,
  splitMessage,
  stepParts,
  stepReassembly,
} from '@comptoir/protocol';
import { linkPrologue } from '@comptoir/protocol/link';
import type { ReportHandlers } from '@comptoir/sdk';
import type { OpenPort } from '@comptoir/sdk/transports/memory';
import { createNoiseResponder, type NoiseResponder, type Sealing } from './noiseResponder.js';
import type { ReplayIdentity } from './replayIdentity.js';

interface ReplayLinkParts {
  readonly identity: ReplayIdentity;
  /** The payload of INFO. */
  readonly info: Uint8Array;
  /** Of the keys that are used once. */
  readonly random: (length: number) => Uint8Array;
  /** A message of the till, in clear; its bytes are the callee's. */
  readonly message: (message: Uint8Array, link: ReplayLink) => void;
  readonly cancel: (link: ReplayLink) => void;
}

export interface ReplayLink {
  /** @param message in clear */
  say(message: Uint8Array): void;
  prompt(prompt: number): void;
  refuse(status: number): void;
}

type Session =
  | { readonly kind: 'clear' | 'none' }
  | { readonly kind: 'greeted' | 'answered'; readonly noise: NoiseResponder }
  | { readonly kind: 'open'; readonly sealing: Sealing };

const CHANNEL = 1;
const KEY_BYTES = 32;

export function openReplayLink(parts: ReplayLinkParts, handlers: ReportHandlers): OpenPort {
  const buffer = createReassemblyBuffer();
  let reassembly: Reassembly = IDLE;
  let taken = NO_PARTS;
  let outgoing: readonly OutgoingFrame[] = [];
  let session: Session = { kind: 'none' };

  const send = (command: number, payload: Uint8Array, channel = CHANNEL): void => {
    for (const report of encodeFrame({ channel, command, payload })) handlers.report(report);
  };
  const refuse = (status: number): void => send(COMMAND.error, Uint8Array.of(status));
  const sendNext = (): void => {
    const [next, ...rest] = outgoing;
    outgoing = rest;
    if (next !== undefined) send(next.command, next.payload);
  };
  const sendWhole = (bytes: Uint8Array): void => {
    outgoing = splitMessage(bytes);
    sendNext();
  };
  const link: ReplayLink = {
    say(message) {
      if (session.kind === 'open') sendWhole(session.sealing.seal(message));
      else if (session.kind === 'clear') sendWhole(message);
    },
    prompt: (prompt) => send(COMMAND.keepalive, Uint8Array.of(prompt)),
    refuse,
  };
  const broken = (): void => {
    session = { kind: 'none' };
    refuse(STATUS.sessionBroken);
  };

  function init({ channel, payload }: Frame): void {
    const request = decodeInitRequest(payload);
    if (request === undefined) {
      send(COMMAND.error, Uint8Array.of(STATUS.invalidLength), channel);
      return;
    }
    const answer = encodeInitAnswer({
      nonce: request.nonce,
      channel: CHANNEL,
      lowestVersion: PROTOCOL_VERSION_LOWEST,
      highestVersion: PROTOCOL_VERSION_HIGHEST,
      capabilities: 0,
    });
    taken = NO_PARTS;
    outgoing = [];
    session = request.highestVersion === 1 ? { kind: 'clear' } : { kind: 'greeted', noise: responder(payload, answer) };
    send(COMMAND.init, answer, channel);
  }
  function responder(request: Uint8Array, answer: Uint8Array): NoiseResponder {
    const { staticKey, word: payload } = parts.identity;
    const ephemeralKey = parts.random(KEY_BYTES);
    return createNoiseResponder({ prologue: linkPrologue(request, answer), payload, staticKey, ephemeralKey });
  }

  function takeMessage(bytes: Uint8Array): void {
    switch (session.kind) {
      case 'none':
        refuse(STATUS.noSession);
        break;
      case 'clear':
        parts.message(bytes, link);
        break;
      case 'greeted':
        greet(session.noise, bytes);
        break;
      case 'answered': {
        const sealing = session.noise.finish(bytes);
        if (sealing === undefined) broken();
        else session = { kind: 'open', sealing };
        break;
      }
      case 'open':
        takeSealed(session.sealing, bytes);
    }
  }
  function greet(noise: NoiseResponder, first: Uint8Array): void {
    const second = noise.respond(first);
    if (second === undefined) broken();
    else {
      session = { kind: 'answered', noise };
      sendWhole(second);
    }
  }
  function takeSealed(sealing: Sealing, bytes: Uint8Array): void {
    const message = sealing.open(bytes);
    if (message === undefined) broken();
    else if (message.length > 0) parts.message(message, link);
    else {
      // The session's end, which the reader answers with the same.
      session = { kind: 'none' };
      sendWhole(sealing.seal(message));
    }
  }
  function takePart(command: number, payload: Uint8Array): void {
    const step = stepParts(taken, command, payload);
    taken = step.kind === 'taken' ? step.parts : NO_PARTS;
    if (step.kind === 'taken') send(COMMAND.taken, Uint8Array.of(step.index));
    else if (step.kind === 'message') takeMessage(step.message.slice());
    else refuse(step.status);
  }
  function takeFrame(frame: Frame): void {
    const { command, payload } = frame;
    if (command === COMMAND.init) init(frame);
    else if (command === COMMAND.info) send(COMMAND.info, parts.info);
    else if (command === COMMAND.ping) send(COMMAND.ping, payload);
    else if (command === COMMAND.taken) sendNext();
    else if (command === COMMAND.cancel) {
      parts.cancel(link);
      send(COMMAND.cancel, Uint8Array.of(0));
    } else takePart(command, payload);
  }

  return {
    send(report) {
      const { state, event } = stepReassembly(reassembly, buffer, report, 0);
      reassembly = state;
      if (event?.kind === 'frame') takeFrame({ ...event.frame, payload: event.frame.payload.slice() });
    },
    close() {},
  };
}
