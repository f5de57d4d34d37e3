import type { ReleaseKey } from '@comptoir/factory';
import { type CertifiedReader, developmentFactoryKey, signReaderCertificate } from '@comptoir/factory';
import { KEY } from '@comptoir/firmware/board';
import {
  BROADCAST_CHANNEL,
  COMMAND,
  createReassemblyBuffer,
  decodeMessage,
  encodeFrame,
  encodeInitAnswer,
  encodeMessage,
  IDLE,
  type InitAnswer,
  type Message,
  type MessageName,
  NO_BYTES,
  NO_PARTS,
  type OutgoingFrame,
  type Reassembly,
  splitMessage,
  stepParts,
  stepReassembly,
} from '@comptoir/protocol';
import { linkPrologue } from '@comptoir/protocol/link';
import type { ReportHandlers } from '@comptoir/sdk';
import type { ReportPort } from '@comptoir/sdk/transports/memory';
import { x25519 } from '@noble/curves/ed25519.js';
import type { Board } from '../../firmware/src/board/board.js';
import { LinkSession } from '../../firmware/src/link/linkSession.js';
import { softwareSecure } from '../../simulator/src/machine/board/keys/softwareSecure.js';

/** What a step of the script can do. All of it is real bytes on the wire. */
export interface Say {
  answer(message: Message | Uint8Array): void;
  prompt(prompt: number): void;
  error(status: number): void;
  frame(command: number, payload?: Uint8Array): void;
  report(report: Uint8Array): void;
  unplug(): void;
}

/** `expect`: the message or the command that must come next. */
export interface Step {
  readonly expect: MessageName | 'CANCEL';
  readonly act: (say: Say, message: Message) => void;
}

export interface ScriptedReader {
  readonly port: ReportPort;
  readonly say: Say;
  /** Messages and commands that came, in order. */
  readonly heard: readonly string[];
  readonly messages: readonly Message[];
  isOpen(): boolean;
  /** Throws when a step was not used, or something came that no step expected. */
  assertDrained(): void;
}

export interface ScriptOptions {
  readonly steps?: readonly Step[];
  /** INITs that get no answer, as after a replug. */
  readonly deafInits?: number;
  readonly initAnswer?: (answer: InitAnswer) => InitAnswer;
  readonly selfTest?: number;
  /** Asked at each INFO: another one is another reader. */
  readonly serial?: () => string;
  readonly onInit?: (say: Say) => void;
  /** Default: those of a reader that is what it says. */
  readonly certificate?: Partial<CertifiedReader> & { readonly factory?: ReleaseKey };
  /** Of the bytes of each message of the handshake and after it, as they go over the wire. */
  readonly inTheMiddle?: (direction: 'toReader' | 'toHost', bytes: Uint8Array) => Uint8Array;
}

export const CHANNEL = 0x01020304;
const DEVICE = { id: 'scripted', serial: '', model: '', firmware: '', transport: 'memory' };

export function createScriptedReader(options: ScriptOptions = {}): ScriptedReader {
  const steps = [...(options.steps ?? [])];
  const board = boardOf(options);
  let session: LinkSession | undefined;
  const buffer = createReassemblyBuffer();
  const heard: string[] = [];
  const messages: Message[] = [];
  const complaints: string[] = [];
  let deafInits = options.deafInits ?? 0;
  let handlers: ReportHandlers | undefined;
  let reassembly: Reassembly = IDLE;
  let parts = NO_PARTS;
  let outgoing: OutgoingFrame[] = [];

  const sendOn = (channel: number, command: number, payload: Uint8Array): void => {
    for (const report of encodeFrame({ channel, command, payload })) handlers?.report(report);
  };
  const sendNext = (): void => {
    const next = outgoing.shift();
    if (next !== undefined) sendOn(CHANNEL, next.command, next.payload);
  };
  const sendMessage = (bytes: Uint8Array | undefined): void => {
    outgoing = bytes === undefined ? [] : splitMessage(options.inTheMiddle?.('toHost', bytes) ?? bytes);
    sendNext();
  };
  const say: Say = {
    answer(message) {
      const bytes = message instanceof Uint8Array ? message : encodeMessage(message);
      sendMessage(session === undefined ? bytes : session.seal(bytes));
    },
    prompt: (prompt) => sendOn(CHANNEL, COMMAND.keepalive, Uint8Array.of(prompt)),
    error: (status) => sendOn(CHANNEL, COMMAND.error, Uint8Array.of(status)),
    frame: (command, payload = NO_BYTES) => sendOn(CHANNEL, command, payload),
    report: (report) => handlers?.report(report),
    unplug() {
      const last = handlers;
      handlers = undefined;
      last?.closed();
    },
  };

  const take = (name: Step['expect'], message: Message | undefined): void => {
    heard.push(name);
    if (message !== undefined) messages.push(message);
    if (name === 'CANCEL' && steps[0]?.expect !== 'CANCEL') {
      say.frame(COMMAND.cancel, Uint8Array.of(0));
      return;
    }
    const step = steps.shift();
    if (step?.expect !== name) complaints.push(`${name} came, the script had ${step?.expect ?? 'nothing'}`);
    else step.act(say, message ?? { kind: 'lookup', key: '' });
  };
  const takeMessage = (bytes: Uint8Array): void => {
    const decoded = decodeMessage(bytes);
    if (decoded.ok) take(decoded.message.kind, decoded.message);
    else complaints.push(`a message that does not decode: ${decoded.fault}`);
  };
  const onFrame = (channel: number, command: number, payload: Uint8Array): void => {
    if (command === COMMAND.init) {
      heard.push('INIT');
      parts = NO_PARTS;
      if (deafInits > 0) {
        deafInits -= 1;
        return;
      }
      options.onInit?.(say);
      const answer: InitAnswer = {
        nonce: payload.slice(0, 8),
        channel: CHANNEL,
        lowestVersion: 1,
        highestVersion: 2,
        capabilities: 0,
      };
      const bytes = encodeInitAnswer(options.initAnswer?.(answer) ?? answer);
      session?.close();
      session = payload[9] === 1 ? undefined : new LinkSession(board, linkPrologue(payload, bytes));
      sendOn(channel, COMMAND.init, bytes);
    } else if (channel === BROADCAST_CHANNEL) {
      complaints.push('something other than INIT on the broadcast channel');
    } else if (command === COMMAND.info) {
      const versions = Uint8Array.of(1, 2);
      sendOn(
        channel,
        COMMAND.info,
        encodeMessage({
          ...INFO,
          serial: options.serial?.() ?? INFO.serial,
          versions,
          selfTest: options.selfTest ?? 0,
        }),
      );
    } else if (command === COMMAND.wink) {
      heard.push('WINK');
      sendOn(channel, COMMAND.wink, NO_BYTES);
    } else if (command === COMMAND.ping) {
      sendOn(channel, COMMAND.ping, payload.slice());
    } else if (command === COMMAND.taken) {
      sendNext();
    } else if (command === COMMAND.cancel) {
      take('CANCEL', undefined);
    } else {
      const step = stepParts(parts, command, payload);
      if (step.kind === 'taken') {
        parts = step.parts;
        sendOn(channel, COMMAND.taken, Uint8Array.of(step.index));
      } else if (step.kind === 'message') {
        parts = NO_PARTS;
        const bytes = options.inTheMiddle?.('toReader', step.message) ?? step.message;
        let opened =
          session === undefined
            ? ({ kind: 'message', message: bytes.slice() } as const)
            : session.take(bytes.slice(), 0, false);
        while (session?.isAnswering === true) opened = session.advance();
        if (opened.kind === 'answer') sendMessage(opened.bytes);
        else if (opened.kind === 'fault') say.error(opened.status);
        else if (opened.kind === 'message') takeMessage(opened.message);
      } else complaints.push('a part out of order');
    }
  };
  return {
    say,
    heard,
    messages,
    isOpen: () => handlers !== undefined,
    port: {
      device: DEVICE,
      open(given) {
        handlers = given;
        return {
          send(report) {
            const step = stepReassembly(reassembly, buffer, report, 0);
            reassembly = step.state;
            if (step.event?.kind === 'frame')
              onFrame(step.event.frame.channel, step.event.frame.command, step.event.frame.payload);
            else if (step.event !== undefined) complaints.push('a broken frame');
          },
          close() {
            handlers = undefined;
          },
        };
      },
    },
    assertDrained() {
      if (complaints.length > 0) throw new Error(complaints.join('; '));
      if (steps.length > 0)
        throw new Error(`the script still waits for ${steps.map((step) => step.expect).join(', ')}`);
    },
  };
}

const INFO = { kind: 'info', model: 'scripted', serial: 'S-0001', firmware: '0.1.0' } as const;

const SCALAR = new Uint8Array(32).fill(0x51);

/** What the link needs of a board. */
function boardOf({ certificate = {} }: ScriptOptions): Board {
  const { factory = developmentFactoryKey(), ...other } = certificate;
  const reader = {
    staticKey: x25519.getPublicKey(SCALAR),
    model: INFO.model,
    serial: '',
    validFrom: 19700101,
    validThrough: 20991231,
    ...other,
  };
  const identity = { name: KEY.identity, key: SCALAR, identifier: signReaderCertificate(reader, factory) };
  let drawn = 0;
  const secure = softwareSecure([identity], (length) => {
    drawn += 1;
    return new Uint8Array(length).fill(drawn);
  });
  return { secure, firmware: undefined } as unknown as Board;
}
