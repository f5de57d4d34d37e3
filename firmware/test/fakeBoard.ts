/** A board without a card, whose clock and host are moved by the test. Provisioned keys are made up; the rest of the cryptography is real. */
import { createHash, createHmac } from 'node:crypto';
import { developmentRoleKeys } from '@comptoir/factory';
import {
  BROADCAST_CHANNEL,
  COMMAND,
  channelOf,
  concatBytes,
  createReassemblyBuffer,
  encodeFrame,
  encodeInitRequest,
  type Frame,
  fromHex,
  IDLE,
  NO_BYTES,
  NO_PARTS,
  type Parts,
  type Reassembly,
  splitMessage,
  stepParts,
  stepReassembly,
} from '@comptoir/protocol';
import { createConfigurationInMemory } from '../../simulator/src/machine/board/configurationInMemory.js';
import { softwareRsaRecover } from '../../simulator/src/machine/board/keys/softwareRsa.js';
import { softwareSecure } from '../../simulator/src/machine/board/keys/softwareSecure.js';
import { createRecordsInMemory } from '../../simulator/src/machine/board/recordsInMemory.js';
import { signDevelopmentConfiguration } from '../../simulator/src/world/configuration.js';
import {
  type Board,
  type CardPort,
  type ConfigurationStore,
  type FirmwareStore,
  KEY,
  type KeyStore,
  type Records,
  type Secure,
} from '../src/board/board.js';
import { Reader } from '../src/commands/reader.js';
import { type NodeCipher, NodeInitiator } from './nodeNoise.js';

const PROVISIONED = 1;
const DERIVED = 2;
/** The link is real: its pair, its certificate, which nobody signed, and what a handshake makes. */
const IDENTITY = { name: KEY.identity, key: digest('sha256', Uint8Array.of(1)), identifier: Uint8Array.of(1, 2, 3) };
const MADE_UP = { name: KEY.indexToken, key: new Uint8Array(32), identifier: NO_BYTES };

export class FakeBoard implements Board {
  readonly identity = { model: 'Comptoir test', serial: 'TEST0001' };
  readonly toReader: Uint8Array[] = [];
  readonly toHost: Uint8Array[] = [];
  nowMs = 0;
  winks = 0;
  /** Reports that the endpoint takes before it's busy. */
  room = Number.POSITIVE_INFINITY;
  configuration: ConfigurationStore = createConfigurationInMemory().powerOn(NO_BYTES, () => {});
  contact: CardPort = noCard;
  contactless: CardPort = noCard;
  inField: Uint8Array = NO_BYTES;
  readonly nfc = undefined;
  readonly contactLine = undefined;
  firmware: FirmwareStore | undefined;
  records: Records = createRecordsInMemory().powerOn(() => {});
  /** All that RSA gave: the firmware's own arrays, to see whether it erases them. */
  readonly recovered: Uint8Array[] = [];
  /** What went into envelopes, in hexadecimal, its padding with it. */
  readonly sealed: string[] = [];
  private content: Uint8Array = NO_BYTES;
  private drawn = 0;

  readonly host = {
    receiveReport: (): Uint8Array | undefined => this.toReader.shift(),
    sendReport: (report: Uint8Array): boolean => {
      if (this.toHost.length >= this.room) return false;
      this.toHost.push(report.slice());
      return true;
    },
  };
  readonly clock = { uptimeMs: (): number => this.nowMs };
  readonly display = {
    show: (_prompt: number): void => {},
    wink: (): void => {
      this.winks += 1;
    },
  };
  /** Its first two handles are the made-up keys: a provisioned one, and what is derived from it. */
  private readonly real: Secure = softwareSecure([MADE_UP, MADE_UP, IDENTITY], (length) => this.secure.random(length));
  secure: Secure = {
    ...this.real,
    sha1: (data: Uint8Array): Uint8Array => digest('sha1', data),
    sha256: (data: Uint8Array): Uint8Array => digest('sha256', data),
    random: (length: number): Uint8Array => {
      this.drawn += 1;
      return digest('sha512', Uint8Array.of(this.drawn >> 16, this.drawn >> 8, this.drawn)).slice(0, length);
    },
    findKey: (name: string): number => (name === KEY.identity ? this.real.findKey(name) : PROVISIONED),
    keyIdentifier: (key: number): Uint8Array =>
      key > DERIVED ? this.real.keyIdentifier(key) : (fromHex('0000000100000002') as Uint8Array),
    deriveKey: (parent: number, data: Uint8Array): number =>
      parent <= DERIVED ? DERIVED : this.real.deriveKey(parent, data),
    encryptCbc: (key: number, iv: Uint8Array, plain: Uint8Array): Uint8Array => {
      if (key > DERIVED) return this.real.encryptCbc(key, iv, plain);
      this.sealed.push(Buffer.from(plain).toString('hex'));
      return new Uint8Array(plain.length);
    },
    cmac: (key: number, data: Uint8Array): Uint8Array =>
      key <= DERIVED ? digest('sha256', data).slice(0, 16) : this.real.cmac(key, data),
    hmacSha256: (key: number, data: Uint8Array): Uint8Array =>
      key <= DERIVED
        ? new Uint8Array(createHmac('sha256', 'k').update(data).digest())
        : this.real.hmacSha256(key, data),
    rsaRecover: (modulus: Uint8Array, exponent: number, data: Uint8Array): Uint8Array | undefined => {
      const recovered = softwareRsaRecover(modulus, exponent, data);
      if (recovered !== undefined) this.recovered.push(recovered);
      return recovered;
    },
    eraseKey: (key: number): void => {
      if (key > DERIVED) this.real.eraseKey(key);
    },
  };
  keys: KeyStore = fakeKeys();
  cardsInField(): Uint8Array {
    return this.inField;
  }
  /** The content of what it's provisioned with. */
  get configurationBytes(): Uint8Array {
    return this.content;
  }
  set configurationBytes(content: Uint8Array) {
    this.content = content;
    this.configuration = createConfigurationInMemory().powerOn(signDevelopmentConfiguration(content), () => {});
  }
  roleKey(kind: number): Uint8Array {
    return developmentRoleKeys()[kind - 1]?.publicKey ?? NO_BYTES;
  }
  isTampered(): boolean {
    return false;
  }
  start(): void {}
}

const noCard: CardPort = { poll: () => 0, transmit: () => {}, receive: () => NO_BYTES, release: () => {} };

/** It remembers what sets are known by; every place has a key. */
function fakeKeys(): KeyStore {
  const identifiers = new Map<number, Uint8Array>();
  return {
    identifier: (set) => identifiers.get(set) ?? NO_BYTES,
    fetch: () => PROVISIONED,
    store(set, identifier) {
      identifiers.set(set, identifier.slice());
      return true;
    },
    zeroise: () => identifiers.clear(),
  };
}

function digest(algorithm: string, data: Uint8Array): Uint8Array {
  return new Uint8Array(createHash(algorithm).update(data).digest());
}

/** A session of protocol version 2, and what came of a long message on it. */
interface HostSession {
  readonly noise: NodeInitiator;
  readonly sending: NodeCipher;
  readonly receiving: NodeCipher;
  parts: Parts;
}

/**
 * A host at the other end: sends frames, steps the reader, and gives the frames that came back. Messages on a channel of `init` are
 * sealed and cut on their way, and come back whole and in clear; on a channel of `initClear` everything is as it's on the wire.
 */
/** After the one in which message 1 comes. */
export const HANDSHAKE_STEPS = 2;

export class FakeHost {
  readonly board: FakeBoard;
  readonly reader: Reader;
  private state: Reassembly = IDLE;
  private readonly buffer = createReassemblyBuffer();
  private readonly sessions = new Map<number, HostSession>();
  private begun = 0;

  constructor(board: FakeBoard, reader: Reader = new Reader(board)) {
    this.board = board;
    this.reader = reader;
  }

  send(channel: number, command: number, payload: Uint8Array = NO_BYTES): readonly Frame[] {
    const session = this.sessions.get(channel);
    if (session === undefined || command !== COMMAND.message) return this.sendFrame(channel, command, payload);
    const frames = splitMessage(session.sending.seal(payload)).flatMap((part) =>
      this.sendFrame(channel, part.command, part.payload),
    );
    return frames.filter((frame) => frame.command !== COMMAND.taken);
  }

  /** As it is on the wire. */
  sendFrame(channel: number, command: number, payload: Uint8Array): readonly Frame[] {
    this.board.toReader.push(...encodeFrame({ channel, command, payload }));
    return this.step();
  }

  step(): readonly Frame[] {
    this.reader.step();
    return this.takeFrames();
  }

  steps(count: number): readonly Frame[] {
    return Array.from({ length: count }, () => this.step()).flat();
  }

  takeFrames(): readonly Frame[] {
    const frames: Frame[] = [];
    for (let raw = this.takeRaw(); raw.length > 0; raw = this.takeRaw())
      for (const frame of raw) frames.push(...this.opened(frame));
    return frames;
  }

  /** Opens a channel and a session on it. @param on an own channel: it's set straight */
  init(on: number = BROADCAST_CHANNEL): number {
    const request = encodeInitRequest({ nonce: new Uint8Array(8).fill(7), lowestVersion: 1, highestVersion: 2 });
    this.sessions.delete(on);
    const { channel, answer } = this.greet(request, on);
    this.sessions.set(channel, this.handshake(channel, concatBytes(PROLOGUE, request, answer)));
    return channel;
  }

  /** Opens a channel of protocol version 1. */
  initClear(): number {
    return this.greet(new Uint8Array(8).fill(7)).channel;
  }

  /** Sends INIT. */
  greet(
    request: Uint8Array,
    on: number = BROADCAST_CHANNEL,
  ): { readonly channel: number; readonly answer: Uint8Array } {
    const answer = this.sendFrame(on, COMMAND.init, request).find(({ command }) => command === COMMAND.init)?.payload;
    if (answer === undefined) throw new Error('INIT was not answered');
    return { channel: new DataView(answer.buffer, answer.byteOffset).getUint32(8), answer };
  }

  /** Who begins a handshake, a new one each time. */
  initiator(prologue: Uint8Array): NodeInitiator {
    this.begun += 1;
    const scalar = (what: number): Uint8Array => digest('sha256', Uint8Array.of(what, this.begun >> 8, this.begun));
    return new NodeInitiator(prologue, { fixed: scalar(2), ephemeral: scalar(3) });
  }

  private handshake(channel: number, prologue: Uint8Array): HostSession {
    const noise = this.initiator(prologue);
    const answer = this.sendFrame(channel, COMMAND.message, noise.first()).concat(this.steps(HANDSHAKE_STEPS));
    const second = answer.find(({ command }) => command === COMMAND.message)?.payload;
    if (second === undefined) throw new Error('the handshake was not answered');
    noise.second(second);
    this.sendFrame(channel, COMMAND.message, noise.third());
    return { noise, ...noise.keys(), parts: NO_PARTS };
  }

  private opened(frame: Frame): readonly Frame[] {
    const session = this.sessions.get(frame.channel);
    const { channel, command, payload } = frame;
    if (session === undefined || (command !== COMMAND.part && command !== COMMAND.message)) return [frame];
    const step = stepParts(session.parts, command, payload);
    if (step.kind === 'fault') throw new Error('the reader sent a part out of order');
    session.parts = step.kind === 'taken' ? step.parts : NO_PARTS;
    if (step.kind === 'message') {
      return [{ channel, command: COMMAND.message, payload: new Uint8Array(session.receiving.open(step.message)) }];
    }
    this.board.toReader.push(...encodeFrame({ channel, command: COMMAND.taken, payload: Uint8Array.of(step.index) }));
    this.reader.step();
    return [];
  }

  private takeRaw(): readonly Frame[] {
    const frames: Frame[] = [];
    for (const report of this.board.toHost.splice(0)) {
      const { state, event } = stepReassembly(this.state, this.buffer, report, this.board.nowMs);
      this.state = state;
      if (event?.kind === 'frame') frames.push({ ...event.frame, payload: event.frame.payload.slice() });
      if (event?.kind === 'fault') throw new Error(`the reader sent a broken frame on ${channelOf(report)}`);
    }
    return frames;
  }
}

const PROLOGUE = Buffer.from('RDR1');
