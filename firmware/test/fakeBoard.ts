/** A board without a card, whose clock and host are moved by the test. Provisioned keys are made up; the rest of the cryptography is real. */
import { createHash, createHmac } from 'node:crypto';
import {
  COMMAND,
  channelOf,
  createReassemblyBuffer,
  encodeFrame,
  type Frame,
  fromHex,
  IDLE,
  NO_BYTES,
  type Reassembly,
  stepReassembly,
} from '@comptoir/protocol';
import { developmentRoleKeys } from '@comptoir/sdk/signing';
import { createConfigurationInMemory } from '../../simulator/src/board/configurationInMemory.js';
import { createRecordsInMemory } from '../../simulator/src/board/recordsInMemory.js';
import { softwareRsaRecover } from '../../simulator/src/board/softwareRsa.js';
import { softwareSecure } from '../../simulator/src/board/softwareSecure.js';
import { signDevelopmentConfiguration } from '../../simulator/src/configuration.js';
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
import { Session } from '../src/session/session.js';

const PROVISIONED = 1;
const DERIVED = 2;
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
  private readonly real: Secure = softwareSecure([MADE_UP, MADE_UP], (length) => this.secure.random(length));
  secure: Secure = {
    ...this.real,
    sha1: (data: Uint8Array): Uint8Array => digest('sha1', data),
    sha256: (data: Uint8Array): Uint8Array => digest('sha256', data),
    random: (length: number): Uint8Array => {
      this.drawn += 1;
      return digest('sha512', Uint8Array.of(this.drawn >> 16, this.drawn >> 8, this.drawn)).slice(0, length);
    },
    findKey: (): number => PROVISIONED,
    keyIdentifier: (): Uint8Array => fromHex('0000000100000002') as Uint8Array,
    deriveKey: (parent: number, data: Uint8Array): number =>
      parent <= DERIVED ? DERIVED : this.real.deriveKey(parent, data),
    encryptCbc: (key: number, iv: Uint8Array, plain: Uint8Array): Uint8Array =>
      key <= DERIVED ? new Uint8Array(plain.length) : this.real.encryptCbc(key, iv, plain),
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
    fetch: () => 1,
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

/** A host at the other end: sends frames, steps the reader, and gives the frames that came back. */
export class FakeHost {
  readonly board: FakeBoard;
  readonly session: Session;
  private state: Reassembly = IDLE;
  private readonly buffer = createReassemblyBuffer();

  constructor(board: FakeBoard, session: Session = new Session(board)) {
    this.board = board;
    this.session = session;
  }

  send(channel: number, command: number, payload: Uint8Array = NO_BYTES): readonly Frame[] {
    this.board.toReader.push(...encodeFrame({ channel, command, payload }));
    return this.step();
  }

  step(): readonly Frame[] {
    this.session.step();
    return this.takeFrames();
  }

  takeFrames(): readonly Frame[] {
    const frames: Frame[] = [];
    for (const report of this.board.toHost.splice(0)) {
      const { state, event } = stepReassembly(this.state, this.buffer, report, this.board.nowMs);
      this.state = state;
      if (event?.kind === 'frame') frames.push({ ...event.frame, payload: event.frame.payload.slice() });
      if (event?.kind === 'fault') throw new Error(`the reader sent a broken frame on ${channelOf(report)}`);
    }
    return frames;
  }

  /** Opens a channel. */
  init(): number {
    const nonce = new Uint8Array(8).fill(7);
    const answer = this.send(0xffffffff, COMMAND.init, nonce).find(({ command }) => command === COMMAND.init);
    if (answer === undefined) throw new Error('INIT was not answered');
    return new DataView(answer.payload.buffer, answer.payload.byteOffset).getUint32(8);
  }
}
