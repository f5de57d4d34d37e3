/**
 * The session of a channel, protocol version 2: three messages of the handshake, then sealed messages both ways, until one of
 * them can't be opened or the host ends it.
 * Source: docs/explanation/the-link.md.   Floor: link.
 */
import { STATUS } from '@comptoir/protocol';
import {
  encodeReaderWord,
  FIRST_MESSAGE_BYTES,
  LAST_MESSAGE_BYTES,
  SESSION_MS_MAX,
  staticKeyIn,
} from '@comptoir/protocol/link';
import { type Board, KEY } from '../board/board.js';
import { NoiseResponder } from './noiseResponder.js';
import type { SessionKeys } from './sessionKeys.js';

type State =
  | { readonly kind: 'greeted'; readonly noise: NoiseResponder }
  | {
      readonly kind: 'answering';
      readonly noise: NoiseResponder;
      readonly work: Generator<void, Uint8Array | undefined>;
    }
  | { readonly kind: 'answered'; readonly noise: NoiseResponder }
  | { readonly kind: 'open'; readonly keys: SessionKeys; readonly sinceMs: number }
  | { readonly kind: 'closed' };

/** What a message of the host led to. */
export type SessionStep =
  | { readonly kind: 'answer'; readonly bytes: Uint8Array }
  /** The message itself, in clear. */
  | { readonly kind: 'message'; readonly message: Uint8Array }
  /** Nothing, yet. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'fault'; readonly status: number };

export class LinkSession {
  private readonly board: Board;
  private state: State;

  /** @param prologue INIT and its answer */
  constructor(board: Board, prologue: Uint8Array) {
    this.board = board;
    this.state = { kind: 'greeted', noise: new NoiseResponder(board.secure, prologue) };
  }

  /** @param message untrusted @param isWorking a command runs on the channel: the session outlives its time until it ends */
  take(message: Uint8Array, nowMs: number, isWorking: boolean): SessionStep {
    const { state } = this;
    switch (state.kind) {
      case 'greeted':
        return this.greet(state.noise, message);
      case 'answered': {
        const keys = message.length === LAST_MESSAGE_BYTES ? state.noise.finish(message) : undefined;
        if (keys === undefined) return this.fail();
        this.state = { kind: 'open', keys, sinceMs: nowMs };
        return { kind: 'taken' };
      }
      case 'open':
        if (!isWorking && (state.keys.areSpent || nowMs - state.sinceMs >= SESSION_MS_MAX)) {
          this.close();
          return { kind: 'fault', status: STATUS.noSession };
        }
        return this.open(state.keys, message);
      case 'answering':
        return this.fail();
      case 'closed':
        return { kind: 'fault', status: this.statusWithoutKeys() || STATUS.noSession };
    }
  }

  /** Nothing was said here yet. */
  get isGreeted(): boolean {
    return this.state.kind === 'greeted';
  }

  /** A step of the handshake's answer is to be made. */
  get isAnswering(): boolean {
    return this.state.kind === 'answering';
  }

  /** Makes that step: a point of the curve, some thirty milliseconds on the chip. */
  advance(): SessionStep {
    const { state } = this;
    if (state.kind !== 'answering') return { kind: 'taken' };
    const { done, value: bytes } = state.work.next();
    if (done !== true) return { kind: 'taken' };
    if (bytes === undefined) return this.fail();
    this.state = { kind: 'answered', noise: state.noise };
    return { kind: 'answer', bytes };
  }

  /** @returns undefined when there is no session: nothing may leave then */
  seal(message: Uint8Array): Uint8Array | undefined {
    return this.state.kind === 'open' ? this.state.keys.seal(message) : undefined;
  }

  /** Forgets all keys. */
  close(): void {
    const { state } = this;
    if (state.kind === 'open') state.keys.erase();
    else if (state.kind !== 'closed') state.noise.erase();
    this.state = { kind: 'closed' };
  }

  /** Every key of the board is gone. */
  drop(): void {
    this.state = { kind: 'closed' };
  }

  /** Why there can be no session, a status; 0: there can. */
  private statusWithoutKeys(): number {
    if (this.board.secure.findKey(KEY.identity) !== 0) return 0;
    return this.board.isTampered() ? STATUS.tampered : STATUS.keysMissing;
  }

  private greet(noise: NoiseResponder, message: Uint8Array): SessionStep {
    const { secure, firmware } = this.board;
    const status = this.statusWithoutKeys();
    if (status !== 0) return { kind: 'fault', status };
    const identity = secure.findKey(KEY.identity);
    if (message.length !== FIRST_MESSAGE_BYTES) return this.fail();
    const header = firmware?.running();
    const certificate = secure.keyIdentifier(identity);
    const word = encodeReaderWord({
      certificate,
      firmwareVersion: header === undefined ? 0 : versionIn(header),
      firmwareSha256: header === undefined ? new Uint8Array(32) : header.subarray(32, 64),
    });
    const publicKey = staticKeyIn(certificate) ?? secure.publicKey(identity);
    this.state = { kind: 'answering', noise, work: noise.respond(message, identity, publicKey, word) };
    return { kind: 'taken' };
  }

  private open(keys: SessionKeys, sealed: Uint8Array): SessionStep {
    const message = keys.open(sealed);
    if (message === undefined) return this.fail();
    if (message.length > 0) return { kind: 'message', message };
    const bytes = keys.seal(message);
    this.close();
    return { kind: 'answer', bytes };
  }

  private fail(): SessionStep {
    this.close();
    return { kind: 'fault', status: STATUS.sessionBroken };
  }
}

/** The version in an image's header, offset 16, little endian. @see imageHeader.ts */
export function versionIn(header: Uint8Array): number {
  return new DataView(header.buffer, header.byteOffset).getUint32(16, true);
}
