/**
 * The host twin as targets of the simulator: the bytecode that is linked in, whatever script is named, against a board of
 * software; `secure` is the twin's own.
 */

import type { Provision } from '@comptoir/factory/development';
import {
  concatBytes,
  latin1ToBytes,
  NO_BYTES,
  SIGNED_OBJECT,
  unsignedFromBytes,
  unsignedToBytes,
} from '@comptoir/protocol';
import type { ProvisionedCardKey, ProvisionedKey } from '../../../simulator/src/machine/board/keys/softwareKeys.js';
import type { Loaded, Target } from '../../../simulator/src/machine/targets/target.js';
import type { Board, CardPort, ConfigurationStore, ContactLinePort, FirmwareStore } from '../../src/board/board.js';
import { type ChildExchange, startChild } from './childExchange.js';

/** As the twin is built: see firmware/port/boards/host/build.sh. */
export type TwinKind = 'host' | 'host-sanitized' | 'host-faulty';

export type TwinProgram =
  | 'vectors'
  | 'probe'
  | 'reader'
  | 'card'
  | 'secure'
  | 'heap'
  | 'bootCommands'
  | 'bootPowerCuts'
  | 'rsaTime'
  | 'rsaTimeSabotaged'
  | 'x25519Time'
  | 'x25519TimeSabotaged';

export function twinProgram(kind: TwinKind, name: TwinProgram): string {
  return new URL(`../build/${kind}/comptoir-host-${name}`, import.meta.url).pathname;
}

/** How the programs ended so far: a sanitizer's report, or a leak, shows here. */
export interface TwinEnds {
  /** Resolves when every program that was started has ended well. */
  all(): Promise<void>;
}

export function trackEnds(): TwinEnds & { add(child: ChildExchange): void } {
  const ends = new Map<ChildExchange, Promise<void>>();
  return {
    add(child) {
      if (ends.has(child)) return;
      ends.set(
        child,
        child.end().then(({ code, said }) => {
          if (code !== 0) throw new Error(`the twin ended with ${code}: ${said}`);
        }),
      );
    },
    async all() {
      await Promise.all(ends.values());
    },
  };
}

export function vectorsTarget(kind: TwinKind): Target & TwinEnds {
  const ends = trackEnds();
  return {
    name: 'quickjs',
    endsRunaways: true,
    all: ends.all,
    async load(_script, board): Promise<Loaded> {
      const child = startChild(twinProgram(kind, 'vectors'));
      if (child.readLine() !== 'comptoir-vectors ready') throw new Error('the twin is not ready');
      (board as { serve(run: (name: string, input: string) => string): void }).serve((name, input) => {
        child.write(Buffer.from(`${name} ${input}\n`));
        const line = child.readLine();
        const { error } = JSON.parse(line) as { readonly error?: string };
        if (error !== undefined) throw new Error(error);
        return line;
      });
      return { dispose: () => ends.add(child) };
    },
  };
}

/**
 * @param provision what the reader was provisioned with last: the keys go into the twin, the randomness seeds it
 * @param program   another one that starts the twin
 */
export function readerTarget(
  kind: TwinKind,
  provision: () => Provision,
  program: string = twinProgram(kind, 'reader'),
): Target & TwinEnds {
  const ends = trackEnds();
  return {
    name: 'quickjs',
    endsRunaways: true,
    all: ends.all,
    async load(_script, board): Promise<Loaded> {
      const child = startChild(program);
      setUp(child, board as Board, provision());
      (board as Board).start(() => runStep(child, (name, payload) => answerCall(board as Board, name, payload)));
      return { dispose: () => ends.add(child) };
    },
  };
}

const SEED_BYTES = 64;

function setUp(child: ChildExchange, board: Board, { keys, roleKeys, random }: Provision): void {
  send(child, 'I', concatBytes(latin1ToBytes(`${board.identity.model}\0${board.identity.serial}`)));
  setUpKeys(child, keys, random);
  for (const { kind, publicKey } of roleKeys)
    send(child, 'O', concatBytes(Uint8Array.of(SIGNED_OBJECT[kind]), publicKey));
  if (board.nfc !== undefined) send(child, 'N', NO_BYTES);
  if (board.contactLine !== undefined) send(child, 'C', NO_BYTES);
  if (board.firmware !== undefined) send(child, 'X', NO_BYTES);
}

/** The seed first, which starts the cryptography. */
export function setUpKeys(
  child: ChildExchange,
  keys: readonly (ProvisionedKey | ProvisionedCardKey)[],
  random: (length: number) => Uint8Array,
): void {
  send(child, 'E', random(SEED_BYTES));
  for (const { name, identifier, key } of keys)
    send(child, 'K', concatBytes(latin1ToBytes(`${name}\0`), Uint8Array.of(identifier.length), identifier, key));
}

/** @param answerTo what a board says to the call of that name */
export function runStep(
  child: ChildExchange,
  answerTo: (name: string, payload: Uint8Array) => Uint8Array | undefined,
): number {
  send(child, 'S', NO_BYTES);
  for (;;) {
    const head = child.read(3);
    const name = String.fromCharCode(head[0] ?? 0);
    const payload = new Uint8Array(child.read(head.readUInt16BE(1)));
    if (name === 'D') return unsignedFromBytes(payload);
    const answer = answerTo(name, payload);
    send(child, answer === undefined ? 'U' : 'A', answer ?? NO_BYTES);
  }
}

/** One function of board.h, by the letter that boards/host/boardHost.c calls it with. */
function answerCall(board: Board, name: string, payload: Uint8Array): Uint8Array | undefined {
  const card: CardPort = payload[0] === 0 ? board.contact : board.contactless;
  switch (name) {
    case 'r':
      return board.host.receiveReport();
    case 's':
      return truth(board.host.sendReport(payload));
    case 'p':
      return Uint8Array.of(card.poll());
    case 't':
      card.transmit(payload.subarray(1));
      return truth(true);
    case 'c':
      return card.receive();
    case 'l':
      card.release();
      return undefined;
    case 'f':
      return board.cardsInField();
    case 'w':
      return truth(board.nfc?.write(payload) ?? false);
    case 'd':
      return board.nfc?.read();
    case 'P':
    case 'R':
    case 'O':
    case 'T':
    case 'W':
    case 'B':
    case 'G':
    case 'Q':
      if (board.contactLine === undefined) throw new Error('the twin has no slot');
      return answerContactLine(board.contactLine, name, payload);
    case 'g':
      return board.records.read(payload[0] ?? 0);
    case 'a':
      return truth(board.records.write(payload[0] ?? 0, payload.subarray(1)));
    case 'x':
      if (board.firmware === undefined) throw new Error('the twin has no slots for firmware');
      return answerFirmware(board.firmware, payload[0] ?? 0, payload.subarray(1));
    case 'y':
      return answerConfiguration(board.configuration, payload[0] ?? 0, payload.subarray(1));
    case 'u':
      return unsignedToBytes(board.clock.uptimeMs(), 6);
    case 'o':
      board.display.show(payload[0] ?? 0);
      return undefined;
    case 'k':
      board.display.wink();
      return undefined;
    default:
      throw new Error(`the twin calls ${name}, which no board has`);
  }
}

function answerContactLine(line: ContactLinePort, name: string, payload: Uint8Array): Uint8Array | undefined {
  switch (name) {
    case 'P':
      return truth(line.isCardPresent());
    case 'R':
      line.reset();
      return undefined;
    case 'O':
      line.powerOff();
      return undefined;
    case 'T':
      line.setTransmission(
        payload[0] === 1,
        unsignedFromBytes(payload.subarray(1, 3)),
        unsignedFromBytes(payload.subarray(3)),
      );
      return undefined;
    case 'W':
      return truth(line.write(payload));
    case 'B':
      return line.read();
    case 'G':
      return truth(line.isDamaged());
    default:
      return unsignedToBytes(line.silentEtu(), 4);
  }
}

/** The members in their order. */
function answerFirmware(store: FirmwareStore, member: number, payload: Uint8Array): Uint8Array | undefined {
  switch (member) {
    case 0:
      return store.running();
    case 1:
      return store.status();
    case 2:
      return Uint8Array.of(store.begin(payload));
    case 3:
      return Uint8Array.of(store.write(unsignedFromBytes(payload.subarray(0, 4)), payload.subarray(4)));
    case 4:
      return store.written();
    case 5:
      return Uint8Array.of(store.finish());
    case 6:
      return Uint8Array.of(store.confirm());
    default:
      store.restart();
      return undefined;
  }
}

/** The members in their order. */
function answerConfiguration(store: ConfigurationStore, member: number, payload: Uint8Array): Uint8Array {
  const number = (at: number): number => unsignedFromBytes(payload.subarray(4 * at, 4 * at + 4));
  switch (member) {
    case 0:
      return store.read(number(0), number(1), number(2));
    case 1:
      return store.sha256(number(0), number(1), number(2));
    case 2:
      return truth(store.begin(number(0)));
    case 3:
      return truth(store.write(number(0), payload.subarray(4)));
    default:
      return truth(store.finish());
  }
}

export function truth(value: boolean): Uint8Array {
  return Uint8Array.of(value ? 1 : 0);
}

export function send(child: ChildExchange, name: string, payload: Uint8Array): void {
  child.write(concatBytes(latin1ToBytes(name), unsignedToBytes(payload.length, 2), payload));
}
